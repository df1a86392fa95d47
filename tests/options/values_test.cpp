// How values are written, kind by kind.
#include "runtime/options/values.hpp"

#include "runtime/base/random.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace quorate::options {
namespace {

using std::chrono::milliseconds;

struct read_case {
  const char* text;
  option_value value;
};

void expect_read(option_kind kind, const std::vector<read_case>& cases) {
  for (const auto& x : cases) {
    const auto found = parse_value(kind, x.text);
    ASSERT_TRUE(found) << x.text << ' ' << found.error().message;
    EXPECT_EQ(*found, x.value) << x.text;
    const auto again = parse_value(kind, show_value(kind, *found));
    ASSERT_TRUE(again) << show_value(kind, *found);
    EXPECT_EQ(*again, x.value) << x.text;
  }
}

void expect_refused(option_kind kind, const std::vector<std::string>& cases) {
  for (const auto& x : cases)
    EXPECT_FALSE(parse_value(kind, x)) << "'" << x << "' is taken";
}

TEST(durations, are_numbers_with_units) {
  const auto most = milliseconds::max();
  expect_read(option_kind::duration, {{"250ms", milliseconds{250}},
                                      {"2s", milliseconds{2'000}},
                                      {"1m", milliseconds{60'000}},
                                      {"1h", milliseconds{3'600'000}},
                                      {"30d", milliseconds{30LL * 86'400'000}},
                                      {"0s", milliseconds{0}},
                                      {"5 min", milliseconds{300'000}},
                                      {"100 ms", milliseconds{100}},
                                      {"007s", milliseconds{7'000}},
                                      {"9223372036854775807ms", most}});
  EXPECT_EQ(*parse_value(option_kind::duration, "99999999999999999999999d"), option_value{most})
    << "an overflow isn't the largest duration";
}

TEST(durations, that_are_none_are_refused) {
  expect_refused(option_kind::duration, {"",     " ",    "5",    "0",    "ms",   "5 ",   " 5s",
                                         "5s ",  "5  s", "-5s",  "+5s",  "5.5s", "5S",   "5sec",
                                         "5m5s", "5MiB", "1e3s", "0x5s", "\t5s", "5\ns", "five"});
}

TEST(durations, without_a_unit_are_told_so) {
  EXPECT_EQ(parse_value(option_kind::duration, "5").error().message,
            "has no unit; a duration is written 250ms, 2s, 5m, 1h or 30d");
}

TEST(durations, are_shown_in_the_largest_unit_that_leaves_no_rest) {
  const std::vector<std::pair<std::int64_t, const char*>> cases{
    {0, "0s"},       {1, "1ms"},     {999, "999ms"},    {1'000, "1s"},      {1'001, "1001ms"},
    {90'000, "90s"}, {60'000, "1m"}, {3'600'000, "1h"}, {5'400'000, "90m"}, {86'400'000, "1d"}};
  for (const auto& [ms, text] : cases)
    EXPECT_EQ(show_value(option_kind::duration, milliseconds{ms}), text);
  EXPECT_EQ(show_value(option_kind::duration, milliseconds{-5}), "-5ms");
  EXPECT_EQ(spell_value(option_kind::duration, milliseconds{300'000}), "5 min");
}

TEST(sizes, are_numbers_with_units) {
  expect_read(option_kind::size, {{"0B", std::uint64_t{0}},
                                  {"512B", std::uint64_t{512}},
                                  {"64KiB", std::uint64_t{65'536}},
                                  {"128MiB", std::uint64_t{128} << 20},
                                  {"128 MiB", std::uint64_t{128} << 20},
                                  {"1GiB", std::uint64_t{1} << 30},
                                  {"1TiB", std::uint64_t{1} << 40},
                                  {"18446744073709551615B", UINT64_MAX},
                                  {"99999999999TiB", UINT64_MAX}});
  expect_refused(option_kind::size, {"", "5", "0", "B", "5MB", "5M", "5mib", "-5B", "1.5GiB", "5ms",
                                     "5  MiB", " 5B", "5B "});
  EXPECT_EQ(show_value(option_kind::size, std::uint64_t{1536}), "1536B");
  EXPECT_EQ(spell_value(option_kind::size, std::uint64_t{3} << 20), "3 MiB");
}

TEST(counts, are_digits) {
  expect_read(option_kind::count, {{"0", std::uint64_t{0}},
                                   {"10000", std::uint64_t{10'000}},
                                   {"18446744073709551615", UINT64_MAX},
                                   {"18446744073709551616", UINT64_MAX},
                                   {"99999999999999999999999", UINT64_MAX}});
  expect_refused(option_kind::count,
                 {"", " ", "-1", "+1", "1.0", "1,000", "0x10", "1e3", "1 ", " 1", "ten", "1s"});
  EXPECT_EQ(spell_value(option_kind::count, std::uint64_t{1'234'567}), "1,234,567");
}

TEST(flags, are_words) {
  for (const char* yes : {"true", "yes", "on"})
    expect_read(option_kind::flag, {{yes, true}});
  for (const char* no : {"false", "no", "off"})
    expect_read(option_kind::flag, {{no, false}});
  expect_refused(option_kind::flag, {"", "1", "0", "True", "y", "yes ", "truefalse"});
}

TEST(lists, have_commas) {
  using list = std::vector<std::string>;
  expect_read(option_kind::list, {{"", list{}},
                                  {"  ", list{}},
                                  {"a", list{"a"}},
                                  {"a,b", list{"a", "b"}},
                                  {" a , b\t", list{"a", "b"}}});
  expect_refused(option_kind::list, {",", "a,", ",a", "a,,b", "a, ,b"});
}

TEST(texts, have_no_control_characters_and_an_end) {
  expect_read(option_kind::text, {{"", std::string{}}, {" a b ", std::string{" a b "}}});
  expect_refused(option_kind::text, {"a\nb", "a\rb", std::string{"a\0b", 3}, "\x1b[31m", "\x7f",
                                     std::string(32'769, 'a')});
  EXPECT_TRUE(parse_value(option_kind::text, std::string(32'768, 'a')));
  EXPECT_TRUE(parse_value(option_kind::text, "n\xC3\xBCrnberg"));
}

TEST(values, are_quoted_without_what_a_terminal_would_obey) {
  EXPECT_EQ(in_quotes("a"), "'a'");
  EXPECT_EQ(in_quotes("\x1b[31m\n"), "'?[31m?'");
  EXPECT_EQ(in_quotes(std::string(65, 'x')), "'" + std::string(64, 'x') + "...'");
}

TEST(values, of_random_letters_are_refused_or_read_the_same_again) {
  base::random draw{11};
  const std::string letters{"0019 msmhdinBKMGTtrueoffsyn,.-+"};
  for (int round = 0; round < 200'000; ++round) {
    std::string text;
    for (auto left = draw.below(8); left > 0; --left)
      text += draw.chance(97) ? letters[draw.below(letters.size())]
                              : static_cast<char>(draw.next());
    for (const auto kind : {option_kind::text, option_kind::list, option_kind::count,
                            option_kind::duration, option_kind::size, option_kind::flag}) {
      const auto found = parse_value(kind, text);
      if (!found)
        continue;
      const auto again = parse_value(kind, show_value(kind, *found));
      ASSERT_TRUE(again) << text;
      EXPECT_EQ(*again, *found) << text;
    }
  }
}

} // namespace
} // namespace quorate::options
