#include "tests/scenarios/runner.hpp"

#include "runtime/base/check.hpp"
#include "tests/scenarios/commands.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace quorate::raft::scenarios {

namespace {

/// Which command runs: a broken invariant of the core aborts, and this says where.
std::string running;

void say_where(const std::string&) {
  std::fprintf(stderr, "while running %s\n", running.c_str());
}

struct reporting {
  reporting() {
    base::set_check_hook(say_where);
  }
  ~reporting() {
    base::set_check_hook(nullptr);
  }
};

outcome run_block(world& all, const std::string& file, const block& one) {
  outcome lines;
  for (const auto& what : one.commands) {
    running = file + ':' + std::to_string(what.line) + ": " + what.name;
    for (auto& line : run(all, file, what))
      lines.push_back(std::move(line));
  }
  if (lines.empty())
    lines.emplace_back("ok");
  return lines;
}

/// The longest common subsequence, by the table of the textbooks: outcomes are short.
std::vector<std::vector<std::size_t>> common_lengths(const outcome& a, const outcome& b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1,
                                              std::vector<std::size_t>(b.size() + 1, 0));
  for (std::size_t i = a.size(); i-- > 0;)
    for (std::size_t j = b.size(); j-- > 0;)
      table[i][j] = a[i] == b[j] ? table[i + 1][j + 1] + 1
                                 : std::max(table[i + 1][j], table[i][j + 1]);
  return table;
}

std::string diff(const outcome& expected, const outcome& actual) {
  auto table = common_lengths(expected, actual);
  std::string text;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < expected.size() || j < actual.size()) {
    if (i < expected.size() && j < actual.size() && expected[i] == actual[j]) {
      text += "  " + expected[i++] + '\n';
      ++j;
    } else if (j == actual.size() || (i < expected.size() && table[i + 1][j] >= table[i][j + 1])) {
      text += "- " + expected[i++] + '\n';
    } else {
      text += "+ " + actual[j++] + '\n';
    }
  }
  return text;
}

} // namespace

std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& one : std::filesystem::directory_iterator{folder})
    if (one.path().extension() == ".txt")
      names.push_back(one.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

std::string read_file(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::vector<outcome> run_all(const script& what) {
  reporting where;
  world all;
  std::vector<outcome> outcomes;
  for (const auto& one : what.blocks)
    outcomes.push_back(run_block(all, what.file, one));
  return outcomes;
}

std::string differences(const script& what, const std::vector<outcome>& outcomes) {
  std::string text;
  for (std::size_t i = 0; i < what.blocks.size(); ++i) {
    const auto& one = what.blocks[i];
    if (one.expected != outcomes[i])
      text += what.file + ':' + std::to_string(one.line) + ": " + one.commands.front().name + '\n'
              + diff(one.expected, outcomes[i]);
  }
  return text;
}

bool regenerate(const std::string& path) {
  auto before = read_file(path);
  auto what = parse(path, before);
  auto after = render(what, run_all(what));
  if (after == before)
    return false;
  std::ofstream{path, std::ios::binary} << after;
  return true;
}

} // namespace quorate::raft::scenarios
