// What operators and services ask a node about itself and its cluster.
#pragma once

#include "quorate/status.hpp"
#include "messages/inspect.hpp"
#include "messages/membership.hpp"

#include <string>
#include <vector>

namespace quorate::ops {

using quorate::counter;
using quorate::node_status;

struct status_request {};

/// Answered as soon as the node has joined, or has halted.
struct joined_request {};

struct joined_reply {
  error refusal; ///< Why it never will: the node has halted.
  node_id id{};
  config_version version{}; ///< Of the nodes config that it knows.
};

struct nodes_request {};

/// The nodes table of the node that leads; any other refuses with a hint.
struct nodes_reply {
  error refusal;
  nodes_view nodes;
};

struct provision_reply {
  error refusal;
  bool changed = false; ///< False: it was provisioned already.
  fingerprint cluster;
};

} // namespace quorate::ops
