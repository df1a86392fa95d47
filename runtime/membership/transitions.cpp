#include "runtime/membership/transitions.hpp"

#include "runtime/base/check.hpp"

namespace quorate::membership {

std::string_view to_string(position x) noexcept {
  switch (x) {
  case position::no_cluster:
    return "unprovisioned";
  case position::unknown:
    return "unknown";
  case position::removed:
    return "removed";
  case position::auto_join_outsider:
    return "auto_join/outsider";
  case position::auto_join_learner:
    return "auto_join/learner";
  case position::member_voter:
    return "member/voter";
  case position::standby_outsider:
    return "standby/outsider";
  case position::auto_join_leaving:
    return "auto_join/leaving";
  case position::standby_leaving:
    return "standby/leaving";
  case position::removed_leaving:
    return "removed/leaving";
  case position::whole_cluster:
    return "cluster";
  }
  return "?";
}

namespace {

struct guard_name {
  guard which;
  std::string_view name;
  errc refusal;
};

constexpr guard_name guard_names[] = {
  {guard::none, "none", errc::none},
  {guard::protocol_overlaps, "protocol_overlaps", errc::protocol_unsupported},
  {guard::name_free, "name_free", errc::name_taken},
  {guard::storage_id_free, "storage_id_free", errc::storage_id_taken},
  {guard::named_by_operator, "named_by_operator", errc::not_named},
  {guard::one_for_one, "one_for_one", errc::not_one_for_one},
  {guard::room, "room", errc::no_room},
  {guard::feature_level, "feature_level", errc::feature_level_too_low},
  {guard::within_target, "within_target", errc::above_target},
  {guard::beyond_target, "beyond_target", errc::not_above_target},
  {guard::member_remains, "member_remains", errc::last_member},
  {guard::min_members, "min_members", errc::below_min_members},
  {guard::target_in_range, "target_in_range", errc::target_out_of_range},
  {guard::target_odd, "target_odd", errc::target_even},
  {guard::disk_lost, "disk_lost", errc::disk_not_lost},
  {guard::policy_in_range, "policy_in_range", errc::policy_out_of_range},
  {guard::lease_same, "lease_same", errc::lease_fixed},
  {guard::pause_in_range, "pause_in_range", errc::pause_out_of_range},
  {guard::storage_empty, "storage_empty", errc::storage_not_empty},
  {guard::no_cluster_known, "no_cluster_known", errc::peer_has_cluster},
  {guard::cluster_name_same, "cluster_name_same", errc::cluster_name_differs},
  {guard::fingerprint_same, "fingerprint_same", errc::foreign_cluster},
  {guard::stable, "stable", errc::not_stable},
  {guard::record_current, "record_current", errc::stale_record},
  {guard::caught_up, "caught_up", errc::not_caught_up},
  {guard::live_quorum, "live_quorum", errc::no_live_quorum},
  {guard::live_quorum_before, "live_quorum_before", errc::no_live_quorum},
  {guard::stuck, "stuck", errc::still_progressing},
  {guard::dead, "dead", errc::not_dead},
  {guard::replacement_on, "replacement_on", errc::replacement_off},
  {guard::leader_settled, "leader_settled", errc::leader_not_settled},
  {guard::budget_left, "budget_left", errc::budget_spent},
  {guard::not_the_leader, "not_the_leader", errc::is_leader},
  {guard::identity_silent, "identity_silent", errc::name_taken},
  {guard::not_paused, "not_paused", errc::controller_paused},
};

const guard_name& entry_of(guard g) noexcept {
  for (const auto& entry : guard_names)
    if (entry.which == g)
      return entry;
  QUORATE_CHECK(false, "guard", static_cast<int>(g));
  return guard_names[0];
}

} // namespace

errc refusal_of(guard g) noexcept {
  return entry_of(g).refusal;
}

std::string_view to_string(guard g) noexcept {
  return entry_of(g).name;
}

} // namespace quorate::membership
