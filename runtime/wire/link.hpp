// One connection, pure: bytes of a socket in, messages out, and the other way round; greets, keeps
// itself alive, and ends.
//
//   link one{options, now_ms};
//   one.received(bytes, now_ms);        // what the socket has read
//   for (auto& x : one.take_messages())
//     …                                 // only what that peer may say
//   auto refusal = one.send(node_mail{…});
//   socket.write(one.take_output());    // and, once that is on its way, one.written(size)
//
// The owner brings bytes and time; nothing here knows sockets, threads or clocks.
//
// Thread safety: none; one owner. Complexity: linear in the bytes that pass.
#pragma once

#include "quorate/result.hpp"
#include "messages/wire.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/tls/credentials.hpp"
#include "runtime/tls/session.hpp"
#include "runtime/wire/frame.hpp"
#include "runtime/wire/messages.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quorate::wire {

struct link_options {
  bool dialed = false; ///< This end connected, so it greets first.
  hello self;
  std::uint64_t handshake_ms = 5'000; ///< From the begin until both have greeted.
  std::uint64_t heartbeat_ms = 500;   ///< Silence of this end that a heartbeat breaks.
  std::uint64_t timeout_ms = 3'000;   ///< Silence of the other end after which it's given up.
  /// What makes the connection private, and this end believed. `self` has to say of itself what its
  /// certificate says. Null: plain.
  std::shared_ptr<const tls::credentials> credentials;
};

enum class link_phase {
  greeting, ///< The other end hasn't said who it is.
  open,
  ended, ///< What output there is may still be written; then the connection is to be closed.
};

/// How a connection ended.
enum class link_end {
  none,    ///< It hasn't.
  own,     ///< This end closed it, or refused what came.
  closed,  ///< The other end said that it closes, and why.
  refused, ///< The other end didn't take this one's greeting.
  cut_off, ///< It closed without a word: its process died, or something between them did.
  silent,  ///< Nothing came for too long. It may be alive.
};

class link {
public:
  link(link_options options, std::uint64_t now_ms);

  // -- events -------------------------------------------------------------------------------------

  void received(std::string_view bytes, std::uint64_t now_ms);
  /// So many bytes of `take_output` have been taken over by the system.
  void written(std::size_t bytes) noexcept;
  /// The socket has ended; nothing more comes or goes.
  void lost();
  void tick(std::uint64_t now_ms);
  /// When `tick` has something to do next, if nothing else happens until then. The maximum: never.
  std::uint64_t next_due_ms() const noexcept;

  // -- what this end says -------------------------------------------------------------------------

  /// Errors, of which nothing is sent: `unreachable` if it isn't open; `overloaded` if more is
  /// under way than the other end takes; `invalid_argument` if it is longer than that end takes.
  template <class T>
  result<void> send(const T& x);

  /// Says why, and ends. `none`: it isn't needed any more.
  void close(error why);

  // -- effects ------------------------------------------------------------------------------------

  /// What came from a peer that may say it, in order.
  std::vector<message> take_messages();
  bool has_output() const noexcept {
    return !sealed_.empty() || (!output_.empty() && (!tls_ || tls_->established()));
  }
  /// Bytes for the socket; they count as under way until they are `written`.
  std::string take_output();

  // -- observers ----------------------------------------------------------------------------------

  link_phase phase() const noexcept {
    return phase_;
  }
  /// Both have greeted; it may have ended since.
  bool was_open() const noexcept {
    return was_open_;
  }
  /// This end connected.
  bool dialed() const noexcept {
    return options_.dialed;
  }
  /// Who the other end is; as soon as it is open.
  const hello& peer() const noexcept {
    return peer_;
  }
  link_end how_it_ended() const noexcept {
    return end_;
  }
  /// Why; `none` if it isn't needed any more, or hasn't ended.
  const error& why() const noexcept {
    return why_;
  }
  /// Bytes that are said and not yet written.
  std::size_t under_way() const noexcept {
    return output_.size() + sealed_.size() + taken_;
  }
  /// Frames of kinds that only later minor versions know.
  std::uint64_t skipped() const noexcept {
    return reader_.skipped();
  }

  /// Frames that the other end sent and may not.
  std::uint64_t unauthorised() const noexcept {
    return unauthorised_;
  }

private:
  void take_in(std::string_view plain);
  void take_in_sealed(std::string_view bytes);
  error refusal_of_greeting(const hello& theirs) const;
  void hear(const frame& x);
  void hear_unauthorised(const frame& x);
  void greeted_by(message x);
  void open_with(hello theirs);
  void refuse(error why);
  void end(link_end how, error why);
  template <class T>
  void say(const T& x);

  link_options options_;
  link_phase phase_ = link_phase::greeting;
  bool was_open_ = false;
  link_end end_ = link_end::none;
  error why_;
  hello peer_;
  frame_reader reader_{limits::hello_payload_bytes_max};
  std::vector<message> messages_;
  std::optional<tls::session> tls_; ///< None: plain.
  std::string output_;              ///< In plain.
  std::string sealed_;              ///< What TLS has to say.
  std::size_t taken_ = 0;           ///< Of the output, not yet written.
  std::uint64_t unauthorised_ = 0;
  std::uint64_t began_ms_;
  std::uint64_t heard_ms_;
  std::uint64_t said_ms_;
  std::uint64_t now_ms_;
};

} // namespace quorate::wire
