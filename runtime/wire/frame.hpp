// Frames: how messages follow each other on a connection (docs/wire.md). Bytes in, frames out, and
// the other way round; nothing here knows where the bytes come from.
//
// A frame is a header of 8 bytes and a payload. Everything in a header is checked before anything
// is allocated, because anybody who can connect may send one.
//
// Thread safety: none; a reader and a writer belong to one connection.
#pragma once

#include "quorate/bytes.hpp"
#include "quorate/result.hpp"
#include "runtime/base/limits.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quorate::wire {

/// The wire of this build. Another major version is refused. A minor version adds kinds, and
/// whoever doesn't know them skips them.
inline constexpr std::uint8_t version_major = 1;
inline constexpr std::uint8_t version_minor = 0;

/// Length of the payload (4 bytes, lowest first), major and minor version, kind, and a byte of
/// flags, of which none is defined.
inline constexpr std::size_t frame_header_bytes = 8;

/// What is in a frame. Numbers are part of the protocol: never renumber, only add, with a new minor
/// version.
enum class kind : std::uint8_t {
  // -- the connection itself
  hello = 1,
  hello_ack = 2,
  heartbeat = 3,
  closing = 4,

  // -- between nodes
  node_mail = 16,

  // -- calls of clients and operators, and their replies
  call_refused = 32,
  kv_request = 33,
  kv_reply = 34,
  reconfigure_request = 35,
  reconfigure_reply = 36,
  provision_request = 37,
  provision_reply = 38,
  status_request = 39,
  status_reply = 40,
  joined_request = 41,
  joined_reply = 42,
  question = 43,
  question_reply = 44,
  nodes_request = 45,
  nodes_reply = 46,
  transfer_request = 47,
  transfer_reply = 48,
};

/// The enumerator's own name; empty for a number that this build doesn't know.
std::string_view to_string(kind x) noexcept;

struct frame {
  kind what = kind::heartbeat;
  std::uint8_t minor = version_minor; ///< Of the sender's build.
  shared_bytes payload;
};

/// Appends frames to a buffer, each payload written in its place.
///
///   frame_writer out{buffer, peer_takes};
///   out.begin(kind::heartbeat).append(payload);
///   auto done = out.finish();
///
/// Complexity: linear in the payload; no copy of it is made.
class frame_writer {
public:
  /// `out` has to outlive the writer. `payload_max` is what the other end takes.
  explicit frame_writer(std::string& out, std::size_t payload_max = limits::frame_payload_bytes_max)
    : out_(&out),
      payload_max_(payload_max) {
    // nop
  }

  /// Begins a frame, and returns the buffer for the caller to append the payload to, and to do
  /// nothing else with it before `finish`.
  std::string& begin(kind what);

  /// Ends the frame. Errors: `invalid_argument` if the payload is too long; then the buffer is as
  /// it was before `begin`, and the writer is good for the next one.
  result<void> finish();

private:
  std::string* out_;
  std::size_t payload_max_;
  std::optional<std::size_t> begun_at_; ///< Where the frame under way begins.
};

/// Finds frames in bytes that arrive in any pieces. Holds at most one unfinished frame; its payload
/// is copied once, from the piece to where it stays.
///
/// Memory for a payload is asked for when its header has come, and at most `payload_max`. A peer
/// that hasn't said who it is gets the little that a hello needs.
class frame_reader {
public:
  explicit frame_reader(std::size_t payload_max = limits::hello_payload_bytes_max)
    : payload_max_(payload_max) {
    // nop
  }

  /// From the next header on: once the peer is known, it may send longer frames.
  void allow(std::size_t payload_max) noexcept {
    payload_max_ = payload_max;
  }

  /// Takes bytes from the front of `bytes` until a frame is whole, and returns it; what is left in
  /// `bytes` is for the next call. None: all of `bytes` was taken, and the next frame isn't whole.
  ///
  /// Errors, after which it takes nothing any more: `malformed` for a payload that is longer than
  /// allowed, a flag, or an unknown kind of a version that this build knows;
  /// `protocol_unsupported` for another major version.
  ///
  /// Complexity: linear in the bytes taken.
  result<std::optional<frame>> feed(std::string_view& bytes);

  /// Frames of kinds that only newer minor versions know.
  std::uint64_t skipped() const noexcept {
    return skipped_;
  }

  /// Whether a frame has begun and isn't whole: the end of the connection would cut it off.
  bool within_frame() const noexcept {
    return header_size_ > 0;
  }

  /// Bytes of memory that it holds for the payload under way.
  std::size_t reserved() const noexcept {
    return payload_.capacity();
  }

private:
  // Checks the header, and gets ready for its payload.
  error open();
  error refusal_of_header(std::uint64_t length) const;
  frame close();

  std::size_t payload_max_;
  std::array<unsigned char, frame_header_bytes> header_{};
  std::size_t header_size_ = 0; ///< How much of it has come.
  std::string payload_;
  std::size_t payload_left_ = 0;
  bool skipping_ = false; ///< The payload under way is thrown away as it comes.
  std::uint64_t skipped_ = 0;
  error failure_;
};

} // namespace quorate::wire
