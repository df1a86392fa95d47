// Peers that aren't believed, and bytes that no session has written.
#include "runtime/base/limits.hpp"
#include "tests/tls/connected.hpp"
#include "tests/tls/foreign.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <memory>
#include <string>

namespace quorate::tls {
namespace {

/// Both ends end with `untrusted_peer`, and the dialer is told so by the acceptor or the other way
/// round.
void expect_distrust(connection& x, const char* acceptor_says, const char* dialer_says) {
  x.talk();
  EXPECT_EQ(x.acceptor_error.code, errc::untrusted_peer);
  EXPECT_EQ(x.dialer_error.code, errc::untrusted_peer);
  EXPECT_NE(x.acceptor_error.message.find(acceptor_says), std::string::npos)
    << x.acceptor_error.message;
  EXPECT_NE(x.dialer_error.message.find(dialer_says), std::string::npos) << x.dialer_error.message;
}

/// What our acceptor says to a dialer with that certificate, or our dialer to an acceptor.
error judgement(const pem_files& of_peer, side ours = side::acceptor,
                int version_max = TLS1_3_VERSION) {
  foreign_end peer{ours == side::acceptor ? side::dialer : side::acceptor, of_peer, version_max};
  session own{credentials_of(node("own")), ours};
  return meets(peer, own);
}

/// What a session says to those bytes at its beginning.
error refusal(session& x, std::string_view bytes) {
  const auto taken = x.received(bytes);
  return taken ? error{} : taken.error();
}

session acceptor() {
  static const auto own = credentials_of(node("own"));
  return session{own, side::acceptor};
}

session dialer() {
  static const auto own = credentials_of(node("own"));
  return session{own, side::dialer};
}

// -- certificates ---------------------------------------------------------------------------------

/// Names the cluster "c", but by an authority of its own.
std::shared_ptr<const credentials> impostor() {
  const auto by = make_authority("c", now_s(), 30);
  const auto made = issue(by->certificate, by->key, node("a"), now_s(), 30);
  return *credentials::make({by->certificate, made->certificate, made->key}, now_s());
}

TEST(peers, of_another_authority_are_not_believed) {
  connection x{impostor(), credentials_of(node("b"))};
  // The dialer judges first.
  expect_distrust(x, "another authority has signed it", "The peer's certificate is refused: ");
}

TEST(peers, of_another_cluster_are_not_believed) {
  EXPECT_EQ(to_string(judgement(make_odd({"URI:quorate://other/node/a"}))),
            "untrusted_peer: The peer is quorate://other/node/a; this end belongs to the cluster "
            "c.");
  EXPECT_EQ(judgement(make_odd({"URI:quorate://other/node/a"}), side::dialer).code,
            errc::untrusted_peer);
}

TEST(peers, without_an_identity_are_not_believed) {
  for (const auto* names : {"", "DNS:localhost", "URI:https://c/node/a"}) {
    const auto found = judgement(make_odd({names}));
    EXPECT_EQ(found.code, errc::untrusted_peer);
    EXPECT_NE(found.message.find("names no owner"), std::string::npos) << found.message;
  }
  for (const auto* names :
       {"URI:quorate://c/node/a?b", "URI:quorate://c/boss/a", "URI:QUORATE://c/node/a",
        "URI:quorate://c/node/a,URI:quorate://c/node/a", "URI:quorate://c",
        "URI:quorate://c/node/a,URI:quorate://other/node/a"})
    for (const auto ours : {side::acceptor, side::dialer})
      EXPECT_EQ(judgement(make_odd({names}), ours).code, errc::untrusted_peer) << names;
}

TEST(peers, with_further_names_are_believed) {
  EXPECT_EQ(judgement(make_odd({"DNS:x,URI:quorate://c/node/a,IP:127.0.0.1,URI:http://y"})).code,
            errc::none);
}

TEST(peers, whose_certificate_isnt_for_connections_are_not_believed) {
  odd_certificate x{"URI:quorate://c/node/a"};
  x.extended_usage = "codeSigning";
  EXPECT_EQ(judgement(make_odd(x)).code, errc::untrusted_peer);
  x.extended_usage = "serverAuth";
  EXPECT_EQ(judgement(make_odd(x), side::dialer).code, errc::none);
  EXPECT_EQ(judgement(make_odd(x), side::acceptor).code, errc::untrusted_peer);
  x.extended_usage = "clientAuth";
  EXPECT_EQ(judgement(make_odd(x), side::dialer).code, errc::untrusted_peer);
  EXPECT_EQ(judgement(make_odd(x), side::acceptor).code, errc::none);
}

TEST(peers, whose_certificate_has_expired_are_not_believed) {
  connection x{credentials_of(node("a"), 10, 20), credentials_of(node("b"))};
  expect_distrust(x, "certificate has expired", "it has expired, or isn't valid yet");
  connection y{credentials_of(node("a")), credentials_of(node("b"), 10, 20)};
  expect_distrust(y, "it has expired, or isn't valid yet", "certificate has expired");
}

TEST(peers, whose_certificate_isnt_valid_yet_are_not_believed) {
  odd_certificate x{"URI:quorate://c/node/a"};
  x.age_days = -2;
  EXPECT_NE(judgement(make_odd(x)).message.find("not yet valid"), std::string::npos);
}

TEST(peers, without_a_certificate_are_not_believed) {
  EXPECT_EQ(to_string(judgement({})), "untrusted_peer: The peer has shown no certificate.");
}

TEST(peers, that_show_the_authority_itself_are_not_believed) {
  const auto& by = authority_of("c");
  EXPECT_EQ(judgement({by.certificate, by.certificate, by.key}).code, errc::untrusted_peer);
}

TEST(peers, with_a_weak_key_are_not_believed) {
  odd_certificate x{"URI:quorate://c/node/a"};
  x.rsa_bits = 1'024;
  foreign_end weak{side::dialer, make_odd(x), TLS1_3_VERSION, 0};
  auto own = acceptor();
  EXPECT_EQ(meets(weak, own).code, errc::untrusted_peer);
}

TEST(peers, with_a_certificate_by_another_leaf_are_not_believed) {
  const auto parent = files_of(node("a"));
  const auto own_authority = make_authority("c", now_s(), 30);
  // By a leaf's key it would be made like this; `issue` refuses to.
  const auto made = issue(parent.certificate, parent.key, node("b"), now_s(), 30);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, errc::tls_unusable);
  const auto forged = issue(own_authority->certificate, own_authority->key, node("b"), now_s(), 30);
  EXPECT_EQ(judgement({"", forged->certificate + parent.certificate + own_authority->certificate,
                       forged->key})
              .code,
            errc::untrusted_peer);
}

TEST(peers, are_told_why_they_arent_believed) {
  foreign_end peer{side::dialer, make_odd({"URI:quorate://other/node/a"})};
  session own = acceptor();
  EXPECT_EQ(meets(peer, own).code, errc::untrusted_peer);
  char next = 0;
  EXPECT_LE(SSL_read(peer.raw(), &next, 1), 0);
  ERR_clear_error();
  EXPECT_EQ(own.take_output(), "") << "it was sent";
}

TEST(peers, that_refuse_this_end_are_heard) {
  const auto by = nameless_authority();
  const auto of_cluster = [&by](const char* cluster) {
    const auto made = issue(by.certificate, by.key, {cluster, wire::peer_role::node, "n"}, now_s(),
                            10);
    return *credentials::make({by.certificate, made->certificate, made->key}, now_s());
  };
  connection x{of_cluster("c"), of_cluster("other")};
  expect_distrust(x, "it is of another cluster, or doesn't say of whom it is",
                  "The peer is quorate://other/node/n; this end belongs to the cluster c.");
}

TEST(peers, that_refuse_the_dialer_are_heard_once_it_is_established) {
  // The dialer's certificate has expired: the acceptor is the second to judge.
  connection x{credentials_of(node("a"), 10, 20), credentials_of(node("b"))};
  x.talk();
  EXPECT_TRUE(x.dialer.established());
  EXPECT_FALSE(x.acceptor.established());
  EXPECT_EQ(x.dialer_error.code, errc::untrusted_peer);
}

// -- other protocols ------------------------------------------------------------------------------

TEST(peers, that_speak_older_tls_are_refused) {
  for (const auto version : {TLS1_2_VERSION, TLS1_1_VERSION, TLS1_VERSION})
    EXPECT_EQ(judgement(files_of(node("a")), side::acceptor, version).code, errc::malformed);
  EXPECT_EQ(to_string(judgement(files_of(node("a")), side::acceptor, TLS1_2_VERSION)),
            "malformed: The peer speaks no TLS 1.3.");
  EXPECT_EQ(judgement(files_of(node("a")), side::dialer, TLS1_2_VERSION).code, errc::malformed);
}

TEST(peers, that_speak_another_protocol_behind_tls_are_refused) {
  foreign_end peer{side::dialer, files_of(node("a"))};
  SSL_set_alpn_protos(peer.raw(), reinterpret_cast<const unsigned char*>("\x02h2"), 3);
  session own = acceptor();
  EXPECT_EQ(meets(peer, own).code, errc::malformed);
}

TEST(peers, that_speak_no_tls_are_refused_at_their_first_byte) {
  for (const auto* bytes : {"GET / HTTP/1.1\r\n", "SSH-2.0-x", "\x02", "\x17\x03\x03"}) {
    auto x = acceptor();
    EXPECT_EQ(to_string(refusal(x, bytes)), "malformed: The peer doesn't speak TLS.");
    auto y = dialer();
    y.start();
    EXPECT_EQ(refusal(y, bytes).code, errc::malformed);
  }
}

TEST(peers, that_say_anything_survive_in_vain) {
  base::random draw{1};
  for (int round = 0; round < 3'000; ++round) {
    auto x = draw.chance(50) ? acceptor() : dialer();
    x.start();
    std::string bytes{"\x16\x03\x01", 3};
    for (auto left = draw.below(300); left > 0; --left)
      bytes += static_cast<char>(draw.chance(50) ? draw.below(4) : draw.next());
    static_cast<void>(x.received(bytes));
    EXPECT_FALSE(x.established());
    std::string plain;
    static_cast<void>(x.read(plain, 100));
    EXPECT_EQ(plain, "");
  }
}

TEST(peers, that_say_too_much_before_the_handshake_is_done_are_refused) {
  auto x = acceptor();
  // A record header that announces 16 KiB of a handshake message of 16 MiB, again and again.
  std::string bytes;
  while (bytes.size() <= 2 * limits::tls_handshake_bytes_max)
    bytes += std::string{"\x16\x03\x01\x40\x00\x01\xFF\xFF\xFF", 9} + std::string(16'380, '\0');
  std::size_t taken = 0;
  while (taken < bytes.size() && x.received(std::string_view{bytes}.substr(taken, 1'000)))
    taken += 1'000;
  EXPECT_LE(taken, limits::tls_handshake_bytes_max);
  EXPECT_EQ(refusal(x, "x").code, errc::malformed);
}

TEST(peers, that_show_a_whole_heap_of_certificates_are_refused) {
  auto files = files_of(node("a"));
  foreign_end peer{side::dialer, files};
  const auto another = read_certificates(files.ca);
  for (std::size_t bytes = 0; bytes <= limits::tls_chain_bytes_max; bytes += 300)
    ASSERT_EQ(SSL_add1_chain_cert(peer.raw(), another->front().get()), 1);
  auto own = acceptor();
  const auto found = meets(peer, own);
  EXPECT_EQ(found.code, errc::malformed);
  EXPECT_NE(found.message.find("excessive message size"), std::string::npos) << found.message;
}

// -- bytes that were changed ----------------------------------------------------------------------

TEST(handshakes, that_end_early_establish_nothing) {
  auto y = dialer();
  y.start();
  const auto hello = y.take_output();
  for (std::size_t size = 0; size < hello.size(); ++size) {
    auto x = acceptor();
    ASSERT_TRUE(x.received(std::string_view{hello}.substr(0, size))) << size;
    EXPECT_EQ(x.take_output(), "");
    EXPECT_FALSE(x.established());
  }
}

TEST(handshakes, with_any_byte_changed_establish_nothing) {
  base::random draw{1};
  for (int round = 0; round < 300; ++round) {
    auto x = acceptor();
    auto y = dialer();
    y.start();
    auto hello = y.take_output();
    // A change of the first hello may only be noticed by the dialer, of the answer by both.
    const bool early = draw.chance(50);
    auto& first = hello;
    if (early)
      first[draw.below(first.size())] ^= static_cast<char>(draw.between(1, 255));
    static_cast<void>(x.received(first));
    auto answer = x.take_output();
    if (!early)
      answer[draw.below(answer.size())] ^= static_cast<char>(draw.between(1, 255));
    static_cast<void>(y.received(answer));
    static_cast<void>(x.received(y.take_output()));
    EXPECT_FALSE(x.established());
    EXPECT_FALSE(y.established());
  }
}

TEST(handshakes, that_are_closed_by_the_peer_are_refused) {
  auto y = dialer();
  y.start();
  EXPECT_EQ(to_string(refusal(y, std::string_view{"\x15\x03\x03\0\2\1\0", 7})),
            "malformed: The peer has closed the connection within the TLS handshake.");
  EXPECT_TRUE(y.closed_by_peer());
}

TEST(handshakes, that_are_ended_by_an_alert_say_which) {
  auto y = dialer();
  y.start();
  EXPECT_EQ(to_string(refusal(y, std::string_view{"\x15\x03\x03\0\2\2\x28", 7})),
            "malformed: The peer has ended the connection by the TLS alert 'handshake failure'.");
}

TEST(handshakes, that_are_replayed_establish_nothing) {
  auto x = acceptor();
  auto y = dialer();
  y.start();
  const auto first = y.take_output();
  ASSERT_TRUE(x.received(first));
  ASSERT_TRUE(y.received(x.take_output()));
  ASSERT_TRUE(y.write("once"));
  const auto second = y.take_output();
  ASSERT_TRUE(x.received(second));
  EXPECT_EQ(read_all(x), "once");
  auto again = acceptor();
  ASSERT_TRUE(again.received(first));
  EXPECT_EQ(refusal(again, second).code, errc::malformed);
  EXPECT_FALSE(again.established());
}

TEST(handshakes, that_are_sent_back_to_their_sender_are_refused) {
  auto y = dialer();
  y.start();
  EXPECT_EQ(refusal(y, y.take_output()).code, errc::malformed);
}

TEST(records, that_were_changed_end_the_connection) {
  base::random draw{2};
  for (int round = 0; round < 300; ++round) {
    auto x = established();
    ASSERT_TRUE(x.dialer.write("some words"));
    auto bytes = x.dialer.take_output();
    const auto at = draw.below(bytes.size());
    bytes[at] ^= static_cast<char>(draw.between(1, 255));
    auto found = refusal(x.acceptor, bytes);
    if (found.code == errc::none) { // It announces more than there is.
      EXPECT_TRUE(at == 3 || at == 4) << at;
      found = refusal(x.acceptor, std::string(70'000, 'x'));
    }
    EXPECT_EQ(found.code, errc::malformed) << at;
    std::string plain;
    EXPECT_FALSE(x.acceptor.read(plain, 100));
    EXPECT_EQ(plain, "");
    EXPECT_FALSE(x.acceptor.take_output().empty()) << "the peer isn't told";
    EXPECT_FALSE(x.acceptor.received("more")) << "an error is final";
    EXPECT_FALSE(x.acceptor.write("more"));
  }
}

TEST(records, that_are_replayed_or_left_out_end_the_connection) {
  auto x = established();
  ASSERT_TRUE(x.dialer.write("first"));
  const auto first = x.dialer.take_output();
  ASSERT_TRUE(x.dialer.write("second"));
  const auto second = x.dialer.take_output();
  ASSERT_TRUE(x.acceptor.received(first));
  EXPECT_EQ(read_all(x.acceptor), "first");
  EXPECT_EQ(refusal(x.acceptor, first).code, errc::malformed);
  auto y = established();
  ASSERT_TRUE(y.dialer.write("first"));
  static_cast<void>(y.dialer.take_output());
  ASSERT_TRUE(y.dialer.write("second"));
  EXPECT_EQ(refusal(y.acceptor, y.dialer.take_output()).code, errc::malformed);
}

TEST(records, before_one_that_was_changed_can_be_read) {
  auto x = established();
  ASSERT_TRUE(x.dialer.write("good"));
  auto bytes = x.dialer.take_output();
  ASSERT_TRUE(x.dialer.write("bad"));
  bytes += x.dialer.take_output();
  bytes.back() ^= 1;
  ASSERT_TRUE(x.acceptor.received(bytes));
  std::string plain;
  EXPECT_EQ(*x.acceptor.read(plain, 100), 4U);
  EXPECT_EQ(plain, "good");
  EXPECT_EQ(x.acceptor.read(plain, 100).error().code, errc::malformed);
}

TEST(errors, of_other_connections_are_not_taken_for_own_ones) {
  auto x = established();
  ASSERT_TRUE(x.dialer.write("good"));
  ERR_raise(ERR_LIB_SSL, SSL_R_BAD_LENGTH);
  EXPECT_TRUE(x.acceptor.received(x.dialer.take_output()));
  EXPECT_EQ(ERR_peek_error(), 0U);
  auto y = acceptor();
  EXPECT_FALSE(y.received(std::string{"\x16\x09\x09\x00\x01x", 6}));
  EXPECT_EQ(ERR_peek_error(), 0U);
}

} // namespace
} // namespace quorate::tls
