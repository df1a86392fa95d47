// What is wrong with the own files is said before they are used.
#include "runtime/tls/credentials.hpp"

#include "tests/tls/connected.hpp"
#include "tests/tls/foreign.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <string>

namespace quorate::tls {
namespace {

constexpr std::int64_t day_s = 86'400;

std::string refusal(const pem_files& files, std::int64_t time_s = now_s()) {
  const auto made = credentials::make(files, time_s);
  if (made)
    return "made";
  EXPECT_EQ(made.error().code, errc::tls_unusable);
  return made.error().message;
}

bool begins(const std::string& text, const std::string& with) {
  return text.rfind(with, 0) == 0;
}

std::string encrypted(const std::string& key_pem) {
  const auto key = read_key(key_pem);
  const bio_ptr out{BIO_new(BIO_s_mem())};
  EXPECT_EQ(PEM_write_bio_PKCS8PrivateKey(out.get(), key->get(), EVP_aes_256_cbc(), "secret", 6,
                                          nullptr, nullptr),
            1);
  char* begin = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &begin);
  return {begin, static_cast<std::size_t>(size)};
}

TEST(credentials, say_who_they_are_and_when_they_expire) {
  const auto now = now_s();
  const auto made = credentials::make(files_of(node("a"), 30), now);
  ASSERT_TRUE(made) << to_string(made.error());
  EXPECT_EQ((*made)->self(), node("a"));
  EXPECT_NEAR(static_cast<double>((*made)->expires_s()), static_cast<double>(now + 30 * day_s), 5);
}

TEST(credentials, need_three_files_that_can_be_read) {
  const auto good = files_of(node("a"));
  for (const auto* wrong : {"", "words", "-----BEGIN CERTIFICATE-----\nAAAA\n"}) {
    auto x = good;
    x.ca = wrong;
    EXPECT_TRUE(begins(refusal(x), "ca: There is ")) << refusal(x);
    x = good;
    x.certificate = wrong;
    EXPECT_TRUE(begins(refusal(x), "certificate: There is ")) << refusal(x);
    x = good;
    x.key = wrong;
    EXPECT_TRUE(begins(refusal(x), "key: There is ")) << refusal(x);
  }
}

TEST(credentials, need_the_certificates_own_key) {
  auto x = files_of(node("a"));
  x.key = files_of(node("a")).key;
  EXPECT_EQ(refusal(x), "key: It belongs to another certificate.");
}

TEST(credentials, need_a_key_without_a_password) {
  auto x = files_of(node("a"));
  x.key = encrypted(x.key);
  EXPECT_TRUE(begins(refusal(x), "key: The key is encrypted")) << refusal(x);
}

TEST(credentials, need_an_authority_that_has_signed_them) {
  auto x = files_of(node("a"));
  x.ca = make_authority("c", now_s(), 10)->certificate;
  EXPECT_TRUE(begins(refusal(x), "certificate: the authority in ca doesn't vouch for it"))
    << refusal(x);
  x.ca = authority_of("d").certificate;
  EXPECT_EQ(refusal(x), "ca: It is the authority of the cluster d; the certificate is for c.");
}

TEST(credentials, believe_nothing_but_authorities) {
  auto x = files_of(node("a"));
  x.ca += files_of(node("b")).certificate;
  EXPECT_TRUE(begins(refusal(x), "ca: There is a certificate in it that may sign no others"))
    << refusal(x);
  x.ca = x.certificate;
  EXPECT_TRUE(begins(refusal(x), "ca: ")) << refusal(x);
}

TEST(credentials, are_not_the_authority_itself) {
  const auto& by = authority_of("c");
  EXPECT_TRUE(
    begins(refusal({by.certificate, by.certificate, by.key}), "certificate: It is an authority's"));
}

TEST(credentials, are_valid_at_the_time) {
  const auto files = files_of(node("a"), 30);
  EXPECT_EQ(refusal(files, now_s() + 29 * day_s), "made");
  EXPECT_TRUE(begins(refusal(files, now_s() + 31 * day_s), "certificate: It has expired at 20"));
  EXPECT_TRUE(begins(refusal(files, now_s() - day_s), "certificate: It isn't valid before 20"));
}

TEST(credentials, need_exactly_one_identity) {
  EXPECT_TRUE(begins(refusal(make_odd({"DNS:x"})), "certificate: The certificate names no owner"));
  EXPECT_TRUE(begins(refusal(make_odd({"URI:quorate://c/node/a,URI:quorate://c/node/b"})),
                     "certificate: The certificate names more than one owner"));
}

TEST(credentials, are_for_both_ends_of_a_connection) {
  odd_certificate x{"URI:quorate://c/node/a"};
  EXPECT_EQ(refusal(make_odd(x)), "made");
  x.extended_usage = "";
  EXPECT_EQ(refusal(make_odd(x)), "made");
  for (const auto* half : {"clientAuth", "serverAuth", "codeSigning"}) {
    x.extended_usage = half;
    EXPECT_TRUE(begins(refusal(make_odd(x)), "certificate: the authority in ca doesn't vouch"))
      << half;
  }
}

/// A node's files with that many authorities between it and the one that is trusted.
pem_files files_below(int authorities) {
  auto by = further_authority("root");
  pem_files out;
  out.ca = by.certificate;
  std::string between;
  for (int i = 0; i < authorities; ++i) {
    by = further_authority("between " + std::to_string(i), &by);
    between.insert(0, by.certificate);
  }
  const auto made = issue(by.certificate, by.key, node("a"), now_s(), 10);
  EXPECT_TRUE(made) << to_string(made.error());
  out.certificate = made->certificate + between;
  out.key = made->key;
  return out;
}

TEST(credentials, may_have_authorities_between_them_and_the_trusted_one) {
  for (int count = 1; count <= 3; ++count) {
    const auto own = credentials::make(files_below(count), now_s());
    ASSERT_TRUE(own) << to_string(own.error());
    connection both{*own, *own};
    both.talk();
    EXPECT_TRUE(both.dialer.established()) << to_string(both.dialer_error);
    EXPECT_TRUE(both.acceptor.established()) << to_string(both.acceptor_error);
  }
  EXPECT_TRUE(begins(refusal(files_below(4)), "certificate: the authority in ca doesn't vouch"));
}

TEST(credentials, need_the_authorities_between) {
  auto x = files_below(1);
  x.certificate.erase(x.certificate.find("-----BEGIN", 10));
  EXPECT_TRUE(begins(refusal(x), "certificate: the authority in ca doesn't vouch"));
}

TEST(credentials, expire_with_the_first_that_they_rest_on) {
  const auto x = files_below(2); // The authorities in it are made for 30 days from yesterday on.
  const auto root = further_authority("root");
  const auto made = issue(root.certificate, root.key, node("a"), now_s(), 365);
  EXPECT_LE(
    (*credentials::make({root.certificate, made->certificate, made->key}, now_s()))->expires_s(),
    now_s() + 29 * day_s);
  EXPECT_LE((*credentials::make(x, now_s()))->expires_s(), now_s() + 10 * day_s);
}

TEST(credentials, need_a_key_that_is_strong_enough) {
  odd_certificate x{"URI:quorate://c/node/a"};
  x.rsa_bits = 2'048;
  EXPECT_EQ(refusal(make_odd(x)), "made");
  x.rsa_bits = 1'024;
  EXPECT_NE(refusal(make_odd(x)).find("key too weak"), std::string::npos);
}

TEST(credentials, may_trust_two_authorities_while_they_are_changed) {
  const auto next = make_authority("c", now_s(), 100);
  auto x = files_of(node("a"));
  x.ca = next->certificate + x.ca;
  const auto made = issue(next->certificate, next->key, node("b"), now_s(), 10);
  auto y = x;
  y.certificate = made->certificate;
  y.key = made->key;
  connection both{*credentials::make(x, now_s()), *credentials::make(y, now_s())};
  both.talk();
  EXPECT_TRUE(both.dialer.established()) << to_string(both.dialer_error);
  EXPECT_TRUE(both.acceptor.established()) << to_string(both.acceptor_error);
}

} // namespace
} // namespace quorate::tls
