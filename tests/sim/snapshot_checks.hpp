// A snapshot says what the log says: its state is the one that all entries up to its index make,
// its config the one in effect there, and all nodes encode it in the same bytes.
//
// Thread safety: none. Complexity: O(image) once an index; a hash of the bytes after that.
#pragma once

#include "messages/raft.hpp"
#include "tests/sim/ledger.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace quorate::sim {

class snapshot_checks {
public:
  explicit snapshot_checks(const ledger& log) : log_(log) {
    // nop
  }

  /// Before it goes to a disk.
  void written(const std::string& node, const raft::snapshot& image);

private:
  const ledger& log_;
  std::map<log_index, std::uint64_t> bytes_; ///< Hashes of the images that were read.
};

} // namespace quorate::sim
