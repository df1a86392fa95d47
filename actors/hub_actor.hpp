// The network as a process sees it: who listens at which address, and who is told when that ends.
#pragma once

#include "actors/live_actors.hpp"
#include "actors/network.hpp"
#include "actors/signals.hpp"
#include "runtime/base/random.hpp"

#include <caf/actor_clock.hpp>
#include <caf/event_based_actor.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>

namespace quorate::actors {

/// Hears `node_up` and `node_down`, mail and requests to addresses that their senders don't know
/// yet, and which clients there are. Passes mail and requests on and tells the sender the handle
/// (`peer_found`), so that it sends the next ones directly; tells those who did when the address
/// closes (`peer_closed`), and clients where the cluster can be found (`nodes_changed`).
///
/// An address at which nobody of this process listens is that of a node elsewhere, if there is a
/// network: a `link_actor` stands for it, made when it is first needed. Without one, mail to it is
/// lost, as in a network, and requests are answered `no_leader`.
///
/// Memory: one entry for each pair that talks, here only.
class hub_actor final : public caf::event_based_actor {
public:
  /// `network`: null if all nodes are in this process.
  hub_actor(caf::actor_config& config, std::shared_ptr<const network_settings> network,
            caf::actor_clock::time_point start, live_actors alive);

  const char* name() const override;

  /// Addresses that a client is told: any node knows who leads.
  static constexpr std::size_t addresses_told_max = 16;
  /// Nodes elsewhere; mail to more is lost.
  static constexpr std::size_t links_max = 16'384;

protected:
  caf::behavior make_behavior() override;
  void on_exit() override;

private:
  void up(const std::string& address);
  void down(const std::string& address);
  void tell_closed(const std::string& address, bool died);
  /// Who stands for that address; none: nobody.
  caf::actor find(const std::string& address);
  void pass_on(node_mail& mail);
  void pass_on(client_requests& requests);
  void introduce(const std::string& address, const caf::actor& node);
  void tell_clients();
  nodes_changed some_addresses() const;
  caf::actor sender();

  const std::shared_ptr<const network_settings> network_;
  const caf::actor_clock::time_point start_;
  const live_actors alive_;
  base::random rng_;
  std::map<std::string, caf::actor> nodes_;               ///< Of this process, by address.
  std::unordered_map<std::string, caf::actor> links_;     ///< To nodes elsewhere, by address.
  std::unordered_map<caf::actor_id, caf::actor> parties_; ///< All that are alive, clients too.
  std::set<caf::actor_id> clients_;
  std::unordered_map<std::string, std::set<caf::actor_id>> connected_; ///< Who was told that
                                                                       ///< address.
  bool tells_later_ = false;
};

} // namespace quorate::actors
