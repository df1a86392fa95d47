// Which numbers of an enumeration mean something. A decoder refuses the others, so that no switch
// ever sees a value that the code doesn't know. Every enumeration that is decoded needs its row.
#pragma once

#include "quorate/errc.hpp"
#include "quorate/history.hpp"
#include "quorate/membership.hpp"
#include "quorate/status.hpp"
#include "messages/kv.hpp"
#include "messages/membership.hpp"
#include "messages/raft.hpp"
#include "messages/wire.hpp"

#include <cstdint>

namespace quorate::base {

/// Declared only: an enumeration without a specialization doesn't compile in a decoder.
template <class Enum>
struct enum_bounds;

/// Every value from `First` to `Last` is an enumerator.
template <class Enum, Enum First, Enum Last>
struct enum_between {
  static constexpr Enum first = First;
  static constexpr Enum last = Last;
};

/// Any number is taken: a newer node may answer with a code that this build doesn't know.
template <>
struct enum_bounds<errc> : enum_between<errc, errc::none, errc{UINT16_MAX}> {};

template <>
struct enum_bounds<node_state>
  : enum_between<node_state, node_state::auto_join, node_state::standby> {};

template <>
struct enum_bounds<node_role> : enum_between<node_role, node_role::outsider, node_role::leaving> {};

template <>
struct enum_bounds<lifecycle_event>
  : enum_between<lifecycle_event, lifecycle_event::provision, lifecycle_event::resume> {};

template <>
struct enum_bounds<initiator> : enum_between<initiator, initiator::operator_, initiator::node> {};

template <>
struct enum_bounds<disk_room> : enum_between<disk_room, disk_room::enough, disk_room::none> {};

template <>
struct enum_bounds<op_state> : enum_between<op_state, op_state::unknown, op_state::refused> {};

template <>
struct enum_bounds<kv::condition>
  : enum_between<kv::condition, kv::condition::none, kv::condition::matches> {};

template <>
struct enum_bounds<kv::consistency>
  : enum_between<kv::consistency, kv::consistency::linearizable, kv::consistency::local> {};

template <>
struct enum_bounds<raft::entry_kind>
  : enum_between<raft::entry_kind, raft::entry_kind::noop, raft::entry_kind::membership> {};

template <>
struct enum_bounds<membership::replaced_fate>
  : enum_between<membership::replaced_fate, membership::replaced_fate::standby,
                 membership::replaced_fate::removed> {};

template <>
struct enum_bounds<wire::peer_role>
  : enum_between<wire::peer_role, wire::peer_role::node, wire::peer_role::operator_> {};

} // namespace quorate::base
