#include "tests/raft/group.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace quorate::raft::test {

// -- disk -----------------------------------------------------------------------------------------

void disk::execute(const storage::write_batch& write) {
  last = write.sequence;
  if (write.drop_log) {
    lowest = *write.drop_log;
    entries.clear();
    image = nullptr;
  }
  if (write.state)
    state = *write.state;
  if (write.image) {
    image = write.image;
    if (write.image_replaces_log)
      entries.clear();
  }
  if (write.truncate_from)
    while (!entries.empty() && entries.back().index >= write.truncate_from)
      entries.pop_back();
  for (const auto& x : write.entries) {
    auto expected = end().index.value + 1;
    EXPECT_EQ(x.index.value, expected) << "a gap on disk";
    entries.push_back(x);
  }
  entries.erase(std::remove_if(entries.begin(), entries.end(),
                               [&](const entry& x) { return x.index <= write.compact_to; }),
                entries.end());
}

log_position disk::end() const {
  if (!entries.empty())
    return {entries.back().index, entries.back().entry_term};
  return image ? image->last : log_position{};
}

const entry* disk::find(log_index index) const {
  for (const auto& x : entries)
    if (x.index == index)
      return &x;
  return nullptr;
}

bool disk::has(log_position position) const {
  if (position.index.value == 0 || (image && position.index <= image->last.index))
    return true;
  const auto* x = find(position.index);
  return x != nullptr && x->entry_term == position.entry_term;
}

// -- group: nodes ---------------------------------------------------------------------------------

group::group(const options& from) : settings_(from.each), rng_(from.seed) {
  configuration first;
  first.version = config_version{1};
  first.lease_ms = from.lease_ms;
  for (unsigned id = 1; id <= from.voters; ++id)
    first.voters.push_back(replica_of(id));
  entry founding;
  founding.index = log_index{1};
  founding.entry_term = term{1};
  founding.kind = entry_kind::membership;
  founding.config = std::make_shared<const configuration>(first);
  for (unsigned id = 1; id <= from.voters + from.spares; ++id) {
    auto& x = nodes_[id];
    x.self = replica_of(id);
    if (id <= from.voters) {
      x.durable.state = {term{1}, {}, log_index{1}};
      x.durable.entries = {founding};
    }
    start(x);
  }
}

group::~group() {
  if (!violations_expected_)
    for (const auto& what : violations_)
      ADD_FAILURE() << what;
}

void group::start(node& x) {
  ++x.boot.counter;
  x.boot.nonce = rng_.next();
  boot_state from;
  from.cluster = cluster_;
  from.self = x.self;
  from.boot = x.boot;
  from.state = x.durable.state;
  from.lowest = x.durable.lowest;
  from.image = x.durable.image;
  from.entries = x.durable.entries;
  from.last_sequence = x.durable.last;
  x.applied.clear();
  x.applied_to = x.durable.image ? x.durable.image->last.index : log_index{};
  x.seen_commit = x.applied_to;
  x.seen_leading = false;
  x.core = std::make_unique<raft::core>(settings_, std::move(from),
                                        rng_.fork(x.self.id.value * 1000 + x.boot.counter));
  pump(x.self.id.value);
}

std::vector<unsigned> group::ids() const {
  std::vector<unsigned> all;
  for (const auto& [id, x] : nodes_)
    all.push_back(id);
  return all;
}

unsigned group::leader() const {
  unsigned found = 0;
  term highest{};
  for (const auto& [id, x] : nodes_) {
    if (!x.core)
      continue;
    auto state = x.core->current();
    if (state.role == role_kind::leader && state.current_term > highest) {
      found = id;
      highest = state.current_term;
    }
  }
  return found;
}

log_index group::match_of(unsigned leader, unsigned peer) const {
  for (const auto& x : nodes_.at(leader).core->peers())
    if (x.peer.id.value == peer)
      return x.match;
  ADD_FAILURE() << "no such peer: " << peer;
  return {};
}

replica group::replica_of(unsigned id) {
  return {node_id{id}, storage_id{id, 77}};
}

void group::crash(unsigned id) {
  auto& x = nodes_.at(id);
  x.core = nullptr;
  x.unsynced.clear();
  x.holds_writes = false;
}

void group::restart(unsigned id) {
  if (alive(id))
    crash(id);
  start(nodes_.at(id));
}

void group::drop_log(unsigned id) {
  auto& x = nodes_.at(id);
  storage::write_batch write;
  write.sequence = storage::write_sequence{x.durable.last.value + 1};
  write.drop_log = storage::floor{x.core->active_config().version, x.core->current().last};
  auto state = x.core->hard_state();
  crash(id);
  write.state = state;
  x.durable.execute(write);
  start(x);
}

// -- group: events --------------------------------------------------------------------------------

void group::tick(unsigned id, unsigned times) {
  for (unsigned i = 0; i < times; ++i) {
    core_of(id).tick();
    pump(id);
  }
}

void group::run(unsigned rounds) {
  for (unsigned i = 0; i < rounds; ++i) {
    for (auto& [id, x] : nodes_)
      if (x.core)
        tick(id);
    deliver();
  }
}

void group::elect(unsigned id) {
  for (unsigned i = 0; i < 2 * settings_.election_ticks && now(id).role == role_kind::follower; ++i)
    tick(id);
  deliver();
  ASSERT_EQ(now(id).role, role_kind::leader) << core_of(id).describe();
}

result<log_position> group::propose(unsigned id, const std::string& command) {
  auto at = core_of(id).propose({bytes(command)});
  pump(id);
  return at;
}

result<log_position> group::change(unsigned id, configuration next) {
  auto at = core_of(id).propose_membership(std::move(next), bytes("change"));
  pump(id);
  return at;
}

configuration group::next_config(unsigned id) {
  auto next = core_of(id).active_config();
  ++next.version.value;
  return next;
}

void group::change_and_settle(unsigned id, configuration next) {
  bool joint = next.joint();
  ASSERT_TRUE(change(id, std::move(next)));
  deliver();
  if (!joint)
    return;
  auto leave = next_config(id);
  leave.outgoing.clear();
  ASSERT_TRUE(change(id, std::move(leave)));
  deliver();
}

envelope group::message(unsigned from, unsigned to, term t, body content) {
  envelope m;
  m.cluster = cluster_;
  m.from = replica_of(from);
  m.from_boot = nodes_.at(from).boot;
  m.to = replica_of(to);
  m.config = config_version{1};
  m.sender_term = t;
  m.content = std::move(content);
  return m;
}

result<void> group::read(unsigned id, std::uint64_t token) {
  asked_[read_token{token}] = highest_commit();
  auto asked = core_of(id).read_index(read_token{token});
  pump(id);
  return asked;
}

void group::step(unsigned id, envelope message) {
  core_of(id).step(std::move(message));
  pump(id);
}

void group::pump(unsigned id) {
  auto& x = nodes_.at(id);
  observe(x);
  while (x.core->has_ready())
    process(x, x.core->take_ready());
}

void group::process(node& x, ready todo) {
  if (todo.install) {
    ++x.installs;
    x.applied_to = todo.install->last.index;
  }
  for (auto& one : todo.committed) {
    EXPECT_EQ(one.index.value, x.applied_to.value + 1) << "a gap in what is applied";
    x.applied_to = one.index;
    x.applied.push_back(std::move(one));
  }
  if (todo.write)
    x.unsynced.push_back(std::move(*todo.write));
  for (auto& m : todo.messages) {
    observe_message(x, m);
    network_.push_back(std::move(m));
  }
  for (const auto& one : todo.reads)
    observe_read(one);
  x.reads.insert(x.reads.end(), todo.reads.begin(), todo.reads.end());
  x.failed_reads.insert(x.failed_reads.end(), todo.failed_reads.begin(), todo.failed_reads.end());
  observe(x);
  if (!x.holds_writes)
    while (!x.unsynced.empty())
      sync_one(x.self.id.value);
}

// -- group: network -------------------------------------------------------------------------------

bool group::is_lost(const envelope& m) const {
  auto from = m.from.id.value;
  auto to = m.to.id.value;
  auto receiver = nodes_.find(to);
  return receiver == nodes_.end() || !receiver->second.core || (drops_ && drops_(m))
         || cuts_.count({std::min(from, to), std::max(from, to)}) != 0;
}

void group::deliver() {
  constexpr std::size_t storm = 100'000;
  for (std::size_t i = 0; !network_.empty(); ++i) {
    if (i >= storm) {
      std::string text;
      for (const auto& [id, x] : nodes_)
        text += x.core ? x.core->describe() + '\n' : "";
      for (std::size_t m = 0; m < std::min(network_.size(), std::size_t{20}); ++m)
        text += describe(network_[m]) + '\n';
      violated("the messages don't end:\n" + text);
      network_.clear();
      return;
    }
    deliver_at(0);
  }
}

void group::deliver_at(std::size_t place) {
  auto m = std::move(network_[place]);
  network_.erase(network_.begin() + static_cast<std::ptrdiff_t>(place));
  if (!is_lost(m))
    step(m.to.id.value, std::move(m));
}

std::vector<envelope> group::hold(const filter& which) {
  std::vector<envelope> held;
  std::deque<envelope> rest;
  for (auto& m : network_) {
    if (which(m))
      held.push_back(std::move(m));
    else
      rest.push_back(std::move(m));
  }
  network_ = std::move(rest);
  return held;
}

void group::cut(unsigned a, unsigned b) {
  cuts_.insert({std::min(a, b), std::max(a, b)});
}

void group::isolate(unsigned id) {
  for (auto other : ids())
    if (other != id)
      cut(id, other);
}

void group::heal() {
  cuts_.clear();
  drops_ = nullptr;
}

// -- group: disks ---------------------------------------------------------------------------------

void group::sync_one(unsigned id) {
  auto& x = nodes_.at(id);
  ASSERT_FALSE(x.unsynced.empty());
  auto write = std::move(x.unsynced.front());
  x.unsynced.pop_front();
  x.durable.execute(write);
  x.core->persisted(write.sequence);
  pump(id);
}

void group::sync(unsigned id) {
  auto& x = nodes_.at(id);
  x.holds_writes = false;
  while (!x.unsynced.empty())
    sync_one(id);
}

// -- small things ---------------------------------------------------------------------------------

std::vector<replica> replicas(std::initializer_list<unsigned> ids) {
  std::vector<replica> list;
  for (auto id : ids)
    list.push_back(group::replica_of(id));
  return list;
}

shared_bytes bytes(const std::string& text) {
  return shared_bytes{text};
}

std::vector<std::string> commands(const node& x) {
  std::vector<std::string> all;
  for (const auto& one : x.applied)
    if (one.kind == entry_kind::command)
      all.emplace_back(one.payload.view());
  return all;
}

} // namespace quorate::raft::test
