// Situations that a run went through. A farm of seeds whose counters stay at zero proves nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace quorate::sim {

enum class situation : std::uint8_t {
  election,
  leader_killed,
  leader_changed,
  joint_entered,
  joint_left_by_another_leader,
  snapshot_installed,
  log_retired,
  floor_refusal,
  hand_over,
  leadership_moved,
  leadership_not_moved,
  park_with_substitute,
  park_of_a_member,
  activated_again,
  learner_again_above_a_floor,
  replaced_by_policy,
  replaced_by_operator,
  reconfigured,
  reconfigured_before_a_node_joined,
  promoted,
  promoted_as_a_pair,
  given_up,
  released,
  removed,
  removed_node_halted,
  registered_again,
  intent_answered_already,
  intent_retried,
  session_retry_deduplicated,
  outcome_unknown,
  definite_failure_abandoned,
  precondition_failed,
  linearizable_read,
  local_read,
  follower_read,
  lease_read,
  lease_expired,
  snapshot_in_parts,
  snapshot_gap,
  partition,
  one_way_cut,
  message_dropped,
  message_duplicated,
  message_replayed,
  message_to_a_restarted_node,
  crash,
  crash_between_effects,
  crash_lost_unsynced_writes,
  crash_of_all,
  pause,
  frozen_leader,
  bridge,
  flapping_link,
  message_type_lost,
  message_clogged,
  message_held_for_long,
  restart_loop,
  rolling_restart,
  frozen_clock,
  late_timers,
  clock_jump,
  slow_sync,
  stuck_sync,
  storage_failed,
  disk_full,
  crash_while_syncing,
  disk_wiped,
  disk_rotten,
  member_came_back_under_a_new_id,
  outsider_came_back_under_a_new_id,
  lost_member_replaced,
  row_updated,
  feature_level_raised,
  name_taken,
  second_opinion,
  replayed_seed,
  uncommitted_entry_overwritten,
  uncommitted_config_overwritten,
  provisioned_twice,
  disk_copied,
  disk_rolled_back,
  explained,
  planned,
  dry_run,
  dry_run_refused,
  question_turned_down,
  graceful_stop,
  graceful_stop_of_the_leader,
  goodbye_heard,
  policy_set,
  automation_paused,
  automation_resumed,
  intent_while_paused,
  paused_under_another_leader,
  knob_refused,
  op_known,
  op_unknown,
  op_refused,
  history_told,
  refusals_told,
  room_low,
  room_none,
  room_again,
  write_refused_for_room,
  hand_over_for_room,
  count, ///< How many there are.
};

std::string_view to_string(situation x) noexcept;

class coverage {
public:
  void hit(situation x, std::uint64_t times = 1) noexcept {
    counts_[static_cast<std::size_t>(x)] += times;
  }
  std::uint64_t of(situation x) const noexcept {
    return counts_[static_cast<std::size_t>(x)];
  }
  void add(const coverage& other) noexcept {
    for (std::size_t i = 0; i < counts_.size(); ++i)
      counts_[i] += other.counts_[i];
  }

private:
  std::array<std::uint64_t, static_cast<std::size_t>(situation::count)> counts_{};
};

} // namespace quorate::sim
