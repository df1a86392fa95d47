// One TCP connection in CAF's multiplexer.
#pragma once

#include <caf/io/network/default_multiplexer.hpp>
#include <caf/io/network/event_handler.hpp>

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace quorate::actors {

/// Whom a socket belongs to: an actor that runs in the multiplexer's thread. The calls come from
/// there, but outside of the actor's own turn, so it must not `quit` in them.
class stream_owner {
public:
  virtual void connected() = 0;
  virtual void received(std::string_view bytes) = 0;
  /// Must not close the socket.
  virtual void written(std::size_t bytes) = 0;
  /// Nothing more comes. An errno, or 0: the other end has closed. Closes the socket itself.
  virtual void lost(int error_number) = 0;

protected:
  ~stream_owner() = default;
};

/// Not CAF's scribe: that hands every piece over as a message of its own, zeroes its buffer for
/// each read, waits for a peer that doesn't read when it is to be closed, and tells no reset from
/// an end (docs/adr/0017).
///
/// What is written goes to the system at once, unless something waits already. `close` takes the
/// object away: nobody else deletes it.
///
/// Thread safety: none; the multiplexer's thread only.
class stream_socket final : public caf::io::network::event_handler {
public:
  /// `connecting`: by `begin_connect`.
  stream_socket(caf::io::network::default_multiplexer& loop, int socket, bool connecting,
                stream_owner& owner);

  /// The owner is called from now on.
  void start();
  void write(std::string bytes);
  /// Takes no more bytes in, until `resume`.
  void pause();
  void resume();
  /// When all is written, the other end sees that nothing more comes.
  void finish();
  /// The owner isn't called any more, and what isn't written is lost.
  void close();

  /// What has been handed over and waits for the system.
  std::size_t waiting() const noexcept {
    return waiting_;
  }

  // -- of the multiplexer -------------------------------------------------------------------------

  void handle_event(caf::io::network::operation op) override;
  void removed_from_loop(caf::io::network::operation op) override;
  void graceful_shutdown() override;

private:
  ~stream_socket() override = default;

  void read_some();
  void write_some();
  /// False: the connection is gone, or the system takes no more for now.
  bool send_front();
  void lose(int error_number);
  void shut_down_if_done();

  stream_owner* owner_; ///< Null: closed.
  bool connecting_;
  bool reads_ = false;
  bool writes_ = false; ///< Waits to be told that the system takes more.
  bool finishing_ = false;
  int removals_ = 0; ///< How often the multiplexer will say that it has forgotten this.
  std::deque<std::string> queue_;
  std::size_t front_sent_ = 0;
  std::size_t waiting_ = 0;
  int failure_ = 0; ///< Of the last write.
};

} // namespace quorate::actors
