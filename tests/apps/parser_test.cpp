#include "apps/quorate/command/parser.hpp"

#include "tests/apps/command_cluster.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate::app {

namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using words_list = std::vector<std::string>;

/// A command that may reach nobody: usage errors come before any connection.
class unconnected : public command_line {
public:
  unconnected() {
    connect = [](const connection_options&) -> result<std::unique_ptr<cluster_access>> {
      ADD_FAILURE() << "it connects";
      return make_error(errc::unreachable);
    };
  }
};

void expect_refused(const words_list& words, const std::string& sentence) {
  unconnected quorate;
  const auto ended = quorate.run(words);
  EXPECT_EQ(ended.code, exit_usage) << ended;
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err, HasSubstr(sentence));
}

TEST(usage, of_no_verb_or_an_unknown_one_names_the_nearest) {
  expect_refused({}, "which verb?");
  expect_refused({"statsu"}, "unknown verb 'statsu'. Did you mean 'status'?");
  expect_refused({"node"}, "'node' what? One of: ls, status, explain, park");
  expect_refused({"node", "prak", "n3"}, "unknown verb 'node prak'. Did you mean 'park'?");
  expect_refused({"--timeout", "1s", "status"}, "'--timeout' is no verb, and the verb comes first");
  expect_refused({""}, "unknown verb ''");
  expect_refused({"a\x1b[2J"}, "unknown verb 'a?[2J'");
}

TEST(usage, of_unknown_options_names_the_nearest) {
  expect_refused({"status", "--chekc"}, "unknown option '--chekc'. Did you mean '--check'?");
  expect_refused({"status", "--force"}, "unknown option '--force'");
  expect_refused({"node", "park", "n3", "--forc"}, "Did you mean '--force'?");
  expect_refused({"status", "-x"}, "stands behind '--'");
}

TEST(usage, of_options_is_strict_about_values) {
  expect_refused({"status", "--timeout"}, "--timeout wants a value");
  expect_refused({"status", "--timeout="}, "--timeout wants DURATION");
  expect_refused({"status", "--timeout", "1s", "--timeout=2s"}, "--timeout is given twice");
  expect_refused({"status", "--check=yes"}, "--check takes no value");
  expect_refused({"status", "--timeout", "10"}, "--timeout: '10' is no duration");
  expect_refused({"status", "--timeout", "2h"}, "--timeout is 1ms to 1h");
  expect_refused({"status", "--timeout", "0"}, "--timeout is 1ms to 1h");
  expect_refused({"node", "park", "n3", "--wait=soon"}, "--wait: 'soon' is no duration");
  expect_refused({"node", "park", "n3", "--op-id", "7"}, "an op id has 32 hexadecimal digits");
  expect_refused({"target", "3", "--wait", "--no-wait"}, "--wait and --no-wait exclude each other");
}

TEST(usage, of_operands_counts_them) {
  expect_refused({"status", "here"}, "'here' is too much; usage: quorate status");
  expect_refused({"node", "park"}, "usage: quorate node park NODE");
  expect_refused({"node", "replace", "n1"}, "usage: quorate node replace OLD NEW");
  expect_refused({"kv", "put", "key"}, "usage: quorate kv put KEY VALUE|-");
  expect_refused({"target", "five"}, "a number from 0 to 4294967295 is wanted, not 'five'");
}

TEST(usage, of_values_that_no_cluster_is_needed_to_refuse) {
  expect_refused({"history", "--event", "parking"}, "--event is one of provision, register");
  expect_refused({"history", "--by", "me"}, "--by is one of operator, policy, node");
  expect_refused({"history", "--count", "0"}, "--count: a number from 1 to 1000");
  expect_refused({"history", "--after", "x"}, "--after: a number");
  expect_refused({"op", "show", "7"}, "an op id has 32 hexadecimal digits");
  expect_refused({"policy", "set", "replace_aftr=1m"}, "Did you mean 'replace_after'?");
  expect_refused({"kv", "put", "k", "v", "--cas", "maybe"}, "--cas is 'absent' or a revision");
  expect_refused({"kv", "erase", "k", "--cas", "0"}, "--cas is 'absent' or a revision");
  expect_refused({"controller", "pause", "--for", "long"}, "--for: 'long' is no duration");
  expect_refused({"node", "replace", "a", "b", "--old-becomes", "x"}, "--old-becomes is standby");
  expect_refused({"completion", "fish"}, "completion for bash only");
  expect_refused({"manual", "pdf"}, "man or markdown");
  expect_refused({"status", "--tls-ca", "ca.pem"}, "go together");
}

TEST(usage, that_is_wrong_is_told_in_json_too) {
  unconnected quorate;
  for (const auto& words : {words_list{"node", "park", "--json"}, words_list{"nod", "--json"},
                            words_list{"status", "--timeout", "never", "--json"}}) {
    const auto ended = quorate.run(words);
    EXPECT_EQ(ended.code, exit_usage);
    EXPECT_EQ(ended.object()["error"]["code"], "invalid_argument");
  }
}

TEST(usage, of_a_value_behind_two_dashes_takes_it_as_it_is) {
  const auto table = all_verbs({});
  const auto read = parse(table, {"kv", "put", "--json", "--", "-key", "--help"});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_THAT(read->operands, ElementsAre("-key", "--help"));
  EXPECT_TRUE(read->has("json"));
}

TEST(usage, allows_options_among_the_operands) {
  const auto table = all_verbs({});
  const auto read = parse(table, {"node", "replace", "--wait=5s", "n1", "--address", "a:1", "n4",
                                  "--address=b:1", "--wait"});
  ASSERT_FALSE(read);
  const auto once = parse(
    table, {"node", "replace", "--wait", "n1", "--address", "a:1", "n4", "--address=b:1"});
  ASSERT_TRUE(once) << once.error().message;
  EXPECT_THAT(once->operands, ElementsAre("n1", "n4"));
  EXPECT_THAT(once->values("address"), ElementsAre("a:1", "b:1"));
  EXPECT_EQ(once->value("wait"), "");
}

TEST(help, is_there_for_every_verb_and_group_and_reaches_nobody) {
  unconnected quorate;
  for (const auto& each : quorate.table) {
    if (each.run == nullptr) // It reads its words itself.
      continue;
    words_list words;
    for (std::size_t from = 0; from <= each.path.size();) {
      const auto space = std::min(each.path.find(' ', from), each.path.size());
      words.push_back(each.path.substr(from, space - from));
      from = space + 1;
    }
    words.push_back("--help");
    const auto ended = quorate.run(words);
    EXPECT_EQ(ended.code, exit_ok) << ended;
    EXPECT_THAT(ended.out, StartsWith("usage: quorate " + each.path)) << ended;
    EXPECT_THAT(ended.out, HasSubstr("Exit codes:"));
    EXPECT_EQ(ended.err, "");
    EXPECT_FALSE(each.examples.empty()) << each.path;
  }
  for (const auto& group : groups_of(quorate.table))
    EXPECT_THAT(quorate.run({group, "--help"}).out, HasSubstr("  " + group + ' '));
  EXPECT_THAT(quorate.run({"--help"}).out, HasSubstr("  status "));
  EXPECT_EQ(quorate.run({"-h"}).out, quorate.run({"help"}).out);
  EXPECT_THAT(quorate.run({"--version"}).out, StartsWith("quorate "));
}

TEST(examples, of_all_verbs_are_understood) {
  const auto table = all_verbs({});
  for (const auto& each : table)
    for (const auto& shown : each.examples) {
      if (each.run == nullptr || shown.words.find_first_of("<>|'") != std::string::npos)
        continue; // Its own options, or words for a shell.
      words_list words;
      std::istringstream in{shown.words};
      for (std::string word; in >> word;)
        words.push_back(word);
      const auto read = parse(table, words);
      EXPECT_TRUE(read) << shown.words << ": " << read.error().message;
    }
}

TEST(connection, is_where_options_and_environment_say) {
  command_line quorate;
  connection_options seen;
  quorate.connect = [&](const connection_options& x) -> result<std::unique_ptr<cluster_access>> {
    seen = x;
    return make_error(errc::unreachable);
  };
  EXPECT_EQ(quorate.run({"status"}).code, exit_unreachable);
  EXPECT_THAT(seen.addresses, ElementsAre("127.0.0.1:7400"));
  EXPECT_EQ(seen.timeout, std::chrono::seconds{10});
  quorate.environment = {{"QUORATE_ADDRESS", "a:1,b:2"}, {"QUORATE_CLUSTER", "prod"},
                         {"QUORATE_TLS_CA", "ca"},       {"QUORATE_TLS_CERT", "cert"},
                         {"QUORATE_TLS_KEY", "key"},     {"QUORATE_TIMEOUT", "3s"}};
  quorate.run({"status"});
  EXPECT_THAT(seen.addresses, ElementsAre("a:1", "b:2"));
  EXPECT_EQ(seen.cluster_name, "prod");
  EXPECT_EQ(seen.tls_ca + seen.tls_certificate + seen.tls_key, "cacertkey");
  EXPECT_EQ(seen.timeout, std::chrono::seconds{3});
  quorate.run({"status", "--address", "c:3", "--timeout", "1m", "--address", "d:4"});
  EXPECT_THAT(seen.addresses, ElementsAre("c:3", "d:4"));
  EXPECT_EQ(seen.timeout, std::chrono::minutes{1});
  // What is for one node goes to that one.
  quorate.run({"node", "status", "e:5"});
  EXPECT_THAT(seen.addresses, ElementsAre("e:5"));
  quorate.run({"provision", "f:6"});
  EXPECT_THAT(seen.addresses, ElementsAre("f:6"));
  seen = {};
  EXPECT_EQ(quorate.run({"provision"}).code, exit_usage);
  EXPECT_THAT(seen.addresses, IsEmpty());
  quorate.environment["QUORATE_ADDRESS"] = std::string(300, ',');
  EXPECT_EQ(quorate.run({"status"}).code, exit_usage);
}

int sum_of_own_words(int argc, const char* const* argv) {
  int letters = 100 * argc;
  for (int i = 0; i < argc; ++i)
    letters += static_cast<int>(std::string{argv[i]}.size());
  return letters;
}

TEST(a_verb_that_reads_its_words_itself, gets_all_of_them) {
  command_line quorate;
  own_verbs own;
  own.demo = sum_of_own_words;
  quorate.table = all_verbs(own);
  EXPECT_EQ(quorate.run({"demo", "--nodes", "7", "--help"}).code, 400 + 4 + 7 + 1 + 6);
}

} // namespace

} // namespace quorate::app
