// What is read of a node's table, as bytes.
#pragma once

#include "messages/storage.hpp"
#include "runtime/storage/recovery.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace quorate::fuzz {

/// In any combination.
struct found_table {
  bool anything = false;
  std::optional<storage::marker> identity;
  storage::floor lowest;
  std::optional<storage::hard_state> state;
  std::uint64_t image_end = 0;
  std::uint64_t durable_mark = 0;
  std::uint64_t last_write = 0;
  std::uint64_t acknowledged_write = 0;
  std::uint8_t flags = 0;
  std::vector<raft::entry> log;
  std::vector<std::uint64_t> torn; ///< Places in the log.
};

template <class Inspector>
inspected<Inspector, found_table> inspect(Inspector& f, found_table& x) {
  return f.object(x).fields(
    f.field("anything", x.anything), f.field("identity", x.identity), f.field("lowest", x.lowest),
    f.field("state", x.state), f.field("image_end", x.image_end),
    f.field("durable_mark", x.durable_mark), f.field("last_write", x.last_write),
    f.field("acknowledged_write", x.acknowledged_write), f.field("flags", x.flags),
    f.field("log", x.log), f.field("torn", x.torn));
}

} // namespace quorate::fuzz
