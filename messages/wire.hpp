// What the two ends of a connection between processes say to each other, beside the messages that
// they carry for others: who they are, that they live, and that they end.
#pragma once

#include "messages/inspect.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace quorate::wire {

/// As what somebody connects, which says what may be asked of the other end.
enum class peer_role : std::uint8_t {
  node = 1,      ///< Speaks consensus, and only under its own name.
  client = 2,    ///< Uses the store.
  operator_ = 3, ///< Changes membership, too.
};

/// What the sender of a `hello` takes on this connection. The other end stays within it.
struct link_limits {
  std::uint64_t frame_bytes = 0;  ///< The longest payload of a frame.
  std::uint64_t window_bytes = 0; ///< Bytes under way to it, before it has read any of them.
};

/// The first frame of whoever connects. Answered by `hello_ack`.
struct hello {
  node_versions versions; ///< The protocol is the wire's major version (docs/wire.md).
  std::string cluster_name;
  fingerprint cluster; ///< None: a node that isn't registered, or a client that takes any.
  peer_role role = peer_role::client;
  std::string name;    ///< Of the node, client or operator.
  std::string address; ///< Where a node is reached; empty for others.
  storage_id storage;  ///< Of a node; none for others.
  boot_number boot;    ///< Likewise.
  link_limits limits;
};

/// The first frame of whoever was connected to: its own `hello` if it takes the connection, else
/// why it doesn't, and it closes.
struct hello_ack {
  std::variant<error, hello> answer;
};

/// "I live", when there was nothing else to say for a while. Not answered: the other end says so by
/// itself.
struct heartbeat {};

/// The last frame of a connection that ends in order. What was asked and not answered may have
/// happened.
struct closing {
  error why; ///< `none`: it isn't needed any more.
};

/// Tells a caller's request from its others on the same connection, until it is answered.
using call_id = strong<struct call_id_tag, std::uint64_t>;

/// A request of a client or operator, or the reply to it, which bears the same id.
template <class Content>
struct call {
  call_id id{};
  Content content;
};

/// In place of a reply: the other end didn't pass the request on.
struct call_refused {
  call_id id{};
  error why;
};

// -- fields ---------------------------------------------------------------------------------------

template <class Inspector>
inspected<Inspector, link_limits> inspect(Inspector& f, link_limits& x) {
  return f.object(x).fields(f.field("frame_bytes", x.frame_bytes),
                            f.field("window_bytes", x.window_bytes));
}

template <class Inspector>
inspected<Inspector, hello> inspect(Inspector& f, hello& x) {
  return f.object(x).fields(f.field("versions", x.versions),
                            f.field("cluster_name", x.cluster_name), f.field("cluster", x.cluster),
                            f.field("role", x.role), f.field("name", x.name),
                            f.field("address", x.address), f.field("storage", x.storage),
                            f.field("boot", x.boot), f.field("limits", x.limits));
}

template <class Inspector>
inspected<Inspector, hello_ack> inspect(Inspector& f, hello_ack& x) {
  return f.object(x).fields(f.field("answer", x.answer));
}

template <class Inspector>
inspected<Inspector, heartbeat> inspect(Inspector& f, heartbeat& x) {
  return f.object(x).fields();
}

template <class Inspector>
inspected<Inspector, closing> inspect(Inspector& f, closing& x) {
  return f.object(x).fields(f.field("why", x.why));
}

template <class Inspector, class Content>
inspected<Inspector, call<Content>> inspect(Inspector& f, call<Content>& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("content", x.content));
}

template <class Inspector>
inspected<Inspector, call_refused> inspect(Inspector& f, call_refused& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("why", x.why));
}

} // namespace quorate::wire
