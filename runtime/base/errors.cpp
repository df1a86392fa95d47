// The texts of `errc`, and what an error looks like to people.
#include "quorate/errc.hpp"
#include "quorate/result.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace quorate {

namespace {

struct row {
  errc code;
  std::string_view name;
  std::string_view sentence;
};

// One row for each enumerator, in ascending order; a test compares it with the header.
constexpr row rows[] = {
  {errc::none, "none", "Nothing went wrong."},
  {errc::not_leader, "not_leader", "This node doesn't lead; ask the node that it names."},
  {errc::no_leader, "no_leader", "Nobody leads at the moment; nothing was proposed."},
  {errc::outcome_unknown, "outcome_unknown",
   "It was proposed, and may or may not take effect; retry with the same op id or session."},
  {errc::deadline_exceeded, "deadline_exceeded",
   "The deadline passed before anything was proposed."},
  {errc::shutting_down, "shutting_down", "The node or client is being stopped."},
  {errc::overloaded, "overloaded",
   "A bounded queue is full and nothing was proposed; retry later."},
  {errc::unprovisioned, "unprovisioned", "This node belongs to no cluster yet."},
  {errc::transfer_in_progress, "transfer_in_progress",
   "Leadership is being handed over; retry at the next leader."},
  {errc::storage_failed, "storage_failed", "A write or sync failed: the node has stopped."},
  {errc::node_halted, "node_halted",
   "The asked node has stopped taking part, its status says why; ask another one."},
  {errc::storage_corrupt, "storage_corrupt",
   "Something that was durable is unreadable: remove this node, and start it with empty storage."},
  {errc::storage_amnesiac, "storage_amnesiac",
   "The storage no longer tells what the node promised: remove this node, and start it with empty "
   "storage."},
  {errc::storage_unreadable, "storage_unreadable",
   "The data directory can't be made, opened or read; look at its path, owner and disk."},
  {errc::storage_locked, "storage_locked",
   "Another process uses the data directory: each node has one of its own."},
  {errc::storage_format_newer, "storage_format_newer",
   "The data was written by a newer build: start one as new as that."},
  {errc::storage_full, "storage_full",
   "Almost full are the disks of too many members: what clients write is taken again as soon as "
   "there is room."},
  {errc::unreachable, "unreachable",
   "There is no connection to the other node, or it ended; nothing was passed on."},
  {errc::address_unusable, "address_unusable",
   "The address can't be listened on, or names no host."},
  {errc::tls_unusable, "tls_unusable",
   "A certificate or key is missing, unreadable, expired or doesn't match."},
  {errc::invalid_argument, "invalid_argument", "An option or argument is out of its range."},
  {errc::key_too_large, "key_too_large", "The key is longer than allowed."},
  {errc::value_too_large, "value_too_large", "The value is longer than allowed."},
  {errc::key_empty, "key_empty", "A key has at least one byte."},
  {errc::malformed, "malformed",
   "Bytes don't decode: they are truncated, oversized or of an unknown version."},
  {errc::session_expired, "session_expired",
   "The session is unknown or expired; the write was not executed."},
  {errc::precondition_failed, "precondition_failed",
   "The key's revision isn't the expected one; nothing was written."},
  {errc::storage_not_empty, "storage_not_empty", "Provisioning needs empty storage."},
  {errc::peer_has_cluster, "peer_has_cluster",
   "A seed of this node already belongs to a cluster: join that one."},
  {errc::cluster_name_differs, "cluster_name_differs",
   "The node asks for a cluster of another name."},
  {errc::foreign_cluster, "foreign_cluster",
   "The node belongs to another cluster: its fingerprint differs."},
  {errc::protocol_unsupported, "protocol_unsupported",
   "The protocol versions of node and cluster don't overlap."},
  {errc::name_taken, "name_taken", "Another live node has this name."},
  {errc::storage_id_taken, "storage_id_taken", "Another node is registered with this storage id."},
  {errc::storage_id_differs, "storage_id_differs",
   "The node's storage isn't the one that it registered with."},
  {errc::node_removed, "node_removed", "The node was removed; its id is never used again."},
  {errc::already_provisioned, "already_provisioned", "This node belongs to a cluster already."},
  {errc::storage_in_use, "storage_in_use",
   "Another process runs on a copy of this node's storage."},
  {errc::storage_lost, "storage_lost",
   "The node came back under a new id; this storage never votes again."},
  {errc::not_authorised, "not_authorised", "The role of whoever asks doesn't allow it."},
  {errc::untrusted_peer, "untrusted_peer",
   "The other end's certificate isn't one of this cluster, or it is of another name."},
  {errc::unknown_node, "unknown_node", "There is no such node in the nodes config."},
  {errc::illegal_transition, "illegal_transition",
   "The table has no row for this event in the node's state and role."},
  {errc::transition_in_flight, "transition_in_flight",
   "Another transition has to be applied first."},
  {errc::version_differs, "version_differs",
   "`if_version` doesn't match the current config version."},
  {errc::not_named, "not_named", "Only an operator who names the node may do that."},
  {errc::no_room, "no_room", "Members and learners already fill target and warm spares."},
  {errc::not_stable, "not_stable", "The node hasn't been healthy for long enough yet."},
  {errc::stale_record, "stale_record",
   "The node's view of its own record is old; it was sent the current one."},
  {errc::feature_level_too_low, "feature_level_too_low",
   "The node doesn't understand the cluster's feature level."},
  {errc::above_target, "above_target", "There would be more members than the target."},
  {errc::not_caught_up, "not_caught_up", "The learner's log is behind."},
  {errc::no_live_quorum, "no_live_quorum",
   "Too few of the resulting voters are live to commit anything."},
  {errc::still_progressing, "still_progressing", "The learner is reachable and making progress."},
  {errc::not_dead, "not_dead",
   "The member answers, or hasn't been silent for `replace_after` yet."},
  {errc::leader_not_settled, "leader_not_settled", "The leader is too new to judge who is dead."},
  {errc::budget_spent, "budget_spent",
   "Automation has replaced as many members as it may for now."},
  {errc::replacement_off, "replacement_off", "`replace_after` is off."},
  {errc::not_above_target, "not_above_target", "There aren't more members than the target."},
  {errc::is_leader, "is_leader", "The leader isn't released."},
  {errc::below_min_members, "below_min_members",
   "Fewer than `min_members` would remain; force it if you mean it."},
  {errc::last_member, "last_member", "The last member can't go."},
  {errc::target_out_of_range, "target_out_of_range", "A target is 1 to 9."},
  {errc::target_even, "target_even",
   "An even target tolerates no more failures than the odd one below it."},
  {errc::no_successor, "no_successor", "Nobody took over leadership in time."},
  {errc::parked, "parked", "The node is parked: only an operator's `activate` makes it join."},
  {errc::controller_paused, "controller_paused", "Automation is paused."},
  {errc::base_differs, "base_differs",
   "The transition was computed from another config than the current one."},
  {errc::op_superseded, "op_superseded",
   "This op id was done before, and another transition has undone it since."},
  {errc::not_one_for_one, "not_one_for_one", "A replacement leaves as many members as there were."},
  {errc::disk_not_lost, "disk_not_lost", "The member's disk isn't lost."},
  {errc::policy_out_of_range, "policy_out_of_range", "A knob of the policy is out of its range."},
  {errc::lease_fixed, "lease_fixed",
   "The length of a lease is fixed when the cluster is founded; it can't be changed at run time."},
  {errc::pause_out_of_range, "pause_out_of_range", "A pause lasts 1 ms to 24 h."},
};

// Null for a number that this build doesn't know: a newer node may have sent it.
const row* find(errc code) noexcept {
  for (auto& candidate : rows)
    if (candidate.code == code)
      return &candidate;
  return nullptr;
}

} // namespace

std::string_view to_string(errc code) noexcept {
  auto* found = find(code);
  return found != nullptr ? found->name : "unknown";
}

std::string_view sentence(errc code) noexcept {
  auto* found = find(code);
  return found != nullptr ? found->sentence : "An error of a newer version of quorate.";
}

const std::vector<errc>& all_errcs() {
  static const auto codes = [] {
    std::vector<errc> result;
    for (auto& each : rows)
      result.push_back(each.code);
    return result;
  }();
  return codes;
}

error make_error(errc code) {
  return make_error(code, std::string{sentence(code)});
}

error make_error(errc code, std::string message) {
  error result;
  result.code = code;
  result.message = std::move(message);
  return result;
}

std::string to_string(const error& err) {
  std::string text{to_string(err.code)};
  text += ": ";
  text += err.message;
  return text;
}

void abort_with(const error& err) {
  std::fprintf(stderr, "took the value of an error: %s\n", to_string(err).c_str());
  std::abort();
}

} // namespace quorate
