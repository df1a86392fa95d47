// How a message lists its fields: once, in an `inspect` function template that names each of them.
//
// Any inspector with `object(x).fields(field(name, value)...)` can walk a message: the bounded
// encoder and decoder of `runtime/base/codec.hpp`, the describer of traces, and those of CAF 0.18
// and later. CAF 0.17's own inspectors have no `object`, so `inspected` takes these functions out
// of their sight; there messages pass between actors of one process as they are, and are never
// serialized by CAF (docs/adr/0004).
#pragma once

#include "quorate/membership.hpp"
#include "quorate/result.hpp"
#include "quorate/types.hpp"

#include <utility>

namespace quorate {

/// The result type of every `inspect`: bool, provided that the inspector has the form described
/// above.
template <class Inspector, class T>
using inspected = decltype(std::declval<Inspector&>().object(std::declval<T&>()).fields());

// -- the public types -----------------------------------------------------------------------------

template <class Inspector>
inspected<Inspector, error> inspect(Inspector& f, error& x) {
  // `at` never travels: clients fill it in from what does.
  return f.object(x).fields(f.field("code", x.code), f.field("message", x.message),
                            f.field("leader", x.leader),
                            f.field("leader_address", x.leader_address));
}

template <class Inspector>
inspected<Inspector, node_versions> inspect(Inspector& f, node_versions& x) {
  return f.object(x).fields(f.field("protocol_min", x.protocol_min),
                            f.field("protocol_max", x.protocol_max), f.field("format", x.format),
                            f.field("feature_level", x.feature_level));
}

template <class Inspector>
inspected<Inspector, boot_number> inspect(Inspector& f, boot_number& x) {
  return f.object(x).fields(f.field("counter", x.counter), f.field("nonce", x.nonce));
}

template <class Inspector>
inspected<Inspector, node_record> inspect(Inspector& f, node_record& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("name", x.name),
                            f.field("storage", x.storage), f.field("state", x.state),
                            f.field("learner", x.learner), f.field("lost", x.lost),
                            f.field("address", x.address), f.field("versions", x.versions),
                            f.field("boot", x.boot), f.field("give_ups", x.give_ups),
                            f.field("since", x.since), f.field("why", x.why), f.field("by", x.by));
}

template <class Inspector>
inspected<Inspector, membership_policy> inspect(Inspector& f, membership_policy& x) {
  return f.object(x).fields(
    f.field("target_members", x.target_members), f.field("allow_even", x.allow_even),
    f.field("min_members", x.min_members), f.field("warm_spares", x.warm_spares),
    f.field("stabilization_ms", x.stabilization_ms), f.field("pairing_wait_ms", x.pairing_wait_ms),
    f.field("replace_after_ms", x.replace_after_ms),
    f.field("leader_settle_ms", x.leader_settle_ms), f.field("eviction_budget", x.eviction_budget),
    f.field("eviction_window_ms", x.eviction_window_ms),
    f.field("transition_timeout_ms", x.transition_timeout_ms), f.field("lease_ms", x.lease_ms));
}

template <class Inspector>
inspected<Inspector, policy_change> inspect(Inspector& f, policy_change& x) {
  return f.object(x).fields(
    f.field("target_members", x.target_members), f.field("allow_even", x.allow_even),
    f.field("min_members", x.min_members), f.field("warm_spares", x.warm_spares),
    f.field("stabilization_ms", x.stabilization_ms), f.field("pairing_wait_ms", x.pairing_wait_ms),
    f.field("replace_after_ms", x.replace_after_ms),
    f.field("leader_settle_ms", x.leader_settle_ms), f.field("eviction_budget", x.eviction_budget),
    f.field("eviction_window_ms", x.eviction_window_ms),
    f.field("transition_timeout_ms", x.transition_timeout_ms), f.field("lease_ms", x.lease_ms));
}

template <class Inspector>
inspected<Inspector, automation_pause> inspect(Inspector& f, automation_pause& x) {
  return f.object(x).fields(f.field("since_ms", x.since_ms), f.field("until_ms", x.until_ms),
                            f.field("by", x.by));
}

template <class Inspector>
inspected<Inspector, transition> inspect(Inspector& f, transition& x) {
  return f.object(x).fields(
    f.field("version", x.version), f.field("event", x.event), f.field("nodes", x.nodes),
    f.field("node", x.node), f.field("from", x.from), f.field("to", x.to), f.field("by", x.by),
    f.field("why", x.why), f.field("op", x.op), f.field("log_time_ms", x.log_time_ms));
}

} // namespace quorate
