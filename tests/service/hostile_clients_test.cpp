// The HTTP server and clients that are slow, silent, greedy or speak something else.
#include "tests/network/raw_peer.hpp"
#include "tests/service/situations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <vector>

#include "service/http_server.hpp"

namespace quorate::service {

namespace {

using network::raw_peer;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;

constexpr auto hello = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";

http_server started(const http_limits& limits = {}) {
  std::map<std::string, http_handler> routes{
    {"/hello",
     [] {
       return http_response{200, "text/plain", "hello"};
     }},
    {"/large", [] {
       return http_response{200, "text/plain", std::string(32u << 20, 'x')};
     }}};
  auto out = http_server::start("127.0.0.1:0", std::move(routes), limits);
  EXPECT_TRUE(out) << (out ? "" : to_string(out.error()));
  return std::move(out).value();
}

std::string answer_to(const http_server& x, std::string_view bytes) {
  raw_peer client{x.address()};
  client.say(bytes);
  return client.hear();
}

void expect_good(const http_server& x) {
  EXPECT_THAT(answer_to(x, hello), StartsWith("HTTP/1.1 200 "));
}

TEST(silent_clients, hold_up_nobody) {
  const auto server = started();
  std::vector<raw_peer> silent;
  for (int i = 0; i < 100; ++i)
    silent.emplace_back(server.address());
  for (int i = 0; i < 100; ++i)
    expect_good(server);
}

TEST(silent_clients, give_way_when_there_are_more_than_connections) {
  http_limits limits;
  limits.connections_max = 8;
  const auto server = started(limits);
  std::vector<raw_peer> silent;
  for (int i = 0; i < 100; ++i)
    silent.emplace_back(server.address());
  expect_good(server);
  EXPECT_TRUE(silent.front().is_closed());
  EXPECT_GE(server.counts().crowded_out, 92u);
}

TEST(silent_clients, that_come_in_crowds_take_no_place_from_one_that_has_spoken) {
  http_limits limits;
  limits.connections_max = 8;
  const auto server = started(limits);
  for (int round = 0; round < 20; ++round) {
    raw_peer speaker{server.address()};
    speaker.say(hello);
    std::vector<raw_peer> silent;
    for (int i = 0; i < 50; ++i)
      silent.emplace_back(server.address());
    EXPECT_THAT(speaker.hear(), StartsWith("HTTP/1.1 200 "));
  }
}

TEST(silent_clients, are_closed_in_time) {
  http_limits limits;
  limits.head_timeout = milliseconds{50};
  const auto server = started(limits);
  raw_peer silent{server.address()};
  EXPECT_TRUE(silent.is_closed());
  EXPECT_EQ(server.counts().timed_out, 1u);
  expect_good(server);
}

TEST(slow_clients, get_no_more_time_by_saying_a_little) {
  http_limits limits;
  limits.head_timeout = milliseconds{100};
  const auto server = started(limits);
  raw_peer slow{server.address()};
  slow.say("GET /hello HTTP/1.1\r\n");
  bool closed = false;
  for (int i = 0; i < 200 && !closed; ++i) {
    slow.say_what_goes("X-More: 1\r\n");
    closed = slow.is_closed(milliseconds{10});
  }
  EXPECT_TRUE(closed);
}

TEST(slow_clients, are_answered_if_they_finish_in_time) {
  const auto server = started();
  raw_peer slow{server.address()};
  for (const char c : std::string_view{hello})
    slow.say({&c, 1});
  EXPECT_THAT(slow.hear(), HasSubstr("\r\n\r\nhello"));
}

TEST(clients_that_take_no_answer, are_closed_in_time) {
  http_limits limits;
  limits.write_timeout = milliseconds{100};
  const auto server = started(limits);
  raw_peer deaf{server.address()};
  deaf.say("GET /large HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(soon([&] { return server.counts().timed_out == 1; }));
  expect_good(server);
}

TEST(clients_that_take_no_answer, hold_up_nobody) {
  const auto server = started();
  std::vector<raw_peer> deaf;
  for (int i = 0; i < 8; ++i) {
    deaf.emplace_back(server.address());
    deaf.back().say("GET /large HTTP/1.1\r\n\r\n");
  }
  expect_good(server);
}

TEST(clients_that_go, take_nothing_with_them) {
  const auto server = started();
  constexpr int clients = 12; // Each second answer is 32 MiB that nobody takes.
  for (int i = 0; i < clients; ++i) {
    raw_peer gone{server.address()};
    gone.say(i % 2 == 0 ? hello : "GET /large HTTP/1.1\r\n\r\n");
  }
  expect_good(server);
}

TEST(long_requests, are_refused_before_they_end) {
  const auto server = started();
  EXPECT_THAT(answer_to(server, "GET /" + std::string(9'000, 'a')), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(answer_to(server, "GET /hello HTTP/1.1\r\n" + std::string(9'000, 'a')),
              HasSubstr("request_too_long"));
  expect_good(server);
}

TEST(long_requests, do_not_go_on_for_ever) {
  http_limits limits;
  limits.linger = milliseconds{100};
  const auto server = started(limits);
  raw_peer greedy{server.address()};
  const std::string more(65'536, 'a');
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  bool closed = false;
  while (!closed && std::chrono::steady_clock::now() < until) {
    greedy.say_what_goes(more);
    closed = greedy.is_closed(milliseconds{1}) && greedy.say_what_goes(more) == 0;
  }
  EXPECT_TRUE(closed);
}

TEST(bodies, are_not_read) {
  const auto server = started();
  EXPECT_THAT(answer_to(server, "POST /hello HTTP/1.1\r\nContent-Length: 1000000000\r\n\r\nabc"),
              StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(answer_to(server, "GET /hello HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffff"),
              StartsWith("HTTP/1.1 200 "));
}

TEST(what_is_no_request, is_answered_as_such) {
  const auto server = started();
  const std::string wrong[] = {std::string(3, '\0') + " quorate\r\n\r\n",
                               "\x16\x03\x01\x02\x01\x01\r\n\r\n",
                               "\r\n\r\n",
                               "hello\r\n\r\n",
                               "GET\r\n\r\n",
                               "GET /hello\r\n\r\n",
                               "GET /hello HTTP/9.9\r\n\r\n",
                               "GET  HTTP/1.1\r\n\r\n",
                               "BREW /hello HTTP/1.1\r\n\r\n"};
  for (const auto& bytes : wrong)
    EXPECT_THAT(answer_to(server, bytes), StartsWith("HTTP/1.1 400 ")) << bytes;
  expect_good(server);
}

TEST(what_is_no_request, may_be_random) {
  const auto server = started();
  std::uint64_t x = 1;
  for (int i = 0; i < 300; ++i) {
    std::string bytes = i % 3 == 0 ? "GET /hello" : "";
    for (int n = 0; n < 64; ++n) {
      x = x * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
      bytes += static_cast<char>(x >> 56);
    }
    EXPECT_THAT(answer_to(server, bytes + "\r\n\r\n"), StartsWith("HTTP/1.1 "));
  }
  expect_good(server);
}

TEST(requests_behind_the_first, are_left_alone) {
  const auto server = started();
  const auto answer = answer_to(server, std::string{hello} + hello + hello);
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  EXPECT_EQ(answer.find("hello"), answer.rfind("hello"));
}

TEST(an_answer_that_takes_long, holds_up_the_silent_and_the_stopping_only) {
  std::promise<void> go_on;
  auto waiting = go_on.get_future().share();
  http_limits limits;
  limits.threads = 2;
  limits.connections_max = 4;
  auto server = http_server::start("127.0.0.1:0",
                                   {{"/wait",
                                     [waiting] {
                                       waiting.wait();
                                       return http_response{200, "text/plain", "waited"};
                                     }}},
                                   limits);
  ASSERT_TRUE(server);
  std::vector<raw_peer> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back(server->address());
    clients.back().say("GET /wait HTTP/1.1\r\n\r\n");
  }
  // All connections wait for an answer: there is no place for a fifth, and none of them is lost.
  raw_peer fifth{server->address()};
  EXPECT_TRUE(soon([&] { return server->counts().accepted == 5; }));
  EXPECT_TRUE(fifth.is_closed());
  go_on.set_value();
  for (auto& one : clients)
    EXPECT_THAT(one.hear(), HasSubstr("waited"));
}

} // namespace

} // namespace quorate::service
