// A listening socket in CAF's multiplexer.
#pragma once

#include <caf/io/network/default_multiplexer.hpp>
#include <caf/io/network/event_handler.hpp>

namespace quorate::actors {

/// Whom it belongs to: as `stream_owner`.
class listening_owner {
public:
  /// A connection, non-blocking; whoever is called closes it.
  virtual void accepted(int socket) = 0;
  /// The process may open no more files, or the system has no memory: nothing is taken until
  /// `resume`.
  virtual void exhausted(int error_number) = 0;

protected:
  ~listening_owner() = default;
};

/// Not CAF's doorman: at the limit of file descriptors that takes all of a processor, because what
/// can't be accepted stays acceptable.
///
/// Thread safety: none; the multiplexer's thread only.
class listening_socket final : public caf::io::network::event_handler {
public:
  listening_socket(caf::io::network::default_multiplexer& loop, int socket, listening_owner& owner);

  void resume();
  /// The owner isn't called any more. Takes the object away, too.
  void close();

  // -- of the multiplexer -------------------------------------------------------------------------

  void handle_event(caf::io::network::operation op) override;
  void removed_from_loop(caf::io::network::operation op) override;
  void graceful_shutdown() override;

private:
  ~listening_socket() override = default;

  listening_owner* owner_; ///< Null: closed.
  bool accepts_ = false;
};

} // namespace quorate::actors
