#include "bench/kv_load/history.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace quorate::bench {

namespace {

std::string line(const record& x, const client_history& of = {}) {
  std::string out;
  append_line(out, 7, of, x, 4);
  return out;
}

TEST(history, writes_a_put) {
  record x;
  x.kind = op_kind::put;
  x.key = 12;
  x.value = {7, 3};
  x.call_ns = 100;
  x.return_ns = 250;
  x.outcome = outcome::ok;
  x.at = revision{9};
  EXPECT_EQ(line(x),
            R"({"client":7,"op":"put","key":"k012","value":"c7-3","pre":"none","expect":0,)"
            R"("call":100,"return":250,"outcome":"ok","revision":9})");
}

TEST(history, writes_a_read_of_nothing) {
  record x;
  x.call_ns = 1;
  x.return_ns = 2;
  x.outcome = outcome::ok;
  EXPECT_EQ(line(x), R"({"client":7,"op":"get","key":"k000","value":null,"pre":"none","expect":0,)"
                     R"("call":1,"return":2,"outcome":"ok","revision":0})");
}

TEST(history, writes_what_became_of_a_condition) {
  record x;
  x.kind = op_kind::erase;
  x.value = {7, 0};
  x.pre = pre_kind::matches;
  x.expected = revision{18'446'744'073'709'551'615U};
  x.return_ns = 5;
  x.outcome = outcome::precondition_failed;
  x.at = revision{4};
  EXPECT_EQ(line(x), R"({"client":7,"op":"erase","key":"k000","value":null,"pre":"matches",)"
                     R"("expect":18446744073709551615,"call":0,"return":5,)"
                     R"("outcome":"precondition_failed","revision":4})");
}

TEST(history, writes_no_return_of_an_unknown_outcome) {
  record x;
  x.kind = op_kind::put;
  x.value = {7, 1};
  x.pre = pre_kind::absent;
  x.return_ns = 5;
  x.outcome = outcome::unknown;
  EXPECT_EQ(line(x), R"({"client":7,"op":"put","key":"k000","value":"c7-1","pre":"absent",)"
                     R"("expect":0,"call":0,"return":null,"outcome":"unknown","revision":0})");
}

TEST(history, writes_a_value_of_nobody_as_it_is) {
  client_history of;
  record x;
  x.strange = true;
  of.keep_strange("another");
  x.value.number = of.keep_strange("a \"b\"\n\xFF");
  x.outcome = outcome::rejected;
  EXPECT_EQ(line(x, of),
            "{\"client\":7,\"op\":\"get\",\"key\":\"k000\","
            "\"value\":\"strange: a \\\"b\\\"\\n\\ufffd\",\"pre\":\"none\",\"expect\":0,"
            "\"call\":0,\"return\":0,\"outcome\":\"rejected\",\"revision\":0}");
}

TEST(history, keeps_the_order_of_many) {
  client_history all;
  constexpr int count = 10'000; // More than one chunk.
  for (int i = 0; i < count; ++i) {
    record x;
    x.call_ns = i;
    all.add(x);
  }
  std::ostringstream out;
  write_history(out, 1, all, 4);
  std::istringstream lines{out.str()};
  std::string one;
  int i = 0;
  for (; std::getline(lines, one); ++i)
    ASSERT_NE(one.find("\"call\":" + std::to_string(i) + ','), std::string::npos) << one;
  EXPECT_EQ(i, count);
}

} // namespace

} // namespace quorate::bench
