#include "actors/hub_actor.hpp"

#include "actors/link_actor.hpp"

#include <caf/all.hpp>
#include <caf/io/middleman.hpp>

#include <algorithm>
#include <utility>
#include <variant>

namespace quorate::actors {

hub_actor::hub_actor(caf::actor_config& config, std::shared_ptr<const network_settings> network,
                     caf::actor_clock::time_point start, live_actors alive)
  : caf::event_based_actor(config),
    network_(std::move(network)),
    start_(start),
    alive_(std::move(alive)),
    rng_(network_ != nullptr ? network_->seed : 0) {
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
    // -- links
    [this](const link_down& x) { tell_closed(x.address, x.died); },
    [this](const way_to& x) { return find(x.address); },
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
  tell_closed(address, true);
  if (!std::exchange(tells_later_, true))
    send(this, flush{});
}

void hub_actor::tell_closed(const std::string& address, bool died) {
  const auto told = connected_.find(address);
  if (told == connected_.end())
    return;
  for (auto id : told->second)
    if (const auto party = parties_.find(id); party != parties_.end())
      send(party->second, peer_closed{address, died});
  connected_.erase(told);
}

caf::actor hub_actor::find(const std::string& address) {
  if (const auto node = nodes_.find(address); node != nodes_.end())
    return node->second;
  if (network_ == nullptr || address == network_->self->get().address)
    return {}; // A node that hasn't begun yet, or has ended.
  if (const auto known = links_.find(address); known != links_.end())
    return known->second;
  if (links_.size() >= links_max)
    return {};
  process shared;
  shared.hub = this;
  shared.start = start_;
  shared.alive = alive_;
  caf::actor_config config{&system().middleman().backend()};
  auto made = system().spawn_class<link_actor, caf::no_spawn_options>(
    config, std::move(shared), network_, address, rng_.next());
  alive_.add(made);
  return links_.emplace(address, std::move(made)).first->second;
}

// -- what passes through --------------------------------------------------------------------------------------

void hub_actor::pass_on(node_mail& mail) {
  const auto to = find(mail.to);
  if (!to)
    return;
  introduce(mail.to, to);
  send(to, std::move(mail));
}

/// In the name of the sender, so that the replies go there.
void hub_actor::pass_on(client_requests& requests) {
  if (const auto to = find(requests.to)) {
    introduce(requests.to, to);
    return caf::send_as(sender(), to, std::move(requests));
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
  if (network_ != nullptr)
    for (const auto& address : network_->addresses)
      if (news.addresses.size() < addresses_told_max && nodes_.count(address) == 0)
        news.addresses.push_back(address);
  return news;
}

caf::actor hub_actor::sender() {
  return caf::actor_cast<caf::actor>(current_sender());
}

void hub_actor::on_exit() {
  nodes_.clear();
  for (const auto& [address, link] : std::exchange(links_, {}))
    caf::anon_send_exit(link, caf::exit_reason::user_shutdown);
  parties_.clear();
  connected_.clear();
}

} // namespace quorate::actors
