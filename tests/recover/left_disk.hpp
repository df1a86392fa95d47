// What is left on one node's disk, written as its node would have written it.
#pragma once

#include "quorate/storage.hpp"
#include "messages/kv.hpp"
#include "runtime/machine/machine.hpp"
#include "tests/membership/situations.hpp"

#include <cstdint>
#include <string>

namespace quorate::recover {

/// Begins with a snapshot of that cluster at index 50 and term 5, at log time 1,000,000; the node's
/// term is 7. Entries follow in term 6.
class left_disk {
public:
  explicit left_disk(const membership::situations::written_cluster& cluster,
                     std::uint32_t node = 1);

  kv::session_id open_session();
  kv::write_result put(kv::session_id session, std::uint64_t sequence, const std::string& key,
                       const std::string& value);
  void change(const membership::delta& what);
  void add(raft::entry next);
  /// What the node knew to be committed.
  void commit(std::uint64_t index);

  storage::recovered found;
  machine::machine now; ///< With all of it applied.
};

} // namespace quorate::recover
