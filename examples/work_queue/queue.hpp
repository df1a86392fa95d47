// A queue of jobs, cut into shards, each one value in quorate's store.
#pragma once

#include <quorate/quorate.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace work_queue {

/// One shard as it is stored: how many of its jobs are done, and those that wait, oldest first.
struct shard {
  std::uint64_t done = 0;
  std::vector<std::string> waiting; ///< Without line breaks.
  quorate::revision at{};           ///< None: it isn't stored yet.
};

/// Which node works on which shard, and under which leadership that was decided.
struct assignment {
  std::uint64_t token = 0;
  std::map<std::size_t, std::string> nodes; ///< By shard.
  quorate::revision at{};
};

/// What all processes of the service share, by keys with a common beginning. Every change is one
/// write on the condition that nobody has changed the value since it was read, so nothing is lost
/// whoever dies, and nothing is counted twice.
///
/// Thread safety: all methods may be called from any thread.
class queue {
public:
  explicit queue(quorate::client store) : store_(std::move(store)) {
    // nop
  }

  static constexpr std::size_t shards = 8;
  /// Jobs that wait in one shard; the store takes values of up to 1 MiB.
  static constexpr std::size_t waiting_max = 1'000;
  static constexpr std::size_t job_bytes_max = 512;

  /// Returns the shard that it waits in. Errors: `invalid_argument`; `overloaded`; those of the
  /// store.
  quorate::result<std::size_t> add(const std::string& job);

  quorate::result<shard> look(std::size_t which);
  /// Takes the oldest job of a shard out of it, as done. False: somebody else has changed it.
  quorate::result<bool> finish_oldest(std::size_t which, shard as_seen);

  quorate::result<assignment> who_works();
  /// False: it isn't as it was seen any more.
  quorate::result<bool> assign(const assignment& wanted);

  /// "I live", by that node.
  quorate::result<void> sign_of_life(const std::string& node, std::uint64_t count);
  quorate::result<std::string> last_sign(const std::string& node);

private:
  quorate::result<bool> put_if(const std::string& key, std::string value, quorate::revision at);

  quorate::client store_;
};

} // namespace work_queue
