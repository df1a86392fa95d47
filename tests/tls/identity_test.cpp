// The URI in a certificate: one form for each identity, and nothing else.
#include "runtime/tls/identity.hpp"

#include "runtime/base/random.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace quorate::tls {
namespace {

using wire::peer_role;

errc refusal(std::string_view uri) {
  const auto found = parse_identity(uri);
  return found ? errc::none : found.error().code;
}

TEST(identities, are_written_as_uris) {
  EXPECT_EQ(to_uri({"orders", peer_role::node, "n1"}), "quorate://orders/node/n1");
  EXPECT_EQ(to_uri({"orders", peer_role::client, "web-7"}), "quorate://orders/client/web-7");
  EXPECT_EQ(to_uri({"orders", peer_role::operator_, "jo"}), "quorate://orders/operator/jo");
}

TEST(identities, escape_all_that_is_reserved) {
  EXPECT_EQ(to_uri({"a/b", peer_role::node, std::string{"\0 %\xFF?~", 6}}),
            "quorate://a%2Fb/node/%00%20%25%FF%3F~");
}

TEST(identities, come_back_from_their_uris_whatever_bytes_they_have) {
  base::random draw{1};
  for (int round = 0; round < 2'000; ++round) {
    identity who;
    who.role = static_cast<peer_role>(draw.between(1, 3));
    for (auto* part : {&who.cluster_name, &who.name})
      for (auto left = draw.chance(5) ? 255 : draw.between(1, 20); left > 0; --left)
        *part += static_cast<char>(draw.next());
    const auto found = parse_identity(to_uri(who));
    ASSERT_TRUE(found) << to_string(found.error());
    EXPECT_EQ(*found, who);
  }
}

TEST(identities, of_another_form_are_refused) {
  for (const auto* uri : {"",
                          "quorate",
                          "quorate:",
                          "quorate:/",
                          "quorate://",
                          "quorate:///",
                          "quorate:////",
                          "quorate://c",
                          "quorate://c/",
                          "quorate://c/node",
                          "quorate://c/node/",
                          "quorate:///node/n",
                          "quorate://c//n",
                          "quorate://c/node/n/",
                          "quorate://c/node/n/m",
                          "quorate://c/node//n",
                          "//c/node/n",
                          "c/node/n",
                          " quorate://c/node/n",
                          "quorate://c/node/n ",
                          "https://c/node/n",
                          "quorate:c/node/n",
                          "quorate:/c/node/n"})
    EXPECT_EQ(refusal(uri), errc::malformed) << uri;
}

TEST(identities, have_a_scheme_and_a_role_in_small_letters) {
  for (const auto* uri : {"Quorate://c/node/n", "QUORATE://c/node/n", "quorate://c/Node/n",
                          "quorate://c/NODE/n", "quorate://c/operator_/n", "quorate://c/nodes/n",
                          "quorate://c/n%6Fde/n", "quorate://c/admin/n"})
    EXPECT_EQ(refusal(uri), errc::malformed) << uri;
}

TEST(identities, have_no_user_port_query_or_fragment) {
  for (const auto* uri :
       {"quorate://u@c/node/n", "quorate://u:p@c/node/n", "quorate://c:1/node/n",
        "quorate://c:/node/n", "quorate://c/node/n?", "quorate://c/node/n?a=b",
        "quorate://c/node/n#", "quorate://c/node/n#f", "quorate://c?/node/n",
        "quorate://[::1]/node/n", "quorate://c/node;v=1/n", "quorate://c/node/n,m"})
    EXPECT_EQ(refusal(uri), errc::malformed) << uri;
}

TEST(identities, have_one_form_only) {
  for (const auto* uri : {"quorate://c/node/%6E", "quorate://c/node/%2f", "quorate://c/node/%2D",
                          "quorate://%63/node/n", "quorate://c/node/n+m", "quorate://c/node/a b",
                          "quorate://c/node/\xC3\xA4"})
    EXPECT_EQ(refusal(uri), errc::malformed) << uri;
  EXPECT_EQ(refusal("quorate://c/node/%2F"), errc::none);
}

TEST(identities, have_whole_escapes) {
  for (const auto* uri : {"quorate://c/node/%", "quorate://c/node/%2", "quorate://c/node/%G0",
                          "quorate://c/node/%0G", "quorate://c/node/%%20", "quorate://%/node/n",
                          "quorate://%2/node/n", "quorate://c/node/% 20"})
    EXPECT_EQ(refusal(uri), errc::malformed) << uri;
}

TEST(identities, with_a_zero_byte_dont_end_there) {
  EXPECT_EQ(refusal(std::string_view{"quorate://c/node/n\0x", 20}), errc::malformed);
  EXPECT_EQ(refusal(std::string_view{"quorate://c/node/n\0", 19}), errc::malformed);
  EXPECT_EQ(parse_identity("quorate://c/node/n%00")->name, (std::string{"n\0", 2}));
}

TEST(identities, have_names_of_1_to_255_bytes) {
  const std::string longest(255, 'n');
  EXPECT_EQ(refusal("quorate://" + longest + "/node/" + longest), errc::none);
  EXPECT_EQ(refusal("quorate://c/node/" + longest + 'n'), errc::malformed);
  EXPECT_EQ(refusal("quorate://n" + longest + "/node/n"), errc::malformed);
  EXPECT_EQ(refusal("quorate://c/node/" + std::string(1'000'000, 'n')), errc::malformed);
  EXPECT_TRUE(validate({"c", peer_role::node, longest}));
  EXPECT_EQ(validate({"c", peer_role::node, longest + 'n'}).error().code, errc::invalid_argument);
  EXPECT_EQ(validate({"", peer_role::node, "n"}).error().code, errc::invalid_argument);
  EXPECT_EQ(validate({"c", peer_role{}, "n"}).error().code, errc::invalid_argument);
}

TEST(clusters, are_named_by_a_uri_without_a_path) {
  EXPECT_EQ(cluster_uri("a b"), "quorate://a%20b");
  EXPECT_EQ(*parse_cluster_uri("quorate://a%20b"), "a b");
  for (const auto* uri : {"quorate://", "quorate://c/", "quorate://c/node/n", "quorate://c?",
                          "quorate://c:1", "Quorate://c", "c"})
    EXPECT_FALSE(parse_cluster_uri(uri)) << uri;
}

} // namespace
} // namespace quorate::tls
