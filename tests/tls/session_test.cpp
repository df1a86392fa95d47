// Two sessions that get on with each other.
#include "runtime/base/limits.hpp"
#include "tests/tls/connected.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace quorate::tls {
namespace {

std::string some_bytes(std::size_t size, std::uint64_t seed) {
  base::random draw{seed};
  std::string out(size, '\0');
  for (auto& x : out)
    x = static_cast<char>(draw.next());
  return out;
}

TEST(sessions, know_each_other_after_the_handshake) {
  const auto x = established();
  EXPECT_EQ(x.dialer.peer(), node("b"));
  EXPECT_EQ(x.acceptor.peer(), node("a"));
}

TEST(sessions, tell_the_role_of_the_peer) {
  for (const auto role :
       {wire::peer_role::node, wire::peer_role::client, wire::peer_role::operator_}) {
    connection x{credentials_of({"c", role, "who"}), credentials_of(node("b"))};
    x.talk();
    ASSERT_TRUE(x.acceptor.established()) << to_string(x.acceptor_error);
    EXPECT_EQ(x.acceptor.peer(), (identity{"c", role, "who"}));
  }
}

TEST(sessions, carry_bytes_both_ways) {
  auto x = established();
  ASSERT_TRUE(x.dialer.write("from the dialer"));
  ASSERT_TRUE(x.acceptor.write("from the acceptor"));
  x.talk();
  EXPECT_EQ(read_all(x.acceptor), "from the dialer");
  EXPECT_EQ(read_all(x.dialer), "from the acceptor");
}

TEST(sessions, get_on_a_byte_at_a_time) {
  connection x{credentials_of(node("a")), credentials_of(node("b"))};
  x.talk(1);
  ASSERT_TRUE(x.dialer.established()) << to_string(x.dialer_error);
  ASSERT_TRUE(x.acceptor.established()) << to_string(x.acceptor_error);
  ASSERT_TRUE(x.dialer.write("hello"));
  ASSERT_TRUE(x.acceptor.write("to you"));
  x.talk(1);
  EXPECT_EQ(read_all(x.acceptor), "hello");
  EXPECT_EQ(read_all(x.dialer), "to you");
}

TEST(sessions, carry_much_in_any_pieces) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto x = established();
    x.draw = base::random{seed};
    std::string sent;
    std::string got;
    for (int round = 0; round < 20; ++round) {
      const auto some = some_bytes(x.draw.below(x.draw.chance(20) ? 200'000 : 2'000), round);
      ASSERT_TRUE(x.dialer.write(some));
      sent += some;
      x.talk(x.draw.chance(50) ? 100 : 70'000);
      ASSERT_EQ(x.acceptor_error.code, errc::none) << to_string(x.acceptor_error);
      while (x.draw.chance(90)) {
        const auto at_most = x.draw.between(1, x.draw.chance(50) ? 50 : 50'000);
        const auto before = got.size();
        const auto count = x.acceptor.read(got, at_most);
        ASSERT_TRUE(count);
        EXPECT_LE(*count, at_most);
        EXPECT_EQ(got.size(), before + *count);
      }
    }
    got += read_all(x.acceptor);
    EXPECT_EQ(got, sent);
  }
}

TEST(sessions, carry_the_longest_frame_at_once) {
  auto x = established();
  const auto sent = some_bytes(limits::frame_payload_bytes_max + 8, 3);
  ASSERT_TRUE(x.acceptor.write(sent));
  x.talk();
  EXPECT_EQ(read_all(x.dialer), sent);
}

TEST(sessions, append_to_what_is_there) {
  auto x = established();
  ASSERT_TRUE(x.dialer.write("plain"));
  std::string output{"before"};
  x.dialer.take_output(output);
  EXPECT_EQ(output.substr(0, 6), "before");
  ASSERT_TRUE(x.acceptor.received(std::string_view{output}.substr(6)));
  std::string plain{"before "};
  EXPECT_EQ(*x.acceptor.read(plain, 100), 5U);
  EXPECT_EQ(plain, "before plain");
  EXPECT_EQ(*x.acceptor.read(plain, 100), 0U);
  EXPECT_EQ(x.dialer.take_output(), "");
}

TEST(sessions, take_bytes_that_come_with_the_end_of_the_handshake) {
  connection x{credentials_of(node("a")), credentials_of(node("b"))};
  x.dialer.start();
  ASSERT_TRUE(x.acceptor.received(x.dialer.take_output()));
  ASSERT_TRUE(x.dialer.received(x.acceptor.take_output()));
  const auto sent = some_bytes(1'000'000, 5); // More than a handshake may have.
  ASSERT_TRUE(x.dialer.write(sent));
  ASSERT_TRUE(x.acceptor.received(x.dialer.take_output()));
  EXPECT_TRUE(x.acceptor.established());
  EXPECT_EQ(read_all(x.acceptor), sent);
}

TEST(sessions, are_written_to_between_handshake_and_end_only) {
  connection x{credentials_of(node("a")), credentials_of(node("b"))};
  EXPECT_EQ(x.dialer.write("too early").error().code, errc::invalid_argument);
  EXPECT_EQ(x.acceptor.write("too early").error().code, errc::invalid_argument);
  x.talk();
  EXPECT_TRUE(x.dialer.write(""));
  EXPECT_EQ(x.dialer.take_output(), "") << "nothing was said";
  x.dialer.close();
  EXPECT_EQ(x.dialer.write("too late").error().code, errc::invalid_argument);
}

TEST(sessions, tell_when_the_peer_closes_after_all_was_read) {
  auto x = established();
  ASSERT_TRUE(x.dialer.write("the last words"));
  x.dialer.close();
  x.dialer.close();
  x.talk();
  EXPECT_FALSE(x.acceptor.closed_by_peer());
  std::string plain;
  EXPECT_EQ(*x.acceptor.read(plain, 14), 14U);
  EXPECT_TRUE(x.acceptor.closed_by_peer());
  EXPECT_EQ(*x.acceptor.read(plain, 14), 0U);
  EXPECT_EQ(plain, "the last words");
  EXPECT_FALSE(x.dialer.closed_by_peer());
}

TEST(sessions, are_closed_one_way_at_a_time) {
  auto x = established();
  x.dialer.close();
  x.talk();
  EXPECT_TRUE(x.acceptor.closed_by_peer());
  ASSERT_TRUE(x.acceptor.write("still here"));
  x.acceptor.close();
  x.talk();
  EXPECT_EQ(read_all(x.dialer), "still here");
  EXPECT_TRUE(x.dialer.closed_by_peer());
}

TEST(sessions, ignore_what_comes_after_the_end) {
  auto x = established();
  x.dialer.close();
  x.talk();
  EXPECT_TRUE(x.acceptor.received("anything"));
  EXPECT_EQ(read_all(x.acceptor), "");
}

TEST(sessions, that_hear_nothing_say_nothing) {
  session x{credentials_of(node("a")), side::acceptor};
  x.start();
  EXPECT_TRUE(x.received(""));
  std::string plain;
  EXPECT_EQ(*x.read(plain, 10), 0U);
  x.close();
  EXPECT_EQ(x.take_output(), "");
  EXPECT_FALSE(x.established());
  EXPECT_FALSE(x.closed_by_peer());
}

TEST(sessions, that_hear_nothing_cost_next_to_nothing) {
  const auto own = credentials_of(node("a"));
  const auto before = mallinfo2().uordblks; // Zero where another allocator is used.
  std::vector<session> silent;
  for (int i = 0; i < 1'000; ++i)
    silent.emplace_back(own, side::acceptor);
  EXPECT_LT(mallinfo2().uordblks - before, 1'000U * 400);
}

TEST(sessions, that_are_idle_hold_no_buffers) {
  auto x = established();
  const auto before = mallinfo2().uordblks;
  ASSERT_TRUE(x.dialer.write(some_bytes(8'000'000, 1)));
  x.talk();
  EXPECT_EQ(read_all(x.acceptor).size(), 8'000'000U);
  EXPECT_LT(mallinfo2().uordblks, before + 100'000);
}

TEST(sessions, begin_by_themselves_if_bytes_come_first) {
  connection x{credentials_of(node("a")), credentials_of(node("b"))};
  EXPECT_TRUE(x.dialer.received(""));
  EXPECT_FALSE(x.dialer.take_output().empty());
}

TEST(sessions, may_be_moved) {
  auto x = established();
  auto there = std::move(x.acceptor);
  ASSERT_TRUE(x.dialer.write("found"));
  ASSERT_TRUE(there.received(x.dialer.take_output()));
  EXPECT_EQ(read_all(there), "found");
  EXPECT_EQ(there.peer(), node("a"));
}

TEST(sessions, outlive_whoever_made_their_credentials) {
  auto a = credentials_of(node("a"));
  connection x{a, credentials_of(node("b"))};
  a.reset();
  x.talk();
  EXPECT_TRUE(x.acceptor.established());
}

TEST(sessions, keep_nothing_for_the_next_connection) {
  auto x = established();
  EXPECT_EQ(x.acceptor.take_output(), "") << "a ticket";
}

TEST(sessions, of_many_threads_share_credentials) {
  const auto a = credentials_of(node("a"));
  const auto b = credentials_of(node("b"));
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < 4; ++i)
    threads.emplace_back([&, i] {
      for (int round = 0; round < 10; ++round) {
        connection x{a, b};
        x.talk(300);
        ASSERT_TRUE(x.acceptor.established());
        const auto sent = some_bytes(50'000, i);
        ASSERT_TRUE(x.dialer.write(sent));
        x.talk(9'000);
        EXPECT_EQ(read_all(x.acceptor), sent);
      }
    });
  for (auto& x : threads)
    x.join();
}

} // namespace
} // namespace quorate::tls
