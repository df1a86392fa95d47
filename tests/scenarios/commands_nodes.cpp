// Nodes come, go and come back.

#include "tests/scenarios/commands.hpp"
#include "tests/scenarios/printer.hpp"

#include <utility>

namespace quorate::raft::scenarios {

namespace {

settings take_settings(arguments& args) {
  settings all;
  auto ticks = [&](const char* key, std::uint32_t otherwise) {
    return static_cast<std::uint32_t>(args.value(key, otherwise));
  };
  all.election_ticks = ticks("election", all.election_ticks);
  all.heartbeat_ticks = ticks("heartbeat", all.heartbeat_ticks);
  if (all.heartbeat_ticks == 0 || all.election_ticks <= all.heartbeat_ticks + 1)
    args.fail("election has to be longer than heartbeat");
  auto take_bound = [&](const char* key, auto& bound) {
    bound = args.value(key, bound);
    if (bound == 0)
      args.fail(std::string{key} + " of zero");
  };
  take_bound("tick-ms", all.tick_ms);
  take_bound("inflight", all.inflight_messages_max);
  take_bound("inflight-bytes", all.inflight_bytes_max);
  take_bound("writes-in-flight", all.writes_in_flight_max);
  take_bound("append-entries", all.append_entries_max);
  take_bound("append-bytes", all.append_bytes_max);
  take_bound("snapshot-chunk", all.snapshot_chunk_bytes);
  take_bound("snapshot-chunks", all.snapshot_chunks_in_flight_max);
  take_bound("uncommitted", all.uncommitted_bytes_max);
  all.retained_entries = args.value("retained", 0);
  all.catch_up_lag_max = args.value("lag", all.catch_up_lag_max);
  return all;
}

std::vector<std::uint64_t> take_timeouts(arguments& args, const settings& options) {
  auto timeouts = args.values("timeouts").value_or(std::vector<std::uint64_t>{});
  constexpr std::uint64_t tries_max = 1'000'000;
  std::uint64_t tries = 1; // A source that draws them is found by search.
  for (auto ticks : timeouts) {
    if (ticks < options.election_ticks || ticks >= 2ULL * options.election_ticks)
      args.fail("a timeout is at least election and less than twice of it");
    tries *= options.election_ticks;
    if (tries > tries_max)
      args.fail("too many timeouts to find a random source for");
  }
  return timeouts;
}

configuration take_configuration(const world& all, arguments& args, const std::string& prefix) {
  configuration config;
  config.voters = to_replicas(all, args, args.list(prefix + "voters"));
  config.outgoing = to_replicas(all, args, args.list(prefix + "outgoing"));
  config.learners = to_replicas(all, args, args.list(prefix + "learners"));
  config.lease_ms = args.value(prefix + "lease", 0);
  return config;
}

entry membership_entry(log_position at, configuration config) {
  entry x;
  x.index = at.index;
  x.entry_term = at.entry_term;
  x.kind = entry_kind::membership;
  x.config = std::make_shared<const configuration>(std::move(config));
  return x;
}

void check_entries(arguments& args, const disk& from) {
  auto end = from.image ? from.image->last : log_position{};
  for (const auto& x : from.entries) {
    if (x.index.value != end.index.value + 1 || x.entry_term < end.entry_term)
      args.fail("entry " + position_text({x.index, x.entry_term}) + " doesn't follow on "
                + position_text(end));
    end = {x.index, x.entry_term};
  }
  if (from.state.current_term < end.entry_term)
    args.fail("the term is lower than the last entry's");
}

/// A founder's log begins with its configuration, unless a snapshot names it. Without voters the
/// storage is empty, as that of a node that is to become a learner.
disk take_disk(const world& all, arguments& args) {
  disk from;
  auto config = take_configuration(all, args, "");
  config.version = config_version{args.value("version", 1)};
  if (auto at = args.position("snapshot")) {
    if (config.voters.empty())
      args.fail("a snapshot names voters");
    auto image = std::make_shared<snapshot>();
    image->last = *at;
    image->config = config;
    image->image = image_at(at->index);
    from.image = std::move(image);
  } else if (!config.voters.empty()) {
    from.entries.push_back(membership_entry({log_index{1}, term{1}}, config));
    from.state.commit = log_index{1};
    from.state.current_term = term{1};
  }
  for (auto& x : take_entries(args))
    from.entries.push_back(std::move(x));
  if (auto at = args.position("change")) {
    auto next = take_configuration(all, args, "change-");
    next.version.value = config.version.value + 1;
    from.entries.push_back(membership_entry(*at, std::move(next)));
  }
  auto last = from.entries.empty() ? (from.image ? from.image->last.entry_term : term{})
                                   : from.entries.back().entry_term;
  from.state.current_term.value = args.value("term", last.value);
  from.state.commit.value = args.value("commit", from.state.commit.value);
  if (auto who = args.value("vote"))
    from.state.voted_for = all.replica_of(static_cast<unsigned>(*who));
  if (auto version = args.value("floor"))
    from.lowest = {config_version{*version}, args.position("floor-at").value_or(log_position{})};
  check_entries(args, from);
  return from;
}

void add(world& all, arguments& args) {
  auto ids = args.ids("ids");
  auto storage = args.value("storage");
  auto options = take_settings(args);
  auto timeouts = take_timeouts(args, options);
  auto boot = args.value("boot", 1);
  auto from = take_disk(all, args);
  for (auto id : ids) {
    auto& x = all.nodes()[id];
    if (x.core)
      args.fail("node " + std::to_string(id) + " is up already");
    x = node{};
    x.self = default_replica(id);
    if (storage)
      x.self.storage.low = *storage;
    x.boot = {boot, id * 100ULL + boot};
    x.options = options;
    x.durable = from;
    all.start(x, timeouts);
  }
}

void crash(world& all, arguments& args) {
  auto& x = take_node(all, args);
  if (!x.writes.empty())
    all.say(to_string(x.self.id) + " loses " + std::to_string(x.writes.size()) + " writes");
  all.crash(x);
}

node& take_down(world& all, arguments& args) {
  auto id = args.id("node");
  auto found = all.nodes().find(id);
  if (found == all.nodes().end() || found->second.core)
    args.fail("node " + std::to_string(id) + " isn't down");
  return found->second;
}

void restart(world& all, arguments& args) {
  auto& x = take_down(all, args);
  ++x.boot.counter;
  ++x.boot.nonce;
  all.start(x, take_timeouts(args, x.options));
  all.say(status_line(x));
}

/// What a node does that learned for sure that it is out: its log goes, a floor stays.
void drop_log(world& all, arguments& args) {
  auto& x = take_node(all, args);
  storage::write_batch write;
  write.sequence = storage::write_sequence{x.durable.last.value + 1};
  write.drop_log = storage::floor{x.core->active_config().version, x.core->current().last};
  write.state = x.core->hard_state();
  all.crash(x);
  x.durable.execute(write);
}

} // namespace

void add_node_commands(command_table& table) {
  table["add"] = add;
  table["crash"] = crash;
  table["restart"] = restart;
  table["drop-log"] = drop_log;
}

} // namespace quorate::raft::scenarios
