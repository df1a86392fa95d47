// The HTTP server over loopback, with clients as they should be.
#include "service/http_server.hpp"

#include "tests/service/situations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <future>

namespace quorate::service {

namespace {

using nlohmann::json;
using testing::HasSubstr;

std::map<std::string, http_handler> greeting_and_more() {
  return {{"/hello",
           [] {
             return http_response{200, "text/plain", "hello"};
           }},
          {"/broken", []() -> http_response { throw std::runtime_error{"a bug"}; }},
          {"/unwell", [] {
             return http_response{503, "application/json", R"({"ok":false})"};
           }}};
}

http_server started(const http_limits& limits = {}) {
  auto out = http_server::start("127.0.0.1:0", greeting_and_more(), limits);
  EXPECT_TRUE(out) << (out ? "" : to_string(out.error()));
  return std::move(out).value();
}

httplib::Client client_of(const http_server& x) {
  httplib::Client out{"127.0.0.1", x.port()};
  out.set_connection_timeout(std::chrono::seconds{5});
  out.set_read_timeout(std::chrono::seconds{5});
  return out;
}

/// What the server says about an error.
std::string code_in(const httplib::Result& x) {
  EXPECT_TRUE(x);
  return x ? json::parse(x->body)["error"]["code"].get<std::string>() : "";
}

TEST(http_server, answers_the_paths_that_it_knows) {
  const auto server = started();
  const auto answer = client_of(server).Get("/hello");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "hello");
  EXPECT_EQ(answer->get_header_value("Content-Type"), "text/plain");
  EXPECT_EQ(answer->get_header_value("Cache-Control"), "no-store");
}

TEST(http_server, looks_at_the_path_alone) {
  const auto server = started();
  const auto answer = client_of(server).Get("/hello?verbose=1");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
}

TEST(http_server, answers_no_part_of_what_is_asked_for_in_ranges) {
  const auto server = started();
  const auto answer = client_of(server).Get("/hello", {{"Range", "bytes=0-1,0-1,0-1,0-1"}});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "hello");
}

TEST(http_server, answers_head_without_a_body) {
  const auto server = started();
  const auto answer = client_of(server).Head("/hello");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "");
  EXPECT_EQ(answer->get_header_value("Content-Length"), "5");
}

TEST(http_server, passes_on_the_status_of_an_answer) {
  const auto server = started();
  const auto answer = client_of(server).Get("/unwell");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->body, R"({"ok":false})");
}

TEST(http_server, says_that_there_is_nothing_at_other_paths) {
  const auto server = started();
  for (const auto* path : {"/", "/nothing", "/hello/", "/../hello", "/%2e%2e/etc/passwd"}) {
    const auto answer = client_of(server).Get(path);
    ASSERT_TRUE(answer) << path;
    EXPECT_EQ(answer->status, 404) << path;
    EXPECT_EQ(code_in(answer), "not_found");
  }
}

TEST(http_server, takes_no_other_methods) {
  const auto server = started();
  auto client = client_of(server);
  const auto posted = client.Post("/hello", "a=1", "application/x-www-form-urlencoded");
  EXPECT_EQ(code_in(posted), "method_not_allowed");
  EXPECT_EQ(posted->status, 405);
  EXPECT_EQ(posted->get_header_value("Allow"), "GET, HEAD");
  EXPECT_EQ(client.Put("/hello", "x", "text/plain")->status, 405);
  EXPECT_EQ(client.Delete("/hello")->status, 405);
  EXPECT_EQ(client.Options("/hello")->status, 405);
}

TEST(http_server, survives_an_answer_that_cannot_be_made) {
  const auto server = started();
  const auto answer = client_of(server).Get("/broken");
  EXPECT_EQ(code_in(answer), "internal");
  EXPECT_EQ(answer->status, 500);
  EXPECT_EQ(client_of(server).Get("/hello")->status, 200);
}

TEST(http_server, says_where_it_listens) {
  const auto server = started();
  EXPECT_NE(server.port(), 0);
  EXPECT_EQ(server.address(), "127.0.0.1:" + std::to_string(server.port()));
}

TEST(http_server, does_not_start_at_an_address_that_is_taken) {
  const auto first = started();
  const auto second = http_server::start(first.address(), greeting_and_more());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, errc::address_unusable);
  EXPECT_THAT(second.error().message, HasSubstr(first.address()));
}

TEST(http_server, does_not_start_at_what_is_no_address) {
  for (const auto* wrong : {"", "7401", "localhost", "::1:80", "127.0.0.1:", "127.0.0.1:x",
                            "127.0.0.1:70000", "127.0.0.1:-1", "[::1:80"}) {
    const auto server = http_server::start(wrong, greeting_and_more());
    ASSERT_FALSE(server) << wrong;
    EXPECT_EQ(server.error().code, errc::invalid_argument) << wrong;
  }
}

TEST(http_server, does_not_start_with_limits_that_are_out_of_range) {
  const auto refused = [](auto change) {
    http_limits limits;
    change(limits);
    const auto server = http_server::start("127.0.0.1:0", greeting_and_more(), limits);
    return server ? "" : server.error().message;
  };
  EXPECT_THAT(refused([](auto& x) { x.connections_max = 0; }), HasSubstr("connections_max"));
  EXPECT_THAT(refused([](auto& x) { x.head_bytes_max = 8'193; }), HasSubstr("head_bytes_max"));
  EXPECT_THAT(refused([](auto& x) { x.threads = 65; }), HasSubstr("threads"));
  EXPECT_THAT(refused([](auto& x) { x.head_timeout = {}; }), HasSubstr("head_timeout"));
  EXPECT_THAT(refused([](auto& x) { x.write_timeout = {}; }), HasSubstr("write_timeout"));
  EXPECT_THAT(refused([](auto& x) { x.linger = std::chrono::hours{1}; }), HasSubstr("linger"));
}

TEST(http_server, can_be_started_again_where_it_was_stopped) {
  auto first = started();
  const auto address = first.address();
  EXPECT_EQ(client_of(first).Get("/hello")->status, 200);
  first.stop();
  first.stop();
  EXPECT_FALSE(client_of(first).Get("/hello"));
  const auto second = http_server::start(address, greeting_and_more());
  ASSERT_TRUE(second) << to_string(second.error());
  EXPECT_EQ(client_of(*second).Get("/hello")->status, 200);
}

TEST(http_server, waits_for_the_answer_that_is_being_made_when_it_stops) {
  std::promise<void> asked;
  std::atomic<bool> made{false};
  auto server = http_server::start("127.0.0.1:0",
                                   {{"/slow", [&] {
                                       asked.set_value();
                                       std::this_thread::sleep_for(std::chrono::milliseconds{100});
                                       made = true;
                                       return http_response{};
                                     }}});
  ASSERT_TRUE(server);
  auto client = std::async(std::launch::async, [&] { client_of(*server).Get("/slow"); });
  asked.get_future().wait();
  server->stop();
  EXPECT_TRUE(made);
  client.get();
}

TEST(http_server, answers_many_clients_at_once) {
  const auto server = started();
  std::vector<std::future<int>> answers;
  for (int i = 0; i < 8; ++i)
    answers.push_back(std::async(std::launch::async, [&] {
      int good = 0;
      for (int n = 0; n < 50; ++n)
        if (const auto answer = client_of(server).Get("/hello"))
          good += answer->body == "hello" ? 1 : 0;
      return good;
    }));
  for (auto& one : answers)
    EXPECT_EQ(one.get(), 50);
  EXPECT_TRUE(soon([&] { return server.counts().answered >= 400; }));
}

} // namespace

} // namespace quorate::service
