// The one history that the cluster may have: every committed entry, as the first node knew it,
// applied by a machine that never crashes. Whoever commits, applies, answers or reads is compared
// with it.
//
// Thread safety: none.
#pragma once

#include "messages/kv.hpp"
#include "messages/membership.hpp"
#include "messages/raft.hpp"
#include "runtime/machine/machine.hpp"
#include "tests/sim/coverage.hpp"
#include "tests/sim/membership_checks.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace quorate::sim {

class ledger {
public:
  struct record {
    raft::entry entry;
    quorate::term committed_in{}; ///< The term of the leader that first knew.
    std::uint64_t state_hash = 0; ///< Of the machine that has applied it.
  };

  struct executed {
    log_index index{};
    kv::write_result result;
  };

  explicit ledger(coverage& situations);

  // -- entries -----------------------------------------------------------------------------------------------------

  log_index last() const noexcept {
    return log_index{records_.size()};
  }
  const record& at(log_index index) const {
    return records_.at(index.value - 1);
  }
  /// A node takes `x` for committed.
  void commit(const raft::entry& x, quorate::term in);
  /// The newest entry that was committed in a term before `t`.
  raft::log_position newest_before(quorate::term t) const;

  /// The configuration in effect there.
  const raft::configuration& config_at(log_index index) const;

  const machine::machine& state() const noexcept {
    return machine_;
  }
  const membership_checks& membership() const noexcept {
    return membership_;
  }
  membership_checks& membership() noexcept {
    return membership_;
  }

  // -- what clients were told ---------------------------------------------------------------------------------------

  using write_key = std::pair<kv::session_id, std::uint64_t>;

  /// Null: no such write is committed.
  const executed* find(kv::session_id session, std::uint64_t sequence) const;
  bool opened(kv::session_id session) const {
    return sessions_.count(session) != 0;
  }
  /// A write is said never to happen: it never may from now on.
  void forbid(kv::session_id session, std::uint64_t sequence);
  /// How often exactly this was put.
  std::uint64_t times_put(const std::string& key, const std::string& value) const;
  /// This put was never sent: it never may happen from now on.
  void forbid_value(const std::string& key, const std::string& value);
  /// What `key` was when the store was at `store`.
  void require_read(const std::string& key, const kv::read_result& found) const;

private:
  struct version {
    revision at{};
    std::optional<shared_bytes> value;
  };

  void applied(const raft::entry& x, const machine::outcome& what, revision before);
  void check_condition(const kv::write& asked, const kv::write_result& result,
                       revision before) const;
  revision newest_of(const std::string& key) const;
  void wrote(const raft::entry& x, const kv::session_write& asked, const kv::write_result& result,
             revision before);

  coverage& situations_;
  machine::machine machine_;
  membership_checks membership_;
  std::vector<record> records_; ///< Index 1 first.
  std::map<log_index, std::shared_ptr<const raft::configuration>> configs_;
  std::map<write_key, executed> writes_;
  std::map<write_key, bool> forbidden_;
  std::map<kv::session_id, bool> sessions_;
  std::set<std::pair<std::string, std::string>> forbidden_values_;
  std::map<std::string, std::vector<version>> history_; ///< Ascending by revision.
};

} // namespace quorate::sim
