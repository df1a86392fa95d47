// Planted bugs, so that the tests can show that they would find them. Each is a one-line switch at
// the place of the rule that it breaks. Outside checked builds all of them are constant false and
// cost nothing.
//
// In checked builds the switch is one process-wide value, set before the code under test runs; it
// is not meant to be changed while other threads run mutated code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace quorate::base {

/// Their numbers are for command lines; what each breaks stands in `mutant_table`.
enum class mutant : std::uint8_t {
  none = 0,
  commit_without_own_term,
  vote_without_log_check,
  vote_before_durable,
  append_acked_before_durable,
  self_match_before_durable,
  commit_beyond_verified,
  truncate_without_conflict,
  joint_counts_one_half,
  change_before_own_term,
  second_change_in_flight,
  read_before_own_term,
  read_without_round,
  snapshot_of_active_config,
  floor_grants,
  floor_campaigns,
  park_the_unnamed,
  last_member_unguarded,
  session_executes_again,
  sessions_not_in_snapshot,
  trust_the_joiner,
  live_quorum_unchecked,
  old_boot_accepted,
  match_moves_down,
  apply_before_durable,
  leader_grants_pre_votes,
  pre_vote_resets_timer,
  window_not_freed,
  log_compacted_beyond_snapshot,
  vote_disturbs_followers,
  old_vote_counts,
  half_is_a_majority,
  learner_campaigns,
  candidate_asks_before_durable,
  term_said_before_durable,
  quorum_contact_unchecked,
  conflict_kept,
  heartbeat_commits_all,
  image_acked_before_durable,
  image_wipes_longer_log,
  durable_ignores_truncation,
  late_write_counts,
  config_survives_truncation,
  restart_forgets_new_config,
  old_answers_count,
  handover_without_catch_up,
  read_joins_old_round,
  answers_by_index_alone,
  unknown_called_refused,
  callers_forgotten,
  read_before_applied,
  speaks_before_durable,
  boot_number_reused,
  stamps_own_clock,
  removed_node_goes_on,
  vote_dropped_with_log,
  joins_confirmed_unread,
  outdated_answer_retires,
  registration_retry_refused,
  catch_up_unchecked,
  eviction_budget_unchecked,
  silence_not_waited_for,
  unsettled_leader_replaces,
  room_unchecked,
  target_exceeded,
  min_members_unchecked,
  leader_released,
  op_executed_again,
  intent_answered_early,
  lost_intent_called_refused,
  version_condition_ignored,
  id_used_again,
  retry_forgets_answer,
  log_time_falls,
  condition_ignored,
  erase_keeps_value,
  refusal_takes_revision,
  low_water_not_in_snapshot,
  sync_leaves_one_out,
  disk_keeps_dropped_log,
  snapshot_labelled_early,
  client_renumbers_retries,
  copies_go_on,
  client_says_not_sent,
  client_acknowledges_unanswered,
  client_gives_up_on_unknown,
  image_of_no_moment,
  torn_below_durable_mark,
  live_name_taken_over,
  wiped_standby_joins,
  lost_voter_counts_live,
  lost_storage_votes,
  old_life_moves_row,
  feature_level_unchecked,
  goodbye_trusted_for_ever,
  leader_stops_at_once,
  stops_before_durable,
  policy_applied_unvalidated,
  pause_forgotten_by_new_leader,
  paused_operator_refused,
  confirms_against_admission,
  full_leader_proposes,
  full_follower_stores,
  room_never_returns,
  count, ///< How many there are.
};

/// A planted bug in words. The name is the enumerator's own, so there is no second list of names.
struct mutant_row {
  mutant which = mutant::none;
  std::string_view name;
  std::string_view breaks;
};

namespace mutant_words {

/// The compiler spells the enumerator: `... M = quorate::base::mutant::NAME]` or `...; ...]`.
template <mutant M>
constexpr std::string_view spelled() noexcept {
  std::string_view text{__PRETTY_FUNCTION__};
  constexpr std::string_view before = "mutant::";
  text = text.substr(text.find("M = "));
  text = text.substr(text.find(before) + before.size());
  return text.substr(0, text.find_first_of(";]"));
}

template <mutant M>
constexpr mutant_row row(std::string_view breaks) noexcept {
  return {M, spelled<M>(), breaks};
}

} // namespace mutant_words

// clang-format off
inline constexpr mutant_row mutant_table[] = {
  mutant_words::row<mutant::none>("Nothing."),
  mutant_words::row<mutant::commit_without_own_term>("Raft's figure 8."),
  mutant_words::row<mutant::vote_without_log_check>("Grants whoever asks."),
  mutant_words::row<mutant::vote_before_durable>("A grant leaves before it is on disk."),
  mutant_words::row<mutant::append_acked_before_durable>("An acknowledgement leaves before the entries are on disk."),
  mutant_words::row<mutant::self_match_before_durable>("The leader counts its own unsynced log."),
  mutant_words::row<mutant::commit_beyond_verified>("A follower commits what the message didn't verify."),
  mutant_words::row<mutant::truncate_without_conflict>("A reordered old append shortens the log."),
  mutant_words::row<mutant::joint_counts_one_half>("Only the incoming voters decide."),
  mutant_words::row<mutant::change_before_own_term>("The single-server bug of 2015."),
  mutant_words::row<mutant::second_change_in_flight>("Two uncommitted changes."),
  mutant_words::row<mutant::read_before_own_term>("ReadIndex at a leader that doesn't know what is committed."),
  mutant_words::row<mutant::read_without_round>("ReadIndex without asking a quorum."),
  mutant_words::row<mutant::snapshot_of_active_config>("A snapshot says which config is active, not which was in effect."),
  mutant_words::row<mutant::floor_grants>("A node below its floor grants votes and acknowledges."),
  mutant_words::row<mutant::floor_campaigns>("A node that was taken in again campaigns with its old prefix."),
  mutant_words::row<mutant::park_the_unnamed>("The seed's bug: a reconfiguration parks whoever isn't in the new set."),
  mutant_words::row<mutant::last_member_unguarded>("The last member can be parked."),
  mutant_words::row<mutant::session_executes_again>("A retry is executed twice."),
  mutant_words::row<mutant::sessions_not_in_snapshot>("A snapshot forgets the sessions."),
  mutant_words::row<mutant::trust_the_joiner>("The leader believes what a joiner says of itself."),
  mutant_words::row<mutant::live_quorum_unchecked>("A change may leave a voter set that can't commit."),
  mutant_words::row<mutant::old_boot_accepted>("Messages of a sender's or receiver's previous life count."),
  mutant_words::row<mutant::match_moves_down>("A stale rejection lowers what is known to match."),
  mutant_words::row<mutant::apply_before_durable>("The machine runs ahead of its own disk."),
  mutant_words::row<mutant::leader_grants_pre_votes>("A leader that hears its quorum helps to depose itself."),
  mutant_words::row<mutant::pre_vote_resets_timer>("A hopeless candidate keeps everybody else from campaigning."),
  mutant_words::row<mutant::window_not_freed>("A rejection leaves the window of unanswered appends full."),
  mutant_words::row<mutant::log_compacted_beyond_snapshot>("The log goes up to what is applied, not up to the snapshot."),
  mutant_words::row<mutant::vote_disturbs_followers>("A vote request counts although its receiver hears a leader."),
  mutant_words::row<mutant::old_vote_counts>("A grant of an earlier term counts in this one."),
  mutant_words::row<mutant::half_is_a_majority>("Two of four decide."),
  mutant_words::row<mutant::learner_campaigns>("Whoever has a log may become leader."),
  mutant_words::row<mutant::candidate_asks_before_durable>("A vote request leaves before its own vote is on disk."),
  mutant_words::row<mutant::term_said_before_durable>("A message leaves before its term is on disk."),
  mutant_words::row<mutant::quorum_contact_unchecked>("A leader without followers goes on leading."),
  mutant_words::row<mutant::conflict_kept>("An entry that conflicts with the leader's stays."),
  mutant_words::row<mutant::heartbeat_commits_all>("A heartbeat tells the commit index to who hasn't the entries."),
  mutant_words::row<mutant::image_acked_before_durable>("A received snapshot is acknowledged before it is on disk."),
  mutant_words::row<mutant::image_wipes_longer_log>("A snapshot replaces a log that has all of it, and more."),
  mutant_words::row<mutant::durable_ignores_truncation>("Overwritten entries still count as durable."),
  mutant_words::row<mutant::late_write_counts>("A write that is overwritten by a later one under way counts as durable."),
  mutant_words::row<mutant::config_survives_truncation>("An uncommitted config outlives its entry."),
  mutant_words::row<mutant::restart_forgets_new_config>("After a restart an uncommitted config doesn't count."),
  mutant_words::row<mutant::old_answers_count>("Answers to a peer's earlier record count for the present one."),
  mutant_words::row<mutant::handover_without_catch_up>("Leadership is handed to who lacks entries."),
  mutant_words::row<mutant::read_joins_old_round>("Reads share the round that was sent before they were asked."),
  mutant_words::row<mutant::answers_by_index_alone>("Another leader's entry at the same index answers a write."),
  mutant_words::row<mutant::unknown_called_refused>("A deposed leader says that its writes never happen."),
  mutant_words::row<mutant::callers_forgotten>("A deposed leader leaves its callers waiting."),
  mutant_words::row<mutant::read_before_applied>("A confirmed read is served before its index is applied."),
  mutant_words::row<mutant::speaks_before_durable>("A node speaks before its identity and boot are on disk."),
  mutant_words::row<mutant::boot_number_reused>("A restarted node speaks with the boot number that it had."),
  mutant_words::row<mutant::stamps_own_clock>("A leader stamps entries with its own clock."),
  mutant_words::row<mutant::removed_node_goes_on>("A node that was removed doesn't stop."),
  mutant_words::row<mutant::vote_dropped_with_log>("Who drops its log forgets term and vote, too."),
  mutant_words::row<mutant::joins_confirmed_unread>("A leader confirms who is out without asking a quorum."),
  mutant_words::row<mutant::outdated_answer_retires>("A node drops its log on an answer older than its admission."),
  mutant_words::row<mutant::registration_retry_refused>("A registration whose answer was lost is refused for ever."),
  mutant_words::row<mutant::catch_up_unchecked>("A learner becomes a voter before it has the log."),
  mutant_words::row<mutant::eviction_budget_unchecked>("The policy replaces as many members as it likes."),
  mutant_words::row<mutant::silence_not_waited_for>("A member is replaced as soon as it is silent."),
  mutant_words::row<mutant::unsettled_leader_replaces>("A new leader replaces members that it hasn't had time to hear."),
  mutant_words::row<mutant::room_unchecked>("More learners are admitted than there is room for."),
  mutant_words::row<mutant::target_exceeded>("The policy promotes beyond the target."),
  mutant_words::row<mutant::min_members_unchecked>("Members fall below the minimum without being forced."),
  mutant_words::row<mutant::leader_released>("The policy takes the leader out."),
  mutant_words::row<mutant::op_executed_again>("A retried intent is carried out twice."),
  mutant_words::row<mutant::intent_answered_early>("An intent is answered when it is proposed, not when it is applied."),
  mutant_words::row<mutant::lost_intent_called_refused>("A deposed leader says that its intent never happens."),
  mutant_words::row<mutant::version_condition_ignored>("An intent for one version changes another."),
  mutant_words::row<mutant::id_used_again>("A new node gets a removed node's id."),
  mutant_words::row<mutant::retry_forgets_answer>("A write acknowledges itself, so its retry finds no answer."),
  mutant_words::row<mutant::log_time_falls>("An old stamp turns log time back."),
  mutant_words::row<mutant::condition_ignored>("A write that expects a revision overwrites another one."),
  mutant_words::row<mutant::erase_keeps_value>("An erased key keeps its value."),
  mutant_words::row<mutant::refusal_takes_revision>("A failed precondition moves the store's revision."),
  mutant_words::row<mutant::low_water_not_in_snapshot>("A snapshot forgets which answers were acknowledged."),
  mutant_words::row<mutant::sync_leaves_one_out>("A sync says that the last write is durable, and it isn't."),
  mutant_words::row<mutant::disk_keeps_dropped_log>("A dropped log is found again after a restart."),
  mutant_words::row<mutant::snapshot_labelled_early>("A snapshot names the index before its state's."),
  mutant_words::row<mutant::client_renumbers_retries>("The client repeats a write under another sequence number."),
  mutant_words::row<mutant::copies_go_on>("A node goes on although another process runs on a copy of its disk."),
  mutant_words::row<mutant::client_says_not_sent>("The client says that nothing was sent, although something was."),
  mutant_words::row<mutant::client_acknowledges_unanswered>("The client acknowledges writes that it has no answer to."),
  mutant_words::row<mutant::client_gives_up_on_unknown>("The client gives up when a node says that the outcome is unknown."),
  mutant_words::row<mutant::image_of_no_moment>("A snapshot that is taken in steps mixes before and after."),
  mutant_words::row<mutant::torn_below_durable_mark>("A node that lost what was durable goes on without it."),
  mutant_words::row<mutant::live_name_taken_over>("A node takes over the name of one that lives."),
  mutant_words::row<mutant::wiped_standby_joins>("A parked node that lost its disk joins by itself."),
  mutant_words::row<mutant::lost_voter_counts_live>("A member whose disk is lost counts as live."),
  mutant_words::row<mutant::lost_storage_votes>("A storage that was given up as lost goes on voting."),
  mutant_words::row<mutant::old_life_moves_row>("Late mail of an earlier life moves a node back to its old address."),
  mutant_words::row<mutant::feature_level_unchecked>("A node that is too old is admitted, and the feature level falls."),
  mutant_words::row<mutant::goodbye_trusted_for_ever>("A node that said goodbye and is back still counts as gone."),
  mutant_words::row<mutant::leader_stops_at_once>("A leader that stops in order leaves without a successor."),
  mutant_words::row<mutant::stops_before_durable>("A node that stops in order doesn't wait for its disk."),
  mutant_words::row<mutant::policy_applied_unvalidated>("A policy is taken whatever its knobs say."),
  mutant_words::row<mutant::pause_forgotten_by_new_leader>("A new leader's automation goes on in a pause."),
  mutant_words::row<mutant::paused_operator_refused>("A pause holds up operators, too."),
  mutant_words::row<mutant::confirms_against_admission>("A leader says to a node that it is out, and is taking it in."),
  mutant_words::row<mutant::full_leader_proposes>("A leader takes writes although disks are almost full."),
  mutant_words::row<mutant::full_follower_stores>("A follower takes entries although its disk is almost full."),
  mutant_words::row<mutant::room_never_returns>("A node doesn't hear that its disk has room again."),
};
// clang-format on

constexpr bool mutants_are_in_order() noexcept {
  std::size_t i = 0;
  for (const auto& row : mutant_table)
    if (static_cast<std::size_t>(row.which) != i++)
      return false;
  return true;
}
static_assert(mutants_are_in_order() && std::size(mutant_table) == std::size_t(mutant::count),
              "each mutant has a row, where its number says");

constexpr const mutant_row& row_of(mutant m) noexcept {
  return mutant_table[static_cast<std::size_t>(m)];
}

#ifdef QUORATE_CHECKED

/// Whether the bug is in. One at a time.
bool mutated(mutant m) noexcept;
void set_mutant(mutant m) noexcept;

#else

constexpr bool mutated(mutant) noexcept {
  return false;
}

#endif

} // namespace quorate::base
