// An actor in the thread of CAF's multiplexer.
#pragma once

#include <caf/io/broker.hpp>
#include <caf/io/network/default_multiplexer.hpp>

#include <utility>

namespace quorate::actors {

/// CAF's broker, but for its end. CAF doesn't close the mailbox of a broker that has ended: what
/// was said to it stays there, and keeps its sender, which may be the broker itself, so that
/// neither is ever freed. Here it ends as any other actor does, and requests to it are answered.
class broker : public caf::io::broker {
public:
  explicit broker(caf::actor_config& config) : caf::io::broker(config) {
    // CAF answers what a handler can't take by an error, at which a broker would end without a
    // word.
    set_error_handler([](caf::scheduled_actor*, caf::error&) {});
  }

  bool cleanup(caf::error&& reason, caf::execution_unit* host) override {
    close_all();
    return caf::scheduled_actor::cleanup(std::move(reason), host); // Not CAF's broker's.
  }

protected:
  /// For sockets that are handlers of their own.
  caf::io::network::default_multiplexer& loop() {
    return static_cast<caf::io::network::default_multiplexer&>(backend());
  }
};

} // namespace quorate::actors
