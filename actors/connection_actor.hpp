// One end of a connection between processes: the shell of a `wire::link`.
#pragma once

#include "actors/broker.hpp"
#include "actors/network.hpp"
#include "actors/process.hpp"
#include "actors/signals.hpp"
#include "actors/stream_socket.hpp"
#include "runtime/wire/link.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace quorate::actors {

/// Owns a socket and a link, and carries bytes and time between them. Runs in the thread of CAF's
/// multiplexer, so that what arrives is decoded without being handed over, and what is to be sent
/// goes to the system at once.
///
/// Works in batches as a node does: what was said since the last `flush` goes out in one write.
///
/// Derived: `link_actor`, which connects, and `served_actor`, which was connected to.
class connection_actor : public broker, private stream_owner {
public:
  connection_actor(caf::actor_config& config, process shared,
                   std::shared_ptr<const network_settings> network);
  ~connection_actor() override;

protected:
  // -- what the derived do about it ---------------------------------------------------------------

  virtual void on_connected();
  virtual void on_open() = 0;
  /// One message that the other end may say. Called outside of the actor's turn: must not quit.
  virtual void on_message(wire::message& x) = 0;
  /// After all messages that came together.
  virtual void on_messages_end();
  /// The link has ended, or no connection came about; nothing is held any more. Within the actor's
  /// turn.
  virtual void on_end(wire::link_end how, const error& why) = 0;

  // -- what they can do ---------------------------------------------------------------------------

  /// Takes over the socket.
  void hold(int socket, bool connecting);
  /// Begins to greet; the socket is connected.
  void greet(bool dialed);
  bool holds() const noexcept {
    return socket_ != nullptr;
  }
  /// Null: not connected.
  wire::link* link() noexcept {
    return link_ ? &*link_ : nullptr;
  }
  bool is_open() const noexcept {
    return link_ && link_->phase() == wire::link_phase::open;
  }
  /// What the link has to say is written behind all that waits in the mailbox.
  void flush_soon();
  void flush_now();
  /// The connection goes, and what isn't written is lost.
  void drop();
  /// Handlers that every derived class has, too: `flush` and `alarm`.
  void handle(actors::flush);
  void handle(alarm x);
  std::uint64_t now_ms() const {
    return process_.now_ms(clock());
  }
  /// When the derived class wants `on_alarm`, beside what the link wants. The maximum: never.
  void wake_at(std::uint64_t at_ms);
  virtual void on_alarm();
  void on_exit() override;

  process process_;
  std::shared_ptr<const network_settings> network_;

private:
  // -- of the socket ------------------------------------------------------------------------------
  void connected() override;
  void received(std::string_view bytes) override;
  void written(std::size_t bytes) override;
  void lost(int error_number) override;

  void hear();
  void look_at_end();
  void linger();
  void set_alarm();

  stream_socket* socket_ = nullptr; ///< Deletes itself when it is closed.
  std::optional<wire::link> link_;
  bool was_open_ = false;
  bool flushes_soon_ = false;
  error failure_;                 ///< Of the socket, before there was a link.
  std::uint64_t linger_until_ms_; ///< The last word is said, and the other end may read it.
  std::uint64_t wake_ms_;
  std::optional<std::uint64_t> alarm_ms_; ///< The earliest one that is set.
};

} // namespace quorate::actors
