// Values of the log: what stands as it is, and what is escaped.
#include "service/log_fields.hpp"

#include <gtest/gtest.h>

namespace quorate::service {

namespace {

TEST(log_values, that_are_plain_words_stand_as_they_are) {
  for (const auto* plain : {"n1", "member/voter", "10.0.0.1:7400", "[::1]:7400", "a_b-c,d", "+3"})
    EXPECT_EQ(log_value(plain), plain);
}

TEST(log_values, that_could_end_early_are_quoted) {
  EXPECT_EQ(log_value(""), "\"\"");
  EXPECT_EQ(log_value("a b"), "\"a b\"");
  EXPECT_EQ(log_value("a=b"), "\"a=b\"");
  EXPECT_EQ(log_value("a\"b"), R"("a\"b")");
  EXPECT_EQ(log_value("a\\"), R"("a\\")");
  EXPECT_EQ(log_value("a\nb\r\tc"), R"("a\nb\r\tc")");
}

TEST(log_values, keep_the_letters_of_all_languages) {
  EXPECT_EQ(log_value("Zürich"), "\"Zürich\"");
  EXPECT_EQ(log_value("東京"), "\"東京\"");
  EXPECT_EQ(log_value("🙂"), "\"🙂\"");
}

TEST(log_values, show_what_would_steer_a_terminal_or_hide) {
  EXPECT_EQ(log_value("\x1b[2J"), R"("\x1b[2J")");
  EXPECT_EQ(log_value(std::string_view{"a\0b", 3}), R"("a\x00b")");
  EXPECT_EQ(log_value("\x7f"), R"("\x7f")");
  EXPECT_EQ(log_value("\u009b"), R"("\xc2\x9b")") << "C1: begins a command of terminals";
  EXPECT_EQ(log_value("\u2028"), R"("\xe2\x80\xa8")") << "separates lines";
  EXPECT_EQ(log_value("\u202e"), R"("\xe2\x80\xae")") << "turns the direction";
  EXPECT_EQ(log_value("\u200b"), R"("\xe2\x80\x8b")") << "has no width";
}

TEST(log_values, show_what_is_no_utf_8) {
  EXPECT_EQ(log_value("\xff"), R"("\xff")");
  EXPECT_EQ(log_value("\xc3"), R"("\xc3")");
  EXPECT_EQ(log_value("\xc0\xaf"), R"("\xc0\xaf")") << "overlong";
  EXPECT_EQ(log_value("\xed\xa0\x80"), R"("\xed\xa0\x80")") << "a surrogate";
  EXPECT_EQ(log_value("\xf0\x80\x80\x80"), R"("\xf0\x80\x80\x80")") << "overlong";
}

TEST(log_values, are_ascii_in_json) {
  EXPECT_EQ(log_text({{"why", "a\u2028b\x7f\u0085\xff"}}, log_format::json_lines),
            R"("why":"a\u2028b\u007f\u0085\ufffd")");
}

TEST(log_values, of_any_bytes_are_one_printable_line) {
  std::uint64_t x = 1;
  for (int i = 0; i < 2'000; ++i) {
    std::string bytes;
    for (int n = 0; n < 24; ++n) {
      x = x * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
      bytes += static_cast<char>(x >> 56);
    }
    const auto shown = log_value(bytes);
    ASSERT_GE(shown.size(), 2u);
    for (std::size_t n = 0; n < shown.size(); ++n) {
      ASSERT_GE(static_cast<unsigned char>(shown[n]), 0x20);
      ASSERT_NE(shown[n], '\x7f');
      // The only quote that isn't escaped is the last byte.
      if (n > 0 && n + 1 < shown.size() && shown[n] == '"') {
        ASSERT_EQ(shown[n - 1], '\\');
      }
    }
  }
}

} // namespace

} // namespace quorate::service
