// A connection that somebody has made to this process.
#pragma once

#include "actors/connection_actor.hpp"

#include <caf/actor.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace quorate::actors {

/// Passes on what the other end may ask of this process's node, and brings it the answers. What a
/// peer of its role may not say ends the connection before anybody else sees it (`wire::link`).
///
/// At most `calls_max` requests are under way; more are refused as `overloaded`. Whoever doesn't
/// read the answers isn't listened to any more, so it can't make this end hold more of them.
///
/// Ends with its connection, and with the node, which it tells the other end.
class served_actor final : public connection_actor {
public:
  /// Takes over the socket.
  served_actor(caf::actor_config& config, process shared,
               std::shared_ptr<const network_settings> network, caf::actor node,
               caf::actor acceptor, int socket);
  ~served_actor() override;

  const char* name() const override;

  static constexpr std::size_t calls_max = 4'096;

protected:
  caf::behavior make_behavior() override;
  void on_open() override;
  void on_message(wire::message& x) override;
  void on_messages_end() override;
  void on_end(wire::link_end how, const error& why) override;
  void on_exit() override;

private:
  void pass_on(node_mail& mail);
  template <class Content>
  void pass_on(wire::call<Content>& x);
  template <class Reply, class Content>
  void request_of_node(wire::call<Content>& x);
  void bring(client_replies& replies);
  template <class Content>
  void bring(wire::call_id id, Content content);

  caf::actor node_;
  caf::actor acceptor_;
  int socket_; ///< Until it is held; else -1.
  std::string own_address_;
  client_requests requests_; ///< That came together.
  std::size_t calls_ = 0;
  std::uint64_t unauthorised_ = 0; ///< As counted.
};

} // namespace quorate::actors
