// One TLS connection, without a socket: bytes come in, bytes go out. Whoever owns the socket moves
// them.
//
//     session.start();             a dialer's first bytes
//     session.received(bytes)      what came; then
//     session.take_output()        what has to be sent, also after an error: an alert may be in it
//     session.established()        the peer is known: session.peer()
//     session.read(plain, n)       what the peer said
//     session.write(plain)         what is said to it
//
// The two ends aren't established at the same time. With TLS 1.3 the dialer is as soon as it has
// answered, when its own certificate hasn't been looked at yet: a refusal of it comes as an error
// of `received` later on. That the peer has said something proves that it was accepted.
#pragma once

#include "quorate/result.hpp"
#include "runtime/tls/credentials.hpp"
#include "runtime/tls/identity.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace quorate::tls {

/// Which end of a connection.
enum class side {
  dialer,  ///< Has connected.
  acceptor ///< Was connected to.
};

/// Memory: nothing to speak of before the first byte; in the handshake what the peer says, at most
/// 128 KiB; then what was received and not read, and what was written and not taken.
///
/// Thread safety: none. Sessions that share credentials are independent of each other.
class session {
public:
  session(std::shared_ptr<const credentials> own, side end);
  session(session&&) noexcept;
  session& operator=(session&&) noexcept;
  ~session();

  /// A dialer begins. For an acceptor, and the second time, nothing.
  void start();

  /// Takes what came from the network, in any pieces.
  ///
  /// Errors, each of them final: `untrusted_peer` if a certificate isn't believed, the peer's or,
  /// as the peer says, the own one; `malformed` for what is no TLS 1.3, or was spoiled under way;
  /// `tls_unusable` if OpenSSL can't go on. An error behind bytes that weren't read yet is
  /// returned once they are, by `read` or the next call.
  result<void> received(std::string_view ciphertext);

  /// Appends what the peer said to `plain`, up to `at_most` bytes: how many. Zero if there is
  /// nothing at the moment. Errors: as `received`.
  result<std::size_t> read(std::string& plain, std::size_t at_most);

  /// Errors: `invalid_argument` before it is established or after `close`; that of `received` once
  /// that has failed.
  result<void> write(std::string_view plain);

  /// What has to be sent to the peer.
  std::string take_output();
  void take_output(std::string& append_to);

  bool established() const noexcept;

  /// Who is at the other end, as its certificate says. Only once it is established.
  const identity& peer() const;

  /// Says that nothing more comes from this end. What the peer still says can be read.
  void close();
  /// The peer has said so, and all that it said before was read. A connection that ends without it
  /// may have been cut off.
  bool closed_by_peer() const noexcept;

private:
  class parts;

  void open();
  void shake();
  void look_ahead();
  void judge(int returned);
  void fail(errc code, std::string sentence);

  std::shared_ptr<const credentials> own_;
  side side_;
  std::unique_ptr<parts> parts_; ///< None: nothing was said yet.
  error failure_;
};

} // namespace quorate::tls
