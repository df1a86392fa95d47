// What nodes say to each other, whatever carries it: an actor's mailbox within a process, a link
// between hosts.
#pragma once

#include "messages/membership.hpp"
#include "messages/raft.hpp"

#include <string>
#include <variant>

namespace quorate {

/// "Is there a cluster?" Asked of the seeds by a node that is about to be provisioned.
struct discover_request {};

struct discover_reply {
  fingerprint cluster; ///< None: unprovisioned.
  std::string cluster_name;
};

/// "You don't count: another process speaks for your storage." Said to a life of a storage by
/// whoever hears another one.
struct storage_in_use {
  storage_id storage;
  boot_number to;
  boot_number other;
  std::string other_address;
};

/// "This life of my process ends, in order: count on nothing more from it." Its last word. A
/// restart follows, as a rule, so nobody's place in the cluster changes.
struct goodbye {
  fingerprint cluster;
  raft::replica from;
  boot_number boot; ///< The life that ends. A later one is back.
};

using node_message = std::variant<raft::envelope, membership::register_request,
                                  membership::register_reply, membership::join_request,
                                  membership::join_reply, discover_request, discover_reply,
                                  storage_in_use, goodbye>;

/// A message on its way from one address to another.
struct node_mail {
  std::string from;
  std::string to;
  node_message message;
};

// -- fields ---------------------------------------------------------------------------------------

template <class Inspector>
inspected<Inspector, discover_request> inspect(Inspector& f, discover_request& x) {
  return f.object(x).fields();
}

template <class Inspector>
inspected<Inspector, discover_reply> inspect(Inspector& f, discover_reply& x) {
  return f.object(x).fields(f.field("cluster", x.cluster), f.field("cluster_name", x.cluster_name));
}

template <class Inspector>
inspected<Inspector, storage_in_use> inspect(Inspector& f, storage_in_use& x) {
  return f.object(x).fields(f.field("storage", x.storage), f.field("to", x.to),
                            f.field("other", x.other), f.field("other_address", x.other_address));
}

template <class Inspector>
inspected<Inspector, goodbye> inspect(Inspector& f, goodbye& x) {
  return f.object(x).fields(f.field("cluster", x.cluster), f.field("from", x.from),
                            f.field("boot", x.boot));
}

template <class Inspector>
inspected<Inspector, node_mail> inspect(Inspector& f, node_mail& x) {
  return f.object(x).fields(f.field("from", x.from), f.field("to", x.to),
                            f.field("message", x.message));
}

} // namespace quorate
