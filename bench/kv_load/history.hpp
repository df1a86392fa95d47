// What every client did and was answered, kept in memory while the load runs, and written as lines
// of JSON afterwards, for a checker of linearizability.
#pragma once

#include "bench/kv_load/record.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace quorate::bench {

/// The operations of one client in their order.
///
/// Thread safety: none; each client has its own.
class client_history {
public:
  void add(const record& x);

  /// Keeps a value that none of the clients put; returns where, for `value_name::number`.
  std::uint32_t keep_strange(std::string value);

  std::size_t size() const noexcept {
    return size_;
  }
  const record& operator[](std::size_t i) const noexcept {
    return (*chunks_[i / chunk_records])[i % chunk_records];
  }
  const std::string& strange(std::uint32_t number) const {
    return strange_.at(number);
  }

private:
  /// Chunks, because a vector that grows copies millions of records while a client waits.
  static constexpr std::size_t chunk_records = 1'024;
  struct chunk {
    record records[chunk_records];
    record& operator[](std::size_t i) {
      return records[i];
    }
  };

  std::vector<std::unique_ptr<chunk>> chunks_;
  std::size_t size_ = 0;
  std::vector<std::string> strange_;
};

/// One line, without its end. What the members mean:
///
/// | member     | meaning                                                                         |
/// |------------|---------------------------------------------------------------------------------|
/// | `client`   | a number; a client has one operation under way at a time                        |
/// | `op`       | `get` (linearizable), `put` or `erase`                                          |
/// | `key`      | as it was sent                                                                  |
/// | `value`    | put, or read; null if there was none. Its unique name, without what fills it up |
/// |            | to size. A value read that nobody put is given in full after `strange: `        |
/// | `pre`      | `none`, `absent` or `matches`                                                   |
/// | `expect`   | with `matches`: the revision; otherwise 0                                       |
/// | `call`     | when it began, in nanoseconds of one clock that never goes back                 |
/// | `return`   | when it was answered; null if the outcome is unknown                            |
/// | `outcome`  | `ok`; `precondition_failed`; `rejected`: nothing happened, or a read failed;    |
/// |            | `unknown`: a write that may have happened, or may still                         |
/// | `revision` | if ok: of the value read, 0 if there was none; of the put; of the store after   |
/// |            | the erase, which is its own only if there was a value to erase. If the          |
/// |            | precondition failed: of the key's value, 0 if there was none. Otherwise 0       |
void append_line(std::string& out, std::uint32_t client, const client_history& of, const record& x,
                 std::uint32_t key_bytes);

/// All lines of one client.
void write_history(std::ostream& out, std::uint32_t client, const client_history& all,
                   std::uint32_t key_bytes);

} // namespace quorate::bench
