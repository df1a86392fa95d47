#include "runtime/recover/survivor.hpp"

#include "runtime/base/codec.hpp"
#include "runtime/kv/commands.hpp"

#include <algorithm>
#include <utility>

namespace quorate::recover {

namespace {

error bad_entry(const raft::entry& x, const std::string& why) {
  return make_error(errc::malformed,
                    "entry " + std::to_string(x.index.value) + " can't be applied: " + why);
}

/// Applied to a config of its own first, because the machine takes committed entries for granted.
result<void> try_membership(const raft::entry& x, membership::nodes_config& trial) {
  const auto change = base::decode<membership::delta>(x.payload.view());
  if (!change)
    return bad_entry(x, change.error().message);
  if (x.config == nullptr || *x.config != change->config)
    return bad_entry(x, "its configuration isn't that of its change.");
  if (change->feature_level > membership::this_build.feature_level)
    return make_error(errc::feature_level_too_low,
                      "entry " + std::to_string(x.index.value) + " is of feature level "
                        + std::to_string(change->feature_level)
                        + ": use a build that is as new as the cluster.");
  if (const auto done = trial.apply(*change); !done)
    return bad_entry(x, done.error().message);
  return {};
}

result<void> try_entry(const raft::entry& x, membership::nodes_config& trial) {
  switch (x.kind) {
  case raft::entry_kind::noop:
    return {};
  case raft::entry_kind::command:
    if (const auto command = kv::read_command(x.payload); !command)
      return bad_entry(x, command.error().message);
    return {};
  case raft::entry_kind::membership:
    return try_membership(x, trial);
  }
  return bad_entry(x, "its kind is unknown.");
}

result<machine::machine> replay(const storage::recovered& disk) {
  machine::machine out;
  if (disk.image != nullptr) {
    auto loaded = machine::machine::load(disk.image->image.view(), disk.image->last);
    if (!loaded)
      return loaded.error();
    out = std::move(loaded).value();
  }
  auto trial = out.nodes();
  for (const auto& each : disk.entries) {
    if (each.index <= out.applied().index)
      continue; // Kept for late followers, and in the image already.
    if (const auto fits = try_entry(each, trial); !fits)
      return fits.error();
    out.apply(each);
  }
  return out;
}

void describe_log(survivor& to, const storage::recovered& disk) {
  to.current_term = disk.state.current_term;
  to.floor = disk.lowest.at.index;
  raft::log_position last;
  if (disk.image != nullptr) {
    to.snapshot = disk.image->last.index;
    last = disk.image->last;
  }
  if (!disk.entries.empty()) {
    const auto& end = disk.entries.back();
    to.first = disk.entries.front().index;
    if (end.index >= last.index)
      last = {end.index, end.entry_term};
  }
  to.last = last.index;
  to.last_term = last.entry_term;
  to.commit = std::max(to.snapshot, std::min(disk.state.commit, last.index));
}

std::vector<named_node> named(const std::vector<raft::replica>& whom,
                              const membership::nodes_config& nodes) {
  std::vector<named_node> out;
  for (const auto& each : whom) {
    const auto* row = nodes.find(each.id);
    out.push_back({each.id, row != nullptr ? row->name : "-"});
  }
  return out;
}

void describe_state(survivor& to, const machine::machine& state) {
  const auto& nodes = state.nodes();
  const auto config = nodes.configuration();
  to.cluster_name = nodes.identity().name;
  to.version = nodes.version();
  to.position = to_string(nodes.position_of(to.id));
  to.voters = named(config.voters, nodes);
  to.outgoing = named(config.outgoing, nodes);
  to.keys = state.store().size();
  to.store = state.store().current();
  to.log_time_ms = state.log_time_ms();
}

/// Whether, by what it has in its log, this disk may vote for anything again.
error objection_to(const survivor& x, const membership::nodes_config& nodes) {
  if (nodes.identity().cluster != x.cluster)
    return make_error(errc::malformed, "the nodes config is of cluster "
                                         + to_string(nodes.identity().cluster)
                                         + ", and the storage of another one.");
  const auto* row = nodes.find(x.id);
  if (row == nullptr)
    return make_error(errc::node_removed,
                      "by its own log, " + to_string(x.id) + " was removed from the cluster.");
  if (row->storage != x.storage)
    return make_error(errc::storage_id_differs,
                      to_string(x.id) + " registered with another storage.");
  if (row->lost)
    return make_error(errc::storage_lost, "by its own log, the name of " + to_string(x.id)
                                            + " was taken over by a node with an empty disk, and "
                                              "what is on this one never votes again.");
  if (nodes.feature_level() > membership::this_build.feature_level)
    return make_error(errc::feature_level_too_low, "the cluster is at feature level "
                                                     + std::to_string(nodes.feature_level())
                                                     + ": use a build that is as new.");
  return {};
}

} // namespace

found examine(std::string directory, const storage::recovered& disk) {
  found out;
  auto& about = out.about;
  about.directory = std::move(directory);
  if (disk.identity) {
    out.identity = *disk.identity;
    about.name = disk.identity->name;
    about.id = disk.identity->id;
    about.storage = disk.identity->storage;
    about.cluster = disk.identity->cluster;
    about.boots = disk.identity->boots;
  }
  about.unusable = disk.damage;
  if (disk.damage.code != errc::none)
    return out;
  out.state = disk.state;
  out.lowest = disk.lowest;
  describe_log(about, disk);
  if (!disk.identity || !about.id || !about.cluster) {
    about.unusable = make_error(errc::unprovisioned, "this node never belonged to a cluster.");
    return out;
  }
  if (!about.last) {
    about.unusable = make_error(errc::invalid_argument,
                                "this node has no log, because it took no part in consensus: it "
                                "holds nothing of the cluster's data.");
    return out;
  }
  auto state = replay(disk);
  if (!state) {
    about.unusable = state.error();
    return out;
  }
  about.unusable = objection_to(about, state->nodes());
  describe_state(about, *state);
  if (about.unusable.code == errc::none)
    out.replayed = std::move(state).value();
  return out;
}

} // namespace quorate::recover
