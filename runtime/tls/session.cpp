#include "runtime/tls/session.hpp"

#include "runtime/base/check.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/tls/bytes_bio.hpp"
#include "runtime/tls/failures.hpp"
#include "runtime/tls/openssl.hpp"
#include "runtime/tls/verification.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <utility>

namespace quorate::tls {

namespace {

// What the first record of a connection can be (RFC 8446, section 5.1).
constexpr char alert_record = 21;
constexpr char handshake_record = 22;

} // namespace

class session::parts {
public:
  bytes_pipe pipe;
  peer_check found;
  ssl_ptr ssl;                     // Ends before what it refers to.
  std::size_t handshake_bytes = 0; ///< That the peer has said before it is established.
  bool established = false;
  bool closing = false;
  bool closed_by_peer = false;
};

session::session(std::shared_ptr<const credentials> own, side end)
  : own_(std::move(own)),
    side_(end) {
  QUORATE_CHECK(own_ != nullptr);
}

session::session(session&&) noexcept = default;
session& session::operator=(session&&) noexcept = default;
session::~session() = default;

void session::fail(errc code, std::string sentence) {
  failure_ = make_error(code, std::move(sentence));
}

void session::open() {
  parts_ = std::make_unique<parts>();
  auto& my = *parts_;
  my.ssl.reset(SSL_new(own_->context_));
  auto in = my.pipe.bio();
  if (!my.ssl || !in || SSL_set_app_data(my.ssl.get(), &my.found) != 1)
    return fail(errc::tls_unusable, "A TLS connection can't be made: " + last_words() + '.');
  auto* bio = in.release(); // Belongs to the connection, which reads from it and writes to it.
  SSL_set_bio(my.ssl.get(), bio, bio);
  if (side_ == side::dialer)
    SSL_set_connect_state(my.ssl.get());
  else
    SSL_set_accept_state(my.ssl.get());
}

void session::start() {
  const clean_errors queue;
  if (side_ == side::acceptor || parts_ || failure_.code != errc::none)
    return;
  open();
  shake();
}

/// After a call of OpenSSL that didn't succeed: whether it waits, has ended or has failed.
void session::judge(int returned) {
  auto& my = *parts_;
  switch (SSL_get_error(my.ssl.get(), returned)) {
  case SSL_ERROR_WANT_READ:
    return;
  case SSL_ERROR_ZERO_RETURN:
    my.closed_by_peer = true;
    if (!my.established)
      fail(errc::malformed, "The peer has closed the connection within the TLS handshake.");
    return;
  default:
    failure_ = failure_of(ERR_peek_error(), my.found);
  }
}

void session::shake() {
  if (failure_.code != errc::none)
    return;
  auto& my = *parts_;
  const auto done = SSL_do_handshake(my.ssl.get());
  if (done != 1)
    return judge(done);
  QUORATE_CHECK(my.found.peer.has_value(), "found", my.found.refusal);
  my.established = true;
}

/// Decrypts the next record, if there is one and none is waiting to be read: it may be an end or an
/// alert.
void session::look_ahead() {
  auto& my = *parts_;
  if (!my.established || my.closed_by_peer || failure_.code != errc::none)
    return;
  char next = 0;
  std::size_t found = 0;
  const auto done = SSL_peek_ex(my.ssl.get(), &next, 1, &found);
  if (done != 1)
    judge(done);
}

result<void> session::received(std::string_view ciphertext) {
  const clean_errors queue;
  start();
  if (failure_.code != errc::none)
    return failure_;
  if (ciphertext.empty() || closed_by_peer())
    return {};
  if (!parts_ || parts_->handshake_bytes == 0) {
    const auto first = ciphertext.front();
    if (first != handshake_record && (side_ == side::acceptor || first != alert_record)) {
      fail(errc::malformed, "The peer doesn't speak TLS.");
      return failure_;
    }
    if (!parts_)
      open();
  }
  if (failure_.code != errc::none)
    return failure_;
  auto& my = *parts_;
  if (!my.established) {
    const auto some = ciphertext.substr(0, limits::tls_handshake_bytes_max - my.handshake_bytes);
    my.handshake_bytes += some.size();
    my.pipe.feed(some);
    ciphertext.remove_prefix(some.size());
    shake();
    if (!my.established && !ciphertext.empty() && failure_.code == errc::none)
      fail(errc::malformed, "The peer says too much before the TLS handshake is done.");
  }
  if (failure_.code != errc::none)
    return failure_;
  my.pipe.feed(ciphertext);
  look_ahead();
  return failure_;
}

result<std::size_t> session::read(std::string& plain, std::size_t at_most) {
  const clean_errors queue;
  std::size_t total = 0;
  while (parts_ && total < at_most) {
    auto* ssl = parts_->ssl.get();
    look_ahead();
    const auto waiting = static_cast<std::size_t>(std::max(0, SSL_pending(ssl)));
    if (waiting == 0 || failure_.code != errc::none)
      break;
    const auto before = plain.size();
    std::size_t got = 0;
    plain.resize(before + std::min(waiting, at_most - total));
    const auto done = SSL_read_ex(ssl, plain.data() + before, plain.size() - before, &got);
    plain.resize(before + (done == 1 ? got : 0));
    if (done != 1) {
      judge(done);
      break;
    }
    total += got;
  }
  if (parts_ && total == at_most && failure_.code == errc::none)
    look_ahead(); // So that an end behind what was read is known.
  if (total == 0 && failure_.code != errc::none)
    return failure_;
  return total;
}

result<void> session::write(std::string_view plain) {
  const clean_errors queue;
  if (failure_.code != errc::none)
    return failure_;
  if (!established() || parts_->closing)
    return make_error(errc::invalid_argument,
                      "A TLS connection is written to between its handshake and its end.");
  if (plain.empty())
    return {};
  std::size_t written = 0;
  const auto done = SSL_write_ex(parts_->ssl.get(), plain.data(), plain.size(), &written);
  if (done != 1) // It doesn't wait: there is always room in a string.
    failure_ = failure_of(ERR_peek_error(), parts_->found);
  return failure_;
}

std::string session::take_output() {
  return parts_ ? std::exchange(parts_->pipe.output, {}) : std::string{};
}

void session::take_output(std::string& append_to) {
  if (append_to.empty())
    append_to = take_output();
  else
    append_to += take_output();
}

bool session::established() const noexcept {
  return parts_ && parts_->established;
}

const identity& session::peer() const {
  QUORATE_CHECK(established());
  return *parts_->found.peer;
}

void session::close() {
  const clean_errors queue;
  if (!established() || parts_->closing || failure_.code != errc::none)
    return;
  parts_->closing = true;
  static_cast<void>(SSL_shutdown(parts_->ssl.get())); // Waits for the peer's, or is done.
}

bool session::closed_by_peer() const noexcept {
  return parts_ && parts_->closed_by_peer;
}

} // namespace quorate::tls
