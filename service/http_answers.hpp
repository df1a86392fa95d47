// From the first line of a request to the bytes of its answer: paths, methods, errors. No sockets.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "service/http_server.hpp"

namespace quorate::service {

/// An answer of the server itself.
http_response http_error(int status, const std::string& message);

/// Thread safety: `answer` may be called from several threads at once.
class http_answers {
public:
  explicit http_answers(std::map<std::string, http_handler> routes);
  ~http_answers();
  http_answers(const http_answers&) = delete;
  http_answers& operator=(const http_answers&) = delete;

  /// The whole answer to a request. Only the first line of `head` is looked at: a range or an
  /// encoding that a client asks for could multiply the answer, or the work for it.
  std::string answer(std::string_view head) const;

private:
  class router;
  std::unique_ptr<router> router_;
};

/// An answer to what isn't a request that `http_answers` could read.
std::string http_bytes(const http_response& x);

} // namespace quorate::service
