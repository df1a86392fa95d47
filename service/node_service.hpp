// Everything that runs beside a node for those who operate it: HTTP and the log, as one object.
//
//   auto node = quorate::node::start(options);
//   auto beside = quorate::service::node_service::start(*node, {});
//   … until it is to end:
//   beside->log().stopping("SIGTERM");
//   beside->log().stopped(node->stop());
#pragma once

#include <quorate/node.hpp>
#include <quorate/result.hpp>

#include <memory>
#include <string>

#include "service/log.hpp"
#include "service/monitor.hpp"

namespace quorate::service {

struct service_options {
  monitor_options monitor; ///< `http` may be empty: then there is no HTTP.
  log_options log;
  /// For the line that says what has started; the rest of it the node knows.
  start_facts facts;
  /// As in `node_options`: a node that was started as a spare is ready while it is parked.
  bool parked = false;
};

/// What the service asks a node that is alone in its process. The node has to outlive it, and to
/// stay where it is.
service_sources sources_of(node& x);

/// Thread safety: all methods may be called from any thread, except the destructor and moves.
class node_service {
public:
  /// Writes that the node has started, answers HTTP, and writes what happens from now on. The node
  /// has to outlive it, and to stay where it is. Errors: `invalid_argument`; `address_unusable`.
  static result<node_service> start(node& of, service_options options);

  node_service(node_service&&) noexcept;
  node_service& operator=(node_service&&) noexcept;
  /// Ends HTTP, and returns when what was logged is written. Waits for the node if it is being
  /// asked, so at most for the node's deadline.
  ~node_service();

  service_log& log() noexcept;
  /// `host:port` that HTTP is spoken on; empty: none.
  const std::string& http_address() const noexcept;

private:
  class state;
  explicit node_service(std::unique_ptr<state> from);

  std::unique_ptr<state> state_;
};

} // namespace quorate::service
