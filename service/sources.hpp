// Where the operating side gets what it shows. It knows no node: whoever starts it says how to ask
// one, so a node of its own process, a node of a local cluster and a fake of a test are the same.
//
// Thread safety: plain values. The functions are called on threads of the service, `status` and
// `nodes` by one thread at a time, the others by several.
#pragma once

#include <quorate/result.hpp>
#include <quorate/status.hpp>

#include <cstdint>
#include <functional>
#include <optional>

namespace quorate::service {

struct service_sources {
  /// What the node says of itself. May block, but not for ever: the service can't stop while it
  /// does.
  std::function<result<node_status>()> status;
  /// The table of nodes, by the leader. May block in the same way. Empty: the service doesn't show
  /// it, nor what follows from it.
  std::function<result<nodes_view>()> nodes;
  /// When the node's certificate expires, in seconds since 1970, UTC; none without TLS. May be
  /// empty. It mustn't block.
  std::function<std::optional<std::int64_t>()> certificate_expires_s;
  /// Why renewed certificates aren't used, if they aren't. May be empty. It mustn't block.
  std::function<error()> certificate_failure;
  /// The node was started as a spare (`node_options::parked`): being parked is what is wanted.
  bool parked = false;
};

} // namespace quorate::service
