// The command `kv_load`.
#include "bench/kv_load/options.hpp"
#include "bench/kv_load/run.hpp"

#include <fstream>
#include <iostream>
#include <string>

namespace {

constexpr int exit_ok = 0;
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;

int fail(const std::string& sentence) {
  std::cerr << "kv_load: " << sentence << '\n';
  return exit_failed;
}

} // namespace

int main(int argc, char** argv) {
  using namespace quorate::bench;
  const auto asked = parse(argc, argv);
  if (const auto* help = std::get_if<help_text>(&asked)) {
    std::cout << help->text;
    return exit_ok;
  }
  if (const auto* no = std::get_if<refusal>(&asked)) {
    std::cerr << "kv_load: " << no->sentence << "\nTry 'kv_load --help'.\n";
    return exit_usage;
  }
  const auto& options = std::get<load_options>(asked);
  std::ofstream history;
  if (options.keeps_history()) {
    // Before the run: nobody wants to learn of a wrong folder after a minute.
    history.open(options.history, std::ios::binary | std::ios::trunc);
    if (!history) {
      std::cerr << "kv_load: " << options.history << ": this can't be written.\n";
      return exit_usage;
    }
  }
  const auto report = run(options, history);
  if (!report)
    return fail(to_string(report.error()));
  std::cout << as_text(*report);
  if (options.json)
    std::cout << as_json(*report).dump() << '\n';
  if (options.keeps_history() && !history.flush())
    return fail(options.history + ": not everything could be written.");
  const bool good = options.chaos ? report->recovered : report->counted.errors() == 0;
  return good ? exit_ok : exit_failed;
}
