// Hosts and ports as people write them, and everything that isn't one.
#include "runtime/base/endpoint.hpp"

#include "runtime/base/random.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace quorate {
namespace {

struct read_case {
  std::string text;
  std::string host;
  std::uint16_t port;
};

TEST(endpoints, are_read_and_written_the_same) {
  const std::vector<read_case> cases{
    {"127.0.0.1:7400", "127.0.0.1", 7400},
    {"n1:1", "n1", 1},
    {"n-1.rack_2.Example.org:65535", "n-1.rack_2.Example.org", 65535},
    {"3com.example:80", "3com.example", 80},
    {":7400", "", 7400},
    {":0", "", 0},
    {"0.0.0.0:0", "0.0.0.0", 0},
    {"[::]:7400", "::", 7400},
    {"[::1]:7400", "::1", 7400},
    {"[2001:db8::8:800:200C:417A]:7400", "2001:db8::8:800:200C:417A", 7400},
    {"[1:2:3:4:5:6:7:8]:7400", "1:2:3:4:5:6:7:8", 7400},
    {"[::ffff:10.0.0.1]:7400", "::ffff:10.0.0.1", 7400},
    {"[1:2:3:4:5:6:10.0.0.1]:7400", "1:2:3:4:5:6:10.0.0.1", 7400},
    {std::string(63, 'a') + ":7400", std::string(63, 'a'), 7400},
  };
  for (const auto& x : cases) {
    const auto found = parse_endpoint(x.text);
    ASSERT_TRUE(found) << x.text << ": " << found.error().message;
    EXPECT_EQ(*found, (endpoint{x.host, x.port})) << x.text;
    EXPECT_EQ(to_string(*found), x.text);
  }
}

TEST(endpoints, that_are_none_are_refused) {
  const std::vector<std::string> cases{"",
                                       ":",
                                       "n1",
                                       "7400",
                                       "n1:",
                                       "n1:x",
                                       "n1: 7400",
                                       " n1:7400",
                                       "n1:7400 ",
                                       "n1:+1",
                                       "n1:-1",
                                       "n1:65536",
                                       "n1:99999",
                                       "n1:100000",
                                       "n1:18446744073709551617",
                                       "n1:007",
                                       "n1:0x10",
                                       "n1:7400/",
                                       "http://n1:7400",
                                       "a b:1",
                                       "n1,n2:7400",
                                       "-n1:1",
                                       "n1-:1",
                                       ".n1:1",
                                       "n1.:1",
                                       "n1..n2:1",
                                       "1.2.3:1",
                                       "1.2.3.4.5:1",
                                       "1.2.3.256:1",
                                       "1.2.3.04:1",
                                       "1.2.3.4.:1",
                                       "n1.4:1",
                                       "12345:1",
                                       "[]:1",
                                       "[::1]",
                                       "[::1]1",
                                       "[::1:7400",
                                       "::1:7400",
                                       "::1]:7400",
                                       "[n1]:1",
                                       "[127.0.0.1]:1",
                                       "[:::]:1",
                                       "[::1::]:1",
                                       "[1:2:3:4:5:6:7]:1",
                                       "[1:2:3:4:5:6:7:8:9]:1",
                                       "[1:2:3:4::5:6:7:8]:1",
                                       "[12345::]:1",
                                       "[::g]:1",
                                       "[::1.2.3]:1",
                                       "[1.2.3.4::]:1",
                                       "[fe80::1%eth0]:1",
                                       "[[::1]]:1",
                                       "[:1]:1",
                                       "[1:]:1",
                                       std::string(64, 'a') + ":1",
                                       std::string(300, 'a') + ":1",
                                       std::string("n1\0:1", 5),
                                       "n\xC3\xBC:1"};
  for (const auto& x : cases) {
    const auto found = parse_endpoint(x);
    EXPECT_FALSE(found) << x << " is read as " << to_string(*found);
    if (!found) {
      EXPECT_EQ(found.error().code, errc::address_unusable);
      EXPECT_LT(found.error().message.size(), 250U);
    }
  }
}

TEST(endpoints, that_are_none_are_told_what_is_wrong) {
  EXPECT_EQ(parse_endpoint("n1").error().message,
            "'n1' has no port; an address is written host:port.");
  EXPECT_EQ(parse_endpoint("::1:7400").error().message,
            "'::1:7400' has more than one colon; an IPv6 address is written [::1]:7400.");
  EXPECT_EQ(parse_endpoint("n1:70000").error().message,
            "'n1:70000' has no port of 0 to 65535 behind its last colon.");
  EXPECT_EQ(parse_endpoint("a\nb:1").error().message,
            "'a?b:1' names no host: that is a name, an IPv4 address, or an IPv6 address in "
            "brackets.");
}

TEST(endpoints, are_loopback_only_where_that_is_certain) {
  for (const char* host :
       {"127.0.0.1", "127.255.3.4", "::1", "0:0:0:0:0:0:0:1", "0::0001", "localhost", "LocalHost"})
    EXPECT_TRUE(is_loopback({host, 1})) << host;
  for (const char* host : {"", "0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "::2", "::ffff:127.0.0.1",
                           "n1", "localhost.example", "localhos", "127.0.0.1.example"})
    EXPECT_FALSE(is_loopback({host, 1})) << host;
}

TEST(endpoints, stand_for_every_address_without_a_host_and_with_zeros) {
  for (const char* host : {"", "0.0.0.0", "::", "0:0:0:0:0:0:0:0", "::0.0.0.0"})
    EXPECT_TRUE(is_every_address({host, 1})) << host;
  for (const char* host : {"127.0.0.1", "::1", "n1", "localhost"})
    EXPECT_FALSE(is_every_address({host, 1})) << host;
}

TEST(endpoints, survive_garbage_and_read_what_they_write) {
  base::random draw{7};
  const std::string letters{"0129af.:[]-_n \n%"};
  for (int round = 0; round < 100'000; ++round) {
    std::string text;
    for (auto left = draw.below(24); left > 0; --left)
      text += draw.chance(99) ? letters[draw.below(letters.size())]
                              : static_cast<char>(draw.next());
    const auto found = parse_endpoint(text);
    if (!found)
      continue;
    EXPECT_EQ(to_string(*found), text);
    (void)is_loopback(*found);
    (void)is_every_address(*found);
  }
}

} // namespace
} // namespace quorate
