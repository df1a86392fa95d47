// How the verbs end where the cluster can't be reached, can't decide, or isn't the one that is
// meant.
#include "tests/apps/command_cluster.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace quorate::app {

namespace {

using testing::AnyOf;
using testing::HasSubstr;
using words_list = std::vector<std::string>;

/// One of each kind of verb, with operands that could be right.
const std::vector<words_list> all_kinds{{"provision", "a:1"},
                                        {"status"},
                                        {"node", "ls"},
                                        {"node", "status"},
                                        {"node", "explain", "n1"},
                                        {"node", "park", "n1"},
                                        {"node", "activate", "n1"},
                                        {"node", "remove", "n1"},
                                        {"node", "replace", "1", "2"},
                                        {"target", "3"},
                                        {"policy", "show"},
                                        {"policy", "set", "warm_spares=1"},
                                        {"op", "ls"},
                                        {"op", "show", "0123456789abcdef0123456789abcdef"},
                                        {"history"},
                                        {"refusals"},
                                        {"controller", "plan"},
                                        {"controller", "pause"},
                                        {"controller", "resume"},
                                        {"leader", "transfer"},
                                        {"kv", "get", "k"},
                                        {"kv", "put", "k", "v"},
                                        {"kv", "erase", "k"}};

TEST(every_verb, ends_with_the_exit_code_of_what_connecting_fails_with) {
  command_line quorate;
  for (const auto& [code, exit] :
       std::vector<std::pair<errc, int>>{{errc::unreachable, exit_unreachable},
                                         {errc::tls_unusable, exit_usage},
                                         {errc::cluster_name_differs, exit_identity},
                                         {errc::foreign_cluster, exit_identity},
                                         {errc::untrusted_peer, exit_identity},
                                         {errc::not_authorised, exit_unauthorised},
                                         {errc::protocol_unsupported, exit_refused}}) {
    quorate.connect =
      [code = code](const connection_options&) -> result<std::unique_ptr<cluster_access>> {
      return make_error(code);
    };
    for (auto words : all_kinds) {
      words.push_back("--json");
      const auto ended = quorate.run(words);
      EXPECT_EQ(ended.code, exit) << words[0] << ended;
      EXPECT_EQ(ended.object()["error"]["code"], to_string(code));
      EXPECT_THAT(ended.err, HasSubstr("  next: "));
    }
  }
}

TEST(every_verb, of_the_table_is_among_those_that_are_tried) {
  command_line quorate;
  for (const auto& each : quorate.table) {
    if (each.run == nullptr || each.path == "completion" || each.path == "manual")
      continue;
    bool tried = false;
    for (const auto& words : all_kinds)
      tried = tried || each.path == words[0] || each.path == words[0] + ' ' + words.back()
              || (words.size() > 1 && each.path == words[0] + ' ' + words[1]);
    EXPECT_TRUE(tried) << each.path;
  }
}

TEST(every_verb, ends_with_5_where_no_node_runs) {
  command_cluster quorate{1, {true, std::chrono::milliseconds{1'000}}};
  ASSERT_TRUE(quorate.nodes().kill("alpha"));
  for (const auto& words : all_kinds) {
    if (words[0] == "provision" || words == words_list{"node", "status"})
      continue; // They are for one node.
    const auto ended = quorate.run(words);
    EXPECT_EQ(ended.code, exit_unreachable) << words[0] << ended;
    EXPECT_EQ(ended.out, "");
  }
}

/// A node that belongs to somebody else, or lets in somebody else only.
class refusing_access : public cluster_access {
public:
  refusing_access(local_cluster& cluster, errc why) : cluster_(cluster), why_(why) {
    // nop
  }
  quorate::client client() override {
    return cluster_.client();
  }
  quorate::membership_client membership() override {
    return cluster_.membership();
  }
  result<node_status> status(const std::string&) override {
    return make_error(why_);
  }
  result<membership_change> provision(const std::string&, const membership_policy&) override {
    return make_error(why_);
  }

private:
  local_cluster& cluster_;
  errc why_;
};

TEST(provision, by_somebody_who_may_not_ends_with_7_and_of_another_cluster_with_6) {
  command_cluster quorate{1};
  auto why = errc::not_authorised;
  quorate.connect = [&](const connection_options&) -> result<std::unique_ptr<cluster_access>> {
    return std::unique_ptr<cluster_access>{std::make_unique<refusing_access>(quorate.nodes(), why)};
  };
  const auto unauthorised = quorate.run({"provision", "a:1"});
  EXPECT_EQ(unauthorised.code, exit_unauthorised) << unauthorised;
  EXPECT_THAT(unauthorised.err, HasSubstr("need an operator's, --tls-cert"));
  why = errc::foreign_cluster;
  EXPECT_EQ(quorate.run({"node", "status", "a:1"}).code, exit_identity);
  why = errc::peer_has_cluster;
  EXPECT_EQ(quorate.run({"provision", "a:1"}).code, exit_refused);
  // What is asked for beside the table may be missing: then the node is silent.
  why = errc::unreachable;
  EXPECT_EQ(quorate.run({"status", "--check", "--json"}).code, exit_degraded);
}

/// A leader that hears of nobody steps down after an election timeout: here that is longer than a
/// call may take.
const cluster_shape lasting_leader{true, std::chrono::milliseconds{1'500}, 400};

class recording_access : public refusing_access {
public:
  recording_access(local_cluster& cluster, std::string& address, membership_policy& policy)
    : refusing_access(cluster, errc::unreachable),
      address_(address),
      policy_(policy) {
    // nop
  }
  result<membership_change> provision(const std::string& address,
                                      const membership_policy& policy) override {
    address_ = address;
    policy_ = policy;
    membership_change change;
    change.changed = true;
    change.version = config_version{1};
    return change;
  }

private:
  std::string& address_;
  membership_policy& policy_;
};

TEST(provision, founds_on_the_named_node_with_the_knobs_that_are_set) {
  command_cluster quorate{1};
  std::string address;
  membership_policy policy;
  quorate.connect = [&](const connection_options&) -> result<std::unique_ptr<cluster_access>> {
    return std::unique_ptr<cluster_access>{
      std::make_unique<recording_access>(quorate.nodes(), address, policy)};
  };
  const auto ended = quorate.run(
    {"provision", "db1:7400", "--set", "target_members=5", "--set", "lease=2s", "--json"});
  EXPECT_EQ(ended.code, exit_ok) << ended;
  EXPECT_EQ(ended.object()["fingerprint"], nullptr); // The node doesn't say.
  EXPECT_EQ(address, "db1:7400");
  membership_policy wanted;
  wanted.target_members = 5;
  wanted.lease_ms = 2'000;
  EXPECT_EQ(policy, wanted);
}

/// Leaves the leader of three alone: it proposes for a while, and nothing can be committed.
void kill_all_but_the_leader(command_cluster& quorate) {
  const auto leader = quorate.leader();
  for (const char* name : {"alpha", "beta", "gamma"})
    if (name != leader) {
      ASSERT_TRUE(quorate.nodes().kill(name));
    }
}

TEST(a_change, whose_outcome_is_unknown_ends_with_4_and_the_question) {
  command_cluster quorate{3, lasting_leader};
  kill_all_but_the_leader(quorate);
  const std::string op = "0123456789abcdef0123456789abcdef";
  const auto ended = quorate.run({"target", "5", "--op-id", op, "--json", "--address", "db1:7400"});
  ASSERT_EQ(ended.code, exit_unknown) << ended;
  EXPECT_EQ(ended.object()["error"]["code"], "outcome_unknown");
  EXPECT_EQ(ended.object()["error"]["op_id"], op);
  EXPECT_EQ(ended.object()["error"]["ask"], "quorate op show --address db1:7400 " + op);
  EXPECT_THAT(ended.err, HasSubstr("  op id: " + op + '\n'));
  EXPECT_THAT(ended.err, HasSubstr("  ask: quorate op show --address db1:7400 " + op + '\n'));
}

/// As `command_cluster` has it, but with one session for all runs: with a new one nothing is
/// written before that has been opened, and so nothing unknown.
class one_session : public cluster_access {
public:
  one_session(local_cluster& cluster, quorate::client session)
    : cluster_(cluster),
      session_(std::move(session)) {
    // nop
  }
  quorate::client client() override {
    return session_;
  }
  quorate::membership_client membership() override {
    return cluster_.membership();
  }
  result<node_status> status(const std::string&) override {
    return make_error(errc::unreachable);
  }
  result<membership_change> provision(const std::string&, const membership_policy&) override {
    return make_error(errc::unreachable);
  }

private:
  local_cluster& cluster_;
  quorate::client session_;
};

TEST(a_write, whose_outcome_is_unknown_ends_with_4_and_the_question) {
  command_cluster quorate{3, lasting_leader};
  const auto session = quorate.nodes().client();
  quorate.connect = [&](const connection_options&) -> result<std::unique_ptr<cluster_access>> {
    return std::unique_ptr<cluster_access>{std::make_unique<one_session>(quorate.nodes(), session)};
  };
  ASSERT_EQ(quorate.run({"kv", "put", "k", "u"}).code, exit_ok);
  kill_all_but_the_leader(quorate);
  const auto ended = quorate.run({"kv", "put", "k", "v", "--json"});
  ASSERT_EQ(ended.code, exit_unknown) << ended;
  EXPECT_EQ(ended.object()["error"]["ask"], "quorate kv get k");
  // A question changes nothing, so its outcome isn't unknown.
  EXPECT_EQ(quorate.run({"kv", "get", "k"}).code, exit_unreachable);
}

} // namespace

} // namespace quorate::app
