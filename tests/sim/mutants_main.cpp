// quorate_mutants: hunts the planted bugs with the simulator alone.
//
//   quorate_mutants [--seed S] [--cpu-seconds-each N] [--jobs N] [--only NAME]... [--from NAME]
//                   [--state FILE] [--markdown]
//
// With a state file it can be ended and continued: what stands there isn't hunted again. Exit code
// 1: one survived; 2: the command line is wrong.
#include "tests/sim/farm.hpp"
#include "tests/sim/hunt.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace {

using quorate::base::mutant;
using quorate::sim::hunted;

struct arguments {
  quorate::sim::hunt_order order;
  std::string state;
  bool markdown = false;
};

int usage() {
  std::fprintf(stderr,
               "usage: quorate_mutants [--seed S] [--cpu-seconds-each N] [--jobs N] [--only NAME] "
               "[--from NAME] [--state FILE] [--markdown]\n");
  return 2;
}

bool choose(const std::string& option, const std::string& name, std::vector<mutant>& planted) {
  const auto found = quorate::sim::find_mutant(name);
  if (!found || *found == mutant::none)
    return false;
  if (option == "--only") {
    planted.push_back(*found);
    return true;
  }
  for (auto one : quorate::sim::all_mutants())
    if (one >= *found)
      planted.push_back(one);
  return true;
}

bool parse(int argc, char** argv, arguments& out) {
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--markdown") {
      out.markdown = true;
      continue;
    }
    if (i + 1 == argc)
      return false;
    const char* value = argv[++i];
    if (option == "--seed")
      out.order.first_seed = std::strtoull(value, nullptr, 10);
    else if (option == "--cpu-seconds-each")
      out.order.cpu_seconds_each = std::strtod(value, nullptr);
    else if (option == "--jobs")
      out.order.jobs = static_cast<unsigned>(std::strtoul(value, nullptr, 10));
    else if (option == "--state")
      out.state = value;
    else if ((option != "--only" && option != "--from")
             || !choose(option, value, out.order.planted))
      return false;
  }
  if (out.order.planted.empty())
    out.order.planted = quorate::sim::all_mutants();
  return out.order.jobs > 0 && out.order.cpu_seconds_each > 0;
}

std::map<mutant, hunted> read_state(const std::string& file) {
  std::map<mutant, hunted> out;
  std::ifstream in{file};
  for (std::string line; std::getline(in, line);)
    if (auto x = quorate::sim::read_line(line))
      out[x->planted] = *x;
  return out;
}

} // namespace

int main(int argc, char** argv) {
  arguments with;
  if (!parse(argc, argv, with))
    return usage();
  auto known = read_state(with.state);
  const auto wanted = with.order.planted;
  auto& left = with.order.planted;
  left.erase(
    std::remove_if(left.begin(), left.end(), [&](mutant m) { return known.count(m) != 0; }),
    left.end());
  std::ofstream state;
  if (!with.state.empty())
    state.open(with.state, std::ios::app);
  quorate::sim::hunt_all(with.order, [&](const hunted& x) {
    known[x.planted] = x;
    state << line_of(x) << std::endl;
    std::fprintf(stderr, "%s\n", describe(x).c_str());
  });
  std::vector<hunted> all;
  double cpu_seconds = 0;
  for (auto m : wanted) {
    all.push_back(known[m]);
    cpu_seconds += known[m].cpu_seconds;
    if (!with.markdown)
      std::printf("%s\n", describe(known[m]).c_str());
  }
  if (with.markdown)
    std::printf("%s", markdown_table(all).c_str());
  const auto killed = std::count_if(all.begin(), all.end(),
                                    [](const hunted& x) { return x.killed(); });
  std::printf("%s%lld of %zu killed in %.0f CPU-seconds\n", with.markdown ? "\n" : "",
              static_cast<long long>(killed), all.size(), cpu_seconds);
  return static_cast<std::size_t>(killed) == all.size() ? 0 : 1;
}
