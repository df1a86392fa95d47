// Planted bugs, so that the tests can show that they would find them. Each is a one-line switch at
// the place of the rule that it breaks. Outside checked builds all of them are constant false and
// cost nothing.
//
// In checked builds the switch is one process-wide value, set before the code under test runs; it
// is not meant to be changed while other threads run mutated code.
#pragma once

#include <cstdint>

namespace quorate::base {

enum class mutant : std::uint8_t {
  none = 0,
  commit_without_own_term,     ///< Raft's figure 8.
  vote_without_log_check,      ///< Grants whoever asks.
  vote_before_durable,         ///< A grant leaves before it is on disk.
  append_acked_before_durable, ///< An acknowledgement leaves before the entries are on disk.
  self_match_before_durable,   ///< The leader counts its own unsynced log.
  commit_beyond_verified,      ///< A follower commits what the message didn't verify.
  truncate_without_conflict,   ///< A reordered old append shortens the log.
  joint_counts_one_half,       ///< Only the incoming voters decide.
  change_before_own_term,      ///< The single-server bug of 2015.
  second_change_in_flight,     ///< Two uncommitted changes.
  read_before_own_term,        ///< ReadIndex at a leader that doesn't know what is committed.
  read_without_round,          ///< ReadIndex without asking a quorum.
  snapshot_of_active_config,   ///< A snapshot says which config is active, not which was in effect.
  floor_grants,                ///< A node below its floor grants votes and acknowledges.
  floor_campaigns,             ///< A node that was taken in again campaigns with its old prefix.
  park_the_unnamed,       ///< The seed's bug: a reconfiguration parks whoever isn't in the new set.
  last_member_unguarded,  ///< The last member can be parked.
  session_executes_again, ///< A retry is executed twice.
  sessions_not_in_snapshot, ///< A snapshot forgets the sessions.
  trust_the_joiner,         ///< The leader believes what a joiner says of itself.
  live_quorum_unchecked,    ///< A change may leave a voter set that can't commit.
  old_boot_accepted,        ///< Messages of a sender's or receiver's previous life count.
  match_moves_down,         ///< A stale rejection lowers what is known to match.
  image_of_no_moment,       ///< A snapshot that is taken in steps mixes before and after.
  torn_below_durable_mark,  ///< A node that lost what was durable goes on without it.
  apply_before_durable,     ///< The machine runs ahead of its own disk.
};

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
