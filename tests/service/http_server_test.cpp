// The server over real sockets, and clients that mean no good.
#include "service/http_server.hpp"

#include "tests/service/raw_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <quorate/errc.hpp>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace quorate::service {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;
using clock = std::chrono::steady_clock;

constexpr auto hello = "GET /hello HTTP/1.1\r\n\r\n";
constexpr std::size_t big_bytes = 8 << 20; // More than the sockets hold.

http_server started(http_limits limits = {}) {
  auto made = http_server::start(
    "127.0.0.1:0",
    {{"/hello",
      [] {
        return http_response{200, "text/plain", "hi"};
      }},
     {"/big",
      [] {
        return http_response{200, "text/plain", std::string(big_bytes, 'x')};
      }},
     {"/slow",
      [] {
        std::this_thread::sleep_for(300ms);
        return http_response{200, "text/plain", "late"};
      }}},
    limits);
  EXPECT_TRUE(made) << to_string(made.error());
  return std::move(*made);
}

int status_of(const http_server& server, const std::string& path = "/hello") {
  httplib::Client client{"127.0.0.1", server.port()};
  client.set_read_timeout(10s);
  const auto got = client.Get(path);
  return got ? got->status : 0;
}

std::chrono::milliseconds time_of_one(const http_server& server) {
  const auto begin = clock::now();
  EXPECT_EQ(status_of(server), 200);
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - begin);
}

TEST(http_server, answers_an_ordinary_client) {
  const auto server = started();
  httplib::Client client{"127.0.0.1", server.port()};
  const auto got = client.Get("/hello");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 200);
  EXPECT_EQ(got->body, "hi");
  EXPECT_EQ(client.Get("/nothing")->status, 404);
  EXPECT_EQ(client.Post("/hello", std::string(100'000, 'x'), "text/plain")->status, 405);
  EXPECT_EQ(client.Get("/big")->body.size(), big_bytes);
}

TEST(http_server, says_where_it_listens) {
  const auto server = started();
  EXPECT_NE(server.port(), 0);
  EXPECT_EQ(server.address(), "127.0.0.1:" + std::to_string(server.port()));
}

TEST(http_server, refuses_an_address_that_it_cant_use) {
  const auto first = started();
  EXPECT_EQ(http_server::start(first.address(), {}).error().code, errc::address_unusable);
  EXPECT_EQ(http_server::start("203.0.113.9:0", {}).error().code, errc::address_unusable);
  for (auto wrong : {"", "localhost", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "::1:80",
                     "[::1]", "127.0.0.1:-1"})
    EXPECT_EQ(http_server::start(wrong, {}).error().code, errc::invalid_argument) << wrong;
}

TEST(http_server, refuses_limits_out_of_range) {
  http_limits limits;
  limits.connections_max = 0;
  EXPECT_EQ(http_server::start("127.0.0.1:0", {}, limits).error().code, errc::invalid_argument);
  limits = {};
  limits.head_timeout = 0ms;
  EXPECT_EQ(http_server::start("127.0.0.1:0", {}, limits).error().code, errc::invalid_argument);
}

TEST(http_server, isnt_held_up_by_a_hundred_silent_clients) {
  const auto server = started();
  std::vector<raw_client> silent;
  for (int i = 0; i < 100; ++i)
    silent.emplace_back(server.port());
  for (int i = 0; i < 20; ++i)
    EXPECT_LT(time_of_one(server), 1s);
}

TEST(http_server, lets_the_longest_silent_give_way_when_there_are_too_many) {
  http_limits limits;
  limits.connections_max = 10;
  limits.head_timeout = 1min;
  const auto server = started(limits);
  std::vector<raw_client> silent;
  for (int i = 0; i < 100; ++i)
    silent.emplace_back(server.port());
  EXPECT_LT(time_of_one(server), 1s);
  EXPECT_TRUE(silent.front().is_closed_within(5s));
  EXPECT_GE(server.counts().crowded_out, 90u);
}

TEST(http_server, closes_clients_that_take_too_long_to_ask) {
  http_limits limits;
  limits.head_timeout = 100ms;
  const auto server = started(limits);
  raw_client silent{server.port()};
  raw_client slow{server.port()};
  EXPECT_TRUE(slow.send("GET /hello HT"));
  EXPECT_TRUE(silent.is_closed_within(5s));
  EXPECT_TRUE(slow.is_closed_within(5s));
  EXPECT_EQ(server.counts().timed_out, 2u);
}

TEST(http_server, isnt_kept_waiting_by_one_byte_at_a_time) {
  http_limits limits;
  limits.head_timeout = 300ms;
  const auto server = started(limits);
  raw_client slow{server.port()};
  const auto begin = clock::now();
  while (slow.send("x") && clock::now() - begin < 10s)
    std::this_thread::sleep_for(20ms);
  EXPECT_LT(clock::now() - begin, 5s);
}

TEST(http_server, closes_clients_that_dont_take_their_answer) {
  http_limits limits;
  limits.write_timeout = 200ms;
  const auto server = started(limits);
  std::vector<raw_client> stuck;
  for (int i = 0; i < 10; ++i) {
    stuck.emplace_back(server.port(), 4'096);
    EXPECT_TRUE(stuck.back().send("GET /big HTTP/1.1\r\n\r\n"));
  }
  EXPECT_EQ(status_of(server), 200);
  const auto begin = clock::now();
  while (server.counts().timed_out < 10 && clock::now() - begin < 10s)
    std::this_thread::sleep_for(10ms);
  EXPECT_EQ(server.counts().timed_out, 10u);
}

TEST(http_server, refuses_a_request_that_is_too_long) {
  const auto server = started();
  raw_client client{server.port()};
  client.send("GET /hello HTTP/1.1\r\nX: " + std::string(20'000, 'x'));
  EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 431 "));
  raw_client long_path{server.port()};
  long_path.send("GET /" + std::string(20'000, 'x'));
  EXPECT_THAT(long_path.read_all(), StartsWith("HTTP/1.1 431 "));
}

TEST(http_server, answers_a_request_that_comes_in_pieces) {
  const auto server = started();
  raw_client client{server.port()};
  for (char c : std::string{hello}) {
    client.send({&c, 1});
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_THAT(client.read_all(), HasSubstr("hi"));
}

TEST(http_server, answers_a_connection_once) {
  const auto server = started();
  raw_client client{server.port()};
  client.send(std::string{hello} + hello);
  const auto all = client.read_all();
  EXPECT_THAT(all, StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(all.find("HTTP/1.1", 1), std::string::npos);
}

TEST(http_server, survives_bytes_that_are_no_http) {
  const auto server = started();
  for (std::string bytes : {std::string("\0\0\0\0\r\n\r\n", 8), std::string("\x16\x03\x01\r\n\r\n"),
                            std::string("\r\n\r\n"), std::string(" \r\n\r\n")}) {
    raw_client client{server.port()};
    client.send(bytes);
    EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 400 "));
  }
  EXPECT_EQ(status_of(server), 200);
}

TEST(http_server, makes_slow_answers_beside_quick_ones) {
  const auto server = started();
  raw_client slow{server.port()};
  slow.send("GET /slow HTTP/1.1\r\n\r\n");
  EXPECT_LT(time_of_one(server), 250ms);
  EXPECT_THAT(slow.read_all(), HasSubstr("late"));
}

TEST(http_server, stops_while_clients_are_there) {
  auto server = started();
  raw_client silent{server.port()};
  raw_client asking{server.port()};
  asking.send("GET /slow HTTP/1.1\r\n\r\n");
  std::this_thread::sleep_for(50ms);
  const auto begin = clock::now();
  server.stop();
  server.stop();
  EXPECT_LT(clock::now() - begin, 2s);
  EXPECT_TRUE(silent.is_closed_within(1s));
  EXPECT_EQ(status_of(server), 0);
}

TEST(http_server, answers_many_clients_at_once) {
  const auto server = started();
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i)
    clients.emplace_back([&] {
      for (int j = 0; j < 50; ++j)
        answered += status_of(server) == 200 ? 1 : 0;
    });
  for (auto& one : clients)
    one.join();
  EXPECT_EQ(answered, 400);
}

} // namespace

} // namespace quorate::service
