// What is read in certificates, by whomever they were made.
#include "runtime/tls/certificate.hpp"

#include "runtime/tls/openssl.hpp"
#include "tests/tls/connected.hpp"
#include "tests/tls/foreign.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <string>

namespace quorate::tls {
namespace {

std::string refusal(const std::string& pem) {
  const auto found = facts_of(pem);
  return found ? "found " + found->subject : to_string(found.error());
}

std::string odd(const std::string& names, const char* basic = "critical,CA:FALSE") {
  return make_odd({names, basic}).certificate;
}

TEST(facts, are_those_of_the_first_certificate) {
  const auto first = files_of(node("a"));
  const auto second = files_of(node("b"));
  EXPECT_EQ(facts_of(first.certificate + second.certificate)->owner, node("a"));
  EXPECT_EQ(facts_of(first.key + "any words\n" + second.certificate)->owner, node("b"));
}

TEST(facts, need_a_certificate) {
  EXPECT_EQ(refusal(""), "malformed: There is nothing in it.");
  EXPECT_EQ(refusal("words"), "malformed: There is no certificate in it.");
  EXPECT_EQ(refusal(files_of(node("a")).key), "malformed: There is no certificate in it.");
  EXPECT_EQ(refusal(std::string(300'000, 'x')), "malformed: A PEM file has 256 KiB at most.");
}

TEST(facts, need_a_certificate_that_can_be_read) {
  const auto good = files_of(node("a")).certificate;
  for (std::size_t at = 40; at < good.size() - 30; at += 7) {
    auto bad = good;
    bad.erase(good[at] == '\n' ? at + 1 : at, 1);
    EXPECT_FALSE(facts_of(bad)) << at;
  }
  EXPECT_FALSE(facts_of(good.substr(0, good.size() / 2)));
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(facts, are_of_16_certificates_at_most) {
  std::string many;
  for (int i = 0; i < 16; ++i)
    many += files_of(node("a")).certificate;
  EXPECT_TRUE(facts_of(many));
  EXPECT_EQ(refusal(many + many), "malformed: There are more than 16 certificates in it.");
}

TEST(facts, need_exactly_one_owner) {
  EXPECT_EQ(facts_of(odd("URI:quorate://c/client/x"))->owner,
            (identity{"c", wire::peer_role::client, "x"}));
  EXPECT_EQ(facts_of(odd("DNS:x,URI:https://x,URI:quorate://c/client/x,email:a@b"))->owner,
            (identity{"c", wire::peer_role::client, "x"}));
  for (const auto* none : {"", "DNS:quorate", "URI:spiffe://c/node/x", "URI:quorat://c/node/x",
                           "DNS:quorate://c/node/x"})
    EXPECT_NE(refusal(odd(none)).find("names no owner"), std::string::npos) << none;
  for (const auto* two :
       {"URI:quorate://c/node/x,URI:quorate://c/node/y",
        "URI:quorate://c/node/x,URI:quorate:", "URI:QUORATE://c/node/x,URI:quorate://c/node/x"})
    EXPECT_EQ(refusal(odd(two)), "malformed: The certificate names more than one owner.") << two;
}

TEST(facts, need_an_owner_of_the_right_form) {
  for (const auto* wrong : {"URI:quorate://c/node/", "URI:quorate:c/node/x", "URI:quorate://c",
                            "URI:Quorate://c/node/x", "URI:quorate://c/node/%61"})
    EXPECT_NE(refusal(odd(wrong)).find("identity"), std::string::npos) << wrong;
}

TEST(facts, of_an_authority_name_no_owner) {
  const auto* authority = "critical,CA:TRUE";
  EXPECT_EQ(facts_of(odd("", authority))->cluster_name, "");
  EXPECT_TRUE(facts_of(odd("", authority))->authority);
  EXPECT_EQ(facts_of(odd("URI:quorate://c", authority))->cluster_name, "c");
  EXPECT_EQ(refusal(odd("URI:quorate://c/node/x", authority)),
            "malformed: The certificate is an authority's, and names an owner; it has to be the "
            "one or the other.");
}

TEST(facts, are_printable) {
  const auto found = facts_of(files_of(node("a\n\x1b[31mred")).certificate);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->subject, "CN=a%0A%1B%5B31mred,OU=node,O=c");
}

TEST(times, are_written_as_people_and_programs_read_them) {
  EXPECT_EQ(utc(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(utc(1'795'757'820), "2026-11-27T05:37:00Z");
  EXPECT_EQ(utc(INT64_MAX), "9223372036854775807 s");
}

TEST(certificates, from_before_1970_and_after_2050_are_read) {
  odd_certificate x{"URI:quorate://c/node/x"};
  x.age_days = 25'000; // 1958.
  x.days = 60'000;     // 2122.
  const auto found = facts_of(make_odd(x).certificate);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->not_after_s - found->not_before_s, std::int64_t{60'000} * 86'400);
  EXPECT_LT(found->not_before_s, 0);
}

} // namespace
} // namespace quorate::tls
