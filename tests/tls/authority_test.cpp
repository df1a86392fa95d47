// What is made as an authority and by it.
#include "runtime/tls/authority.hpp"

#include "runtime/tls/certificate.hpp"
#include "runtime/tls/credentials.hpp"
#include "runtime/tls/openssl.hpp"
#include "tests/tls/connected.hpp"
#include "tests/tls/foreign.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace quorate::tls {
namespace {

constexpr std::int64_t day_s = 86'400;

certificate_ptr read(const std::string& pem) {
  return std::move(read_certificates(pem)->front());
}

std::string extension(X509* of, int what) {
  const auto at = X509_get_ext_by_NID(of, what, -1);
  if (at < 0)
    return "none";
  const bio_ptr out{BIO_new(BIO_s_mem())};
  X509V3_EXT_print(out.get(), X509_get_ext(of, at), 0, 0);
  char* begin = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &begin);
  return (X509_EXTENSION_get_critical(X509_get_ext(of, at)) == 1 ? "critical " : "")
         + std::string{begin, static_cast<std::size_t>(size)};
}

TEST(authorities, say_for_which_cluster_they_sign) {
  const auto now = now_s();
  const auto made = make_authority("orders", now, 100);
  ASSERT_TRUE(made);
  const auto facts = facts_of(made->certificate);
  ASSERT_TRUE(facts) << to_string(facts.error());
  EXPECT_TRUE(facts->authority);
  EXPECT_FALSE(facts->owner);
  EXPECT_EQ(facts->cluster_name, "orders");
  EXPECT_EQ(facts->subject, "CN=quorate,OU=authority,O=orders");
  EXPECT_EQ(facts->issuer, facts->subject);
  EXPECT_EQ(facts->not_before_s, now - clock_skew_s);
  EXPECT_EQ(facts->not_after_s, now + 100 * day_s);
}

TEST(authorities, may_sign_certificates_and_nothing_else) {
  const auto x = read(make_authority("c", now_s(), 1)->certificate);
  EXPECT_EQ(extension(x.get(), NID_basic_constraints), "critical CA:TRUE, pathlen:0");
  EXPECT_EQ(extension(x.get(), NID_key_usage), "critical Certificate Sign, CRL Sign");
  EXPECT_EQ(extension(x.get(), NID_ext_key_usage), "none");
  EXPECT_NE(extension(x.get(), NID_subject_key_identifier), "none");
  EXPECT_NE(extension(x.get(), NID_authority_key_identifier), "none");
  EXPECT_EQ(X509_get_signature_nid(x.get()), NID_ecdsa_with_SHA256);
  EXPECT_EQ(X509_get_version(x.get()), X509_VERSION_3);
}

TEST(certificates, that_are_issued_name_their_owner) {
  const auto now = now_s();
  const auto& by = authority_of("c");
  for (const auto role :
       {wire::peer_role::node, wire::peer_role::client, wire::peer_role::operator_}) {
    const identity who{"c", role, "a name/with \xFF"};
    const auto made = issue(by.certificate, by.key, who, now, 10);
    ASSERT_TRUE(made) << to_string(made.error());
    const auto facts = facts_of(made->certificate);
    ASSERT_TRUE(facts) << to_string(facts.error());
    EXPECT_EQ(facts->owner, who);
    EXPECT_FALSE(facts->authority);
    EXPECT_EQ(facts->issuer, "CN=quorate,OU=authority,O=c");
    EXPECT_EQ(facts->not_before_s, now - clock_skew_s);
    EXPECT_EQ(facts->not_after_s, now + 10 * day_s);
  }
}

TEST(certificates, that_are_issued_are_for_both_ends_of_connections_only) {
  const auto x = read(files_of(node("a")).certificate);
  EXPECT_EQ(extension(x.get(), NID_basic_constraints), "critical CA:FALSE");
  EXPECT_EQ(extension(x.get(), NID_key_usage), "critical Digital Signature");
  EXPECT_EQ(extension(x.get(), NID_ext_key_usage),
            "TLS Web Client Authentication, TLS Web Server Authentication");
  EXPECT_EQ(extension(x.get(), NID_subject_alt_name), "URI:quorate://c/node/a");
  const key_ptr key{X509_get_pubkey(x.get())};
  EXPECT_EQ(EVP_PKEY_get_bits(key.get()), 256);
}

TEST(certificates, have_hosts_beside_their_owner_if_wanted) {
  const auto& by = authority_of("c");
  const auto made = issue(by.certificate, by.key, node("a"), now_s(), 1,
                          {"db.example.org", "10.0.0.7", "::1"});
  ASSERT_TRUE(made) << to_string(made.error());
  EXPECT_EQ(extension(read(made->certificate).get(), NID_subject_alt_name),
            "URI:quorate://c/node/a, DNS:db.example.org, IP Address:10.0.0.7, "
            "IP Address:0:0:0:0:0:0:0:1");
  for (const auto& host : {std::string{}, std::string{"a b"}, std::string{"a,URI:x"},
                           std::string{"a:80"}, std::string(300, 'x')})
    EXPECT_EQ(issue(by.certificate, by.key, node("a"), now_s(), 1, {host}).error().code,
              errc::invalid_argument);
}

TEST(certificates, are_never_valid_longer_than_their_authority) {
  const auto now = now_s();
  const auto by = make_authority("c", now, 10);
  const auto later = now + 3 * day_s;
  const auto made = issue(by->certificate, by->key, node("a"), later, 365);
  ASSERT_TRUE(made);
  EXPECT_EQ(facts_of(made->certificate)->not_after_s, now + 10 * day_s);
  EXPECT_EQ(issue(by->certificate, by->key, node("a"), now + 10 * day_s, 1).error().code,
            errc::tls_unusable);
  EXPECT_EQ(issue(by->certificate, by->key, node("a"), now - day_s, 1).error().code,
            errc::tls_unusable);
}

TEST(certificates, have_serials_of_128_random_bits) {
  std::set<std::string> all;
  std::size_t longest = 0;
  for (int i = 0; i < 50; ++i) {
    const auto serial = facts_of(files_of(node("a")).certificate)->serial;
    longest = std::max(longest, serial.size());
    all.insert(serial);
  }
  EXPECT_EQ(all.size(), 50U);
  EXPECT_EQ(longest, 32U);
}

TEST(certificates, have_keys_of_their_own) {
  std::set<std::string> all;
  for (int i = 0; i < 10; ++i) {
    const auto made = files_of(node("a"));
    EXPECT_EQ(made.key.rfind("-----BEGIN PRIVATE KEY-----", 0), 0U);
    EXPECT_EQ(made.certificate.find("PRIVATE"), std::string::npos);
    all.insert(made.key);
  }
  EXPECT_EQ(all.size(), 10U);
}

TEST(certificates, for_another_cluster_are_not_issued) {
  const auto& by = authority_of("c");
  const auto made = issue(by.certificate, by.key, {"d", wire::peer_role::node, "a"}, now_s(), 1);
  ASSERT_FALSE(made);
  EXPECT_EQ(to_string(made.error()),
            "invalid_argument: The authority signs for the cluster c, not for d.");
}

TEST(certificates, are_issued_by_other_tools_authorities_too) {
  const auto by = nameless_authority();
  for (const auto* cluster : {"c", "d"}) {
    const identity who{cluster, wire::peer_role::node, "a"};
    const auto made = issue(by.certificate, by.key, who, now_s(), 1);
    ASSERT_TRUE(made) << to_string(made.error());
    EXPECT_TRUE(credentials::make({by.certificate, made->certificate, made->key}, now_s()));
  }
}

TEST(certificates, are_issued_by_authorities_with_their_own_keys_only) {
  const auto& by = authority_of("c");
  const auto leaf = files_of(node("a"));
  const auto refused = [](const std::string& certificate, const std::string& key) {
    const auto made = issue(certificate, key, node("b"), now_s(), 1);
    return made ? std::string{"issued"} : made.error().message;
  };
  EXPECT_EQ(refused(by.certificate, leaf.key), "The authority's key is another certificate's.");
  EXPECT_EQ(refused(leaf.certificate, leaf.key),
            "The authority's certificate is none: it may sign nothing.");
  EXPECT_EQ(refused("", by.key), "The authority's certificate: There is nothing in it.");
  EXPECT_EQ(refused("x", by.key), "The authority's certificate: There is no certificate in it.");
  EXPECT_NE(refused(by.certificate, by.certificate).find("no private key"), std::string::npos);
}

TEST(certificates, are_valid_for_1_to_36500_days) {
  const auto now = now_s();
  for (const auto days : {-1, 0, 36'501, 2'000'000'000}) {
    EXPECT_EQ(make_authority("c", now, days).error().code, errc::invalid_argument);
    const auto& by = authority_of("c");
    EXPECT_EQ(issue(by.certificate, by.key, node("a"), now, days).error().code,
              errc::invalid_argument);
  }
  const auto longest = make_authority("c", now, 36'500);
  ASSERT_TRUE(longest);
  EXPECT_EQ(facts_of(longest->certificate)->not_after_s, now + 36'500 * day_s);
  for (const auto time : {std::int64_t{-1}, std::int64_t{0}, INT64_MAX, INT64_MIN})
    EXPECT_EQ(make_authority("c", time, 1).error().code, errc::invalid_argument);
}

TEST(certificates, are_made_for_names_that_can_be_had_only) {
  EXPECT_EQ(make_authority("", now_s(), 1).error().code, errc::invalid_argument);
  EXPECT_EQ(make_authority(std::string(256, 'c'), now_s(), 1).error().code, errc::invalid_argument);
  const std::string longest(255, '\xFF');
  const auto by = make_authority(longest, now_s(), 1);
  ASSERT_TRUE(by);
  const identity who{longest, wire::peer_role::node, longest};
  const auto made = issue(by->certificate, by->key, who, now_s(), 1);
  ASSERT_TRUE(made) << to_string(made.error());
  const auto own = credentials::make({by->certificate, made->certificate, made->key}, now_s());
  ASSERT_TRUE(own) << to_string(own.error());
  EXPECT_EQ((*own)->self(), who);
}

} // namespace
} // namespace quorate::tls
