#include "runtime/kv/sessions.hpp"

#include "runtime/base/codec.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/base/mutants.hpp"
#include "tests/kv/situations.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace quorate::kv {

namespace {

constexpr std::uint64_t start_ms = 1'000;

class kv_sessions : public testing::Test {
public:
  kv_sessions() {
    sessions_.open(session_id{5}, start_ms);
  }

  ~kv_sessions() override {
    base::set_mutant(base::mutant::none);
  }

  write_result execute(std::uint64_t sequence, write what, std::uint64_t ack_below = 0,
                       std::uint64_t at_ms = start_ms) {
    return sessions_.execute(numbered(5, sequence, std::move(what), ack_below), at_ms, store_);
  }

  /// What a replica has that loads a snapshot of this one.
  sessions reloaded() {
    auto result = sessions::load(base::encode(sessions_));
    EXPECT_TRUE(result) << to_string(result.error());
    return *result;
  }

  store store_;
  sessions sessions_;
};

TEST_F(kv_sessions, execute_a_new_write) {
  EXPECT_EQ(execute(1, put_of("a", "1")).at, revision{1});
  EXPECT_EQ(execute(2, put_of("a", "2")).at, revision{2});
}

TEST_F(kv_sessions, give_a_retry_the_first_answer_and_execute_nothing) {
  auto first = execute(1, put_of("a", "1"));
  execute(2, put_of("a", "2"));
  EXPECT_TRUE(same(execute(1, put_of("a", "1")), first));
  EXPECT_EQ(store_.get("a").value, "2");
}

TEST_F(kv_sessions, remember_a_failed_precondition_with_its_value) {
  store_.apply(put_of("a", "old"));
  auto first = execute(1, put_of("a", "1", if_absent));
  EXPECT_EQ(first.current, "old");
  store_.apply(erase_of("a"));
  auto again = execute(1, put_of("a", "1", if_absent));
  EXPECT_TRUE(same(again, first));
  EXPECT_EQ(store_.get("a").value, std::nullopt) << "it would succeed now, and mustn't";
}

TEST_F(kv_sessions, are_independent_of_each_other) {
  sessions_.open(session_id{6}, start_ms);
  execute(1, put_of("a", "1"));
  auto other = sessions_.execute(numbered(6, 1, put_of("a", "2")), start_ms, store_);
  EXPECT_EQ(other.at, revision{2});
}

TEST_F(kv_sessions, execute_writes_in_the_order_of_arrival) {
  EXPECT_EQ(execute(2, put_of("a", "2")).at, revision{1});
  EXPECT_EQ(execute(1, put_of("a", "1")).at, revision{2});
  EXPECT_EQ(execute(2, put_of("a", "2")).at, revision{1});
}

TEST_F(kv_sessions, refuse_unknown_sessions) {
  auto result = sessions_.execute(numbered(4, 1, put_of("a", "1")), start_ms, store_);
  EXPECT_EQ(result.outcome, errc::session_expired);
  EXPECT_EQ(store_.size(), 0u);
}

TEST_F(kv_sessions, forget_what_was_acknowledged_but_do_not_execute_it_again) {
  for (std::uint64_t i = 1; i <= 3; ++i)
    execute(i, put_of("a", std::to_string(i)));
  execute(4, put_of("a", "4"), 3);
  EXPECT_EQ(execute(2, put_of("a", "2")).outcome, errc::outcome_unknown);
  EXPECT_EQ(execute(3, put_of("a", "3")).at, revision{3});
  EXPECT_EQ(store_.get("a").value, "4");
}

TEST_F(kv_sessions, do_not_execute_what_was_acknowledged_unseen) {
  execute(4, put_of("a", "4"), 4);
  EXPECT_EQ(execute(3, put_of("a", "3")).outcome, errc::outcome_unknown);
  EXPECT_EQ(execute(0, put_of("a", "0")).outcome, errc::outcome_unknown);
  EXPECT_EQ(store_.get("a").value, "4");
}

TEST_F(kv_sessions, never_lower_what_was_acknowledged) {
  execute(4, put_of("a", "4"), 4);
  execute(5, put_of("a", "5"), 1);
  EXPECT_EQ(execute(3, put_of("a", "3")).outcome, errc::outcome_unknown);
}

TEST_F(kv_sessions, keep_as_many_answers_as_a_client_may_wait_for) {
  auto most = limits::session_answers_max;
  for (std::uint64_t i = 1; i <= most + 1; ++i)
    execute(i, put_of("a", std::to_string(i)));
  EXPECT_EQ(execute(1, put_of("a", "again")).outcome, errc::outcome_unknown);
  EXPECT_EQ(execute(2, put_of("a", "again")).at, revision{2});
  EXPECT_EQ(store_.current().value, most + 1);
}

TEST_F(kv_sessions, keep_large_values_in_answers_within_bounds) {
  store_.apply(put_of("a", std::string(limits::value_bytes_max, 'v')));
  for (std::uint64_t i = 1; i <= 5; ++i)
    execute(i, put_of("a", "", if_absent));
  EXPECT_EQ(execute(1, put_of("a", "", if_absent)).outcome, errc::outcome_unknown);
  EXPECT_EQ(execute(2, put_of("a", "", if_absent)).outcome, errc::precondition_failed);
  EXPECT_LT(base::encode(sessions_).size(), sessions::answer_bytes_max + 1'000);
}

TEST_F(kv_sessions, take_the_highest_sequence_number) {
  auto highest = UINT64_MAX;
  EXPECT_EQ(execute(highest, put_of("a", "1"), highest).at, revision{1});
  EXPECT_EQ(execute(highest, put_of("a", "1"), highest).at, revision{1});
  EXPECT_EQ(reloaded().state_hash(), sessions_.state_hash());
}

// -- the end of a session -------------------------------------------------------------------------

TEST_F(kv_sessions, end_after_being_idle_in_log_time) {
  auto last = start_ms + limits::session_idle_ms_max - 1;
  EXPECT_EQ(execute(1, put_of("a", "1"), 0, last).outcome, errc::none);
  auto next = last + limits::session_idle_ms_max;
  EXPECT_EQ(execute(1, put_of("a", "1"), 0, next).outcome, errc::session_expired);
  EXPECT_EQ(sessions_.size(), 0u);
  EXPECT_EQ(store_.current(), revision{1});
}

TEST_F(kv_sessions, are_kept_by_a_retry) {
  execute(1, put_of("a", "1"));
  auto half = limits::session_idle_ms_max / 2;
  for (std::uint64_t i = 1; i <= 5; ++i)
    EXPECT_EQ(execute(1, put_of("a", "1"), 0, start_ms + i * half).at, revision{1});
}

TEST_F(kv_sessions, take_a_stamp_of_the_past_for_the_latest_one) {
  sessions_.open(session_id{6}, start_ms + 100);
  sessions_.open(session_id{7}, start_ms);
  EXPECT_EQ(sessions_.log_time_ms(), start_ms + 100);
}

TEST_F(kv_sessions, make_room_by_ending_the_one_that_was_idle_longest) {
  for (std::uint64_t i = 1; i < limits::sessions_max; ++i)
    sessions_.open(session_id{5 + i}, start_ms + i);
  execute(1, put_of("a", "1"), 0, start_ms + limits::sessions_max);
  sessions_.open(session_id{100'000}, start_ms + limits::sessions_max);
  EXPECT_EQ(sessions_.size(), limits::sessions_max);
  EXPECT_TRUE(sessions_.is_open(session_id{5}));
  EXPECT_FALSE(sessions_.is_open(session_id{6}));
  EXPECT_TRUE(sessions_.is_open(session_id{7}));
}

TEST(kv_sessions_death, abort_when_an_entry_is_applied_twice) {
  sessions x;
  x.open(session_id{5}, 0);
  EXPECT_DEATH(x.open(session_id{5}, 0), "broken invariant");
  EXPECT_DEATH(x.open(session_id{}, 0), "broken invariant");
}

// -- snapshots and hashes -------------------------------------------------------------------------

TEST_F(kv_sessions, are_the_same_after_a_snapshot) {
  store_.apply(put_of("a", "old"));
  auto first = execute(1, put_of("a", "1", if_absent));
  execute(2, put_of("b", "2"), 1);
  auto copy = reloaded();
  EXPECT_EQ(copy.state_hash(), sessions_.state_hash());
  EXPECT_EQ(base::encode(copy), base::encode(sessions_));
  auto again = copy.execute(numbered(5, 1, put_of("a", "1", if_absent)), start_ms, store_);
  EXPECT_TRUE(same(again, first));
}

TEST_F(kv_sessions, have_another_hash_after_everything_that_matters) {
  auto hash = sessions_.state_hash();
  auto expect_changed = [&](const char* what) {
    EXPECT_NE(sessions_.state_hash(), hash) << what;
    hash = sessions_.state_hash();
    EXPECT_EQ(reloaded().state_hash(), hash) << what;
  };
  execute(1, put_of("a", "1"));
  expect_changed("an answer");
  execute(1, put_of("a", "1"), 0, start_ms + 1);
  expect_changed("activity");
  execute(1, put_of("a", "1"), 1, start_ms + 1);
  EXPECT_EQ(sessions_.state_hash(), hash) << "nothing new was acknowledged";
  execute(2, put_of("a", "1"), 2, start_ms + 1);
  expect_changed("an acknowledgement");
  execute(1, put_of("a", "1"), 9, start_ms + 1);
  expect_changed("an acknowledgement of all answers");
  execute(1, put_of("a", "1"), 10, start_ms + 1);
  expect_changed("an acknowledgement that comes without an answer");
  sessions_.open(session_id{6}, start_ms + 1);
  expect_changed("a session");
  sessions_.open(session_id{7}, start_ms + 1 + limits::session_idle_ms_max);
  expect_changed("the end of two sessions");
  EXPECT_EQ(sessions_.size(), 1u);
}

/// One session with answers to the given sequence numbers.
std::string image_of(std::uint64_t last_active, std::uint64_t low_water,
                     const std::vector<std::uint64_t>& sequences) {
  std::string out;
  base::encoder f{out};
  f.value(std::uint16_t{1});
  for (auto x : {start_ms, std::uint64_t{1}, std::uint64_t{5}, last_active, low_water,
                 std::uint64_t{sequences.size()}})
    f.value(x);
  for (auto sequence : sequences) {
    f.value(sequence);
    f.value(errc::none);
    f.value(revision{1});
    f.value(false);
    f.value(std::string{});
  }
  return out;
}

TEST_F(kv_sessions, of_a_snapshot_that_no_replica_has_written_are_refused) {
  EXPECT_TRUE(sessions::load(image_of(start_ms, 2, {2, 4})));
  EXPECT_FALSE(sessions::load(image_of(start_ms, 3, {2, 4})));
  EXPECT_FALSE(sessions::load(image_of(start_ms, 0, {})));
  EXPECT_FALSE(sessions::load(image_of(start_ms, 2, {4, 2})));
  EXPECT_FALSE(sessions::load(image_of(start_ms, 2, {4, 4})));
  EXPECT_FALSE(sessions::load(image_of(start_ms + 1, 2, {})));
  EXPECT_TRUE(sessions::load(image_of(0, 2, {}))) << "idle, but not for long enough";
}

TEST_F(kv_sessions, of_a_truncated_or_changed_snapshot_are_refused_or_consistent) {
  store_.apply(put_of("a", "old"));
  for (std::uint64_t i = 1; i <= 3; ++i)
    execute(i, put_of("a", "1", if_absent));
  auto bytes = base::encode(sessions_);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(sessions::load(std::string_view{bytes}.substr(0, size)));
  base::random draw{3};
  for (int i = 0; i < 20'000; ++i) {
    auto changed = bytes;
    changed[draw.below(bytes.size())] = static_cast<char>(draw.below(8));
    auto loaded = sessions::load(changed);
    ASSERT_TRUE(!loaded || base::encode(*loaded) == changed);
  }
}

// -- the planted bug ------------------------------------------------------------------------------

TEST_F(kv_sessions, execute_twice_only_with_the_planted_bug) {
  base::set_mutant(base::mutant::session_executes_again);
  EXPECT_EQ(execute(1, put_of("a", "1")).at, revision{1});
  EXPECT_EQ(execute(1, put_of("a", "1")).at, revision{2});
  EXPECT_EQ(reloaded().state_hash(), sessions_.state_hash()) << "it has to crash nothing else";
}

} // namespace

} // namespace quorate::kv
