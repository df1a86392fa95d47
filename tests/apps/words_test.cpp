#include "apps/quorate/command/words.hpp"

#include "apps/quorate/command/nodes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate::app {

namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

TEST(durations, have_a_number_and_a_unit) {
  EXPECT_EQ(*parse_duration("500ms"), milliseconds{500});
  EXPECT_EQ(*parse_duration("10s"), milliseconds{10'000});
  EXPECT_EQ(*parse_duration("5m"), milliseconds{300'000});
  EXPECT_EQ(*parse_duration("1h"), milliseconds{3'600'000});
  EXPECT_EQ(*parse_duration("30d"), milliseconds{2'592'000'000});
  EXPECT_EQ(*parse_duration("0"), milliseconds{0});
}

TEST(durations, that_are_none_are_refused) {
  for (const char* typed : {"", "10", "s", "-1s", "+1s", "1.5s", "1 s", "31d", "1w", "10sec",
                            "0x1s", "18446744073709551616s", "18446744073709551615d"}) {
    const auto read = parse_duration(typed);
    ASSERT_FALSE(read) << typed;
    EXPECT_EQ(read.error().code, errc::invalid_argument);
    EXPECT_THAT(read.error().message, HasSubstr("write 500ms, 10s"));
  }
}

TEST(durations, are_written_in_the_greatest_unit_that_leaves_no_rest) {
  for (const char* text : {"0s", "1ms", "1500ms", "90s", "5m", "25h", "2d"})
    EXPECT_EQ(duration_text(*parse_duration(text == std::string{"0s"} ? "0" : text)), text);
}

TEST(op_ids, are_32_hexadecimal_digits) {
  const std::string text = "0123456789abcdef00112233445566ff";
  const auto read = parse_op_id(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(to_string(*read), text);
  for (const char* wrong :
       {"", "1", "0123456789abcdef00112233445566f", "00000000000000000000000000000000",
        "0123456789abcdef00112233445566fg", "-123456789abcdef00112233445566ff"})
    EXPECT_FALSE(parse_op_id(wrong)) << wrong;
}

TEST(bytes_for_a_terminal, have_no_control_characters) {
  EXPECT_EQ(printable("n3 gamma"), "n3 gamma");
  EXPECT_EQ(printable("a\x1b[2Jb\n\tc\x7f"), "a?[2Jb??c?");
  EXPECT_EQ(printable("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
  EXPECT_EQ(printable("\xff\xc3"), "??");
  EXPECT_EQ(printable("\xc2\x9b"
                      "2J"),
            "?2J"); // A C1 control, which some terminals obey.
}

TEST(utf8, is_told_from_other_bytes) {
  for (const char* good : {"", "plain", "gr\xc3\xbc\xc3\x9f", "\xe2\x82\xac", "\xf0\x9f\x98\x80"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const char* bad : {"\xff", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",
                          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\x80"})
    EXPECT_FALSE(is_utf8(bad));
  EXPECT_TRUE(is_utf8(std::string("\0a", 2)));
}

TEST(base64, is_that_of_rfc_4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe"), "//4=");
}

TEST(nearest_word, is_the_one_that_was_meant) {
  const std::vector<std::string> verbs{"status", "node", "target", "policy"};
  EXPECT_EQ(nearest("statsu", verbs), "status");
  EXPECT_EQ(nearest("nodes", verbs), "node");
  EXPECT_EQ(nearest("xylophone", verbs), "");
  EXPECT_EQ(nearest("", verbs), "");
  EXPECT_EQ(nearest(std::string(100'000, 's'), verbs), "");
}

TEST(words_for_a_shell, are_one_word_again) {
  EXPECT_EQ(shell_quoted("db1:7400"), "db1:7400");
  EXPECT_EQ(shell_quoted("[::1]:7400"), "'[::1]:7400'");
  EXPECT_EQ(shell_quoted("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_quoted(""), "''");
}

nodes_view two_nodes(const std::string& first, const std::string& second) {
  nodes_view view;
  view.rows.resize(2);
  view.rows[0].record.id = node_id{1};
  view.rows[0].record.name = first;
  view.rows[1].record.id = node_id{2};
  view.rows[1].record.name = second;
  return view;
}

TEST(a_node, is_named_by_id_or_name) {
  const auto view = two_nodes("alpha", "beta");
  for (const char* typed : {"n2", "2", "beta", "id:2", "id:n2", "name:beta"}) {
    const auto id = node_named(typed, view);
    ASSERT_TRUE(id) << typed;
    EXPECT_EQ(*id, node_id{2}) << typed;
  }
  // A removed one has no row any more; the cluster knows it.
  EXPECT_EQ(*node_named("n7", view), node_id{7});
  for (const char* typed : {"gamma", "", "n", "0", "n0", "-1", "4294967296", "id:beta", "name:n2"})
    EXPECT_EQ(node_named(typed, view).error().code, errc::unknown_node) << typed;
}

TEST(a_node, whose_name_is_the_id_of_another_has_to_be_named_exactly) {
  const auto view = two_nodes("n2", "n1");
  const auto id = node_named("n2", view);
  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().code, errc::invalid_argument);
  EXPECT_THAT(id.error().message, HasSubstr("'name:n2' or 'id:2'"));
  EXPECT_EQ(*node_named("name:n2", view), node_id{1});
  EXPECT_EQ(*node_named("id:2", view), node_id{2});
  EXPECT_EQ(*node_named("n2", two_nodes("n1", "n2")), node_id{2});
}

TEST(a_node, that_came_back_on_another_disk_has_the_name_and_not_its_lost_row) {
  auto view = two_nodes("alpha", "alpha");
  view.rows[0].record.lost = true;
  EXPECT_EQ(*node_named("alpha", view), node_id{2});
}

} // namespace

} // namespace quorate::app
