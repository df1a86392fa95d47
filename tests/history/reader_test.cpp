#include "tests/history/reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace quorate::history {

namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string
  good = R"({"client":7,"op":"put","key":"k","value":"v","pre":"matches","expect":3,"call":10,)"
         R"("return":20,"outcome":"ok","revision":4})";

std::string changed(const std::string& from, const std::string& to) {
  auto result = good;
  return result.replace(result.find(from), from.size(), to);
}

/// What is said about a file whose second line is `line`.
std::string error_of(const std::string& line) {
  std::istringstream in{changed("\"v\"", "\"first\"") + '\n' + line + '\n'};
  try {
    read(in);
  } catch (const bad_history& error) {
    return error.what();
  }
  return "none";
}

TEST(reader, reads_all_of_a_line) {
  std::istringstream in{good};
  const auto what = read(in);
  ASSERT_EQ(what.operations.size(), 1u);
  const auto& x = what.operations[0];
  EXPECT_EQ(x.line, 1u);
  EXPECT_EQ(x.client, 7u);
  EXPECT_EQ(x.what, action::put);
  EXPECT_EQ(what.keys[x.key], "k");
  EXPECT_EQ(x.value, 0u);
  EXPECT_EQ(x.pre, condition::matches);
  EXPECT_EQ(x.expect, 3u);
  EXPECT_EQ(x.call, 10);
  EXPECT_EQ(x.ret, 20);
  EXPECT_EQ(x.result, outcome::ok);
  EXPECT_EQ(x.revision, 4u);
}

TEST(reader, names_the_line_of_garbage) {
  for (const char* garbage : {"garbage", "", "{", "[]", "7", "null", "{}", "{\"client\":1}", "\xff",
                              "{\"client\":{}}", "{\"client\":1}}"})
    EXPECT_THAT(error_of(garbage), StartsWith("line 2: ")) << garbage;
}

TEST(reader, names_the_line_that_was_cut_off) {
  for (std::size_t length = 0; length < good.size(); ++length)
    EXPECT_THAT(error_of(good.substr(0, length)), StartsWith("line 2: ")) << length;
}

TEST(reader, says_which_field_is_wrong) {
  EXPECT_EQ(error_of(changed("\"put\"", "\"post\"")), "line 2: 'op' has an unknown word");
  EXPECT_EQ(error_of(changed("\"put\"", "1")), "line 2: 'op' may not be a number");
  EXPECT_EQ(error_of(changed("7", "-7")), "line 2: 'client' may not be negative");
  EXPECT_EQ(error_of(changed("7", "7.5")), "line 2: 'client' may not be a fraction");
  EXPECT_EQ(error_of(changed("7", "99999999999")), "line 2: 'client' is too large");
  EXPECT_EQ(error_of(changed("7", "[7]")), "line 2: 'client' may not be a list");
  EXPECT_EQ(error_of(changed("7", "null")), "line 2: 'client' may not be null");
  EXPECT_EQ(error_of(changed("7", "true")), "line 2: 'client' may not be a boolean");
  EXPECT_EQ(error_of(changed("\"k\"", "null")), "line 2: 'key' may not be null");
  EXPECT_EQ(error_of(changed("\"client\":7,", "")), "line 2: 'client' is missing");
  EXPECT_EQ(error_of(changed("\"client\"", "\"call\":1,\"client\"")),
            "line 2: 'call' is there twice");
}

TEST(reader, says_which_fields_contradict_each_other) {
  EXPECT_EQ(error_of(changed("20", "9")), "line 2: it returned before it was called");
  EXPECT_EQ(error_of(changed("20", "null")),
            "line 2: without 'return' its outcome can only be unknown");
  EXPECT_EQ(error_of(changed("\"v\"", "null")), "line 2: a put needs a value");
  EXPECT_EQ(error_of(changed("put", "erase")), "line 2: an erase has no value");
  EXPECT_EQ(error_of(changed("put", "get")), "line 2: a get has no precondition");
  EXPECT_EQ(error_of(changed("\"v\"", "\"first\"")), "line 2: its value was put in line 1 already");
}

TEST(reader, ignores_fields_that_it_does_not_know) {
  EXPECT_EQ(
    error_of(changed("7", "7,\"node\":{\"name\":[1,{\"op\":\"x\"}]},\"t\":-1.5,\"n\":null")),
    "none");
}

} // namespace

} // namespace quorate::history
