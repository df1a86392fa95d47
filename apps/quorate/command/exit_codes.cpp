#include "apps/quorate/command/exit_codes.hpp"

namespace quorate::app {

namespace {

struct row {
  errc code;
  int exit;
  std::string_view advice;
};

constexpr std::string_view wait_and_retry = "Ask again in a moment.";
constexpr std::string_view
  other_address = "Is the node running, and the address right? Name another node with --address.";
constexpr std::string_view why_of_node = "'quorate node explain NODE' says what it waits for.";
constexpr std::string_view
  empty_storage = "Remove the node with 'quorate node remove', and start it on empty storage.";

// One row for each enumerator, in ascending order of the numbers; a test compares it with
// all_errcs().
constexpr row rows[] = {
  {errc::none, exit_ok, ""},
  {errc::not_leader, exit_unreachable, "Ask again in a moment, or name the leader's --address."},
  {errc::no_leader, exit_unreachable,
   "Start enough members for a majority; 'quorate status' at each address says what it sees."},
  {errc::outcome_unknown, exit_unknown,
   "It may have happened, and may still: ask before you decide. A change of membership "
   "can be repeated with its --op-id."},
  {errc::deadline_exceeded, exit_unreachable,
   "Nothing happened. See whether the members run, or allow more with --timeout."},
  {errc::shutting_down, exit_unreachable, other_address},
  {errc::overloaded, exit_unreachable, wait_and_retry},
  {errc::unprovisioned, exit_unreachable,
   "Found a cluster there with 'quorate provision ADDRESS', or name a node of one with --address."},
  {errc::transfer_in_progress, exit_unreachable, wait_and_retry},
  {errc::storage_failed, exit_unreachable, "Look at that node's disk, and restart the node."},
  {errc::node_halted, exit_unreachable,
   "Ask another node with --address; 'quorate status' at this one says why it halted."},
  {errc::storage_corrupt, exit_unreachable, empty_storage},
  {errc::storage_amnesiac, exit_unreachable, empty_storage},
  {errc::storage_unreadable, exit_refused, "Look at the path, its owner and the disk."},
  {errc::storage_locked, exit_refused,
   "Stop the process that uses the data directory, or give this one a directory of its own."},
  {errc::storage_format_newer, exit_refused, "Use a build as new as the one that wrote it."},
  {errc::storage_full, exit_refused, "Free space on the disks of the members."},
  {errc::unreachable, exit_unreachable, other_address},
  {errc::address_unusable, exit_unreachable, "Write --address as HOST:PORT, and check the name."},
  {errc::tls_unusable, exit_usage,
   "Check --tls-ca, --tls-cert and --tls-key; 'quorate cert' makes such files."},
  {errc::invalid_argument, exit_usage, "'quorate VERB --help' shows what is possible."},
  {errc::key_too_large, exit_usage, "A key has 1 KiB at most."},
  {errc::value_too_large, exit_usage, "A value has 1 MiB at most."},
  {errc::key_empty, exit_usage, "Name a key."},
  {errc::malformed, exit_refused,
   "Is it a quorate node that answers there? Compare the versions of both ends."},
  {errc::session_expired, exit_refused, "Nothing was written. Ask again."},
  {errc::precondition_failed, exit_refused,
   "Read the key again, and decide by its present revision."},
  {errc::storage_not_empty, exit_refused, "Provision a node that starts on empty storage."},
  {errc::peer_has_cluster, exit_refused,
   "Let the node join that cluster: start it, and don't provision it."},
  {errc::cluster_name_differs, exit_identity,
   "Compare --cluster, and the address, with the cluster that is meant."},
  {errc::foreign_cluster, exit_identity,
   "Two clusters never mix: point the node or --address at the one that is meant."},
  {errc::protocol_unsupported, exit_refused,
   "Use a build whose protocol versions overlap with the cluster's."},
  {errc::name_taken, exit_refused, "Give the node another name, or stop the one that has it."},
  {errc::storage_id_taken, exit_refused, "Give each node a data directory of its own."},
  {errc::storage_id_differs, exit_refused, "Start the node on the data directory it had."},
  {errc::node_removed, exit_refused, "Start the node on empty storage to let it join anew."},
  {errc::already_provisioned, exit_refused, "'quorate status' shows the cluster it belongs to."},
  {errc::storage_in_use, exit_refused, "Stop the copy: each storage may run once."},
  {errc::storage_lost, exit_refused,
   "Erase that data directory; the node goes on under its new id."},
  {errc::not_authorised, exit_unauthorised,
   "Use a certificate that may do this: changes of membership need an operator's, --tls-cert."},
  {errc::untrusted_peer, exit_identity,
   "Compare --tls-ca and the address with the cluster that is meant."},
  {errc::unknown_node, exit_refused, "'quorate node ls --all' lists the nodes."},
  {errc::illegal_transition, exit_refused,
   "'quorate node explain NODE' shows where the node stands and what may come next."},
  {errc::transition_in_flight, exit_refused,
   "Ask again when it is applied; 'quorate controller plan' shows it."},
  {errc::version_differs, exit_refused,
   "Somebody was faster: look at 'quorate history', then decide again."},
  {errc::not_named, exit_refused, "Name the node in the request."},
  {errc::no_room, exit_refused, "Raise the target with 'quorate target N', or park a node."},
  {errc::not_stable, exit_refused, why_of_node},
  {errc::stale_record, exit_refused, wait_and_retry},
  {errc::feature_level_too_low, exit_refused, "Start the node with a newer build."},
  {errc::above_target, exit_refused, "Raise the target with 'quorate target N' first."},
  {errc::not_caught_up, exit_refused, why_of_node},
  {errc::no_live_quorum, exit_refused,
   "Bring dead members back first; if they are gone for good, see 'quorate recover'."},
  {errc::still_progressing, exit_refused, wait_and_retry},
  {errc::not_dead, exit_refused, why_of_node},
  {errc::leader_not_settled, exit_refused, "Wait until the leader has settled."},
  {errc::budget_spent, exit_refused,
   "Wait, replace it yourself with 'quorate node replace', or raise eviction_budget."},
  {errc::replacement_off, exit_refused,
   "Replace it yourself with 'quorate node replace', or set replace_after."},
  {errc::not_above_target, exit_refused, "Lower the target with 'quorate target N' first."},
  {errc::is_leader, exit_refused, "Name another member."},
  {errc::below_min_members, exit_refused,
   "Add a node that can take the place, or use --force if you mean it."},
  {errc::last_member, exit_refused, "Let another node become a member first."},
  {errc::target_out_of_range, exit_refused, "Choose 1, 3, 5, 7 or 9."},
  {errc::target_even, exit_refused, "Choose an odd target, or say --allow-even."},
  {errc::no_successor, exit_refused,
   "Let another member catch up, then ask again; 'quorate status' shows them."},
  {errc::parked, exit_refused, "Activate it with 'quorate node activate NODE'."},
  {errc::controller_paused, exit_refused, "End the pause with 'quorate controller resume'."},
  {errc::base_differs, exit_refused, wait_and_retry},
  {errc::op_superseded, exit_refused,
   "Look at 'quorate history'; if you still want it, ask with a new op id."},
  {errc::not_one_for_one, exit_refused, "Name one member and one learner."},
  {errc::disk_not_lost, exit_refused, why_of_node},
  {errc::policy_out_of_range, exit_refused, "'quorate policy set --help' lists the knobs."},
  {errc::lease_fixed, exit_refused, "Leave lease out; it is set by 'quorate provision' only."},
  {errc::pause_out_of_range, exit_refused, "Pause for 1ms to 24h."},
};

const row* find(errc code) noexcept {
  for (const auto& each : rows)
    if (each.code == code)
      return &each;
  return nullptr;
}

} // namespace

int exit_code_of(errc code) noexcept {
  const auto* found = find(code);
  return found != nullptr ? found->exit : exit_refused;
}

std::string_view advice_for(errc code) noexcept {
  const auto* found = find(code);
  return found != nullptr ? found->advice : "Use a command as new as the cluster.";
}

const std::vector<exit_meaning>& exit_meanings() {
  static const std::vector<exit_meaning> meanings{
    {exit_ok, "done, or so already"},
    {exit_failed, "the answer is no: a key without a value, or what --wait waited for hasn't come"},
    {exit_usage, "words, options or input that can't be used"},
    {exit_refused, "refused; nothing happened. The code is on standard error"},
    {exit_unknown, "timed out, and it may have happened; the op id and the question are shown"},
    {exit_unreachable, "no leader, or nobody reached; nothing happened"},
    {exit_identity, "another cluster or a stranger answers there"},
    {exit_unauthorised, "not authorised"},
    {exit_degraded, "degraded ('status --check' only)"},
  };
  return meanings;
}

} // namespace quorate::app
