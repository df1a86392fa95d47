#include "tests/sim/ledger.hpp"

#include "runtime/kv/commands.hpp"
#include "tests/sim/violation.hpp"

#include <algorithm>
#include <iterator>
#include <variant>

namespace quorate::sim {

namespace {

bool same(const raft::entry& a, const raft::entry& b) {
  return a.entry_term == b.entry_term && a.kind == b.kind && a.payload == b.payload
         && a.log_time_ms == b.log_time_ms
         && (a.config == b.config || (a.config && b.config && *a.config == *b.config));
}

bool same(const kv::write_result& a, const kv::write_result& b) {
  return a.outcome == b.outcome && a.at == b.at && a.current == b.current;
}

} // namespace

ledger::ledger(coverage& situations) : situations_(situations), membership_(situations) {
  // nop
}

void ledger::commit(const raft::entry& x, quorate::term in) {
  if (x.index <= last()) {
    const auto& known = at(x.index).entry;
    require(same(known, x), "a committed entry is the same everywhere and for ever", "index",
            x.index.value, "was of term", known.entry_term.value, "is of term", x.entry_term.value);
    return;
  }
  require(x.index.value == last().value + 1, "entries are committed in order", "index",
          x.index.value, "last", last().value);
  const auto before = machine_.store().current();
  const auto config_before = x.kind == raft::entry_kind::membership
                               ? std::optional{machine_.nodes()}
                               : std::nullopt;
  const auto time_before = machine_.log_time_ms();
  const auto what = machine_.apply(x);
  require(machine_.log_time_ms() >= time_before, "log time never falls", "index", x.index.value);
  if (x.config)
    configs_[x.index] = x.config;
  records_.push_back({x, in, machine_.state_hash()});
  applied(x, what, before);
  if (const auto* change = std::get_if<machine::config_changed>(&what))
    membership_.applied(*config_before, machine_.nodes(), *change->change, x);
}

raft::log_position ledger::newest_before(quorate::term t) const {
  // Terms of commits never fall along the log.
  auto end = std::partition_point(records_.begin(), records_.end(),
                                  [t](const record& x) { return x.committed_in < t; });
  if (end == records_.begin())
    return {};
  const auto& x = std::prev(end)->entry;
  return {x.index, x.entry_term};
}

const raft::configuration& ledger::config_at(log_index index) const {
  auto after = configs_.upper_bound(index);
  require(after != configs_.begin(), "the first entry is a config", "index", index.value);
  return *std::prev(after)->second;
}

// -- writes ---------------------------------------------------------------------------------------------------------

void ledger::applied(const raft::entry& x, const machine::outcome& what, revision before) {
  if (const auto* opened = std::get_if<kv::session_opened>(&what))
    sessions_[opened->session] = true;
  const auto* result = std::get_if<kv::write_result>(&what);
  if (result == nullptr)
    return;
  auto command = kv::read_command(x.payload);
  require(static_cast<bool>(command), "a committed command can be read", x.index.value);
  wrote(x, std::get<kv::session_write>(command->content), *result, before);
}

void ledger::wrote(const raft::entry& x, const kv::session_write& asked,
                   const kv::write_result& result, revision before) {
  const write_key key{asked.session, asked.sequence};
  const auto now = machine_.store().current();
  const bool changed = now != before;
  require(forbidden_.count(key) == 0, "what failed never happens", "session", asked.session.value,
          "sequence", asked.sequence, "index", x.index.value);
  if (auto known = writes_.find(key); known != writes_.end()) {
    situations_.hit(situation::session_retry_deduplicated);
    require(!changed, "a write is executed once", "session", asked.session.value, "sequence",
            asked.sequence);
    require(result.outcome == errc::outcome_unknown || same(result, known->second.result),
            "a retry gets the first answer", "session", asked.session.value, "sequence",
            asked.sequence);
    return;
  }
  if (result.outcome == errc::outcome_unknown || result.outcome == errc::session_expired) {
    require(!changed, "a write that was refused changes nothing", x.index.value);
    return;
  }
  writes_[key] = {x.index, result};
  check_condition(asked.content, result, before);
  if (!changed)
    return;
  require(now.value == before.value + 1 && result.at == now, "revisions rise by one",
          x.index.value);
  if (const auto* put = std::get_if<kv::put>(&asked.content)) {
    require(forbidden_values_.empty()
              || forbidden_values_.count({put->key, std::string{put->value.view()}}) == 0,
            "what was never sent never happens", put->key, "index", x.index.value);
    history_[put->key].push_back({now, put->value});
  } else {
    history_[std::get<kv::erase>(asked.content).key].push_back({now, std::nullopt});
  }
}

/// The newest revision that is a value of the key; none if it hasn't one.
revision ledger::newest_of(const std::string& key) const {
  auto known = history_.find(key);
  return known != history_.end() && known->second.back().value ? known->second.back().at
                                                               : revision{};
}

/// By the history alone: whether the write had to be done.
void ledger::check_condition(const kv::write& asked, const kv::write_result& result,
                             revision before) const {
  std::visit(
    [&](const auto& x) {
      const auto found = newest_of(x.key);
      const bool holds = x.pre.kind == kv::condition::none
                         || (x.pre.kind == kv::condition::absent ? !found
                                                                 : found == x.pre.expected);
      require(holds == (result.outcome == errc::none), "a condition decides", x.key, "found",
              found.value, "expected", x.pre.expected.value);
      require(holds || (result.at == found && machine_.store().current() == before),
              "a write whose condition doesn't hold changes nothing", x.key);
    },
    asked);
}

const ledger::executed* ledger::find(kv::session_id session, std::uint64_t sequence) const {
  auto found = writes_.find({session, sequence});
  return found != writes_.end() ? &found->second : nullptr;
}

void ledger::forbid(kv::session_id session, std::uint64_t sequence) {
  require(find(session, sequence) == nullptr, "what failed hasn't happened", "session",
          session.value, "sequence", sequence);
  forbidden_[{session, sequence}] = true;
}

std::uint64_t ledger::times_put(const std::string& key, const std::string& value) const {
  auto known = history_.find(key);
  if (known == history_.end())
    return 0;
  return static_cast<std::uint64_t>(
    std::count_if(known->second.begin(), known->second.end(),
                  [&](const version& x) { return x.value && x.value->view() == value; }));
}

void ledger::forbid_value(const std::string& key, const std::string& value) {
  require(times_put(key, value) == 0, "what was never sent hasn't happened", key, value);
  forbidden_values_.insert({key, value});
}

void ledger::require_read(const std::string& key, const kv::read_result& found) const {
  require(found.store <= machine_.store().current(), "a read sees what is committed", key);
  const version* newest = nullptr;
  if (auto known = history_.find(key); known != history_.end())
    for (const auto& one : known->second)
      if (one.at <= found.store)
        newest = &one;
  const auto value = newest != nullptr ? newest->value : std::nullopt;
  const auto at = value ? newest->at : revision{};
  require(found.value == value && found.at == at, "a read returns the value of its revision", key,
          "at", found.at.value, "expected", at.value, "store", found.store.value);
}

} // namespace quorate::sim
