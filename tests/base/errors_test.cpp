// The texts of errors and names, compared with the headers that declare them.
#include "quorate/errc.hpp"
#include "quorate/membership.hpp"
#include "quorate/result.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

namespace quorate {

namespace {

/// The enumerators as they stand in the header, by number: lines like `  name = 17,`.
std::map<int, std::string> declared_codes() {
  std::map<int, std::string> result;
  std::ifstream in{"include/quorate/errc.hpp"}; // Tests run in the project's root.
  for (std::string line; std::getline(in, line);) {
    std::istringstream words{line};
    std::string name;
    std::string equals;
    int number = 0;
    char comma = 0;
    if (words >> name >> equals >> number >> comma && equals == "=" && comma == ',')
      result[number] = name;
  }
  return result;
}

TEST(errors, have_the_names_of_their_enumerators) {
  auto declared = declared_codes();
  if (declared.empty())
    GTEST_SKIP() << "the header isn't below the working directory";
  EXPECT_EQ(all_errcs().size(), declared.size());
  for (auto& [number, name] : declared)
    EXPECT_EQ(to_string(errc{static_cast<std::uint16_t>(number)}), name) << number;
}

TEST(errors, are_listed_in_ascending_order) {
  for (std::size_t i = 1; i < all_errcs().size(); ++i)
    EXPECT_LT(all_errcs()[i - 1], all_errcs()[i]);
}

TEST(errors, have_a_sentence_each) {
  std::set<std::string_view> sentences;
  for (auto code : all_errcs()) {
    EXPECT_EQ(sentence(code).back(), '.') << to_string(code);
    EXPECT_TRUE(sentences.insert(sentence(code)).second) << sentence(code);
  }
}

TEST(errors, of_a_newer_release_have_a_text_too) {
  EXPECT_EQ(to_string(errc{9'999}), "unknown");
  EXPECT_FALSE(sentence(errc{9'999}).empty());
}

TEST(errors, are_made_with_their_own_or_another_sentence) {
  EXPECT_EQ(to_string(make_error(errc::parked)),
            "parked: The node is parked: only an operator's `activate` makes it join.");
  EXPECT_EQ(to_string(make_error(errc::parked, "n3 is parked.")), "parked: n3 is parked.");
  EXPECT_FALSE(make_error(errc::not_leader).leader);
}

TEST(errors_death, abort_whoever_takes_their_value) {
  result<int> failed = make_error(errc::no_leader);
  EXPECT_DEATH(static_cast<void>(*failed), "no_leader: Nobody leads");
}

TEST(names, are_those_of_the_enumerators) {
  EXPECT_EQ(to_string(node_state::auto_join), "auto_join");
  EXPECT_EQ(to_string(node_role::leaving), "leaving");
  EXPECT_EQ(to_string(lifecycle_event::give_up), "give_up");
  EXPECT_EQ(to_string(lifecycle_event::re_register), "re_register");
}

TEST(names, leave_out_what_only_the_language_asks_for) {
  EXPECT_EQ(to_string(lifecycle_event::register_node), "register");
  EXPECT_EQ(to_string(initiator::operator_), "operator");
}

TEST(names, differ_and_are_known_for_every_event) {
  std::set<std::string_view> found;
  for (auto i = static_cast<int>(lifecycle_event::provision);
       i <= static_cast<int>(lifecycle_event::resume); ++i)
    EXPECT_TRUE(found.insert(to_string(static_cast<lifecycle_event>(i))).second) << i;
  EXPECT_EQ(found.count("unknown"), 0u);
}

TEST(names, of_nodes_are_short) {
  EXPECT_EQ(to_string(node_id{3}), "n3");
  EXPECT_EQ(to_string(node_id{}), "-");
  EXPECT_EQ(to_string(fingerprint{0xAB, 1}), "00000000000000ab0000000000000001");
}

} // namespace

} // namespace quorate
