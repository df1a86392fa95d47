// The replicated machine: its images are of one index, and it goes on from each of them as it did
// without.
#include "runtime/machine/machine.hpp"

#include "runtime/base/codec.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/base/random.hpp"
#include "runtime/kv/commands.hpp"
#include "runtime/membership/plan.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace quorate::machine {

namespace {

/// Plants a bug for the time of a test.
struct planted {
  explicit planted(base::mutant bug) {
    base::set_mutant(bug);
  }
  ~planted() {
    base::set_mutant(base::mutant::none);
  }
};

/// A log that is written as a leader would write it, and the machine that applies it meanwhile.
class written_log {
public:
  written_log() {
    membership::founder self{"n1", "h1", storage_id{7, 1}, {}, {}};
    change(membership::make_provision({fingerprint{1, 2}, "home"}, self, {}).value());
  }

  outcome open(std::uint64_t stamp_ms) {
    return command(kv::make_open_session(), stamp_ms);
  }

  kv::write_result write(kv::session_id session, std::uint64_t sequence, std::uint64_t stamp_ms,
                         kv::write content) {
    auto request = kv::make_write_request({session, sequence, 0, std::move(content)});
    return std::get<kv::write_result>(command(request.command, stamp_ms));
  }

  /// A node that is parked from its registration on.
  void register_parked(std::uint32_t node) {
    membership::register_request request;
    request.cluster_name = "home";
    request.name = "n" + std::to_string(node);
    request.address = request.name;
    request.storage = storage_id{7, node};
    request.parked = true;
    membership::proposal want;
    want.event = lifecycle_event::register_node;
    want.by = initiator::node;
    want.registrations = {request};
    change(membership::make_plan(now.nodes(), want, {}).value().change);
  }

  machine now;
  std::vector<raft::entry> entries;

private:
  outcome command(shared_bytes payload, std::uint64_t stamp_ms) {
    raft::entry x;
    x.kind = raft::entry_kind::command;
    x.payload = std::move(payload);
    x.log_time_ms = stamp_ms;
    return add(std::move(x));
  }

  void change(membership::delta what) {
    raft::entry x;
    x.kind = raft::entry_kind::membership;
    x.payload = shared_bytes{base::encode(what)};
    x.config = std::make_shared<const raft::configuration>(what.config);
    add(std::move(x));
  }

  outcome add(raft::entry x) {
    x.index = log_index{entries.size() + 1};
    x.entry_term = term{1};
    entries.push_back(x);
    return now.apply(x);
  }
};

/// Every kind of entry, retries among them, with stamps that also fall.
written_log of_many_entries() {
  written_log log;
  base::random draw{5};
  std::vector<kv::session_id> sessions;
  std::uint64_t stamp_ms = 1'000'000;
  for (std::uint32_t i = 0; i < 120; ++i) {
    stamp_ms += draw.below(3'000);
    stamp_ms -= draw.below(1'000); // Another leader, another clock.
    if (sessions.empty() || draw.chance(10)) {
      sessions.push_back(std::get<kv::session_opened>(log.open(stamp_ms)).session);
    } else if (draw.chance(5)) {
      log.register_parked(2 + i);
    } else {
      auto key = std::string(1, static_cast<char>('a' + draw.below(4)));
      log.write(sessions[draw.below(sessions.size())], draw.between(1, 6), stamp_ms,
                kv::put{key, std::to_string(i), {}});
    }
  }
  return log;
}

machine replayed(const written_log& log, std::size_t count) {
  machine out;
  for (std::size_t i = 0; i < count; ++i)
    out.apply(log.entries[i]);
  return out;
}

kv::put put_of(const std::string& value) {
  return kv::put{"k", value, {}};
}

// N1 (etcd #4061), P5 (etcd #13766), S6 (hashicorp/raft #142): an image says of which index it is,
// and holds all that was applied up to there and nothing else. So a node that crashes between any
// two entries comes to the same state.
TEST(an_image, of_any_index_goes_on_to_the_same_state) {
  const auto log = of_many_entries();
  for (std::size_t at = 1; at <= log.entries.size(); ++at) {
    const auto before = replayed(log, at);
    auto loaded = machine::load(before.image(), before.applied());
    ASSERT_TRUE(loaded) << at;
    ASSERT_EQ(loaded->state_hash(), before.state_hash()) << at;
    ASSERT_EQ(loaded->image(), before.image()) << at;
    for (std::size_t i = at; i < log.entries.size(); ++i)
      loaded->apply(log.entries[i]);
    ASSERT_EQ(loaded->state_hash(), log.now.state_hash()) << at;
  }
}

TEST(an_image, without_the_sessions_goes_on_to_another_state) {
  const auto log = of_many_entries();
  planted bug{base::mutant::sessions_not_in_snapshot};
  const auto before = replayed(log, log.entries.size());
  auto loaded = machine::load(before.image(), before.applied());
  ASSERT_TRUE(loaded);
  EXPECT_NE(loaded->state_hash(), log.now.state_hash());
}

// P5: neither twice nor with one left out.
TEST(an_entry, is_applied_right_behind_the_one_before_it_or_not_at_all) {
  const auto log = of_many_entries();
  auto machine = replayed(log, 10);
  EXPECT_DEATH(machine.apply(log.entries[9]), "broken invariant");
  EXPECT_DEATH(machine.apply(log.entries[11]), "broken invariant");
}

// N8 (atomix #418), S4 (atomix #417)
TEST(a_retry, after_an_image_was_installed_gets_the_first_answer) {
  written_log log;
  const auto session = std::get<kv::session_opened>(log.open(1'000)).session;
  const auto first = log.write(session, 1, 1'000, put_of("1"));
  log.now = machine::load(log.now.image(), log.now.applied()).value();
  const auto again = log.write(session, 1, 1'000, put_of("1"));
  EXPECT_EQ(again.outcome, errc::none);
  EXPECT_EQ(again.at, first.at);
  EXPECT_EQ(log.now.store().current(), first.at) << "it wasn't executed again";
}

TEST(a_retry, after_an_image_without_the_sessions_isnt_recognised) {
  planted bug{base::mutant::sessions_not_in_snapshot};
  written_log log;
  const auto session = std::get<kv::session_opened>(log.open(1'000)).session;
  log.write(session, 1, 1'000, put_of("1"));
  log.now = machine::load(log.now.image(), log.now.applied()).value();
  EXPECT_EQ(log.write(session, 1, 1'000, put_of("1")).outcome, errc::session_expired);
}

// S5 (thesis, 6.3): the stamps in the log alone say how old a session is, whoever applies them and
// whenever, and one that falls turns nothing back.
TEST(a_session, ends_at_the_same_entry_on_every_replica) {
  written_log log;
  const auto session = std::get<kv::session_opened>(log.open(1'000)).session;
  log.write(session, 1, 1'000, put_of("1"));
  log.open(1'000 + limits::session_idle_ms_max);
  log.open(500); // The next leader's clock is behind.
  const auto late = log.write(session, 1, 500, put_of("1"));
  EXPECT_EQ(late.outcome, errc::session_expired);
  for (std::size_t at = 1; at <= log.entries.size(); ++at) {
    auto other = replayed(log, at);
    other = machine::load(other.image(), other.applied()).value();
    for (std::size_t i = at; i < log.entries.size(); ++i)
      other.apply(log.entries[i]);
    EXPECT_EQ(other.state_hash(), log.now.state_hash()) << at;
  }
}

// J8 (KAFKA-19850): that a node is parked is in the image like everything else.
TEST(a_parked_node, stays_parked_in_an_image) {
  written_log log;
  log.register_parked(2);
  const auto loaded = machine::load(log.now.image(), log.now.applied()).value();
  const auto* row = loaded.nodes().find(node_id{2});
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->state, node_state::standby);
}

} // namespace

} // namespace quorate::machine
