#include "apps/quorate/verdict.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate::app {

namespace {

using testing::HasSubstr;

evidence all_is_well() {
  evidence found;
  found.members = found.target = 3;
  found.fresh = "n6";
  found.fresh_is_member = true;
  for (std::size_t i = 0; i < acts_all; ++i)
    found.acts.push_back({"an act", true, ""});
  found.keys_in_input = found.keys_in_store = found.keys_equal = 812;
  for (const char* name : {"n4", "n5", "n6", "n2"})
    found.replicas.push_back({name, log_index{900}, revision{812}, 0xabcdU});
  found.transitions = {{"park", 1}};
  return found;
}

/// The one check that fails, and its sentence.
std::string failing(const evidence& found) {
  const auto result = judge(found);
  EXPECT_FALSE(result.ok);
  std::string names;
  for (const auto& one : result.checks)
    if (!one.ok)
      names += one.name + ": " + one.text;
  return names;
}

TEST(verdict, is_good_if_all_of_it_held) {
  const auto result = judge(all_is_well());
  EXPECT_TRUE(result.ok);
  EXPECT_EQ(result.members, 3u);
  EXPECT_EQ(result.target, 3u);
  EXPECT_EQ(result.keys, 812u);
  EXPECT_TRUE(result.hashes_equal);
  EXPECT_EQ(result.transitions.at("park"), 1u);
  EXPECT_EQ(result.checks.back().text,
            "4 live replicas have the state hash 000000000000abcd at revision 812 (log index 900)");
}

TEST(verdict, needs_as_many_members_as_the_target) {
  auto found = all_is_well();
  found.members = 2;
  EXPECT_EQ(failing(found), "members: 2 members, target 3");
}

TEST(verdict, needs_the_fresh_node_as_a_member) {
  auto found = all_is_well();
  found.fresh_is_member = false;
  EXPECT_EQ(failing(found), "fresh_node: n6, the fresh node, is no member");
}

TEST(verdict, needs_every_act) {
  auto found = all_is_well();
  found.acts.pop_back();
  EXPECT_THAT(failing(found), HasSubstr("acts: 3 of 4 acts happened"));
  found.acts.push_back({"the last act", false, "nobody came"});
  EXPECT_THAT(failing(found), HasSubstr("3 of 4 acts happened; the last act: nobody came"));
}

evidence of_a_continuation() {
  auto found = all_is_well();
  found.fresh.clear();
  found.fresh_is_member = false;
  found.acts.clear();
  found.continued = continuation{true, 700, 700, ""};
  return found;
}

TEST(verdict, needs_no_acts_of_a_run_that_goes_on) {
  const auto result = judge(of_a_continuation());
  EXPECT_TRUE(result.ok);
  EXPECT_EQ(result.checks[1].text, "the nodes went on with what is on their disks");
  EXPECT_EQ(result.checks[2].text, "700 keys were there, all equal to the input");
}

TEST(verdict, needs_every_value_that_was_there_to_be_equal) {
  auto found = of_a_continuation();
  found.continued->equal = 698;
  EXPECT_EQ(failing(found), "found: 700 keys were there, 2 of them not equal to the input");
}

TEST(verdict, needs_nodes_that_went_on) {
  auto found = of_a_continuation();
  found.continued = continuation{false, 0, 0, "nobody leads"};
  EXPECT_EQ(failing(found), "continuation: the nodes didn't go on: nobody leads");
  EXPECT_EQ(judge(found).checks.size(), 1u) << "nothing else was looked at";
  EXPECT_FALSE(judge(found).hashes_equal);
}

TEST(verdict, needs_every_key_of_the_input_and_no_other) {
  auto found = all_is_well();
  found.keys_equal = 811;
  EXPECT_THAT(failing(found), HasSubstr("keys: 811 of 812 keys"));
  found = all_is_well();
  found.keys_in_store = 813;
  EXPECT_THAT(failing(found), HasSubstr("the store has 813"));
  found = all_is_well();
  found.keys_in_input = found.keys_in_store = found.keys_equal = 0;
  EXPECT_THAT(failing(found), HasSubstr("keys: 0 of 0"));
}

TEST(verdict, needs_a_load_that_ended) {
  auto found = all_is_well();
  found.load_trouble = "the load stopped";
  EXPECT_THAT(failing(found), HasSubstr("; the load stopped"));
}

TEST(verdict, needs_equal_hashes_at_one_revision) {
  auto found = all_is_well();
  found.replicas[2].hash = 1;
  EXPECT_THAT(failing(found), HasSubstr("replicas differ from n4"));
  EXPECT_THAT(failing(found), HasSubstr(": n6"));
  EXPECT_FALSE(judge(found).hashes_equal);
  found = all_is_well();
  found.replicas[1].store = revision{811};
  EXPECT_THAT(failing(found), HasSubstr(": n5"));
  found = all_is_well();
  found.replicas[1].applied = log_index{899};
  EXPECT_THAT(failing(found), HasSubstr(": n5"));
}

TEST(verdict, does_not_take_missing_replicas_for_equal_ones) {
  auto found = all_is_well();
  found.replicas.resize(2);
  EXPECT_THAT(failing(found), HasSubstr("only 2 live replicas"));
  found.replicas.clear();
  EXPECT_THAT(failing(found), HasSubstr("only 0 live replicas"));
  found = all_is_well();
  found.replica_trouble = "no common revision";
  EXPECT_EQ(failing(found), "hashes: no common revision");
}

} // namespace

} // namespace quorate::app
