// What a TLS connection reads from and writes to: two strings in place of a socket. OpenSSL's own
// memory BIOs would do, but they never give memory back, and what is to be sent would be copied
// once more. Included in this room only.
#pragma once

#include "runtime/tls/openssl.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace quorate::tls {

/// Thread safety: none. It mustn't move while a BIO refers to it.
class bytes_pipe {
public:
  bytes_pipe() = default;
  bytes_pipe(const bytes_pipe&) = delete;
  bytes_pipe& operator=(const bytes_pipe&) = delete;

  /// A BIO that reads what was fed, asks for more when it is used up, and writes to `output`.
  bio_ptr bio();

  void feed(std::string_view bytes);
  /// Moves up to `bytes` of what was fed to `to`: how many it were.
  std::size_t read(char* to, std::size_t bytes);

  std::string output; ///< To be sent.

private:
  std::string input_;
  std::size_t input_at_ = 0; ///< What is before it was read.
};

} // namespace quorate::tls
