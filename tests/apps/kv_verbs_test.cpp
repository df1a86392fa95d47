#include "tests/apps/command_cluster.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate::app {

namespace {

using testing::HasSubstr;

TEST(kv, gives_back_what_was_put_to_the_byte) {
  command_cluster quorate{1};
  EXPECT_EQ(quorate.run({"kv", "put", "greeting", "hello"}).code, exit_ok);
  const auto got = quorate.run({"kv", "get", "greeting"});
  EXPECT_EQ(got.code, exit_ok) << got;
  EXPECT_EQ(got.out, "hello");
  const std::string bytes("\0\xff\n\x1b", 4);
  EXPECT_EQ(quorate.run({"kv", "put", "bytes", "-"}, bytes).code, exit_ok);
  EXPECT_EQ(quorate.run({"kv", "get", "bytes"}).out, bytes);
  EXPECT_EQ(quorate.run({"kv", "get", "bytes", "--local"}).out, bytes);
  const auto in_json = quorate.run({"kv", "get", "bytes", "--json"});
  EXPECT_EQ(in_json.object()["value"], "AP8KGw==");
  EXPECT_EQ(in_json.object()["value_encoding"], "base64");
  EXPECT_EQ(quorate.run({"kv", "put", "empty", "-"}).code, exit_ok);
  EXPECT_EQ(quorate.run({"kv", "get", "empty", "--json"}).object()["found"], true);
  const auto odd = quorate.run({"kv", "put", "--json", "--", "-k\xff", "-v"});
  EXPECT_EQ(odd.object()["key_encoding"], "base64") << odd;
  EXPECT_EQ(quorate.run({"kv", "get", "--", "-k\xff"}).out, "-v");
}

TEST(kv, without_a_value_is_told_from_an_empty_one) {
  command_cluster quorate{1};
  const auto none = quorate.run({"kv", "get", "nothing"});
  EXPECT_EQ(none.code, exit_failed) << none;
  EXPECT_EQ(none.out, "");
  EXPECT_THAT(none.err, HasSubstr("'nothing' has no value"));
  EXPECT_EQ(quorate.run({"kv", "get", "nothing", "--json"}).object()["found"], false);
}

TEST(kv, writes_on_conditions) {
  command_cluster quorate{1};
  const auto first = quorate.run({"kv", "put", "k", "a", "--cas", "absent", "--json"});
  ASSERT_EQ(first.code, exit_ok) << first;
  const auto revision = first.object()["revision"].get<std::uint64_t>();
  const auto refused = quorate.run({"kv", "put", "k", "b", "--cas", "absent", "--json"});
  EXPECT_EQ(refused.code, exit_refused) << refused;
  EXPECT_EQ(refused.object()["error"]["code"], "precondition_failed");
  EXPECT_EQ(refused.object()["error"]["revision"], revision);
  EXPECT_EQ(quorate.run({"kv", "put", "k", "b", "--cas", std::to_string(revision)}).code, exit_ok);
  EXPECT_EQ(quorate.run({"kv", "erase", "k", "--cas", std::to_string(revision)}).code,
            exit_refused);
  EXPECT_EQ(quorate.run({"kv", "get", "k"}).out, "b");
  EXPECT_EQ(quorate.run({"kv", "erase", "k", "--json"}).code, exit_ok);
  EXPECT_EQ(quorate.run({"kv", "erase", "k"}).code, exit_ok);
  EXPECT_EQ(quorate.run({"kv", "get", "k"}).code, exit_failed);
}

TEST(kv, keeps_to_the_limits_of_the_store) {
  command_cluster quorate{1};
  const std::string large(1U << 20U, 'v');
  EXPECT_EQ(quorate.run({"kv", "put", "large", "-"}, large).code, exit_ok);
  const auto longer = quorate.run({"kv", "put", "large", "-"}, large + 'v');
  EXPECT_EQ(longer.code, exit_usage) << longer;
  EXPECT_THAT(longer.err, HasSubstr("value_too_large"));
  EXPECT_EQ(quorate.run({"kv", "put", std::string(1'025, 'k'), "v"}).code, exit_usage);
  EXPECT_THAT(quorate.run({"kv", "get", ""}).err, HasSubstr("key_empty"));
}

} // namespace

} // namespace quorate::app
