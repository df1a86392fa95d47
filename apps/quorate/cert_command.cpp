#include "apps/quorate/cert_command.hpp"

#include "quorate/certificates.hpp"
#include "apps/quorate/cert_text.hpp"
#include "apps/quorate/demo.hpp"
#include "apps/quorate/private_files.hpp"

#include <boost/program_options.hpp>
#include <sys/stat.h>

#include <array>
#include <cstdint>
#include <ctime>
#include <iostream>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quorate::app {

namespace {

namespace po = boost::program_options;

constexpr int exit_not_done = 3; ///< What was asked can't be done; nothing was written.
constexpr int authority_days = 3'650;
constexpr int owner_days = 365;
constexpr std::size_t pem_bytes_max = std::size_t{256} << 10;
constexpr std::string_view authority_stem = "ca";

/// Wide enough for what people type.
struct cert_settings {
  std::string what;
  std::optional<std::string> operand;
  std::optional<std::string> cluster;
  std::string ca_dir;
  std::string out;
  std::optional<std::int64_t> days;
  std::vector<std::string> hosts;
  bool force = false;
  bool json = false;
};

/// A word after `cert`, and what may be said with it.
struct kind {
  std::string_view word;
  std::string_view operand; ///< Empty: none.
  std::set<std::string> options;
  std::optional<certificate_role> role; ///< Whose certificate it makes.
};

const std::vector<kind>& kinds() {
  static const std::vector<kind> all{
    {"ca", "", {"cluster", "out", "days", "force"}, {}},
    {"node", "NAME", {"cluster", "ca-dir", "out", "days", "host", "force"}, certificate_role::node},
    {"client",
     "NAME",
     {"cluster", "ca-dir", "out", "days", "host", "force"},
     certificate_role::client},
    {"operator",
     "NAME",
     {"cluster", "ca-dir", "out", "days", "host", "force"},
     certificate_role::operator_},
    {"show", "FILE", {"json"}, {}},
  };
  return all;
}

template <class T>
auto into(std::optional<T>& to) {
  return po::value<T>()->notifier([&to](const T& x) { to = x; });
}

po::options_description options_into(cert_settings& settings) {
  po::options_description out{"Options"};
  auto add = out.add_options();
  add("cluster", into(settings.cluster)->value_name("NAME"),
      "ca: the cluster's name; others: only if the authority doesn't say it");
  add("ca-dir", po::value(&settings.ca_dir)->default_value(".")->value_name("DIR"),
      "where ca.pem and ca.key are");
  add("out", po::value(&settings.out)->default_value(".")->value_name("DIR"),
      "where the files go; made if it isn't there");
  add("days", into(settings.days)->value_name("N"),
      "how long it is valid: 3650 for an authority and 365 for others, if it isn't said");
  add("host", po::value(&settings.hosts)->value_name("HOST")->composing(),
      "a DNS name or IP address to stand in it, too, for other tools; may be said more than once");
  add("force", po::bool_switch(&settings.force), "replace the files if they are there");
  add("json", po::bool_switch(&settings.json), "show: one JSON object");
  add("help,h", "this text");
  return out;
}

po::options_description hidden_into(cert_settings& settings) {
  po::options_description out;
  auto add = out.add_options();
  add("what", po::value(&settings.what), "");
  add("operand", into(settings.operand), "");
  return out;
}

void print_help(const po::options_description& options) {
  std::cout << "usage: quorate cert ca --cluster NAME [--out DIR] [--days N]\n"
               "       quorate cert node|client|operator NAME [--ca-dir DIR] [--out DIR] [--days "
               "N]\n"
               "       quorate cert show FILE [--json]\n\n"
               "Makes what the connections of a cluster need: first its authority, ca.pem and\n"
               "ca.key, then a certificate with its key for each node, client and operator,\n"
               "NAME.pem and NAME.key. Each end is started with ca.pem and its own two files;\n"
               "ca.key is needed here only. docs/security.md says who may do what.\n\n"
            << options
            << "\nExit codes: 0 done, 2 wrong options, 3 it can't be done; nothing was written.\n";
}

int refuse_usage(const std::string& sentence) {
  std::cerr << "quorate cert: " << sentence << "\nTry 'quorate cert --help'.\n";
  return exit_usage;
}

int refuse(const error& why, const std::string& next = {}) {
  std::cerr << "quorate cert: " << why.message << (next.empty() ? "" : "\n") << next << '\n';
  return exit_not_done;
}

std::string path_in(const std::string& directory, std::string_view stem, const char* ending) {
  return directory + '/' + std::string{stem} + ending;
}

certificate_validity validity(const cert_settings& settings, int days_if_not_said) {
  return {static_cast<std::int64_t>(std::time(nullptr)),
          static_cast<int>(settings.days.value_or(days_if_not_said))};
}

/// Key first: a certificate without its key is of no use, and would be in the way.
result<void> write_pair(const cert_settings& settings, std::string_view stem,
                        const certificate_pem& made) {
  const auto there = make_directory(settings.out);
  if (!there)
    return there;
  return write_files({{path_in(settings.out, stem, ".key"), made.key, true},
                      {path_in(settings.out, stem, ".pem"), made.certificate, false}},
                     settings.force);
}

void tell_pair(const cert_settings& settings, std::string_view stem,
               const certificate_description& made) {
  std::cout << path_in(settings.out, stem, ".pem") << " and " << path_in(settings.out, stem, ".key")
            << ": " << (made.owner ? to_string(*made.owner) : "the authority " + made.subject)
            << ", valid until " << utc_text(made.not_after_s) << ".\n";
}

int make_ca(const cert_settings& settings) {
  const auto made = make_authority(*settings.cluster, validity(settings, authority_days));
  if (!made)
    return refuse(made.error());
  const auto facts = describe_certificate(made->certificate);
  if (!facts)
    return refuse(facts.error());
  const auto written = write_pair(settings, authority_stem, *made);
  if (!written)
    return refuse(written.error());
  tell_pair(settings, authority_stem, *facts);
  std::cout << "Every end of a connection gets ca.pem. Whoever has ca.key can become anybody in "
               "the cluster: keep it offline.\n";
  return exit_ok;
}

/// A key that others can read is told, and used all the same.
void warn_of_readable(const std::string& key_path) {
  struct stat found {};
  if (::stat(key_path.c_str(), &found) == 0 && (found.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    std::cerr << "quorate cert: warning: " << key_path
              << " isn't for its owner only; 'chmod 600' makes it so.\n";
}

int make_owner(const cert_settings& settings, certificate_role role) {
  const auto key_path = path_in(settings.ca_dir, authority_stem, ".key");
  const std::string next = "'quorate cert ca --cluster NAME' makes an authority; --ca-dir says "
                           "where it is.";
  auto certificate = read_small_file(path_in(settings.ca_dir, authority_stem, ".pem"),
                                     pem_bytes_max);
  if (!certificate)
    return refuse(certificate.error(), next);
  auto key = read_small_file(key_path, pem_bytes_max);
  if (!key)
    return refuse(key.error(), next);
  warn_of_readable(key_path);
  const certificate_pem authority{std::move(*certificate), std::move(*key)};
  const auto by = describe_certificate(authority.certificate);
  if (!by)
    return refuse(by.error(), "It stands in " + path_in(settings.ca_dir, authority_stem, ".pem."));
  if (by->cluster_name.empty() && !settings.cluster)
    return refuse_usage("the authority doesn't say for which cluster it signs; --cluster does.");
  const certificate_owner owner{settings.cluster.value_or(by->cluster_name), role,
                                *settings.operand};
  const auto wanted = validity(settings, owner_days);
  const auto made = issue_certificate(authority, owner, wanted, settings.hosts);
  if (!made)
    return refuse(made.error());
  const auto facts = describe_certificate(made->certificate);
  if (!facts)
    return refuse(facts.error());
  const auto stem = file_name_of(owner.name);
  const auto written = write_pair(settings, stem, *made);
  if (!written)
    return refuse(written.error());
  tell_pair(settings, stem, *facts);
  if (facts->not_after_s == by->not_after_s)
    std::cout << "That is when its authority expires; it can't be valid longer.\n";
  return exit_ok;
}

int show(const cert_settings& settings) {
  const auto text = read_small_file(*settings.operand, pem_bytes_max);
  if (!text)
    return refuse(text.error());
  const auto facts = describe_certificate(*text);
  if (!facts)
    return refuse(make_error(facts.error().code, *settings.operand + ": " + facts.error().message));
  const auto now_s = static_cast<std::int64_t>(std::time(nullptr));
  if (settings.json) {
    std::cout << json_of(*facts, now_s) << '\n';
    return exit_ok;
  }
  for (const auto& line : lines_of(*facts, now_s))
    std::cout << line << '\n';
  return exit_ok;
}

/// A sentence that says what is wrong with the words, or nothing.
std::optional<std::string> objection(const cert_settings& settings, const po::variables_map& given,
                                     const kind* chosen) {
  if (settings.what.empty())
    return "what? ca, node, client, operator or show.";
  if (chosen == nullptr)
    return "'" + settings.what + "' is none of ca, node, client, operator and show.";
  for (const auto& [name, value] : given)
    if (!value.defaulted() && name != "what" && name != "operand"
        && chosen->options.count(name) == 0)
      return "--" + name + " is no option of 'cert " + settings.what + "'.";
  if (chosen->operand.empty() && settings.operand)
    return "'" + *settings.operand + "' is one word too many for 'cert " + settings.what + "'.";
  if (!chosen->operand.empty() && (!settings.operand || settings.operand->empty()))
    return "'cert " + settings.what + "' needs a " + std::string{chosen->operand} + '.';
  if (settings.what == authority_stem && !settings.cluster)
    return "'cert ca' needs the name of the cluster: --cluster NAME.";
  if (settings.days && (*settings.days < 1 || *settings.days > 36'500))
    return "--days is 1 to 36500, not " + std::to_string(*settings.days) + '.';
  if (settings.out.empty() || settings.ca_dir.empty())
    return "--out and --ca-dir are directories, not nothing; '.' is where you are.";
  if (chosen->role && *settings.operand == authority_stem)
    return "a " + settings.what + " can't be called ca: ca.pem and ca.key are the authority's.";
  return std::nullopt;
}

int run(const cert_settings& settings, const kind& chosen) {
  if (chosen.role)
    return make_owner(settings, *chosen.role);
  return settings.what == authority_stem ? make_ca(settings) : show(settings);
}

} // namespace

int cert_command(int argc, const char* const* argv) {
  cert_settings settings;
  const auto shown = options_into(settings);
  po::variables_map given;
  try {
    namespace style = po::command_line_style;
    po::options_description all;
    all.add(shown).add(hidden_into(settings));
    po::positional_options_description words;
    words.add("what", 1).add("operand", 1);
    const int strict = style::unix_style & ~style::allow_guessing; // As in `quorate demo`.
    po::store(
      po::command_line_parser(argc, argv).options(all).positional(words).style(strict).run(),
      given);
    if (given.count("help") != 0) {
      print_help(shown);
      return exit_ok;
    }
    po::notify(given);
  } catch (const po::error& wrong) {
    return refuse_usage(std::string{wrong.what()} + '.');
  }
  const kind* chosen = nullptr;
  for (const auto& x : kinds())
    if (x.word == settings.what)
      chosen = &x;
  if (const auto no = objection(settings, given, chosen))
    return refuse_usage(*no);
  return run(settings, *chosen);
}

} // namespace quorate::app
