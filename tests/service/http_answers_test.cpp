// Paths, methods and errors, without sockets.
#include "service/http_answers.hpp"

#include "tests/service/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace quorate::service {

namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

std::string answer_to(std::string_view head) {
  const http_answers answers{
    {{"/hello",
      [] {
        return http_response{200, "text/plain", "hi"};
      }},
     {"/busy",
      [] {
        return http_response{503, "application/json", "{}"};
      }},
     {"/broken", []() -> http_response { throw std::runtime_error{"secret"}; }}}};
  return answers.answer(head);
}

std::string body_of(const std::string& answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

TEST(answer, is_that_of_the_path) {
  const auto answer = answer_to("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain\r\n"));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\nhi"));
  EXPECT_THAT(answer_to("GET /hello?verbose=1 HTTP/1.0\r\n\r\n"), EndsWith("hi"));
  EXPECT_THAT(answer_to("GET /busy HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 503 "));
}

TEST(answer, to_a_head_request_has_no_body) {
  const auto answer = answer_to("HEAD /hello HTTP/1.1\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 2\r\n"));
  EXPECT_EQ(body_of(answer), "");
}

TEST(answer, to_an_unknown_path_is_404_as_json) {
  for (auto path : {"/", "/hello/", "/../etc/passwd", "/hello%00", "//hello", "http://x/hello"}) {
    const auto answer = answer_to(std::string{"GET "} + path + " HTTP/1.1\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 404 ")) << path;
    EXPECT_THAT(schema_findings("error.json", body_of(answer)), IsEmpty()) << path;
  }
}

TEST(answer, to_another_method_is_405_and_says_which_are_allowed) {
  for (auto method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE"}) {
    const auto answer = answer_to(std::string{method}
                                  + " /hello HTTP/1.1\r\nContent-Length: 9\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 ")) << method;
    EXPECT_THAT(answer, HasSubstr("Allow: GET, HEAD\r\n")) << method;
    EXPECT_THAT(schema_findings("error.json", body_of(answer)), IsEmpty()) << method;
  }
}

TEST(answer, to_what_is_no_request_is_400_as_json) {
  for (auto line : {"", "x", "GET", "GET /hello", "GET /hello HTTP/9.9", "BREW /hello HTTP/1.1",
                    "\x16\x03\x01\x02", "GET  /hello  HTTP/1.1 x"}) {
    const auto answer = answer_to(std::string{line} + "\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 ")) << line;
    EXPECT_THAT(schema_findings("error.json", body_of(answer)), IsEmpty()) << line;
  }
}

TEST(answer, doesnt_depend_on_headers) {
  for (auto headers : {"Range: bytes=0-0,0-0,0-0", "Expect: 100-continue",
                       "Accept-Encoding: gzip, br", "Transfer-Encoding: chunked"})
    for (auto end_of_line : {"\r\n", "\n"})
      EXPECT_EQ(answer_to(std::string{"GET /hello HTTP/1.1"} + end_of_line + headers + "\r\n\r\n"),
                answer_to("GET /hello HTTP/1.1\r\n\r\n"))
        << headers;
}

TEST(answer, of_a_handler_that_throws_is_500_and_keeps_its_secret) {
  const auto answer = answer_to("GET /broken HTTP/1.1\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(answer, Not(HasSubstr("secret")));
}

} // namespace

} // namespace quorate::service
