#include "service/http_answers.hpp"

#include <httplib.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <utility>

#include "service/json.hpp"
#include "service/render.hpp"

namespace quorate::service {

namespace {

constexpr auto json_type = "application/json";

/// A request that has come as a whole, and room for its answer.
class memory_stream : public httplib::Stream {
public:
  explicit memory_stream(std::string request) : request_(std::move(request)) {
    // nop
  }
  bool is_readable() const override {
    return at_ < request_.size();
  }
  bool is_writable() const override {
    return true;
  }
  ssize_t read(char* to, std::size_t size) override {
    const auto count = std::min(size, request_.size() - at_);
    std::memcpy(to, request_.data() + at_, count);
    at_ += count;
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char* from, std::size_t size) override {
    answer_.append(from, size);
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string&, int&) const override {
    // Nobody asks.
  }
  void get_local_ip_and_port(std::string&, int&) const override {
    // Nobody asks.
  }
  socket_t socket() const override {
    return -1;
  }
  std::string take_answer() {
    return std::move(answer_);
  }

private:
  std::string request_;
  std::size_t at_ = 0;
  std::string answer_;
};

void put(const http_response& from, httplib::Response& to) {
  to.status = from.status;
  to.set_content(from.body, from.content_type);
  to.set_header("Cache-Control", "no-store");
}

std::string code_of(int status) {
  switch (status) {
  case 404:
    return "not_found";
  case 405:
    return "method_not_allowed";
  case 408:
    return "request_timeout";
  case 414:
  case 431:
    return "request_too_long";
  case 500:
    return "internal";
  case 503:
    return "unavailable";
  default:
    return "bad_request";
  }
}

std::string sentence_of(int status) {
  switch (status) {
  case 404:
    return "There is nothing at this path.";
  case 405:
    return "Only GET and HEAD are answered here.";
  case 414:
    return "The path is too long.";
  case 500:
    return "The answer couldn't be made.";
  default:
    return "That is no HTTP request.";
  }
}

std::string first_line(std::string_view head) {
  auto line = head.substr(0, head.find('\n'));
  if (!line.empty() && line.back() == '\r')
    line.remove_suffix(1);
  return std::string{line};
}

} // namespace

http_response http_error(int status, const std::string& message) {
  json out{{"schema", schema_name("error")},
           {"error", {{"code", code_of(status)}, {"message", message}}}};
  return {status, json_type, written(out)};
}

std::string http_bytes(const http_response& x) {
  std::string out = "HTTP/1.1 " + std::to_string(x.status) + ' ' + code_of(x.status);
  out += "\r\nConnection: close\r\nContent-Type: " + x.content_type;
  out += "\r\nContent-Length: " + std::to_string(x.body.size()) + "\r\n\r\n" + x.body;
  return out;
}

/// httplib's paths and answers, without its sockets and threads: there, each connection has a
/// thread to itself for as long as it wants, so a few silent clients keep out all others.
class http_answers::router : public httplib::Server {
public:
  explicit router(std::map<std::string, http_handler> routes) : routes_(std::move(routes)) {
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      route(request, response);
      return HandlerResponse::Handled;
    });
    set_error_handler([](const httplib::Request&, httplib::Response& response) {
      if (response.body.empty())
        put(http_error(response.status, sentence_of(response.status)), response);
    });
    set_exception_handler(
      [](const httplib::Request&, httplib::Response& response, std::exception_ptr) {
        put(http_error(500, sentence_of(500)), response);
      });
  }

  std::string run(std::string request) {
    memory_stream stream{std::move(request)};
    bool closed = false;
    process_request(stream, true, closed, nullptr);
    return stream.take_answer();
  }

private:
  void route(const httplib::Request& request, httplib::Response& response) const {
    if (request.method != "GET" && request.method != "HEAD") {
      put(http_error(405, sentence_of(405)), response);
      response.set_header("Allow", "GET, HEAD");
      return;
    }
    const auto found = routes_.find(request.path);
    put(found == routes_.end() ? http_error(404, sentence_of(404)) : found->second(), response);
  }

  const std::map<std::string, http_handler> routes_;
};

http_answers::http_answers(std::map<std::string, http_handler> routes)
  : router_(std::make_unique<router>(std::move(routes))) {
  // nop
}

http_answers::~http_answers() = default;

std::string http_answers::answer(std::string_view head) const {
  auto bytes = router_->run(first_line(head) + "\r\n\r\n");
  // It writes nothing to a request line that it can't even take apart.
  return bytes.empty() ? http_bytes(http_error(400, sentence_of(400))) : bytes;
}

} // namespace quorate::service
