// Options on a command line, by Boost.Program_options. Header only: quorate itself isn't linked to
// Boost, and whoever includes this links Boost::program_options.
//
//   auto known = quorate::node_options_description();
//   known.add_options()("help", "Show this.");
//   auto line = quorate::parse_command_line({argv + 1, argv + argc}, known);
//   if (line && line->count("help") > 0)
//     return std::cout << known, 0;
//   auto options = line ? quorate::read_options<quorate::node_options>(*line)
//                       : quorate::result<quorate::node_options>{line.error()};
//
// Thread safety: none for the values of Boost; the functions may be called from any thread.
#pragma once

#include <boost/program_options.hpp>
#include <quorate/option_list.hpp>

#include <string>
#include <type_traits>
#include <vector>

namespace quorate {

/// The help text of an option: what it is, what is allowed and what holds if it isn't given, where
/// that isn't plain from what it is, and its variable.
inline std::string help_of(const option_info& x) {
  auto out = x.help;
  const auto has_range = x.kind != option_kind::flag && x.kind != option_kind::text;
  if (has_range)
    out += " Allowed: " + x.range + '.';
  if (x.required)
    out += " Required.";
  else if (!x.preset.empty() && x.kind != option_kind::flag)
    out += " Default: " + x.preset + '.';
  return out + " [" + x.environment + ']';
}

/// All options of `Options`, under `caption`. Their values stay text until `read_options`.
template <class Options>
boost::program_options::options_description describe_options(const std::string& caption) {
  namespace po = boost::program_options;
  po::options_description out{caption};
  for (const auto& x : option_list<Options>::all()) {
    auto* value = po::value<std::vector<std::string>>()->value_name(x.placeholder);
    if (x.kind == option_kind::flag)
      value->implicit_value({"true"}, "true"); // `--insecure`, and `--insecure=false`.
    const auto names = x.alias.empty() ? x.name : x.name + ',' + x.alias;
    out.add_options()(names.c_str(), value, help_of(x).c_str());
  }
  return out;
}

/// Options of a node, and `--config FILE`, from which more of them are read.
inline boost::program_options::options_description node_options_description() {
  namespace po = boost::program_options;
  auto out = describe_options<node_options>("Options of a node");
  out.add_options()("config", po::value<std::string>()->value_name("FILE"),
                    "A file with lines name = value for any of these. [QUORATE_CONFIG]");
  return out;
}

/// Options of somebody outside of the cluster.
inline boost::program_options::options_description remote_options_description() {
  return describe_options<remote_options>("Options of a connection to a cluster");
}

/// Options of whoever founds a cluster.
inline boost::program_options::options_description policy_options_description() {
  return describe_options<membership_policy>("Options of the cluster's policy");
}

/// Parses a command line without its first word. Abbreviations aren't guessed, because they would
/// change their meaning with the next option that is added.
///
/// Errors: `invalid_argument` instead of Boost's exceptions; a name that doesn't exist comes with
/// the nearest one that does.
inline result<boost::program_options::variables_map> parse_command_line(
  const std::vector<std::string>& arguments,
  const boost::program_options::options_description& known,
  const boost::program_options::positional_options_description& positional = {}) {
  namespace po = boost::program_options;
  try {
    constexpr auto style = po::command_line_style::unix_style
                           & ~po::command_line_style::allow_guessing;
    po::variables_map out;
    po::store(
      po::command_line_parser(arguments).options(known).positional(positional).style(style).run(),
      out);
    po::notify(out);
    return out;
  } catch (const po::unknown_option& unknown) {
    std::vector<std::string> names;
    for (const auto& option : known.options())
      names.push_back(option->canonical_display_name(po::command_line_style::allow_long));
    const auto nearest = nearest_option(unknown.get_option_name(), names);
    return make_error(errc::invalid_argument,
                      "There is no option '" + unknown.get_option_name() + "'"
                        + (nearest.empty() ? "." : "; did you mean '" + nearest + "'?"));
  } catch (const po::too_many_positional_options_error&) {
    return make_error(errc::invalid_argument,
                      "There is a word too many; values of options stand behind their names.");
  } catch (const po::error& wrong) {
    return make_error(errc::invalid_argument, std::string{wrong.what()} + '.');
  }
}

/// Takes what `parse_command_line` has found of `Options`, then the environment, and for a node the
/// file that `--config` or `QUORATE_CONFIG` names. The command line wins over the environment, that
/// over the file, and that over `presets`.
///
/// Errors: `invalid_argument` as `option_list`, also for values that another source wins over.
template <class Options>
result<Options> read_options(const boost::program_options::variables_map& line,
                             Options presets = {},
                             const environment_lookup& lookup = process_environment) {
  option_list<Options> list{std::move(presets)};
  for (const auto& x : option_list<Options>::all())
    if (line.count(x.name) > 0)
      if (auto set = list.set_from_command_line(
            x.name, line[x.name].template as<std::vector<std::string>>());
          !set)
        return set.error();
  if (auto read = list.read_environment(lookup); !read)
    return read.error();
  if constexpr (std::is_same_v<Options, node_options>) {
    auto file = lookup("QUORATE_CONFIG").value_or("");
    if (line.count("config") > 0)
      file = line["config"].template as<std::string>();
    if (!file.empty())
      if (auto read = list.read_file(file); !read)
        return read.error();
  }
  return list.finish();
}

} // namespace quorate
