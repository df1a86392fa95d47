// check_history: says whether the clients of a cluster saw one linearizable store.
//
//   check_history FILE [--min-ok-percent N]
//
// Prints one line about the history, and if it is bad one that says why. Exit code 0: linearizable,
// and at least N percent of the operations were answered; 1: not so; 2: the command line or the
// file is wrong; 3: there are too many ways in which it could be linearizable to try them all.
#include "tests/history/checker.hpp"
#include "tests/history/reader.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace history = quorate::history;

struct arguments {
  std::string file;
  double min_ok_percent = 0;
};

bool parse(int argc, char** argv, arguments& out) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--min-ok-percent") {
      if (++i == argc)
        return false;
      char* end = nullptr;
      out.min_ok_percent = std::strtod(argv[i], &end);
      if (end == argv[i] || *end != '\0' || !(out.min_ok_percent >= 0)
          || !(out.min_ok_percent <= 100))
        return false;
    } else if (out.file.empty() && !word.empty() && word[0] != '-') {
      out.file = word;
    } else {
      return false;
    }
  }
  return !out.file.empty();
}

struct totals {
  std::size_t operations = 0;
  double ok_percent = 0; ///< A failed precondition is an answer, too.
  std::size_t clients = 0;
  std::size_t keys = 0;
  std::size_t writes = 0; ///< Acknowledged.
};

totals count(const history::history& what) {
  totals result;
  std::size_t answered = 0;
  std::vector<std::uint32_t> clients;
  for (const auto& x : what.operations) {
    const bool ok = x.result == history::outcome::ok;
    answered += ok || x.result == history::outcome::precondition_failed ? 1 : 0;
    result.writes += ok && x.what != history::action::get ? 1 : 0;
    clients.push_back(x.client);
  }
  std::sort(clients.begin(), clients.end());
  clients.erase(std::unique(clients.begin(), clients.end()), clients.end());
  result.operations = what.operations.size();
  if (result.operations > 0)
    result.ok_percent = 100 * static_cast<double>(answered)
                        / static_cast<double>(result.operations);
  result.clients = clients.size();
  result.keys = what.keys.size();
  return result;
}

const char* name_of(history::decision x) {
  switch (x) {
  case history::decision::linearizable:
    return "linearizable";
  case history::decision::not_linearizable:
    return "NOT linearizable";
  default:
    return "undecided";
  }
}

int judge(const history::history& what, const arguments& with, double seconds_read) {
  const auto start = std::chrono::steady_clock::now();
  const auto found = history::check(what);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  const auto all = count(what);
  std::printf("%s: %zu operations, %.2f %% ok, %zu clients, %zu keys, %zu writes, "
              "%llu revisions, %llu gaps, %.1f s (%.1f s to read)\n",
              name_of(found.result), all.operations, all.ok_percent, all.clients, all.keys,
              all.writes, static_cast<unsigned long long>(found.revisions),
              static_cast<unsigned long long>(found.gaps), spent.count() + seconds_read,
              seconds_read);
  if (!found) {
    std::printf("%s\n", found.reason.c_str());
    return found.result == history::decision::undecided ? 3 : 1;
  }
  if (all.ok_percent < with.min_ok_percent) {
    std::printf("less than %.2f %% of the operations were answered\n", with.min_ok_percent);
    return 1;
  }
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  arguments with;
  if (!parse(argc, argv, with)) {
    std::fprintf(stderr, "usage: check_history FILE [--min-ok-percent N]\n");
    return 2;
  }
  std::ifstream in{with.file};
  if (!in) {
    std::fprintf(stderr, "%s: cannot be opened\n", with.file.c_str());
    return 2;
  }
  try {
    const auto start = std::chrono::steady_clock::now();
    const auto what = history::read(in);
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    return judge(what, with, spent.count());
  } catch (const history::bad_history& error) {
    std::fprintf(stderr, "%s: %s\n", with.file.c_str(), error.what());
    return 2;
  }
}
