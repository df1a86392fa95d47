// Nodes and clients that show certificates: who is let in, and what each may do.
#include "tests/network/files.hpp"
#include "tests/network/network.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <utility>
#include <vector>

namespace quorate::network {
namespace {

node_options private_node(const certificate_files& files, const std::string& name) {
  auto x = options_of(name);
  x.tls = files.make(certificate_role::node, name);
  return x;
}

node started(node_options options) {
  auto x = node::start(std::move(options));
  EXPECT_TRUE(x) << (x ? "" : to_string(x.error()));
  return std::move(x).value();
}

node founded(const certificate_files& files) {
  auto x = started(private_node(files, "n1"));
  EXPECT_TRUE(x.provision(quick_policy()));
  return x;
}

/// Why nothing came of it.
error start_failure(node_options options) {
  auto x = node::start(std::move(options));
  return x ? error{} : x.error();
}

error put_failure(const remote_options& as) {
  auto cluster = remote_cluster::connect(as);
  if (!cluster)
    return cluster.error();
  auto put = cluster->client().put("a", "b");
  return put ? error{} : put.error();
}

remote_options client_of(const node& to, tls_options tls) {
  auto x = remote_to({to.address()});
  x.tls = std::move(tls);
  return x;
}

std::uint64_t counted(const node_status& x, const std::string& name, const std::string& label) {
  for (const auto& each : x.counters)
    if (each.name == name && each.label == label)
      return each.value;
  return 0;
}

TEST(private_nodes, join_and_serve_a_client) {
  const certificate_files files;
  auto first = founded(files);
  std::vector<node> all;
  for (const std::string name : {"n2", "n3"}) {
    auto options = private_node(files, name);
    options.seeds = {first.address()};
    all.push_back(started(options));
  }
  for (auto& x : all)
    ASSERT_TRUE(x.wait_until_joined(std::chrono::seconds{30}));
  ASSERT_TRUE(eventually([&] {
    auto table = first.membership().nodes();
    return table && !table->joint && table->rows.size() == 3
           && table->rows[2].role == node_role::voter;
  }));
  auto cluster = remote_cluster::connect(
    client_of(all[1], files.make(certificate_role::client, "web")));
  ASSERT_TRUE(cluster) << to_string(cluster.error());
  ASSERT_TRUE(cluster->client().put("a", "b"));
  EXPECT_EQ((*all[0].client().get("a"))->value, "b");
  ASSERT_TRUE(first.certificate_expires_s());
  EXPECT_NEAR(static_cast<double>(*first.certificate_expires_s() - now_s()), 30. * 86'400, 3'600.);
}

TEST(a_client_certificate, does_not_change_membership) {
  const certificate_files files;
  auto first = founded(files);
  auto cluster = remote_cluster::connect(
    client_of(first, files.make(certificate_role::client, "web")));
  ASSERT_TRUE(cluster);
  auto change = cluster->membership().set_target(5);
  ASSERT_FALSE(change);
  EXPECT_EQ(change.error().code, errc::not_authorised) << to_string(change.error());
  EXPECT_EQ(cluster->provision(first.address()).error().code, errc::not_authorised);
  EXPECT_TRUE(cluster->status());
  EXPECT_TRUE(cluster->client().put("a", "b")) << "and goes on with what it may";
  auto status = first.status();
  ASSERT_TRUE(status);
  EXPECT_EQ(counted(*status, "connections_refused_total", "not_authorised"), 2u);
}

TEST(an_operator_certificate, changes_membership) {
  const certificate_files files;
  auto first = founded(files);
  auto cluster = remote_cluster::connect(
    client_of(first, files.make(certificate_role::operator_, "ann")));
  ASSERT_TRUE(cluster);
  auto change = cluster->membership().set_target(5);
  EXPECT_TRUE(change) << to_string(change.error());
}

TEST(a_node, refuses_those_it_does_not_believe) {
  const certificate_files files;
  const certificate_files same_name;
  const certificate_files other{"other"};
  auto first = founded(files);
  EXPECT_EQ(put_failure(client_of(first, same_name.make(certificate_role::client, "web"))).code,
            errc::untrusted_peer)
    << "by another authority of the same name";
  EXPECT_EQ(put_failure(client_of(first, other.make(certificate_role::client, "web"))).code,
            errc::untrusted_peer)
    << "of another cluster";
  auto plain = client_of(first, {});
  plain.deadline = std::chrono::milliseconds{500};
  const auto why = put_failure(plain);
  EXPECT_EQ(why.code, errc::deadline_exceeded);
  EXPECT_NE(why.message.find("TLS"), std::string::npos) << why.message;
}

TEST(a_plain_peer, is_not_talked_to_by_one_that_wants_tls) {
  const certificate_files files;
  auto plain = started(options_of("n1"));
  ASSERT_TRUE(plain.provision(quick_policy()));
  auto options = client_of(plain, files.make(certificate_role::client, "web"));
  options.deadline = std::chrono::milliseconds{500};
  EXPECT_NE(put_failure(options).code, errc::none);
}

TEST(a_node, does_not_start_with_files_that_are_wrong) {
  const certificate_files files;
  auto options = private_node(files, "n1");
  options.name = "n2";
  EXPECT_EQ(start_failure(options).code, errc::tls_unusable) << "another node's";
  options = private_node(files, "n1");
  options.cluster_name = "another";
  EXPECT_EQ(start_failure(options).code, errc::tls_unusable) << "another cluster's";
  options = private_node(files, "n1");
  options.tls = files.make(certificate_role::client, "n1");
  EXPECT_EQ(start_failure(options).code, errc::tls_unusable) << "a client's";
  options.tls = files.make(certificate_role::node, "n1", 10, 20);
  EXPECT_EQ(start_failure(options).code, errc::tls_unusable) << "expired";
  options = private_node(files, "n1");
  options.tls.key_file = files.make(certificate_role::node, "n3").key_file;
  EXPECT_EQ(start_failure(options).code, errc::tls_unusable) << "another one's key";
  options = private_node(files, "n1");
  options.tls.ca_file = files.directory() + "/missing.pem";
  EXPECT_NE(start_failure(options).message.find("missing.pem"), std::string::npos);
}

TEST(a_key, that_others_can_read_is_refused) {
  const certificate_files files;
  auto options = private_node(files, "n1");
  ASSERT_EQ(::chmod(options.tls.key_file.c_str(), 0640), 0);
  const auto why = start_failure(options);
  EXPECT_EQ(why.code, errc::tls_unusable);
  EXPECT_NE(why.message.find("chmod 600"), std::string::npos) << why.message;
}

TEST(a_remote_client, does_not_start_with_a_nodes_certificate) {
  const certificate_files files;
  auto options = remote_to({"127.0.0.1:1"});
  options.tls = files.make(certificate_role::node, "n1");
  auto cluster = remote_cluster::connect(options);
  ASSERT_FALSE(cluster);
  EXPECT_EQ(cluster.error().code, errc::tls_unusable);
}

} // namespace
} // namespace quorate::network
