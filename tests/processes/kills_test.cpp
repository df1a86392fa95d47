// A cluster in a process of its own, on disk, that is killed at drawn moments and started again.
//
// QUORATE_KILL_ROUNDS: how many kills of the first test, 20 if unset; the second founds a third as
// many clusters. QUORATE_KILL_SEED: draws them again; the moments are the same, what the machine
// does meanwhile isn't.
#include "runtime/base/random.hpp"
#include "tests/history/checker.hpp"
#include "tests/history/reader.hpp"
#include "tests/processes/child_process.hpp"
#include "tests/processes/lives.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <sstream>
#include <string>

namespace quorate::processes {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using milliseconds = std::chrono::milliseconds;

/// Far more than a start takes on a busy machine.
constexpr auto patience = 120s;
/// Every so many lives, one is left alone and looks at its replicas.
constexpr std::uint64_t look_every = 10;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const auto* text = std::getenv(variable);
  return text != nullptr && *text != '\0' ? std::strtoull(text, nullptr, 10) : otherwise;
}

/// When a life ends, and whether it is stopped for a while before.
struct plan {
  bool when_it_goes_on = false; ///< Times count from there, not from its start.
  milliseconds kill{};
  bool stops = false;
  milliseconds stop{};  ///< Before the kill.
  milliseconds go_on{}; ///< After the stop.
  bool stopped_to_its_end = false;
};

plan draw(base::random& rng) {
  plan out;
  const auto kind = rng.below(10);
  const std::uint64_t longest = kind < 2 ? 150 : kind < 4 ? 600 : 2000;
  out.when_it_goes_on = kind >= 4;
  out.kill = milliseconds{rng.below(longest)};
  out.stops = rng.chance(30);
  out.stop = milliseconds{rng.below(static_cast<std::uint64_t>(out.kill.count()) + 1)};
  out.go_on = milliseconds{rng.between(1, 1200)};
  out.stopped_to_its_end = rng.chance(25);
  return out;
}

std::string text_of(const plan& x) {
  std::ostringstream out;
  out << "killed " << x.kill.count() << " ms after "
      << (x.when_it_goes_on ? "it went on" : "its start");
  if (x.stops)
    out << ", stopped after " << x.stop.count() << " ms"
        << (x.stopped_to_its_end ? " to its end"
                                 : " for " + std::to_string(x.go_on.count()) + " ms");
  return out.str();
}

class a_killed_process : public testing::Test {
public:
  a_killed_process()
    : rounds(number_from("QUORATE_KILL_ROUNDS", 20)),
      seed(number_from("QUORATE_KILL_SEED", std::random_device{}())) {
    auto pattern = (std::filesystem::temp_directory_path() / "quorate-kills-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr)
      std::abort(); // Nothing can be tested here.
    where = pattern;
    log.open(where / "lives.log");
    begin_anew();
    note("seed " + std::to_string(seed) + ", " + std::to_string(rounds) + " rounds, in "
         + where.string());
  }
  ~a_killed_process() override {
    if (HasFailure())
      note("kept for a look: " + where.string());
    else
      std::filesystem::remove_all(where);
  }

  /// With a cluster that isn't there yet, and a history of its own.
  void begin_anew() {
    ++clusters;
    history = std::ofstream{path("history", ".jsonl")};
    heard.emplace(history);
  }
  std::string path(const std::string& what, const std::string& end = "") const {
    return (where / (what + std::to_string(clusters) + end)).string();
  }

  void note(const std::string& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
    log << line << std::endl;
  }

  child_process start(const char* what) {
    heard->begin_life();
    started = clock::now();
    return child_process{
      {QUORATE_KILL_CHILD, path("data"), std::to_string(life), std::to_string(seed), what}};
  }
  bool hear(child_process& child, clock::time_point until) {
    return child.hear(until, [this](const std::string& line) {
      const auto before = heard->goes_on();
      heard->hear(line);
      if (heard->goes_on() && !before)
        went_on_ms = std::chrono::ceil<milliseconds>(clock::now() - started).count();
    });
  }
  /// False: it ended by itself, or takes too long.
  bool hear_until_it_goes_on(child_process& child) {
    while (!heard->goes_on()) {
      if (clock::now() - started < patience && hear(child, clock::now() + 1ms))
        continue;
      expect_nothing_wrong(); // Its last words may say why.
      return false;
    }
    return true;
  }
  void expect_nothing_wrong() const {
    constexpr std::size_t told_max = 5;
    const auto& wrong = heard->wrong();
    for (std::size_t i = 0; i < std::min(wrong.size(), told_max); ++i)
      ADD_FAILURE() << "life " << life << ": " << wrong[i];
    if (wrong.size() > told_max)
      ADD_FAILURE() << "and " << wrong.size() - told_max << " more";
  }

  void be_killed(const plan& how);
  void look();
  void check();

  const std::uint64_t rounds;
  const std::uint64_t seed;
  std::uint64_t life = 0;
  std::filesystem::path where;
  std::uint64_t clusters = 0;
  std::ofstream log;
  std::ofstream history;
  std::optional<lives> heard;
  clock::time_point started;
  std::int64_t went_on_ms = 0; ///< Of the life that went on last: how long after its start.
};

void a_killed_process::be_killed(const plan& how) {
  ++life;
  const auto before = heard->operations();
  const auto open = heard->unknown();
  auto child = start("work");
  if (how.when_it_goes_on) {
    ASSERT_TRUE(hear_until_it_goes_on(child)) << "life " << life << " doesn't go on";
  }
  const auto begun = clock::now();
  auto kill_at = begun + how.kill;
  if (how.stops) {
    hear(child, begun + how.stop);
    child.signal(SIGSTOP);
    const auto on = clock::now() + how.go_on;
    hear(child, on);
    if (!how.stopped_to_its_end) {
      child.signal(SIGCONT);
      kill_at += how.go_on;
    }
  }
  hear(child, kill_at);
  child.signal(SIGKILL);
  ASSERT_FALSE(hear(child, clock::now() + patience)) << "its last words don't end";
  EXPECT_EQ(child.wait(), -SIGKILL) << "it ended before it was killed";
  const auto went_on = heard->goes_on();
  heard->end_life();
  note("life " + std::to_string(life) + ": " + text_of(how)
       + (went_on ? ", went on after " + std::to_string(went_on_ms) + " ms" : ", never went on")
       + "; " + std::to_string(heard->operations() - before) + " operations, "
       + std::to_string(heard->unknown() - open) + " of them open");
  expect_nothing_wrong();
}

void a_killed_process::look() {
  ++life;
  auto child = start("look");
  ASSERT_TRUE(hear_until_it_goes_on(child)) << "life " << life << " doesn't go on";
  ASSERT_FALSE(hear(child, started + patience)) << "it doesn't end";
  EXPECT_EQ(child.wait(), 0);
  heard->end_life();
  ASSERT_EQ(heard->replicas().size(), 3u);
  const auto& first = heard->replicas().front();
  note("life " + std::to_string(life) + ": 3 replicas at index " + std::to_string(first.applied)
       + ", revision " + std::to_string(first.revision) + ", hash " + std::to_string(first.hash));
  expect_nothing_wrong();
}

void a_killed_process::check() {
  heard->judge_counters();
  expect_nothing_wrong();
  history.close();
  std::ifstream in{path("history", ".jsonl")};
  const auto found = history::check(history::read(in));
  EXPECT_TRUE(found) << found.reason;
  note(std::to_string(life) + " lives: " + std::to_string(heard->operations()) + " operations, "
       + std::to_string(heard->unknown()) + " of them open for ever, "
       + std::to_string(found.revisions) + " revisions, " + std::to_string(found.gaps)
       + " of them of writes that nobody was told of; "
       + (found ? "linearizable" : "NOT linearizable"));
}

TEST_F(a_killed_process, loses_nothing_that_was_acknowledged_however_often_it_is_killed) {
  base::random rng{seed};
  for (std::uint64_t round = 1; round <= rounds && !HasFailure(); ++round) {
    be_killed(draw(rng));
    if (!HasFailure() && (round % look_every == 0 || round == rounds))
      look();
  }
  if (!HasFailure())
    check();
}

TEST_F(a_killed_process, founds_its_cluster_once_however_often_it_is_killed_meanwhile) {
  base::random rng{seed};
  for (std::uint64_t round = 0; round < (rounds + 2) / 3 && !HasFailure(); ++round, begin_anew()) {
    life = 0;
    plan how;
    for (auto kills = rng.between(1, 3); kills > 0 && !HasFailure(); --kills) {
      how.kill = milliseconds{rng.below(700)};
      be_killed(how);
    }
    if (!HasFailure())
      look();
    if (!HasFailure())
      check();
  }
}

} // namespace
} // namespace quorate::processes
