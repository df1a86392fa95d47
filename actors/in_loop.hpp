// Actors that work where the connections are.
#pragma once

#include <caf/io/middleman.hpp>
#include <caf/resumable.hpp>

#include <utility>

namespace quorate::actors {

/// Any event-based actor, but run by the thread of CAF's multiplexer instead of a worker, as
/// brokers are: between it and a connection nothing is handed over from thread to thread, which is
/// what a small request costs most (docs/adr/0018).
template <class Actor>
class in_loop final : public Actor {
public:
  using Actor::Actor;
  using Actor::enqueue;

  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) override {
    Actor::enqueue(std::move(what), &this->system().middleman().backend());
  }

  /// What CAF's multiplexer runs itself instead of giving it to a worker.
  caf::resumable::subtype_t subtype() const override {
    return caf::resumable::io_actor;
  }
};

} // namespace quorate::actors
