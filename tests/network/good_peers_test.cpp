// What good peers notice of bad ones: as good as nothing.
#include "actors/tls_files.hpp"
#include "runtime/base/random.hpp"
#include "runtime/tls/session.hpp"
#include "runtime/wire/messages.hpp"
#include "tests/network/files.hpp"
#include "tests/network/network.hpp"
#include "tests/network/raw_peer.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace quorate::network {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Both ends of all connections are in this process.
void allow_many_files() {
  rlimit files{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = files.rlim_max;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);
}

/// A founded node with a client, plain or private.
class good_peers : public ::testing::TestWithParam<bool> {
protected:
  good_peers() : node_(started(GetParam(), files_)) {
    allow_many_files();
    EXPECT_TRUE(node_.provision(quick_policy()));
    auto options = remote_to({node_.address()});
    if (GetParam())
      options.tls = files_.make(certificate_role::client, "good");
    auto connected = remote_cluster::connect(options);
    EXPECT_TRUE(connected);
    good_ = std::make_unique<remote_cluster>(std::move(connected).value());
  }

  static node started(bool is_private, const certificate_files& files) {
    auto options = options_of("n1");
    if (is_private)
      options.tls = files.make(certificate_role::node, "n1");
    auto x = node::start(options);
    EXPECT_TRUE(x) << (x ? "" : to_string(x.error()));
    return std::move(x).value();
  }

  /// How long a write takes, as a rule.
  microseconds usual_latency() {
    constexpr std::size_t writes = 2'000;
    auto client = good_->client();
    std::vector<microseconds> took;
    for (std::size_t i = 0; i < writes; ++i) {
      const auto before = steady_clock::now();
      EXPECT_TRUE(client.put("good", "1"));
      took.push_back(std::chrono::duration_cast<microseconds>(steady_clock::now() - before));
    }
    std::nth_element(took.begin(), took.begin() + writes / 2, took.end());
    return took[writes / 2];
  }

  /// Bytes as they might come from anybody, 64 KiB at most.
  std::string bad_bytes(base::random& draw) const {
    const auto hello = framed(greeting(wire::peer_role::client, "bad"));
    switch (draw.below(4)) {
    case 0:
      return "GET / HTTP/1.1\r\n\r\n";
    case 1:
      return std::string{"\xff\xff\xff\xff\x01\0\x01\0", 8};
    case 2:
      return hello.substr(0, draw.below(hello.size()));
    default:
      std::string out(draw.between(1, 65'536), '\0');
      for (auto& x : out)
        x = static_cast<char>(draw.next());
      return out;
    }
  }

  /// Hundreds a second who say something wrong, and some who say nothing or say it slowly, as long
  /// as it isn't told to end.
  void annoy(const std::atomic<bool>& ends, std::atomic<int>& seen) {
    constexpr std::size_t held_max = 100;
    constexpr milliseconds pause{4};
    base::random draw{1};
    std::deque<raw_peer> held;
    const auto slow = framed(greeting(wire::peer_role::client, "slow"));
    for (std::size_t i = 0; !ends; ++i) {
      ++seen;
      raw_peer bad{node_.address()};
      if (bad.connected() && i % 2 == 0)
        bad.say_what_goes(bad_bytes(draw));
      held.push_back(std::move(bad));
      for (auto& each : held)
        if (draw.chance(5) && each.connected())
          each.say_what_goes(slow.substr(draw.below(slow.size()), 1));
      if (held.size() > held_max)
        held.pop_front();
      std::this_thread::sleep_for(pause); // Of a load, not of a test.
    }
  }

  certificate_files files_;
  node node_;
  std::unique_ptr<remote_cluster> good_;
};

TEST_P(good_peers, are_served_within_twice_their_usual_latency) {
  // Something else may run on the machine for a while, so one round in which it doesn't is enough.
  constexpr int rounds_max = 20;
  std::string seen;
  for (int round = 0; round < rounds_max; ++round) {
    const auto before = usual_latency();
    std::atomic<bool> ends{false};
    std::atomic<int> bad_peers{0};
    std::thread bad{[&] { annoy(ends, bad_peers); }};
    EXPECT_TRUE(eventually([&] { return bad_peers > 100; }));
    const auto meanwhile = usual_latency();
    ends = true;
    bad.join();
    if (meanwhile <= 2 * before)
      return;
    seen += std::to_string(before.count()) + " us, then " + std::to_string(meanwhile.count())
            + " us\n";
  }
  ADD_FAILURE() << seen;
}

TEST_P(good_peers, are_let_in_beside_a_thousand_that_say_nothing) {
  std::vector<raw_peer> silent;
  for (int i = 0; i < 1'000; ++i) {
    silent.emplace_back(node_.address());
    ASSERT_TRUE(silent.back().connected()) << i;
  }
  EXPECT_TRUE(good_->client().put("good", "2"));
  auto options = remote_to({node_.address()});
  if (GetParam())
    options.tls = files_.make(certificate_role::client, "fresh");
  auto fresh = remote_cluster::connect(options);
  ASSERT_TRUE(fresh);
  EXPECT_TRUE(fresh->client().put("good", "3"));
  // Those beyond what may be unknown at a time were closed at once, whoever had waited longest.
  const auto closed = std::count_if(silent.begin(), silent.end(),
                                    [](auto& x) { return x.is_closed(milliseconds{0}); });
  EXPECT_GE(closed, 700);
}

INSTANTIATE_TEST_SUITE_P(plain_and_private, good_peers, ::testing::Bool(),
                         [](const auto& x) { return x.param ? "with_tls" : "in_plain"; });

// -- what was heard on the way --------------------------------------------------------------------

/// Greets, and returns all bytes that it has said for it.
std::string greet(raw_peer& to, const tls_options& files) {
  const auto opened = actors::tls_files::open(files);
  EXPECT_TRUE(opened);
  tls::session own{(*opened)->current(), tls::side::dialer};
  std::string said;
  const auto say = [&] {
    const auto bytes = own.take_output();
    said += bytes;
    to.say(bytes);
  };
  own.start();
  say();
  for (int i = 0; i < 100 && !own.established(); ++i) {
    EXPECT_TRUE(own.received(to.hear(milliseconds{50})));
    say();
  }
  EXPECT_TRUE(own.established());
  EXPECT_TRUE(own.write(framed(greeting(wire::peer_role::client, "somebody"))));
  say();
  std::string plain;
  for (int i = 0; i < 100 && plain.empty(); ++i) {
    EXPECT_TRUE(own.received(to.hear(milliseconds{50})));
    EXPECT_TRUE(own.read(plain, 4'096));
  }
  EXPECT_FALSE(plain.empty()) << "it was let in";
  return said;
}

TEST(a_replayed_handshake, is_refused) {
  certificate_files files;
  auto options = options_of("n1");
  options.tls = files.make(certificate_role::node, "n1");
  auto started = node::start(options);
  ASSERT_TRUE(started);
  raw_peer honest{started->address()};
  const auto recorded = greet(honest, files.make(certificate_role::client, "somebody"));
  raw_peer thief{started->address()};
  thief.say(recorded);
  EXPECT_TRUE(thief.is_closed(milliseconds{900}));
  EXPECT_FALSE(honest.is_closed(milliseconds{0}));
}

} // namespace
} // namespace quorate::network
