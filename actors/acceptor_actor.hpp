// Where others connect to this process.
#pragma once

#include "actors/broker.hpp"
#include "actors/listening_socket.hpp"
#include "actors/network.hpp"
#include "actors/process.hpp"
#include "actors/signals.hpp"
#include "runtime/wire/lobby.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>

namespace quorate::actors {

/// Takes connections, as soon as the node knows who it is, and gives each a `served_actor`. Whoever
/// hasn't greeted counts as a visitor (`wire::lobby`): a thousand silent connections cost little
/// and keep nobody out.
///
/// At `connections_max`, a new connection is closed at once. At the limit of file descriptors
/// nothing is taken for a moment, and what waits stays in the system's queue.
class acceptor_actor final : public broker, private listening_owner {
public:
  /// Takes over the socket, which listens.
  acceptor_actor(caf::actor_config& config, process shared,
                 std::shared_ptr<const network_settings> network, caf::actor node, int socket);
  ~acceptor_actor() override;

  const char* name() const override;

  /// Visitors at a time: each has a moment to greet, and costs a few kilobytes.
  static constexpr std::size_t visitors_max = 256;

protected:
  caf::behavior make_behavior() override;
  void on_exit() override;

private:
  void accepted(int socket) override;
  void exhausted(int error_number) override;
  void gone(caf::actor_id who);

  process process_;
  std::shared_ptr<const network_settings> network_;
  caf::actor node_;
  int unheld_; ///< The socket until it is listened at; else -1.
  listening_socket* socket_ = nullptr;
  wire::lobby lobby_{visitors_max};
  std::unordered_map<caf::actor_id, caf::actor> served_;
};

} // namespace quorate::actors
