// THE table: every legal change of a node's place in the lifecycle, one row a line, and nothing
// else is legal.
//
// It is data, so that the controller asks it, the tests go through every cell of it, the model is
// checked against it, and the documentation is generated from it. A row says who may ask, where the
// node stands before and after, and which guards must hold. *Structural* guards depend on the
// config and the change alone: they are checked when a change is proposed and again when it is
// applied. *Observed* ones are the leader's, checked when it proposes.
#pragma once

#include "quorate/errc.hpp"
#include "runtime/membership/states.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace quorate::membership {

/// A named predicate with a refusal of its own.
enum class guard : std::uint8_t {
  none = 0,
  // -- structural ---------------------------------------------------------------------------------
  protocol_overlaps, ///< The node's range of protocol versions and the cluster's.
  name_free,
  storage_id_free,
  named_by_operator, ///< An operator asked, and named this node.
  one_for_one,       ///< As many members as before.
  room,              ///< members + learners <= target + warm spares
  feature_level,     ///< The node understands the cluster's feature level.
  within_target,     ///< members <= target
  beyond_target,     ///< members >= target, also without those that are released
  member_remains,    ///< At least one.
  min_members,       ///< Members don't fall, or not below `min_members`, unless forced.
  target_in_range,   ///< 1 to 9
  target_odd,        ///< Or even is allowed.
  disk_lost,         ///< The row says so, or says so with this change.
  policy_in_range,   ///< Every knob is in its range.
  lease_same,        ///< `lease_ms` stays what it is.
  pause_in_range,    ///< It lasts 1 ms to 24 h.
  // -- observed -----------------------------------------------------------------------------------
  storage_empty,    ///< The node that is provisioned has nothing on its disk.
  no_cluster_known, ///< No reachable seed has a cluster.
  cluster_name_same,
  fingerprint_same,   ///< Or the storage is fresh.
  stable,             ///< Healthy for `stabilization`.
  record_current,     ///< The node's view of its own record isn't older than the record.
  caught_up,          ///< A live learner whose log is as good as the leader's.
  live_quorum,        ///< A majority of the resulting voters is live.
  live_quorum_before, ///< And of the present ones.
  stuck,          ///< A learner unreachable, or behind without progress, for `transition_timeout`.
  dead,           ///< A member silent for `replace_after`, or lost.
  replacement_on, ///< `replace_after` isn't off.
  leader_settled, ///< The leader has observed for `leader_settle`.
  budget_left,    ///< Fewer than `eviction_budget` replacements by the policy within the window.
  not_the_leader,
  identity_silent, ///< Nobody has spoken under the id for as long as any live node would have.
  not_paused,      ///< Automation isn't paused.
};

/// The code with which a failing guard refuses.
errc refusal_of(guard g) noexcept;
std::string_view to_string(guard g) noexcept;

/// Whether it can be judged from config and change alone.
constexpr bool structural(guard g) noexcept {
  return g < guard::storage_empty;
}

/// Who may cause an event: a set of initiators.
struct initiators {
  std::uint8_t bits = 0;

  constexpr bool has(initiator who) const noexcept {
    return (bits & (1U << static_cast<unsigned>(who))) != 0;
  }
};

/// A row: an event moves a node from one place to another if one of those asks and all guards hold.
/// A member whose disk is lost goes with its membership: it has rows to `removed` where others have
/// one to `auto_join` or `standby`.
/// The nodes that a change moves beside its subject (the learner that takes a member's place) have
/// rows of their own.
struct transition_rule {
  lifecycle_event event = lifecycle_event::provision;
  position from = position::unknown;
  position to = position::unknown;
  initiators by;
  std::uint16_t feature_level = 1; ///< Rows above the cluster's level, before and after the change,
                                   ///< don't exist yet.
  std::array<guard, 7> guards{};   ///< In the order of checking; filled up with `none`.
};

namespace table_words {

using e = lifecycle_event;
using p = position;
using g = guard;

inline constexpr initiators op{1U << static_cast<unsigned>(initiator::operator_)};
inline constexpr initiators policy{1U << static_cast<unsigned>(initiator::policy)};
inline constexpr initiators both{op.bits | policy.bits};
inline constexpr initiators node{1U << static_cast<unsigned>(initiator::node)};

} // namespace table_words

// clang-format off
inline constexpr auto lifecycle_table = [] {
  using namespace table_words;
  return std::array{
    transition_rule{e::provision,     p::no_cluster,         p::member_voter,       op,     1, {g::storage_empty, g::no_cluster_known, g::target_in_range, g::target_odd}},

    transition_rule{e::register_node, p::unknown,            p::auto_join_outsider, node,   1, {g::cluster_name_same, g::fingerprint_same, g::protocol_overlaps, g::name_free, g::storage_id_free}},
    transition_rule{e::register_node, p::unknown,            p::standby_outsider,   node,   1, {g::cluster_name_same, g::fingerprint_same, g::protocol_overlaps, g::name_free, g::storage_id_free}},

    transition_rule{e::admit,         p::auto_join_outsider, p::auto_join_learner,  policy, 1, {g::room, g::feature_level, g::stable, g::record_current, g::not_paused}},
    transition_rule{e::promote,       p::auto_join_learner,  p::member_voter,       policy, 1, {g::within_target, g::caught_up, g::live_quorum, g::not_paused}},
    transition_rule{e::give_up,       p::auto_join_learner,  p::auto_join_outsider, policy, 1, {g::stuck, g::not_paused}},

    transition_rule{e::replace,       p::member_voter,       p::auto_join_outsider, policy, 1, {g::one_for_one, g::replacement_on, g::dead, g::leader_settled, g::budget_left, g::live_quorum, g::not_paused}},
    transition_rule{e::replace,       p::member_voter,       p::auto_join_outsider, op,     1, {g::named_by_operator, g::one_for_one, g::live_quorum, g::live_quorum_before}},
    transition_rule{e::replace,       p::member_voter,       p::standby_outsider,   op,     1, {g::named_by_operator, g::one_for_one, g::live_quorum, g::live_quorum_before}},
    transition_rule{e::replace,       p::member_voter,       p::removed,            op,     1, {g::named_by_operator, g::one_for_one, g::live_quorum, g::live_quorum_before}},
    transition_rule{e::replace,       p::member_voter,       p::removed,            policy, 2, {g::one_for_one, g::replacement_on, g::disk_lost, g::leader_settled, g::budget_left, g::live_quorum, g::not_paused}},
    transition_rule{e::replace,       p::auto_join_learner,  p::member_voter,       both,   1, {g::one_for_one, g::caught_up}},

    transition_rule{e::release,       p::member_voter,       p::auto_join_outsider, policy, 1, {g::beyond_target, g::not_the_leader, g::live_quorum, g::not_paused}},
    transition_rule{e::release,       p::member_voter,       p::removed,            policy, 2, {g::disk_lost, g::beyond_target, g::live_quorum, g::not_paused}},

    transition_rule{e::park,          p::auto_join_outsider, p::standby_outsider,   op,     1, {g::named_by_operator}},
    transition_rule{e::park,          p::auto_join_learner,  p::standby_outsider,   op,     1, {g::named_by_operator}},
    transition_rule{e::park,          p::member_voter,       p::standby_outsider,   op,     1, {g::named_by_operator, g::member_remains, g::min_members, g::live_quorum}},
    transition_rule{e::park,          p::member_voter,       p::removed,            op,     2, {g::named_by_operator, g::disk_lost, g::member_remains, g::min_members, g::live_quorum}},
    transition_rule{e::park,          p::auto_join_learner,  p::member_voter,       op,     1, {g::one_for_one, g::caught_up}},

    transition_rule{e::activate,      p::standby_outsider,   p::auto_join_outsider, op,     1, {g::named_by_operator}},

    transition_rule{e::remove,        p::auto_join_outsider, p::removed,            op,     1, {g::named_by_operator}},
    transition_rule{e::remove,        p::auto_join_learner,  p::removed,            op,     1, {g::named_by_operator}},
    transition_rule{e::remove,        p::member_voter,       p::removed,            op,     1, {g::named_by_operator, g::member_remains, g::min_members, g::live_quorum}},
    transition_rule{e::remove,        p::standby_outsider,   p::removed,            op,     1, {g::named_by_operator}},
    transition_rule{e::remove,        p::auto_join_learner,  p::member_voter,       op,     1, {g::one_for_one, g::caught_up}},

    transition_rule{e::reconfigure,   p::auto_join_learner,  p::member_voter,       op,     1, {g::named_by_operator, g::caught_up, g::live_quorum, g::live_quorum_before}},
    transition_rule{e::reconfigure,   p::member_voter,       p::auto_join_outsider, op,     1, {g::member_remains, g::min_members, g::live_quorum, g::live_quorum_before}},
    transition_rule{e::reconfigure,   p::member_voter,       p::removed,            op,     2, {g::disk_lost, g::member_remains, g::min_members, g::live_quorum, g::live_quorum_before}},

    transition_rule{e::re_register,   p::unknown,            p::auto_join_outsider, node,   2, {g::cluster_name_same, g::fingerprint_same, g::protocol_overlaps, g::name_free, g::storage_id_free}},
    transition_rule{e::re_register,   p::unknown,            p::standby_outsider,   node,   2, {g::cluster_name_same, g::fingerprint_same, g::protocol_overlaps, g::name_free, g::storage_id_free}},
    transition_rule{e::re_register,   p::member_voter,       p::member_voter,       node,   2, {g::disk_lost, g::identity_silent, g::live_quorum}},
    transition_rule{e::re_register,   p::auto_join_outsider, p::removed,            node,   2, {g::identity_silent}},
    transition_rule{e::re_register,   p::auto_join_learner,  p::removed,            node,   2, {g::identity_silent}},
    transition_rule{e::re_register,   p::standby_outsider,   p::removed,            node,   2, {g::identity_silent}},

    transition_rule{e::update,        p::auto_join_outsider, p::auto_join_outsider, node,   2, {g::protocol_overlaps}},
    transition_rule{e::update,        p::auto_join_learner,  p::auto_join_learner,  node,   2, {g::protocol_overlaps, g::feature_level}},
    transition_rule{e::update,        p::member_voter,       p::member_voter,       node,   2, {g::protocol_overlaps, g::feature_level}},
    transition_rule{e::update,        p::standby_outsider,   p::standby_outsider,   node,   2, {g::protocol_overlaps}},

    transition_rule{e::set_target,    p::whole_cluster,      p::whole_cluster,      op,     1, {g::target_in_range, g::target_odd}},
    transition_rule{e::set_policy,    p::whole_cluster,      p::whole_cluster,      op,     1, {g::target_in_range, g::target_odd, g::policy_in_range, g::lease_same}},
    transition_rule{e::pause,         p::whole_cluster,      p::whole_cluster,      op,     1, {g::pause_in_range}},
    transition_rule{e::resume,        p::whole_cluster,      p::whole_cluster,      op,     1, {}},

    transition_rule{e::leave,         p::auto_join_leaving,  p::auto_join_outsider, policy, 1, {}},
    transition_rule{e::leave,         p::standby_leaving,    p::standby_outsider,   policy, 1, {}},
    transition_rule{e::leave,         p::removed_leaving,    p::removed,            policy, 1, {}},
  };
}();
// clang-format on

/// A view of the table, or of a copy with a row or guard taken out: the tests show that each is
/// needed.
struct table_view {
  const transition_rule* rows = lifecycle_table.data();
  std::size_t size = lifecycle_table.size();

  const transition_rule* begin() const noexcept {
    return rows;
  }
  const transition_rule* end() const noexcept {
    return rows + size;
  }
};

} // namespace quorate::membership
