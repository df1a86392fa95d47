// Why something was refused or failed: one wire-stable number and one sentence for each reason.
#pragma once

#include <quorate/export.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace quorate {

/// Numbers are part of the protocol: never renumber, only add. *Failed* codes promise that nothing
/// happened; `outcome_unknown` alone says that it may have happened and may still.
enum class errc : std::uint16_t {
  none = 0,

  // -- 1 to 49: reaching the cluster --------------------------------------------------------------
  not_leader = 1,      ///< This node doesn't lead; the error's hint names who does, if known.
  no_leader = 2,       ///< Nobody leads at the moment; nothing was proposed.
  outcome_unknown = 3, ///< It was proposed, and may or may not take effect. Retry with the same op
                       ///< id or session.
  deadline_exceeded = 4,    ///< The deadline passed before anything was proposed.
  shutting_down = 5,        ///< The node or client is being stopped.
  overloaded = 6,           ///< A bounded queue is full; nothing was proposed. Retry later.
  unprovisioned = 7,        ///< This node belongs to no cluster yet.
  transfer_in_progress = 8, ///< Leadership is being handed over; retry at the next leader.
  storage_failed = 9,       ///< A write or sync failed: the node has stopped.
  node_halted = 10, ///< The asked node has stopped taking part, its status says why; ask another
                    ///< one.
  storage_corrupt = 11,    ///< What was durable is unreadable: the node takes no part any more.
  storage_amnesiac = 12,   ///< The storage no longer tells what the node has promised: it takes no
                           ///< part any more.
  storage_unreadable = 13, ///< The data directory can't be made, opened or read.
  storage_locked = 14,     ///< Another process uses the data directory.
  storage_format_newer = 15, ///< The data was written by a newer build than this one.
  storage_full = 16,     ///< The leader's disk is almost full, or those of too many members are;
                         ///< nothing was proposed.
  unreachable = 17,      ///< No connection to the other node, or it ended; nothing was passed on.
  address_unusable = 18, ///< The address can't be listened on, or names no host.
  tls_unusable = 19,     ///< A certificate or key is missing, unreadable, expired or doesn't match.

  // -- 50 to 99: what was asked -------------------------------------------------------------------
  invalid_argument = 50, ///< An option or argument is out of its range; the sentence says which.
  key_too_large = 51,    ///< The key is longer than `limits::key_bytes_max`.
  value_too_large = 52,  ///< The value is longer than `limits::value_bytes_max`.
  key_empty = 53,        ///< A key has at least one byte.
  malformed = 54,       ///< Bytes that don't decode: truncated, oversized or of an unknown version.
  session_expired = 55, ///< The session is unknown or expired; the write was not executed.
  precondition_failed = 56, ///< The key's revision isn't the expected one; nothing was written.

  // -- 100 to 149: identity -----------------------------------------------------------------------
  storage_not_empty = 100,    ///< Provisioning needs empty storage.
  peer_has_cluster = 101,     ///< A seed of this node already belongs to a cluster: join that one.
  cluster_name_differs = 102, ///< The node asks for a cluster of another name.
  foreign_cluster = 103,      ///< The node belongs to another cluster: its fingerprint differs.
  protocol_unsupported = 104, ///< The protocol versions of node and cluster don't overlap.
  name_taken = 105,           ///< Another live node has this name.
  storage_id_taken = 106,     ///< Another node is registered with this storage id.
  storage_id_differs = 107,   ///< The node's storage isn't the one that it registered with.
  node_removed = 108,         ///< The node was removed; its id is never used again.
  already_provisioned = 109,  ///< This node belongs to a cluster already.
  storage_in_use = 110,       ///< Another process runs on a copy of this node's storage.
  storage_lost = 111,   ///< The node came back under a new id; this storage never votes again.
  not_authorised = 112, ///< The role of whoever asks doesn't allow it.
  untrusted_peer = 113, ///< The other end's certificate isn't one of this cluster, or of another
                        ///< name.

  // -- 150 to 249: lifecycle, one code for each guard of the transition table ---------------------
  unknown_node = 150,         ///< No such node in the nodes config.
  illegal_transition = 151,   ///< The table has no row for this event in the node's state and role.
  transition_in_flight = 152, ///< Another transition has to be applied first.
  version_differs = 153,      ///< `if_version` doesn't match the current config version.
  not_named = 154,            ///< Only an operator who names the node may do that.
  no_room = 155,              ///< Members and learners already fill target and warm spares.
  not_stable = 156,           ///< The node hasn't been healthy for `stabilization` yet.
  stale_record = 157, ///< The node's view of its own record is old; it was sent the current one.
  feature_level_too_low = 158, ///< The node doesn't understand the cluster's feature level.
  above_target = 159,          ///< There would be more members than the target.
  not_caught_up = 160,         ///< The learner's log is behind.
  no_live_quorum = 161,        ///< Too few of the resulting voters are live to commit anything.
  still_progressing = 162,     ///< The learner is reachable and making progress.
  not_dead = 163,            ///< The member answers, or hasn't been silent for `replace_after` yet.
  leader_not_settled = 164,  ///< The leader is too new to judge who is dead.
  budget_spent = 165,        ///< Automation has replaced as many members as it may for now.
  replacement_off = 166,     ///< `replace_after` is off.
  not_above_target = 167,    ///< There aren't more members than the target.
  is_leader = 168,           ///< The leader isn't released.
  below_min_members = 169,   ///< Fewer than `min_members` would remain; force it if you mean it.
  last_member = 170,         ///< The last member can't go.
  target_out_of_range = 171, ///< A target is 1 to 9.
  target_even = 172,       ///< An even target tolerates no more failures than the odd one below it.
  no_successor = 173,      ///< Nobody took over leadership in time.
  parked = 174,            ///< The node is parked: only an operator's `activate` makes it join.
  controller_paused = 175, ///< Automation is paused.
  base_differs = 176,    ///< The transition was computed from another config than the current one.
  disk_not_lost = 179,   ///< The member's disk isn't lost.
  not_one_for_one = 178, ///< A replacement leaves as many members as there were.
  op_superseded = 177, ///< This op id was done before, and another transition has undone it since.
  policy_out_of_range = 185, ///< A knob of the policy is out of its range; the sentence says which.
  lease_fixed = 186,         ///< `lease_ms` is fixed when the cluster is founded.
  pause_out_of_range = 187,  ///< A pause lasts 1 ms to 24 h.
};

/// The enumerator's own name, as it stands in JSON and metrics.
QUORATE_EXPORT std::string_view to_string(errc code) noexcept;

/// One sentence that says what the code means.
QUORATE_EXPORT std::string_view sentence(errc code) noexcept;

/// Every code, in ascending order: for documentation and tests.
QUORATE_EXPORT const std::vector<errc>& all_errcs();

} // namespace quorate
