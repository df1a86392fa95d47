#include "actors/hub_actor.hpp"

#include <caf/all.hpp>

#include <utility>
#include <variant>

namespace quorate::actors {

hub_actor::hub_actor(caf::actor_config& config) : caf::event_based_actor(config) {
  // nop
}

const char* hub_actor::name() const {
  return "hub";
}

caf::behavior hub_actor::make_behavior() {
  return {
    // -- nodes
    [this](const node_up& x) { up(x.address); },
    [this](const node_down& x) { down(x.address); },
    // -- what passes through
    [this](node_mail& x) { pass_on(x); },
    [this](client_requests& x) { pass_on(x); },
    // -- clients
    [this](client_up) {
      parties_[current_sender()->id()] = sender();
      clients_.insert(current_sender()->id());
      send(sender(), some_addresses());
    },
    [this](client_down) {
      parties_.erase(current_sender()->id());
      clients_.erase(current_sender()->id());
    },
    // -- itself
    [this](flush) { tell_clients(); },
  };
}

// -- nodes ----------------------------------------------------------------------------------------------------

void hub_actor::up(const std::string& address) {
  nodes_[address] = sender();
  parties_[current_sender()->id()] = sender();
  if (!std::exchange(tells_later_, true))
    send(this, flush{});
}

void hub_actor::down(const std::string& address) {
  parties_.erase(current_sender()->id());
  const auto found = nodes_.find(address);
  if (found == nodes_.end() || found->second != sender())
    return;
  nodes_.erase(found);
  if (const auto told = connected_.find(address); told != connected_.end()) {
    for (auto id : told->second)
      if (const auto party = parties_.find(id); party != parties_.end())
        send(party->second, peer_closed{address});
    connected_.erase(told);
  }
  if (!std::exchange(tells_later_, true))
    send(this, flush{});
}

// -- what passes through --------------------------------------------------------------------------------------

void hub_actor::pass_on(node_mail& mail) {
  const auto to = nodes_.find(mail.to);
  if (to == nodes_.end())
    return;
  introduce(mail.to, to->second);
  send(to->second, std::move(mail));
}

/// In the name of the sender, so that the replies go there.
void hub_actor::pass_on(client_requests& requests) {
  if (const auto to = nodes_.find(requests.to); to != nodes_.end()) {
    introduce(requests.to, to->second);
    return caf::send_as(sender(), to->second, std::move(requests));
  }
  client_replies refusals;
  for (const auto& x : requests.all)
    refusals.all.push_back({x.line, x.attempt, make_error(errc::no_leader)});
  send(sender(), std::move(refusals));
}

void hub_actor::introduce(const std::string& address, const caf::actor& node) {
  connected_[address].insert(current_sender()->id());
  send(sender(), peer_found{address, node});
}

// -- clients --------------------------------------------------------------------------------------------------

void hub_actor::tell_clients() {
  tells_later_ = false;
  for (auto id : clients_)
    send(parties_.at(id), some_addresses());
}

nodes_changed hub_actor::some_addresses() const {
  nodes_changed news;
  for (const auto& [address, node] : nodes_) {
    if (news.addresses.size() == addresses_told_max)
      break;
    news.addresses.push_back(address);
  }
  return news;
}

caf::actor hub_actor::sender() {
  return caf::actor_cast<caf::actor>(current_sender());
}

void hub_actor::on_exit() {
  nodes_.clear();
  parties_.clear();
  connected_.clear();
}

} // namespace quorate::actors
