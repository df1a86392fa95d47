#include "apps/quorate/demo_command.hpp"

#include "apps/quorate/demo.hpp"
#include "apps/quorate/settings.hpp"

#include <boost/program_options.hpp>

#include <iostream>
#include <string>

namespace quorate::app {

namespace {

namespace po = boost::program_options;

po::options_description options_into(demo_settings& settings) {
  po::options_description options{"Options"};
  auto add = options.add_options();
  add("nodes", po::value(&settings.nodes)->default_value(settings.nodes)->value_name("N"),
      "nodes at the beginning, at least two more than the target, at most 16; one more is started "
      "later");
  add("target", po::value(&settings.target)->default_value(settings.target)->value_name("N"),
      "how many of them become members: 3, 5, 7 or 9");
  add("input", po::value(&settings.input)->default_value(settings.input)->value_name("FILE"),
      "what is loaded: a package database like the default, or lines of "
      "{\"key\": \"...\", \"value\": ...}");
  add("data-dir",
      po::value<std::string>()->value_name("DIR")->notifier(
        [&settings](const std::string& x) { settings.data_dir = x; }),
      "where the nodes keep their data, in place of memory; a cluster that is there already goes "
      "on, and the acts aren't played again");
  add("json", po::bool_switch(&settings.json), "one JSON object a line, the verdict last");
  add("help,h", "this text");
  return options;
}

void print_help(const po::options_description& options) {
  std::cout
    << "usage: quorate demo [--nodes N] [--target N] [--input FILE] [--data-dir DIR] [--json]\n\n"
       "Runs a cluster in this process: nodes join by themselves while real metadata is\n"
       "loaded; a member is parked; the members are reconfigured beside a node that has\n"
       "just registered; the leader is killed; the parked node is activated. Shows every\n"
       "transition, and says at the end whether all of it held. With --data-dir it may be\n"
       "killed at any moment: the next run goes on with what is on the disk.\n\n"
    << options << "\nExit codes: 0 all of it held, 1 something didn't, 2 wrong options or input.\n";
}

int refuse(const std::string& sentence) {
  std::cerr << "quorate demo: " << sentence << "\nTry 'quorate demo --help'.\n";
  return exit_usage;
}

} // namespace

int demo_command(int argc, const char* const* argv) {
  demo_settings settings;
  const auto options = options_into(settings);
  try {
    namespace style = po::command_line_style;
    po::variables_map given;
    // No guessing: an abbreviation that works today would be ambiguous with tomorrow's option.
    const int strict = style::unix_style & ~style::allow_guessing;
    po::store(po::command_line_parser(argc, argv)
                .options(options)
                .positional(po::positional_options_description{})
                .style(strict)
                .run(),
              given);
    if (given.count("help") != 0) {
      print_help(options);
      return exit_ok;
    }
    po::notify(given);
  } catch (const po::error& wrong) {
    return refuse(std::string{wrong.what()} + '.');
  }
  if (const auto no = objection(settings))
    return refuse(*no);
  return run_demo(settings);
}

} // namespace quorate::app
