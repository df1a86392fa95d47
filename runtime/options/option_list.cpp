// Options from text: whatever the source, a value goes through its row of the table.
#include "quorate/option_list.hpp"

#include "runtime/options/file_lines.hpp"
#include "runtime/options/table.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

namespace quorate {

namespace {

using options::in_quotes;
using options::option_value;
using options::row;
using options::table;

/// One value as somebody wrote it.
struct written {
  std::string text;
  std::string where; ///< `QUORATE_TICK`, `--tick` or `quorate.conf:3: tick`.
};

constexpr auto nowhere = static_cast<std::size_t>(-1);

std::string variable_of(std::string_view prefix, std::string_view name) {
  std::string out{prefix};
  for (const char c : name)
    out += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

std::string on_command_line(std::string_view name) {
  return "--" + std::string{name};
}

template <class Options>
option_info info_of(const row<Options>& r) {
  static const Options presets;
  const auto preset = r.read(presets);
  option_info out;
  out.name = r.words.name;
  out.alias = r.words.alias;
  out.environment = variable_of(options::environment_prefix<Options>, r.words.name);
  out.member = r.words.member;
  out.group = r.group;
  out.kind = r.allowed.kind;
  out.placeholder = options::placeholder_of(r.allowed);
  out.range = options::range_of(r.allowed);
  out.preset = options::show_value(out.kind, preset);
  out.required = options::complaint(r.allowed, preset).has_value();
  out.help = r.words.help;
  return out;
}

template <class Options>
std::size_t position_of(std::string_view name) {
  const auto& rows = table<Options>();
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (!name.empty() && (rows[i].words.name == name || rows[i].words.alias == name))
      return i;
  return nowhere;
}

/// `where` is what the sentence begins with, empty or with a colon at its end.
template <class Options>
error unknown(std::string_view name, const std::string& where) {
  std::vector<std::string> names;
  for (const auto& r : table<Options>())
    for (const auto known : {r.words.name, r.words.alias})
      if (!known.empty())
        names.emplace_back(known);
  const auto nearest = nearest_option(name, names);
  return make_error(errc::invalid_argument,
                    where + "there is no option " + in_quotes(name)
                      + (nearest.empty() ? "." : "; did you mean " + in_quotes(nearest) + "?"));
}

error refusal(const written& from, const std::string& why) {
  return make_error(errc::invalid_argument, from.where + ": " + why);
}

/// All that one source says about one option.
template <class Options>
result<option_value> gather(const row<Options>& r, const std::vector<written>& from) {
  const auto is_list = r.allowed.kind == option_kind::list;
  if (from.size() > 1 && !is_list)
    return refusal(from.back(), "it is given more than once, and only lists may be.");
  option_value value = r.read(Options{});
  std::vector<std::string> elements;
  for (const auto& x : from) {
    auto found = options::read_value(r.allowed, x.text);
    if (!found)
      return refusal(x, found.error().message);
    value = std::move(*found);
    if (auto why = options::misformed(r.allowed, value))
      return refusal(x, *why);
    if (auto* list = std::get_if<std::vector<std::string>>(&value))
      elements.insert(elements.end(), list->begin(), list->end());
    if (elements.size() > r.allowed.max && is_list)
      break; // What follows can't make it right again.
  }
  if (is_list)
    value = std::move(elements);
  if (auto why = options::complaint(r.allowed, value, from.back().text))
    return refusal(from.back(), *why);
  return value;
}

} // namespace

std::optional<std::string> process_environment(const std::string& variable) {
  const char* value = std::getenv(variable.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

namespace {

/// What one source says, by the option's position.
using from_source = std::map<std::size_t, std::vector<written>>;

template <class Options>
result<void> apply(const from_source& from, option_source source, Options& values,
                   std::vector<option_source>& sources) {
  auto next = values;
  auto next_sources = sources;
  for (const auto& [position, texts] : from) {
    const auto& r = table<Options>()[position];
    auto value = gather(r, texts);
    if (!value)
      return value.error();
    if (source < next_sources[position])
      continue; // It has to be right all the same.
    r.write(next, std::move(*value));
    next_sources[position] = source;
  }
  values = std::move(next);
  sources = std::move(next_sources);
  return {};
}

} // namespace

template <class Options>
option_list<Options>::option_list(Options presets)
  : values_(std::move(presets)),
    sources_(table<Options>().size(), option_source::preset) {
  // nop
}

template <class Options>
const std::vector<option_info>& option_list<Options>::all() {
  static const auto found = [] {
    std::vector<option_info> out;
    for (const auto& r : table<Options>())
      out.push_back(info_of(r));
    return out;
  }();
  return found;
}

template <class Options>
result<void> option_list<Options>::set(std::string_view name, std::string_view value) {
  const auto position = position_of<Options>(name);
  if (position == nowhere)
    return unknown<Options>(name, "");
  const written only{std::string{value}, std::string{name}};
  return apply({{position, {only}}}, option_source::program, values_, sources_);
}

template <class Options>
result<void> option_list<Options>::set_from_command_line(std::string_view name,
                                                         const std::vector<std::string>& values) {
  const auto position = position_of<Options>(name);
  if (position == nowhere)
    return unknown<Options>(name, "");
  if (values.empty())
    return {};
  std::vector<written> texts;
  texts.reserve(values.size());
  for (const auto& value : values)
    texts.push_back({value, on_command_line(name)});
  return apply({{position, std::move(texts)}}, option_source::command_line, values_, sources_);
}

template <class Options>
result<void> option_list<Options>::read_environment(const environment_lookup& lookup) {
  from_source found;
  const auto& rows = table<Options>();
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (const auto name : {rows[i].words.name, rows[i].words.alias}) {
      if (name.empty())
        continue;
      auto variable = variable_of(options::environment_prefix<Options>, name);
      auto value = lookup(variable);
      if (value && !value->empty())
        found[i].push_back({std::move(*value), std::move(variable)});
    }
  return apply(found, option_source::environment, values_, sources_);
}

template <class Options>
result<void> option_list<Options>::read_file(const std::string& path) {
  auto content = options::read_options_file(path);
  if (!content)
    return content.error();
  return read_text(*content, path);
}

template <class Options>
result<void> option_list<Options>::read_text(std::string_view content, const std::string& name) {
  from_source found;
  options::file_lines lines{content};
  for (;;) {
    auto line = lines.next();
    const auto where = name + ':' + std::to_string(lines.number()) + ": ";
    if (!line)
      return make_error(errc::invalid_argument, where + line.error().message);
    if (!*line)
      return apply(found, option_source::file, values_, sources_);
    const auto position = position_of<Options>((*line)->name);
    if (position == nowhere)
      return unknown<Options>((*line)->name, where);
    auto& texts = found[position];
    texts.push_back({std::string{(*line)->value}, where + std::string{(*line)->name}});
    // A file of nothing but seeds isn't kept to its end.
    const auto& allowed = table<Options>()[position].allowed;
    const auto most = allowed.kind == option_kind::list ? allowed.max : 1;
    if (texts.size() > most)
      return refusal(texts.back(), most == 1 ? "it is given more than once, and only lists may be."
                                             : "it is given too often; allowed is "
                                                 + options::range_of(allowed) + '.');
  }
}

template <class Options>
std::string option_list<Options>::text(std::string_view name) const {
  const auto position = position_of<Options>(name);
  if (position == nowhere)
    return {};
  const auto& r = table<Options>()[position];
  return options::show_value(r.allowed.kind, r.read(values_));
}

template <class Options>
option_source option_list<Options>::source(std::string_view name) const {
  const auto position = position_of<Options>(name);
  return position == nowhere ? option_source::preset : sources_[position];
}

template <class Options>
result<Options> option_list<Options>::finish() const {
  const auto& known = all();
  for (std::size_t i = 0; i < known.size(); ++i) {
    const auto& r = table<Options>()[i];
    const auto nobody_gave_it = sources_[i] == option_source::preset && text(known[i].name).empty();
    if (known[i].required && nobody_gave_it)
      return make_error(errc::invalid_argument,
                        on_command_line(known[i].name) + " is missing; it may also stand in "
                          + known[i].environment + ", or in a file as " + known[i].name
                          + ". Allowed is " + options::range_of(r.allowed) + '.');
  }
  if (auto valid = options::check_all(values_, on_command_line); !valid)
    return valid.error();
  return values_;
}

template class option_list<node_options>;
template class option_list<remote_options>;
template class option_list<membership_policy>;

} // namespace quorate
