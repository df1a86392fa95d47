#include "runtime/wire/greeting.hpp"

#include "runtime/base/limits.hpp"

#include <variant>

namespace quorate::wire {

namespace {

std::string range(const node_versions& x) {
  return std::to_string(x.protocol_min) + " to " + std::to_string(x.protocol_max);
}

bool is_same_life(const hello& a, const hello& b) {
  return a.role == peer_role::node && b.role == peer_role::node && a.storage == b.storage
         && a.boot == b.boot;
}

} // namespace

link_limits own_limits() noexcept {
  return {limits::frame_payload_bytes_max, limits::link_window_bytes};
}

error refusal_of(const hello& theirs, const hello& own, bool they_dialed) {
  if (theirs.versions.protocol_max < own.versions.protocol_min
      || own.versions.protocol_max < theirs.versions.protocol_min)
    return make_error(errc::protocol_unsupported, "One end speaks protocols " + range(own.versions)
                                                    + ", the other " + range(theirs.versions)
                                                    + ": upgrade the older one.");
  if (!theirs.cluster_name.empty() && !own.cluster_name.empty()
      && theirs.cluster_name != own.cluster_name)
    return make_error(errc::cluster_name_differs, "One end belongs to cluster " + own.cluster_name
                                                    + ", the other to " + theirs.cluster_name
                                                    + '.');
  if (theirs.cluster && own.cluster && theirs.cluster != own.cluster)
    return make_error(errc::foreign_cluster, "Both ends' clusters are named " + own.cluster_name
                                               + ", but their fingerprints are "
                                               + to_string(own.cluster) + " and "
                                               + to_string(theirs.cluster) + '.');
  if (is_same_life(theirs, own))
    return make_error(errc::invalid_argument, "The node " + own.name + " has connected to itself.");
  if (!they_dialed && theirs.role != peer_role::node)
    return make_error(errc::invalid_argument, "What answered isn't a node.");
  return {};
}

error refusal_of(const hello& theirs, const tls::identity& certified) {
  const auto same_cluster = theirs.cluster_name == certified.cluster_name
                            || (theirs.cluster_name.empty() && theirs.role != peer_role::node);
  if (theirs.role == certified.role && theirs.name == certified.name && same_cluster)
    return {};
  return make_error(errc::untrusted_peer,
                    "It says that it is " + std::string{tls::to_string(theirs.role)} + ' '
                      + theirs.name + " of cluster " + theirs.cluster_name + "; its certificate is "
                      + tls::to_uri(certified) + '.');
}

error refusal_of(const node_mail& mail, const hello& from) {
  if (mail.from != from.address)
    return make_error(errc::untrusted_peer, "The node " + from.name + " at " + from.address
                                              + " sends mail in the name of " + mail.from + '.');
  const auto* joiner = std::get_if<membership::register_request>(&mail.message);
  if (joiner != nullptr && joiner->name != from.name)
    return make_error(errc::untrusted_peer,
                      "The node " + from.name + " registers as " + joiner->name + '.');
  return {};
}

bool is_request(kind what) noexcept {
  switch (what) {
  case kind::kv_request:
  case kind::reconfigure_request:
  case kind::provision_request:
  case kind::status_request:
  case kind::joined_request:
  case kind::question:
  case kind::nodes_request:
  case kind::transfer_request:
    return true;
  default:
    return false;
  }
}

bool may_send(peer_role role, kind what) noexcept {
  switch (what) {
  case kind::heartbeat:
  case kind::closing:
  case kind::kv_request:
  case kind::status_request:
    return true;
  case kind::node_mail:
    return role == peer_role::node;
  default:
    return is_request(what) && role != peer_role::client;
  }
}

bool may_answer(kind what) noexcept {
  switch (what) {
  case kind::heartbeat:
  case kind::closing:
  case kind::call_refused:
  case kind::kv_reply:
  case kind::reconfigure_reply:
  case kind::provision_reply:
  case kind::status_reply:
  case kind::joined_reply:
  case kind::question_reply:
  case kind::nodes_reply:
  case kind::transfer_reply:
    return true;
  default:
    return false;
  }
}

} // namespace quorate::wire
