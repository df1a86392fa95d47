// An actor in the thread of CAF's multiplexer.
#pragma once

#include <caf/io/broker.hpp>

#include <utility>

namespace quorate::actors {

/// CAF's broker, but for its end. CAF doesn't close the mailbox of a broker that has ended: what
/// was said to it stays there, and keeps its sender, which may be the broker itself, so that
/// neither is ever freed. Here it ends as any other actor does, and requests to it are answered.
class broker : public caf::io::broker {
public:
  using caf::io::broker::broker;

  bool cleanup(caf::error&& reason, caf::execution_unit* host) override {
    close_all();
    return caf::scheduled_actor::cleanup(std::move(reason), host); // Not CAF's broker's.
  }
};

} // namespace quorate::actors
