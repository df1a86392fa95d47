#include "messages/kv.hpp"
#include "messages/raft.hpp"
#include "runtime/base/codec.hpp"

#include <gtest/gtest.h>

namespace quorate::base {

namespace {

TEST(describer, names_fields_and_says_nodes_and_states_in_words) {
  node_record x;
  x.id = node_id{3};
  x.name = "c";
  x.state = node_state::member;
  x.storage = storage_id{1, 2};
  EXPECT_EQ(describe_fields(x),
            "{id: n3, name: \"c\", storage: 00000000000000010000000000000002, state: member, "
            "learner: false, lost: false, address: \"\", versions: {protocol_min: 1, "
            "protocol_max: 1, format: 1, feature_level: 1}, boot: {counter: 0, nonce: 0}, "
            "give_ups: 0, since: 0, why: register, by: node}");
}

TEST(describer, names_the_alternative) {
  EXPECT_EQ(describe_fields(kv::command{}), "{format: 1, content: open_session{}}");
  kv::write what = kv::erase{"k", {kv::condition::matches, revision{4}}};
  EXPECT_EQ(describe_fields(what), "erase{key: \"k\", pre: {kind: 3, expected: 4}}");
}

TEST(describer, writes_lists_and_optionals) {
  EXPECT_EQ(describe_fields(std::vector<node_id>{}), "[]");
  EXPECT_EQ(describe_fields(std::vector<node_id>{node_id{1}, node_id{}}), "[n1, -]");
  EXPECT_EQ(describe_fields(std::optional<std::string>{}), "none");
  EXPECT_EQ(describe_fields(std::optional<bool>{true}), "true");
  EXPECT_EQ(describe_fields(op_id{}), "-");
}

TEST(describer, escapes_and_cuts_strings) {
  EXPECT_EQ(describe_fields(std::string{"a\n\"\\\xFF"}), "\"a\\x0A\\\"\\\\\\xFF\"");
  auto text = describe_fields(shared_bytes{std::string(100, 'x')});
  EXPECT_EQ(text, "\"" + std::string(64, 'x') + "\"… of 100 bytes");
}

} // namespace

} // namespace quorate::base
