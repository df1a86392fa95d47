#include "actors/acceptor_actor.hpp"

#include "actors/served_actor.hpp"
#include "actors/sockets.hpp"

#include <caf/all.hpp>
#include <unistd.h>

#include <chrono>
#include <utility>

namespace quorate::actors {

namespace {

/// How long nothing is accepted when the process may open no more files.
constexpr std::chrono::milliseconds exhaustion_pause{100};

} // namespace

acceptor_actor::acceptor_actor(caf::actor_config& config, process shared,
                               std::shared_ptr<const network_settings> network, caf::actor node,
                               int socket)
  : broker(config),
    process_(std::move(shared)),
    network_(std::move(network)),
    node_(std::move(node)),
    unheld_(socket) {
  // nop
}

acceptor_actor::~acceptor_actor() {
  if (unheld_ >= 0)
    ::close(unheld_);
}

const char* acceptor_actor::name() const {
  return "acceptor";
}

caf::behavior acceptor_actor::make_behavior() {
  set_down_handler([this](const caf::down_msg& x) {
    if (x.source != node_)
      return gone(x.source.id());
    served_.clear(); // They end by themselves, in order.
    quit();
  });
  monitor(node_);
  socket_ = new listening_socket(loop(), std::exchange(unheld_, -1), *this);
  // It answers as soon as it knows who it is.
  request(node_, caf::infinite, ops::status_request{})
    .then([this](const node_status&) { socket_->resume(); }, [](const caf::error&) {});
  return {
    [this](visitor_known) { lobby_.leave(wire::visitor_id{current_sender()->id()}); },
    [this](alarm) { socket_->resume(); },
  };
}

void acceptor_actor::accepted(int socket) {
  if (served_.size() >= network_->connections_max) {
    ::close(socket);
    return;
  }
  const auto host = peer_of(socket);
  caf::actor_config config{&backend()};
  auto served = system().spawn_class<served_actor, caf::no_spawn_options>(
    config, process_, network_, node_, caf::actor_cast<caf::actor>(this), socket);
  process_.alive.add(served);
  monitor(served);
  const auto goes = lobby_.enter(wire::visitor_id{served.id()}, host);
  served_.emplace(served.id(), std::move(served));
  if (!goes)
    return;
  if (const auto found = served_.find(goes->value); found != served_.end())
    caf::anon_send_exit(found->second, caf::exit_reason::kill);
}

void acceptor_actor::exhausted(int) {
  delayed_send(this, exhaustion_pause, alarm{});
}

void acceptor_actor::gone(caf::actor_id who) {
  lobby_.leave(wire::visitor_id{who});
  served_.erase(who);
}

void acceptor_actor::on_exit() {
  if (socket_ != nullptr)
    std::exchange(socket_, nullptr)->close();
  for (const auto& [id, served] : std::exchange(served_, {}))
    caf::anon_send_exit(served, caf::exit_reason::kill);
  node_ = nullptr;
  process_ = process{};
}

} // namespace quorate::actors
