// Which process speaks for a storage, and whether another one does so too: two that run on copies
// of one directory, or one whose disk was rolled back.
//
// A process writes a higher boot counter, with a nonce, before it says anything, so no two lives of
// one disk have the same boot, and the later one has the higher counter. Peers hear them over links
// that may delay, repeat and reorder.
#pragma once

#include "quorate/membership.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace quorate::driver {

/// Storages whose lives are remembered: all nodes of a large cluster. Beyond, those that were
/// silent for longest go first; the core remembers the boots of its replicas all the same.
constexpr std::size_t lives_max = 16'384;

/// Thread safety: none. Complexity: O(log storages), and a sweep in each window when it is full.
class lives {
public:
  struct life {
    boot_number boot;
    std::string address;
    std::uint64_t heard_ms = 0;
  };

  /// A message in the name of `whose` came from there. Returns null if that life speaks for the
  /// storage, else the one that does: the message doesn't count.
  ///
  /// A later life is heard at once if it comes from the same address (a process was restarted), and
  /// otherwise when the earlier one has been silent for `window_ms`: whoever starts a copy
  /// elsewhere shall not push out the node that works.
  const life* other_than(const storage_id& whose, const boot_number& boot, const std::string& from,
                         std::uint64_t now_ms, std::uint64_t window_ms);

  std::size_t size() const noexcept {
    return known_.size();
  }

private:
  void sweep(std::uint64_t now_ms, std::uint64_t window_ms);

  std::map<storage_id, life> known_;
  std::uint64_t swept_ms_ = 0;
};

} // namespace quorate::driver
