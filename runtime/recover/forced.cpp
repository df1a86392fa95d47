#include "runtime/recover/forced.hpp"

#include "runtime/base/check.hpp"
#include "runtime/base/hash.hpp"
#include "runtime/base/limits.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>

namespace quorate::recover {

namespace {

/// Marks the op ids that come from here, "recover" as bytes: an operator's are drawn.
constexpr std::uint64_t op_mark = 0x00726563'6f766572ULL;

constexpr std::size_t phrase_digits = 8;

/// Of all that a person should have read before confirming.
std::uint64_t digest_of(const found& from) {
  base::hasher sum;
  for (const auto x :
       {from.identity.storage.high, from.identity.storage.low, from.identity.cluster.high,
        from.identity.cluster.low, std::uint64_t{from.identity.id.value}, from.identity.boots,
        from.state.current_term.value, std::uint64_t{from.state.voted_for.id.value},
        from.about.commit.value, from.about.last.value, from.about.last_term.value,
        from.about.snapshot.value, from.lowest.version.value, from.replayed->state_hash()})
    sum.add(x);
  return sum.value();
}

op_id op_of(const found& from) {
  return {op_mark, digest_of(from)};
}

std::string phrase_for(const std::string& cluster_name, const op_id& op) {
  constexpr std::size_t digits_before = 16; // Those of the mark.
  return cluster_name + '-' + to_string(op).substr(digits_before, phrase_digits);
}

/// Rows that stay beside the survivor's: an operator's word outlives the disks.
bool stays(const node_record& row, node_id survivor_id) {
  return row.id == survivor_id || row.state == node_state::standby;
}

/// Above the floor, or the node would take no part under its own config (docs/adr/0003).
config_version version_after(const found& from) {
  return config_version{std::max(from.replayed->nodes().version(), from.lowest.version).value + 1};
}

/// A term of its own, so that its last entry is newer than any of the old cluster that this disk
/// could have seen.
term term_after(const found& from) {
  return term{from.state.current_term.value + 1};
}

/// Voters first, because it is about them.
std::vector<named_node> going(const found& from) {
  std::vector<named_node> out;
  for (const bool voting : {true, false})
    for (const auto& [id, row] : from.replayed->nodes().rows())
      if ((row.state == node_state::member) == voting && !stays(row, from.about.id))
        out.push_back({id, row.name});
  return out;
}

transition remembered(const found& from, config_version version) {
  const auto& nodes = from.replayed->nodes();
  const auto gone = going(from);
  transition out;
  out.version = version;
  out.event = lifecycle_event::reconfigure;
  out.by = initiator::operator_;
  out.op = op_of(from);
  out.why = "a majority was lost for good: recovered by force from " + from.about.name;
  out.log_time_ms = from.replayed->log_time_ms();
  for (const auto& each : gone)
    out.nodes.push_back(each.id);
  const bool moved = nodes.find(from.about.id)->state != node_state::member;
  if (moved || gone.empty()) // There was a joint change to be left, at least.
    out.nodes.insert(out.nodes.begin(), from.about.id);
  out.node = out.nodes.front();
  out.from = to_string(nodes.position_of(out.node));
  out.to = to_string(out.node == from.about.id ? membership::position::member_voter
                                               : membership::position::removed);
  return out;
}

template <class T>
void push_bounded(std::vector<T>& ring, T value, std::size_t size_max) {
  ring.push_back(std::move(value));
  if (ring.size() > size_max)
    ring.erase(ring.begin(), ring.end() - static_cast<std::ptrdiff_t>(size_max));
}

membership::nodes_table table_after(const found& from, const fingerprint& fresh) {
  auto table = from.replayed->nodes().table();
  auto done = remembered(from, version_after(from));
  table.version = done.version;
  table.identity.cluster = fresh;
  table.outgoing.clear();
  table.log_time_ms = std::max(table.log_time_ms, done.log_time_ms);
  for (const auto& each : going(from))
    push_bounded(table.tombstones, membership::tombstone{each.id, each.name, done.why},
                 limits::tombstones_max);
  std::vector<node_record> rows;
  for (auto& row : table.rows) {
    if (!stays(row, from.about.id))
      continue;
    if (row.id == from.about.id && row.state != node_state::member) {
      row.state = node_state::member;
      row.learner = false;
      row.since = done.version;
      row.why = done.event;
      row.by = done.by;
    }
    rows.push_back(std::move(row));
  }
  table.rows = std::move(rows);
  push_bounded(table.history, std::move(done), limits::history_max);
  return table;
}

std::string listed(const std::vector<named_node>& nodes) {
  std::string out;
  for (const auto& each : nodes)
    out += (out.empty() ? "" : ", ") + each.name + " (" + to_string(each.id) + ')';
  return out;
}

std::string range_of(log_index first, log_index last) {
  return first == last
           ? "entry " + std::to_string(first.value)
           : "entries " + std::to_string(first.value) + " to " + std::to_string(last.value);
}

std::vector<std::string> losses_of(const plan& x) {
  const auto& from = x.from;
  std::vector<std::string> out;
  out.push_back("What was acknowledged by the lost nodes alone, behind entry "
                + std::to_string(from.last.value) + " of term "
                + std::to_string(from.last_term.value)
                + ", is gone. Nobody is left who could say whether there was any.");
  if (x.forced_first)
    out.push_back("This node knew that everything up to entry " + std::to_string(from.commit.value)
                  + " was committed. What is behind that, "
                  + range_of(x.forced_first, x.forced_last)
                  + ", becomes so by force: some of it may have been acknowledged; of the rest "
                    "clients may have heard nothing, or that it failed.");
  if (from.floor > from.last)
    out.push_back("This node had once applied entry " + std::to_string(from.floor.value)
                  + ", dropped its log and got a new one up to entry "
                  + std::to_string(from.last.value) + " only: what lies between is gone.");
  if (from.position != "member/voter")
    out.push_back("This node was " + from.position
                  + ": nothing that was acknowledged had to be on its disk.");
  return out;
}

std::vector<std::string> steps_of(const plan& x) {
  const auto& from = x.from;
  std::vector<std::string> out;
  out.push_back("Cluster " + from.cluster_name
                + " gets a new fingerprint: whatever is left of the old one, "
                + to_string(from.cluster) + ", is of a foreign cluster from then on.");
  out.push_back(from.name + " (" + to_string(from.id) + ") becomes its only voter, with "
                + std::to_string(from.keys) + " keys at revision "
                + std::to_string(from.store.value) + ", all sessions, and everything up to "
                + "entry " + std::to_string(from.last.value) + '.');
  if (!x.removed.empty())
    out.push_back("Removed: " + listed(x.removed)
                  + ". They join anew, with empty directories and new ids.");
  if (!x.parked.empty())
    out.push_back("Parked as before: " + listed(x.parked)
                  + ". They come back with empty directories, under the same names, and stay "
                    "parked.");
  out.push_back("The nodes config goes from version " + std::to_string(from.version.value) + " to "
                + std::to_string(x.version.value) + ", the term from "
                + std::to_string(from.current_term.value) + " to "
                + std::to_string(x.current_term.value) + '.');
  return out;
}

} // namespace

std::string phrase_of(const found& from) {
  QUORATE_CHECK(from.replayed.has_value(), to_string(from.about.unusable));
  return phrase_for(from.about.cluster_name, op_of(from));
}

plan plan_of(const found& from) {
  plan out;
  out.from = from.about;
  out.phrase = phrase_of(from);
  out.version = version_after(from);
  out.current_term = term_after(from);
  out.removed = going(from);
  for (const auto& [id, row] : from.replayed->nodes().rows())
    if (row.state == node_state::standby && id != from.about.id)
      out.parked.push_back({id, row.name});
  if (from.about.commit < from.about.last) {
    out.forced_first = log_index{from.about.commit.value + 1};
    out.forced_last = from.about.last;
  }
  out.losses = losses_of(out);
  out.steps = steps_of(out);
  return out;
}

std::optional<config_version> done_before(const found& from, const std::string& phrase) {
  QUORATE_CHECK(from.replayed.has_value(), to_string(from.about.unusable));
  const auto& nodes = from.replayed->nodes();
  const auto& history = nodes.history();
  const auto done = std::find_if(history.rbegin(), history.rend(), [&](const transition& x) {
    return x.op.high == op_mark && phrase_for(nodes.identity().name, x.op) == phrase;
  });
  return done != history.rend() ? std::optional{done->version} : std::nullopt;
}

result<storage::write_batch> forced(const found& from, const fingerprint& fresh) {
  QUORATE_CHECK(from.replayed.has_value(), to_string(from.about.unusable));
  QUORATE_CHECK(fresh && fresh != from.identity.cluster, to_string(fresh));
  auto nodes = membership::nodes_config::load(table_after(from, fresh));
  if (!nodes)
    return nodes.error();
  nodes->check_all();
  auto snapshot = std::make_shared<raft::snapshot>();
  snapshot->last = {log_index{from.about.last.value + 1}, term_after(from)};
  snapshot->config = nodes->configuration();
  auto state = *from.replayed;
  state.replace_nodes(std::move(nodes).value(), snapshot->last);
  snapshot->image = shared_bytes{state.image()};

  storage::write_batch out;
  out.sequence = storage::write_sequence{1};
  out.identity = from.identity;
  out.identity->cluster = fresh;
  out.state = {snapshot->last.entry_term, {}, snapshot->last.index};
  out.image = std::move(snapshot);
  out.image_replaces_log = true;
  return out;
}

} // namespace quorate::recover
