// A link over TLS: nobody is greeted whose certificate says something else, and nothing is said in
// plain.
#include "tests/tls/connected.hpp"
#include "tests/wire/two_ends.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace quorate::wire {
namespace {

hello in_cluster_c(hello x) {
  x.cluster_name = "c";
  return x;
}

link_options private_end(const std::string& name, bool dialed,
                         std::shared_ptr<const tls::credentials> credentials) {
  auto x = options_of(in_cluster_c(node_named(name)), dialed);
  x.credentials = std::move(credentials);
  return x;
}

link_options private_end(const std::string& name, bool dialed) {
  return private_end(name, dialed, tls::credentials_of(tls::node(name)));
}

node_mail mail() {
  return {"a:7400", "b:7400", discover_request{}};
}

TEST(a_private_link, is_open_when_both_have_greeted) {
  for (const std::size_t piece : {1, 7, 1'000'000}) {
    connection x{private_end("a", true), private_end("b", false)};
    x.settle(piece);
    ASSERT_EQ(x.dialer.phase(), link_phase::open) << to_string(x.dialer.why());
    ASSERT_EQ(x.answerer.phase(), link_phase::open) << to_string(x.answerer.why());
    EXPECT_EQ(x.answerer.peer().name, "a");
    ASSERT_TRUE(x.dialer.send(mail()));
    x.settle(piece);
    EXPECT_EQ(x.answerer.take_messages().size(), 1u);
  }
}

TEST(a_private_link, carries_what_is_longer_than_a_record) {
  connection x{private_end("a", true), private_end("b", false)};
  x.settle();
  call<kv::reply> big{call_id{1}, kv::read_result{shared_bytes{std::string(1 << 20, 'v')}, {}}};
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(x.answerer.send(big));
  x.settle(60'000);
  EXPECT_EQ(x.dialer.take_messages().size(), 5u);
}

TEST(a_private_link, says_nothing_in_plain) {
  connection x{private_end("a", true), private_end("b", false)};
  x.settle();
  ASSERT_TRUE(x.dialer.send(node_mail{"a:7400", std::string(200, 'q'), discover_request{}}));
  EXPECT_EQ(x.dialer.take_output().find("qqqqqqqq"), std::string::npos);
}

TEST(a_private_link, refuses_a_name_that_is_not_the_one_in_the_certificate) {
  connection x{private_end("a", true, tls::credentials_of(tls::node("z"))),
               private_end("b", false)};
  x.settle();
  EXPECT_EQ(x.answerer.why().code, errc::untrusted_peer);
  EXPECT_EQ(x.dialer.how_it_ended(), link_end::refused);
  EXPECT_EQ(x.dialer.why().code, errc::untrusted_peer);
}

TEST(a_private_link, refuses_an_answer_by_somebody_else) {
  connection x{private_end("a", true),
               private_end("b", false, tls::credentials_of(tls::node("z")))};
  x.settle();
  EXPECT_EQ(x.dialer.why().code, errc::untrusted_peer);
}

TEST(a_private_link, refuses_a_role_that_is_not_the_one_in_the_certificate) {
  auto client = tls::credentials_of({"c", peer_role::client, "a"});
  connection as_node{private_end("a", true, client), private_end("b", false)};
  as_node.settle();
  EXPECT_EQ(as_node.answerer.why().code, errc::untrusted_peer);
  auto options = options_of(somebody(peer_role::operator_), true);
  options.self.name = "a";
  options.credentials = client;
  connection as_operator{options, private_end("b", false)};
  as_operator.settle();
  EXPECT_EQ(as_operator.answerer.why().code, errc::untrusted_peer);
}

TEST(a_private_link, takes_a_client_that_names_no_cluster) {
  auto options = options_of(somebody(peer_role::client), true);
  options.self.name = "a";
  options.credentials = tls::credentials_of({"c", peer_role::client, "a"});
  connection x{options, private_end("b", false)};
  x.settle();
  EXPECT_EQ(x.answerer.phase(), link_phase::open) << to_string(x.answerer.why());
}

TEST(a_private_link, refuses_a_certificate_of_another_cluster) {
  connection x{private_end("a", true, tls::credentials_of({"other", peer_role::node, "a"})),
               private_end("b", false)};
  x.settle();
  EXPECT_EQ(x.dialer.why().code, errc::untrusted_peer);
  EXPECT_EQ(x.answerer.phase(), link_phase::ended);
}

TEST(a_private_link, refuses_one_that_speaks_in_plain) {
  connection x{options_of(node_named("a"), true), private_end("b", false)};
  x.settle();
  EXPECT_EQ(x.answerer.why().code, errc::malformed) << to_string(x.answerer.why());
  x.dialer.lost();
  EXPECT_NE(x.dialer.why().message.find("TLS"), std::string::npos);
}

TEST(a_plain_link, says_that_the_other_end_speaks_tls) {
  connection x{private_end("a", true), options_of(node_named("b"), false)};
  x.settle();
  EXPECT_EQ(x.answerer.why().code, errc::malformed);
  EXPECT_NE(x.answerer.why().message.find("TLS"), std::string::npos);
  EXPECT_EQ(x.dialer.phase(), link_phase::ended);
}

TEST(a_private_link, tells_why_it_closes) {
  connection x{private_end("a", true), private_end("b", false)};
  x.settle();
  x.answerer.close(make_error(errc::shutting_down));
  x.settle();
  EXPECT_EQ(x.dialer.how_it_ended(), link_end::closed);
  EXPECT_EQ(x.dialer.why().code, errc::shutting_down);
}

TEST(a_private_link, that_says_nothing_ends_in_time) {
  link x{private_end("b", false), 1'000};
  x.tick(6'000);
  EXPECT_EQ(x.how_it_ended(), link_end::silent);
}

} // namespace
} // namespace quorate::wire
