#include "bench/kv_load/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace quorate::bench {

namespace {

using testing::HasSubstr;

std::variant<load_options, help_text, refusal> parsed(std::vector<const char*> words) {
  words.insert(words.begin(), "kv_load");
  return parse(static_cast<int>(words.size()), words.data());
}

/// Empty if it isn't refused.
std::string refused(const std::vector<const char*>& words) {
  const auto answer = parsed(words);
  const auto* no = std::get_if<refusal>(&answer);
  return no != nullptr ? no->sentence : "";
}

load_options understood(const std::vector<const char*>& words) {
  auto answer = parsed(words);
  EXPECT_EQ(refused(words), "");
  const auto* options = std::get_if<load_options>(&answer);
  return options != nullptr ? *options : load_options{};
}

TEST(load_options, bound_a_lease) {
  EXPECT_EQ(understood({"--lease-ms", "200"}).lease_ms, 200);
  EXPECT_THAT(refused({"--lease-ms", "60001"}), HasSubstr("--lease-ms is 0 to 60000"));
}

TEST(load_options, know_where_nodes_keep_their_log) {
  EXPECT_FALSE(understood({}).durable());
  EXPECT_TRUE(understood({"--storage", "rocksdb", "--data-dir", "d"}).durable());
  EXPECT_THAT(refused({"--storage", "paper"}), HasSubstr("--storage is memory or rocksdb"));
  EXPECT_THAT(refused({"--storage", "rocksdb"}), HasSubstr("needs a --data-dir"));
  EXPECT_THAT(refused({"--data-dir", "d"}), HasSubstr("is for --storage rocksdb"));
}

TEST(load_options, have_defaults) {
  const auto x = understood({});
  EXPECT_EQ(x.nodes, 3);
  EXPECT_EQ(x.clients, 64);
  EXPECT_EQ(x.value_bytes, 256);
  EXPECT_EQ(x.read_share, 0);
  EXPECT_EQ(x.keys, 10'000);
  EXPECT_EQ(x.seconds, 10);
  EXPECT_EQ(x.warmup_seconds, 1);
  EXPECT_FALSE(x.json || x.chaos || x.keeps_history());
}

TEST(load_options, are_read) {
  const auto x = understood({"--nodes", "5", "--clients=1", "--value-bytes", "0", "--read-share",
                             "95", "--seconds", "0.5", "--json", "--chaos", "--seed", "0"});
  EXPECT_EQ(x.nodes, 5);
  EXPECT_EQ(x.clients, 1);
  EXPECT_EQ(x.value_bytes, 0);
  EXPECT_EQ(x.read_share, 95);
  EXPECT_EQ(x.seconds, 0.5);
  EXPECT_EQ(x.seed, 0);
  EXPECT_TRUE(x.json && x.chaos);
}

TEST(load_options, have_few_keys_with_a_history) {
  EXPECT_EQ(understood({"--history", "file"}).keys, 64);
  EXPECT_EQ(understood({"--history", "file", "--keys", "7"}).keys, 7);
}

TEST(load_options, name_the_range_of_what_is_outside) {
  EXPECT_EQ(refused({"--nodes", "0"}), "--nodes is 1, 3, 5, 7 or 9, not 0.");
  EXPECT_EQ(refused({"--nodes", "4"}), "--nodes is 1, 3, 5, 7 or 9, not 4.");
  EXPECT_EQ(refused({"--nodes", "11"}), "--nodes is 1, 3, 5, 7 or 9, not 11.");
  EXPECT_EQ(refused({"--clients", "0"}), "--clients is 1 to 4096, not 0.");
  EXPECT_EQ(refused({"--clients", "4294967297"}), "--clients is 1 to 4096, not 4294967297.");
  EXPECT_EQ(refused({"--keys", "0"}), "--keys is 1 to 10000000, not 0.");
  EXPECT_EQ(refused({"--keys", "-1"}), "--keys is 1 to 10000000, not -1.");
  EXPECT_EQ(refused({"--value-bytes", "1048577"}), "--value-bytes is 0 to 1048576, not 1048577.");
  EXPECT_EQ(refused({"--read-share", "101"}), "--read-share is 0 to 100, not 101.");
  EXPECT_EQ(refused({"--seed", "-1"}), "--seed is 0 to 9223372036854775807, not -1.");
  EXPECT_EQ(refused({"--seconds", "0"}), "--seconds is 0.1 to 3600.");
  EXPECT_EQ(refused({"--seconds", "nan"}), "--seconds is 0.1 to 3600.");
  EXPECT_EQ(refused({"--warmup-seconds", "-1"}), "--warmup-seconds is 0 to 3600.");
}

TEST(load_options, ask_for_room_for_what_must_be_unique) {
  EXPECT_EQ(refused({"--history", "file", "--value-bytes", "15"}),
            "--value-bytes is 16 to 1048576, not 15.");
  EXPECT_EQ(refused({"--key-bytes", "4"}), "--key-bytes is 5 to 1024, not 4.");
  EXPECT_EQ(understood({"--key-bytes", "5"}).key_bytes, 5);
}

TEST(load_options, need_others_to_make_chaos) {
  EXPECT_THAT(refused({"--nodes", "1", "--chaos"}), HasSubstr("--chaos needs 3 nodes or more"));
}

TEST(load_options, load_what_is_elsewhere_as_it_is) {
  EXPECT_EQ(understood({"--remote", "a:1,b:2"}).remote, "a:1,b:2");
  EXPECT_EQ(refused({"--remote", "a:1", "--chaos"}),
            "--remote loads a cluster as it is: neither --chaos nor --storage go with it.");
}

TEST(load_options, bound_how_popular_keys_are) {
  EXPECT_EQ(understood({"--zipf", "0.99"}).zipf, 0.99);
  EXPECT_EQ(refused({"--zipf", "1"}), "--zipf is 0 to less than 1.");
  EXPECT_EQ(refused({"--zipf", "nan"}), "--zipf is 0 to less than 1.");
}

TEST(load_options, refuse_what_they_do_not_know) {
  EXPECT_THAT(refused({"--nodez", "3"}), HasSubstr("--nodez"));
  EXPECT_THAT(refused({"--node", "3"}), HasSubstr("--node"));
  EXPECT_THAT(refused({"here"}), HasSubstr("too many positional"));
  EXPECT_THAT(refused({"--nodes", "three"}), HasSubstr("three"));
  EXPECT_THAT(refused({"--nodes"}), HasSubstr("required argument"));
  EXPECT_THAT(refused({"--history", ""}), HasSubstr("--history"));
}

TEST(load_options, explain_themselves) {
  const auto answer = parsed({"--help"});
  ASSERT_TRUE(std::holds_alternative<help_text>(answer));
  EXPECT_THAT(std::get<help_text>(answer).text, HasSubstr("--read-share"));
}

} // namespace

} // namespace quorate::bench
