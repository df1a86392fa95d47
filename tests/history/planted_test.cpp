// Short histories written by hand: one error each, or something unusual that is none.
#include "tests/history/brute_force.hpp"
#include "tests/history/checker.hpp"
#include "tests/history/reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace quorate::history {

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;

/// A line of the file; what isn't said is as of an acknowledged put without a precondition.
struct line {
  std::string op;
  std::string key;
  std::string value; ///< Empty: null.
  int call;
  int ret; ///< Zero: null.
  int revision;
  std::string outcome = "ok";
  std::string pre = "none";
  int expect = 0;
};

line put(int call, int ret, const std::string& key, const std::string& value, int revision) {
  return {"put", key, value, call, ret, revision};
}

line get(int call, int ret, const std::string& key, const std::string& value, int revision) {
  return {"get", key, value, call, ret, revision};
}

line absent(int call, int ret, const std::string& key) {
  return {"get", key, "", call, ret, 0};
}

line erase(int call, int ret, const std::string& key, int revision) {
  return {"erase", key, "", call, ret, revision};
}

line with(line x, const std::string& pre, int expect = 0) {
  x.pre = pre;
  x.expect = expect;
  return x;
}

line failed(line x) {
  x.outcome = "precondition_failed";
  return x;
}

line rejected(line x) {
  x.outcome = "rejected";
  x.revision = 0;
  return x;
}

line unknown(line x) {
  x.outcome = "unknown";
  x.ret = x.revision = 0;
  return x;
}

std::string to_json(const line& x) {
  std::ostringstream out;
  out << R"({"client":1,"op":")" << x.op << R"(","key":")" << x.key << R"(","value":)";
  out << (x.value.empty() ? "null" : '"' + x.value + '"');
  out << R"(,"pre":")" << x.pre << R"(","expect":)" << x.expect << R"(,"call":)" << x.call;
  out << R"(,"return":)" << (x.ret == 0 ? "null" : std::to_string(x.ret));
  out << R"(,"outcome":")" << x.outcome << R"(","revision":)" << x.revision << "}\n";
  return out.str();
}

history written(const std::vector<line>& lines) {
  std::stringstream file;
  for (const auto& x : lines)
    file << to_json(x);
  return read(file);
}

void expect_accepted(const std::vector<line>& lines) {
  const auto what = written(lines);
  const auto found = check(what);
  EXPECT_EQ(found.result, decision::linearizable) << found.reason;
  EXPECT_THAT(found.lines, IsEmpty());
  EXPECT_TRUE(is_linearizable(what));
}

/// The reason contains `text`, and names the lines.
void expect_rejected(const std::vector<line>& lines, const std::string& text,
                     const std::vector<std::uint32_t>& concerned) {
  const auto what = written(lines);
  const auto found = check(what);
  EXPECT_EQ(found.result, decision::not_linearizable);
  EXPECT_THAT(found.reason, HasSubstr(text));
  EXPECT_THAT(found.lines, IsSupersetOf(concerned)) << found.reason;
  EXPECT_FALSE(is_linearizable(what));
}

// -- accepted -------------------------------------------------------------------------------------

TEST(planted, an_empty_history_is_linearizable) {
  expect_accepted({});
}

TEST(planted, one_operation_after_the_other_is_linearizable) {
  expect_accepted({absent(1, 2, "a"), put(3, 4, "a", "x", 1), get(5, 6, "a", "x", 1),
                   with(put(7, 8, "a", "y", 2), "matches", 1),
                   failed(with(put(9, 10, "a", "z", 2), "absent")), erase(11, 12, "a", 3),
                   absent(13, 14, "a"), erase(15, 16, "a", 3),
                   with(put(17, 18, "a", "w", 4), "absent"), get(19, 20, "a", "w", 4)});
}

TEST(planted, concurrent_reads_may_see_the_old_and_the_new_value) {
  expect_accepted({put(1, 2, "a", "x", 1), put(3, 9, "a", "y", 2), get(4, 8, "a", "y", 2),
                   get(5, 7, "a", "x", 1)});
}

TEST(planted, an_unknown_write_may_take_effect) {
  expect_accepted({unknown(put(1, 0, "a", "x", 0)), get(2, 3, "a", "x", 1)});
}

TEST(planted, an_unknown_write_may_have_no_effect) {
  expect_accepted({unknown(put(1, 0, "a", "x", 0)), absent(2, 3, "a"), put(4, 5, "a", "y", 1)});
}

TEST(planted, an_unknown_write_may_take_effect_late) {
  expect_accepted({unknown(put(1, 0, "a", "x", 0)), absent(2, 3, "a"), put(4, 5, "b", "y", 1),
                   absent(6, 7, "a"), get(8, 9, "a", "x", 2)});
}

TEST(planted, an_unknown_write_may_fill_a_gap_without_being_seen) {
  expect_accepted(
    {put(1, 2, "a", "x", 1), unknown(put(3, 0, "a", "y", 0)), put(4, 5, "a", "z", 3)});
}

TEST(planted, an_unknown_erase_may_take_effect_after_the_last_revision_that_was_seen) {
  expect_accepted({put(1, 2, "a", "x", 1), unknown(erase(3, 0, "a", 0)), get(4, 5, "a", "x", 1),
                   absent(6, 7, "a")});
}

TEST(planted, an_unknown_erase_may_need_a_put_that_nobody_saw) {
  expect_accepted({put(1, 2, "a", "x", 1), unknown(put(3, 0, "a", "y", 0)),
                   unknown(with(erase(4, 0, "a", 0), "matches", 2)), absent(5, 6, "a")});
}

// -- rejected -------------------------------------------------------------------------------------

TEST(planted, a_stale_read_is_found) {
  expect_rejected({put(1, 2, "a", "x", 1), put(3, 4, "a", "y", 2), get(5, 6, "a", "x", 1)},
                  "line 3 (get a -> revision 1) saw a stale value", {3, 2});
}

TEST(planted, a_read_that_is_older_than_another_read_is_found) {
  expect_rejected({put(1, 2, "a", "x", 1), put(3, 20, "a", "y", 2), get(5, 6, "a", "y", 2),
                   get(7, 8, "a", "x", 1)},
                  "saw a stale value", {4, 3, 2});
}

TEST(planted, a_stale_read_of_another_key_is_found) {
  // Each key for itself would be linearizable, the revisions are not.
  expect_rejected({put(1, 2, "a", "x", 1), put(3, 20, "a", "y", 2), put(4, 19, "b", "z", 3),
                   get(5, 6, "b", "z", 3), get(7, 8, "a", "x", 1)},
                  "saw a stale value", {5, 4, 2});
}

TEST(planted, a_lost_acknowledged_write_is_found) {
  expect_rejected({put(1, 2, "a", "x", 1), absent(3, 4, "a")}, "found no value where there was one",
                  {2, 1});
}

TEST(planted, a_double_application_is_found) {
  expect_rejected({put(1, 2, "a", "x", 1), put(3, 4, "a", "y", 3)}, "one took effect twice", {2});
}

TEST(planted, a_value_with_two_revisions_is_found) {
  expect_rejected({put(1, 2, "a", "x", 1), get(3, 4, "a", "x", 1), get(5, 6, "a", "x", 2),
                   put(7, 8, "b", "y", 3)},
                  "line 3 (get a -> revision 2) read a value with the wrong revision", {3, 1});
}

TEST(planted, an_unknown_write_that_takes_effect_twice_is_found) {
  expect_rejected({unknown(put(1, 0, "a", "x", 0)), get(2, 3, "a", "x", 1), put(4, 5, "a", "y", 2),
                   get(6, 7, "a", "x", 3), put(8, 9, "a", "z", 4)},
                  "took effect twice", {4, 1});
}

TEST(planted, an_unknown_write_that_fills_two_gaps_is_found) {
  expect_rejected(
    {unknown(put(1, 0, "a", "x", 0)), unknown(put(20, 0, "a", "late", 0)), put(2, 3, "a", "y", 3)},
    "revision 2 was written by nobody", {3});
}

TEST(planted, a_read_of_a_rejected_write_is_found) {
  expect_rejected(
    {rejected(put(1, 2, "a", "x", 0)), get(3, 4, "a", "x", 1), put(5, 6, "a", "y", 2)},
    "read the value of a write that was refused", {2, 1});
}

TEST(planted, reordered_revisions_are_found) {
  expect_rejected({put(1, 2, "a", "x", 2), put(3, 4, "b", "y", 1)},
                  "took effect at a revision that had been passed before it was called", {2, 1});
}

TEST(planted, a_precondition_that_held_without_cause_is_found) {
  expect_rejected({put(1, 2, "a", "x", 1), with(put(3, 4, "a", "y", 2), "absent")},
                  "found an absent key that was present", {2});
}

TEST(planted, an_expected_revision_that_was_gone_is_found) {
  expect_rejected(
    {put(1, 2, "a", "x", 1), put(3, 4, "a", "y", 2), with(put(5, 6, "a", "z", 3), "matches", 1)},
    "its key was no longer at the revision it expected", {3, 2});
}

TEST(planted, a_precondition_that_failed_without_cause_is_found) {
  expect_rejected({put(1, 2, "a", "x", 1), failed(with(put(3, 4, "a", "y", 1), "matches", 1))},
                  "failed its precondition without cause", {2});
}

TEST(planted, a_precondition_that_failed_at_a_stale_revision_is_found) {
  expect_rejected(
    {put(1, 2, "a", "x", 1), erase(3, 4, "a", 2), failed(with(put(5, 6, "a", "y", 1), "absent"))},
    "replaced a value that was still to be seen", {2, 3});
}

TEST(planted, a_value_that_nobody_wrote_is_found) {
  expect_rejected({put(1, 2, "a", "x", 1), get(3, 4, "a", "ghost", 1)},
                  "line 2 (get a -> revision 1) read a value that nobody wrote", {2});
}

TEST(planted, a_value_of_another_key_is_found) {
  expect_rejected({put(1, 2, "a", "x", 1), get(3, 4, "b", "x", 1)}, "a value of another key",
                  {2, 1});
}

TEST(planted, a_read_from_the_future_is_found) {
  expect_rejected({get(1, 2, "a", "x", 1), put(3, 4, "a", "x", 1)},
                  "had been passed before it was called", {2, 1});
}

TEST(planted, two_writes_with_one_revision_are_found) {
  expect_rejected({put(1, 4, "a", "x", 1), put(2, 3, "b", "y", 1)}, "two writes with one revision",
                  {1, 2});
}

TEST(planted, a_value_with_the_wrong_revision_is_found) {
  expect_rejected({put(1, 2, "a", "x", 1), put(3, 4, "b", "y", 2), get(5, 6, "a", "x", 2)},
                  "read a value with the wrong revision", {3, 1});
}

TEST(planted, an_erase_that_found_nothing_where_there_was_a_value_is_found) {
  expect_rejected({put(1, 2, "a", "x", 1), erase(3, 4, "a", 1)},
                  "erased nothing though there was a value", {2});
}

TEST(planted, an_absence_that_only_a_later_erase_explains_is_found) {
  // Revision 3 must be the erase of `b`, and revision 4 expects that `a` wasn't erased before it.
  expect_rejected({put(1, 2, "a", "x", 1), unknown(erase(3, 0, "a", 0)), put(1, 4, "b", "y", 2),
                   erase(5, 6, "b", 3), absent(7, 8, "a"),
                   with(put(9, 10, "a", "z", 4), "matches", 1)},
                  "took effect before it was called", {5, 6});
}

TEST(planted, a_revision_far_beyond_all_writes_is_found) {
  expect_rejected({put(1, 2, "a", "x", 2'000'000'000)}, "after at most 1 writes", {1});
}

} // namespace

} // namespace quorate::history
