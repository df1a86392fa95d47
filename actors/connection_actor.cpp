#include "actors/connection_actor.hpp"

#include "actors/sockets.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace quorate::actors {

namespace {

constexpr auto never = std::numeric_limits<std::uint64_t>::max();

/// How long the other end may take to read a last word: a round trip, however far away it is.
constexpr std::uint64_t linger_ms = 1'000;

/// Output that waits for somebody who has connected and doesn't read. Nothing more is read from it
/// meanwhile, so it can't ask for more.
constexpr std::size_t unread_bytes_max = std::size_t{4} << 20;

} // namespace

connection_actor::connection_actor(caf::actor_config& config, process shared,
                                   std::shared_ptr<const network_settings> network)
  : broker(config),
    process_(std::move(shared)),
    network_(std::move(network)),
    linger_until_ms_(never),
    wake_ms_(never) {
  // nop
}

connection_actor::~connection_actor() = default;

void connection_actor::on_connected() {
  // nop
}

void connection_actor::on_messages_end() {
  // nop
}

void connection_actor::on_alarm() {
  // nop
}

// -- the connection -------------------------------------------------------------------------------

void connection_actor::hold(int socket, bool connecting) {
  drop();
  failure_ = error{};
  socket_ = new stream_socket(loop(), socket, connecting, *this);
  socket_->start();
}

void connection_actor::greet(bool dialed) {
  wire::link_options options;
  options.dialed = dialed;
  options.self = network_->self->get();
  options.handshake_ms = network_->handshake_ms;
  options.heartbeat_ms = network_->heartbeat_ms;
  options.timeout_ms = network_->timeout_ms;
  if (network_->tls != nullptr)
    options.credentials = network_->tls->current();
  link_.emplace(std::move(options), now_ms());
  was_open_ = false;
  flush_now();
}

void connection_actor::drop() {
  if (socket_ != nullptr)
    std::exchange(socket_, nullptr)->close();
  link_.reset();
  linger_until_ms_ = never;
}

void connection_actor::flush_soon() {
  if (!std::exchange(flushes_soon_, true))
    send(this, actors::flush{});
}

void connection_actor::handle(actors::flush) {
  flushes_soon_ = false;
  flush_now();
  look_at_end();
}

void connection_actor::flush_now() {
  if (!link_ || socket_ == nullptr)
    return;
  if (link_->has_output())
    socket_->write(link_->take_output());
  if (link_->under_way() > unread_bytes_max && !link_->dialed())
    socket_->pause();
  set_alarm();
}

/// Here, because an actor may quit in its own turn only.
void connection_actor::look_at_end() {
  if (failure_.code != errc::none) {
    const auto why = std::exchange(failure_, error{});
    drop();
    return on_end(wire::link_end::cut_off, why);
  }
  if (!link_ || link_->phase() != wire::link_phase::ended)
    return;
  if (link_->how_it_ended() == wire::link_end::own && socket_ != nullptr) {
    if (linger_until_ms_ == never)
      return linger();
    if (now_ms() < linger_until_ms_)
      return;
  }
  const auto how = link_->how_it_ended();
  const auto why = link_->why();
  drop();
  on_end(how, why);
}

/// Closing at once might throw away what the other end hasn't read yet: the reason.
void connection_actor::linger() {
  linger_until_ms_ = now_ms() + linger_ms;
  socket_->resume();
  socket_->finish();
  set_alarm();
}

// -- of the socket --------------------------------------------------------------------------------

void connection_actor::connected() {
  on_connected();
}

void connection_actor::received(std::string_view bytes) {
  if (!link_ || link_->phase() == wire::link_phase::ended)
    return;
  link_->received(bytes, now_ms());
  hear();
}

void connection_actor::hear() {
  if (!was_open_ && link_->was_open()) {
    was_open_ = true;
    on_open();
  }
  for (auto& x : link_->take_messages())
    on_message(x);
  on_messages_end();
  if (link_->phase() == wire::link_phase::ended)
    flush_soon();
  else
    flush_now();
}

void connection_actor::written(std::size_t bytes) {
  if (!link_)
    return;
  link_->written(bytes);
  if (link_->under_way() <= unread_bytes_max / 2)
    socket_->resume();
}

void connection_actor::lost(int error_number) {
  if (link_)
    link_->lost();
  else
    failure_ = make_error(errc::unreachable, message_of(error_number) + '.');
  socket_ = nullptr; // It closes itself.
  flush_soon();
}

// -- time -----------------------------------------------------------------------------------------

void connection_actor::wake_at(std::uint64_t at_ms) {
  wake_ms_ = at_ms;
  set_alarm();
}

void connection_actor::handle(alarm x) {
  if (alarm_ms_ == x.at_ms)
    alarm_ms_.reset();
  const auto now = now_ms();
  if (link_) {
    link_->tick(now);
    flush_now();
    look_at_end();
  }
  if (wake_ms_ <= now) {
    wake_ms_ = never;
    on_alarm();
  }
  set_alarm();
}

void connection_actor::set_alarm() {
  auto due_ms = std::min(wake_ms_, linger_until_ms_);
  if (link_)
    due_ms = std::min(due_ms, link_->next_due_ms());
  if (due_ms == never || (alarm_ms_ && *alarm_ms_ <= due_ms))
    return;
  const auto now = now_ms();
  alarm_ms_ = due_ms;
  delayed_send(this, std::chrono::milliseconds{due_ms > now ? due_ms - now : 0}, alarm{due_ms});
}

void connection_actor::on_exit() {
  drop();
  process_ = process{};
}

} // namespace quorate::actors
