// When a node counts as alive, and when as ready for work.
#include "service/readiness.hpp"

#include "tests/service/situations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate::service {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> failing(const health& x) {
  std::vector<std::string> out;
  for (const auto& one : x.checks)
    if (!one.ok)
      out.push_back(one.name);
  EXPECT_EQ(x.ok, out.empty());
  return out;
}

std::vector<std::string> unready(const node_status& x, const readiness_options& options = {}) {
  return failing(readiness_of(x, options));
}

TEST(a_node_is_ready, on_a_good_day) {
  EXPECT_THAT(unready(good_status()), IsEmpty());
}

TEST(a_node_is_ready, while_it_waits_outside_of_consensus) {
  auto x = good_status();
  x.position = "auto_join/outsider";
  x.has_log = false;
  x.commit = log_index{9'999};
  x.applied = {};
  EXPECT_THAT(unready(x), IsEmpty());
}

TEST(a_node_is_not_ready, before_it_has_joined) {
  auto x = good_status();
  x.id = {};
  x.position = "unprovisioned";
  EXPECT_THAT(unready(x), ElementsAre("joined"));
  x.id = node_id{1};
  x.position = "unknown";
  EXPECT_THAT(unready(x), ElementsAre("joined"));
}

TEST(a_node_is_not_ready, once_it_was_removed) {
  auto x = good_status();
  x.position = "removed";
  EXPECT_THAT(unready(x), ElementsAre("joined"));
}

TEST(a_node_is_not_ready, without_a_leader) {
  auto x = good_status();
  x.leader = {};
  EXPECT_THAT(unready(x), ElementsAre("knows_leader"));
}

TEST(a_node_is_not_ready, while_it_is_too_far_behind) {
  auto x = good_status();
  readiness_options options;
  options.applied_lag_max = 2;
  EXPECT_THAT(unready(x, options), IsEmpty());
  options.applied_lag_max = 1;
  EXPECT_THAT(unready(x, options), ElementsAre("applied_is_current"));
}

TEST(a_node_is_not_ready, while_it_is_parked_unless_it_was_started_as_a_spare) {
  auto x = good_status();
  x.position = "standby/outsider";
  x.has_log = false;
  EXPECT_THAT(unready(x), ElementsAre("not_parked"));
  readiness_options options;
  options.parked = true;
  EXPECT_THAT(unready(x, options), IsEmpty());
}

TEST(a_node_is_not_ready, once_it_halted) {
  auto x = good_status();
  x.halted = make_error(errc::storage_failed);
  EXPECT_THAT(unready(x), ElementsAre("not_halted"));
}

TEST(a_node_is_not_ready, if_it_does_not_say_how_it_is) {
  const auto x = readiness_of(make_error(errc::deadline_exceeded), {});
  EXPECT_THAT(failing(x), ElementsAre("answers", "not_halted", "joined", "knows_leader",
                                      "applied_is_current", "not_parked"));
}

TEST(a_node_is_alive, unless_it_halted) {
  auto x = good_status();
  x.leader = {};
  EXPECT_THAT(failing(liveness_of(x)), IsEmpty());
  x.halted = make_error(errc::storage_failed);
  EXPECT_THAT(failing(liveness_of(x)), ElementsAre("not_halted"));
}

TEST(a_node_is_alive, also_if_it_is_too_busy_to_answer) {
  EXPECT_THAT(failing(liveness_of(make_error(errc::deadline_exceeded))), IsEmpty());
}

} // namespace

} // namespace quorate::service
