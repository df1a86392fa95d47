#include "apps/quorate/recover_command.hpp"

#include "quorate/recover.hpp"
#include "apps/quorate/demo.hpp"
#include "apps/quorate/recover_text.hpp"

#include <boost/program_options.hpp>

#include <iostream>
#include <optional>
#include <string>
#include <vector>

namespace quorate::app {

namespace {

namespace po = boost::program_options;

struct recover_settings {
  std::string act;
  std::vector<std::string> directories;
  std::optional<std::string> confirm;
  bool no_backup = false;
  bool json = false;
};

po::options_description options_into(recover_settings& settings) {
  po::options_description options{"Options"};
  auto add = options.add_options();
  add("confirm",
      po::value<std::string>()->value_name("PHRASE")->notifier(
        [&settings](const std::string& x) { settings.confirm = x; }),
      "with apply: the phrase that plan printed for this directory");
  add("no-backup", po::bool_switch(&settings.no_backup),
      "with apply: keep no copy of the directory as it was (DIR~before-recover)");
  add("json", po::bool_switch(&settings.json), "one JSON object on standard output");
  add("help,h", "this text");
  return options;
}

void print_help(const po::options_description& options) {
  std::cout
    << "usage: quorate recover inspect DIR... [--json]\n"
       "       quorate recover plan DIR... [--json]\n"
       "       quorate recover apply DIR --confirm PHRASE [--no-backup] [--json]\n\n"
       "For a cluster that has lost the disks of a majority of its members for good. Works on the\n"
       "data directories that are left, while no node runs on them.\n\n"
       "  inspect  what each directory holds, which belong together, and which is the newest\n"
       "  plan     what would be made of the newest, and what may be lost\n"
       "  apply    makes that node the only voter of a new cluster with the old one's name and\n"
       "           data; a crash leaves the directory as it was or as it shall be\n\n"
    << options
    << "\nExit codes: 0 done; 1 it can't be done, the sentence says why; 2 wrong usage.\n";
}

int refuse(const std::string& sentence) {
  std::cerr << "quorate recover: " << sentence << "\nTry 'quorate recover --help'.\n";
  return exit_usage;
}

int fail(const recover_settings& settings, const error& why) {
  if (settings.json)
    std::cout << json_of(why) << '\n';
  else
    std::cerr << "quorate recover: " << to_string(why) << '\n';
  return exit_failed;
}

void say(const std::vector<std::string>& lines) {
  for (const auto& line : lines)
    std::cout << line << '\n';
}

int run_inspect(const recover_settings& settings) {
  const auto what = recover::inspect(settings.directories);
  if (!what)
    return fail(settings, what.error());
  if (settings.json)
    std::cout << json_of(*what) << '\n';
  else
    say(text_of(*what));
  return what->newest ? exit_ok : exit_failed;
}

int run_plan(const recover_settings& settings) {
  const auto what = recover::plan_for(settings.directories);
  if (!what)
    return fail(settings, what.error());
  if (settings.json)
    std::cout << json_of(*what) << '\n';
  else
    say(text_of(*what));
  return exit_ok;
}

int run_apply(const recover_settings& settings) {
  const auto& directory = settings.directories.front();
  const auto what = recover::apply(directory, {*settings.confirm, !settings.no_backup});
  if (!what)
    return fail(settings, what.error());
  if (settings.json)
    std::cout << json_of(*what, directory) << '\n';
  else
    say(text_of(*what, directory));
  return exit_ok;
}

std::optional<std::string> objection(const recover_settings& x) {
  const bool applies = x.act == "apply";
  if (x.act.empty())
    return "inspect, plan or apply?";
  if (!applies && x.act != "inspect" && x.act != "plan")
    return "there is no '" + x.act + "': inspect, plan or apply?";
  if (x.directories.empty() || x.directories.size() > recover::directories_max)
    return x.act + " takes 1 to " + std::to_string(recover::directories_max) + " data directories.";
  if (!applies && (x.confirm || x.no_backup))
    return "--confirm and --no-backup are for apply.";
  if (applies && x.directories.size() != 1)
    return "apply takes one data directory: the one that plan has named.";
  if (applies && !x.confirm)
    return "apply needs --confirm with the phrase that plan prints for this directory.";
  return std::nullopt;
}

int run(const recover_settings& settings) {
  if (settings.act == "inspect")
    return run_inspect(settings);
  return settings.act == "plan" ? run_plan(settings) : run_apply(settings);
}

} // namespace

int recover_command(int argc, const char* const* argv) {
  recover_settings settings;
  const auto shown = options_into(settings);
  po::options_description hidden;
  hidden.add_options()("word", po::value<std::vector<std::string>>());
  po::options_description all;
  all.add(shown).add(hidden);
  po::variables_map given;
  try {
    namespace style = po::command_line_style;
    const int strict = style::unix_style & ~style::allow_guessing;
    po::positional_options_description words;
    words.add("word", -1);
    po::store(
      po::command_line_parser(argc, argv).options(all).positional(words).style(strict).run(),
      given);
    if (given.count("help") != 0) {
      print_help(shown);
      return exit_ok;
    }
    po::notify(given);
  } catch (const po::error& wrong) {
    return refuse(std::string{wrong.what()} + '.');
  }
  if (given.count("word") != 0) {
    const auto& words = given["word"].as<std::vector<std::string>>();
    settings.act = words.front();
    settings.directories.assign(words.begin() + 1, words.end());
  }
  if (const auto no = objection(settings))
    return refuse(*no);
  return run(settings);
}

} // namespace quorate::app
