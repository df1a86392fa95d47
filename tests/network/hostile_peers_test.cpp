// Peers that mean harm, or are broken: nobody else notices them.
#include "runtime/base/random.hpp"
#include "runtime/wire/messages.hpp"
#include "tests/network/files.hpp"
#include "tests/network/network.hpp"
#include "tests/network/raw_peer.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace quorate::network {
namespace {

using std::chrono::milliseconds;

std::size_t resident_bytes() {
  std::ifstream file{"/proc/self/statm"};
  std::size_t all = 0;
  std::size_t resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// One founded node, plain or private, that everything is thrown at.
class a_node_among_hostile_peers : public ::testing::TestWithParam<bool> {
protected:
  a_node_among_hostile_peers() : node_(started(GetParam(), files_)) {
    EXPECT_TRUE(node_.provision(quick_policy()));
    good_.push_back(good_client());
    EXPECT_TRUE(good_.back().client().put("good", "1"));
  }

  static node started(bool is_private, const certificate_files& files) {
    auto options = options_of("n1");
    options.handshake_timeout = milliseconds{1'000};
    if (is_private)
      options.tls = files.make(certificate_role::node, "n1");
    auto x = node::start(options);
    EXPECT_TRUE(x) << (x ? "" : to_string(x.error()));
    return std::move(x).value();
  }

  remote_cluster good_client() {
    auto options = remote_to({node_.address()});
    if (GetParam())
      options.tls = files_.make(certificate_role::client, "good");
    auto x = remote_cluster::connect(options);
    EXPECT_TRUE(x);
    return std::move(x).value();
  }

  /// Those that were there are served, and so are new ones.
  void expect_good_peers_served() {
    EXPECT_TRUE(good_.back().client().put("good", "2"));
    auto fresh = good_client();
    EXPECT_TRUE(fresh.client().put("good", "3"));
  }

  /// Closed by the node, and before the handshake's time is over.
  void expect_closed(std::string_view bytes) {
    raw_peer bad{node_.address()};
    ASSERT_TRUE(bad.connected());
    bad.say(bytes);
    EXPECT_TRUE(bad.is_closed(milliseconds{900})) << bytes.substr(0, 16);
  }

  certificate_files files_;
  node node_;
  std::vector<remote_cluster> good_;
};

TEST_P(a_node_among_hostile_peers, closes_what_speaks_something_else) {
  expect_closed("GET / HTTP/1.1\r\nHost: quorate\r\n\r\n");
  expect_closed("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n");
  // A handshake of CAF's own protocol, BASP.
  expect_closed(std::string{"\x10\0\0\0\0\0\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x03\0\0\0\0", 28});
  if (!GetParam())
    expect_closed(std::string{"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", 11});
  expect_good_peers_served();
}

TEST_P(a_node_among_hostile_peers, closes_frames_that_are_too_long) {
  expect_closed(std::string{"\xff\xff\xff\xff\x01\0\x01\0", 8});
  expect_closed(std::string{"\0\0\x01\0\x01\0\x01\0", 8});
  expect_good_peers_served();
}

TEST_P(a_node_among_hostile_peers, survives_random_bytes) {
  base::random draw{GetParam() ? 2U : 1U};
  const auto before = resident_bytes();
  for (int i = 0; i < 200; ++i) {
    std::string bytes(4'096, '\0');
    for (auto& x : bytes)
      x = static_cast<char>(draw.next());
    if (!GetParam() && i % 2 == 0)
      bytes = framed(greeting(wire::peer_role::node, "n9")) + bytes;
    raw_peer bad{node_.address()};
    bad.say(bytes);
  }
  expect_good_peers_served();
  EXPECT_LT(resident_bytes(), before + (std::size_t{32} << 20));
}

TEST_P(a_node_among_hostile_peers, closes_who_says_nothing_and_keeps_nobody_out) {
  std::vector<raw_peer> silent;
  for (int i = 0; i < 400; ++i)
    silent.emplace_back(node_.address());
  const auto before = std::chrono::steady_clock::now();
  expect_good_peers_served();
  EXPECT_LT(std::chrono::steady_clock::now() - before, milliseconds{2'000});
  for (auto& x : silent)
    EXPECT_TRUE(x.is_closed(milliseconds{3'000}));
}

TEST_P(a_node_among_hostile_peers, closes_who_says_its_greeting_too_slowly) {
  raw_peer slow{node_.address()};
  const auto bytes = GetParam() ? std::string{"\x16\x03\x01\x02\0\x01\0\x01", 8}
                                : framed(greeting(wire::peer_role::client, "slow"));
  for (std::size_t i = 0; i < 6; ++i) {
    slow.say(bytes.substr(i, 1));
    EXPECT_FALSE(slow.is_closed(milliseconds{30}));
  }
  EXPECT_TRUE(slow.is_closed(milliseconds{3'000}));
  expect_good_peers_served();
}

TEST_P(a_node_among_hostile_peers, goes_on_at_the_limit_of_file_descriptors) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  std::vector<raw_peer> silent;
  std::vector<int> files;
  while (silent.size() < 200)
    silent.emplace_back(node_.address());
  rlimit few = before;
  few.rlim_cur = 100; // Fewer than are open: no more can be.
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  EXPECT_TRUE(good_.back().client().put("good", "2"));
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  silent.clear();
  expect_good_peers_served();
}

INSTANTIATE_TEST_SUITE_P(plain_and_private, a_node_among_hostile_peers, ::testing::Bool(),
                         [](const auto& x) { return x.param ? "with_tls" : "in_plain"; });

// -- those who have greeted -----------------------------------------------------------------------

class a_plain_node : public ::testing::Test {
protected:
  a_plain_node() : node_(std::move(joined_nodes(1).front())) {
    // nop
  }

  /// Has greeted, and was let in.
  raw_peer greeted(wire::peer_role role) {
    raw_peer x{node_.address()};
    x.say(framed(greeting(role, "somebody")));
    EXPECT_FALSE(x.hear(milliseconds{50}).empty());
    return x;
  }

  node node_;
};

template <class T>
std::string frame_with(const T& x) {
  std::string out;
  wire::frame_writer to{out};
  EXPECT_TRUE(wire::write(to, x));
  return out;
}

TEST_F(a_plain_node, closes_a_peer_that_speaks_for_another) {
  auto x = greeted(wire::peer_role::node);
  x.say(frame_with(node_mail{"127.0.0.1:10", node_.address(), discover_request{}}));
  EXPECT_TRUE(x.is_closed());
  EXPECT_TRUE(eventually([&] {
    const auto status = node_.status();
    return status
           && std::any_of(status->counters.begin(), status->counters.end(),
                          [](const counter& each) {
                            return each.name == "connections_refused_total"
                                   && each.label == "untrusted_peer" && each.value == 1;
                          });
  }))
    << "and counted";
}

TEST_F(a_plain_node, closes_a_client_that_speaks_consensus) {
  auto x = greeted(wire::peer_role::client);
  x.say(frame_with(node_mail{"", node_.address(), discover_request{}}));
  EXPECT_TRUE(x.is_closed());
}

TEST_F(a_plain_node, holds_little_for_a_peer_that_never_reads) {
  auto client = node_.client();
  ASSERT_TRUE(client.put("big", std::string(1 << 20, 'v')));
  const auto before = resident_bytes();
  auto bad = greeted(wire::peer_role::client);
  std::string requests;
  for (std::uint64_t i = 1; i <= 2'000; ++i)
    requests += frame_with(
      wire::call<kv::request>{wire::call_id{i}, kv::read_request{"big", kv::consistency::local}});
  std::string_view left{requests};
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{2};
  while (!left.empty() && std::chrono::steady_clock::now() < until)
    left.remove_prefix(bad.say_what_goes(left));
  ASSERT_TRUE(client.put("good", "1"));
  EXPECT_LT(resident_bytes(), before + (std::size_t{200} << 20));
}

TEST_F(a_plain_node, gives_up_a_peer_that_falls_silent) {
  auto x = greeted(wire::peer_role::client);
  EXPECT_TRUE(x.is_closed(milliseconds{4'000}));
}

} // namespace
} // namespace quorate::network
