#include "runtime/storage/recovery.hpp"

#include "runtime/base/mutants.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

namespace quorate::storage {

namespace {

recovered damaged(const std::optional<marker>& identity, errc code, std::string why) {
  recovered out;
  out.identity = identity;
  out.damage = make_error(code, std::move(why));
  return out;
}

std::string at(log_index index) {
  return "entry " + std::to_string(index.value);
}

/// The intact beginning of the log, and why it may not be what was promised.
struct readable {
  std::vector<raft::entry> entries;
  std::string contradiction;
  bool cut = false; ///< Something unreadable stood behind it.
};

readable read_log(std::vector<found_entry> log) {
  readable out;
  for (auto& one : log) {
    if (!one.intact) {
      out.cut = true;
      continue;
    }
    auto& x = one.content;
    if (out.cut) { // A torn write is the last one.
      out.contradiction = "an entry before " + at(x.index) + " is unreadable.";
      return out;
    }
    if (!out.entries.empty()) {
      const auto& before = out.entries.back();
      if (x.index.value != before.index.value + 1 || x.entry_term < before.entry_term) {
        out.contradiction = at(x.index) + " stands behind " + at(before.index) + '.';
        return out;
      }
    }
    out.entries.push_back(std::move(x));
  }
  return out;
}

} // namespace

recovered recover(found what) {
  if (!what.anything)
    return {};
  if (!what.identity)
    return damaged(what.identity, errc::storage_amnesiac,
                   "there is data, and no marker that says whose it is.");
  if (what.last_write < what.acknowledged_write)
    return damaged(what.identity, errc::storage_corrupt,
                   "write " + std::to_string(what.acknowledged_write)
                     + " was durable, and what can be read ends with write "
                     + std::to_string(what.last_write) + '.');
  if (!what.state && (what.state_written || !what.log.empty()))
    return damaged(what.identity, errc::storage_amnesiac, "term and vote are unreadable.");
  if (!what.lowest_intact)
    return damaged(what.identity, errc::storage_amnesiac,
                   "the floor is unreadable, below which the node takes no part.");
  if (!what.of_one_write)
    return damaged(
      what.identity, errc::storage_corrupt,
      "identity, term, vote, floor, snapshot or the log's beginning aren't those of the "
      "last write.");

  auto log = read_log(std::move(what.log));
  if (!log.contradiction.empty())
    return damaged(what.identity, errc::storage_corrupt, log.contradiction);
  const auto image_end = what.image ? what.image->last.index : log_index{};
  const auto first = log.entries.empty() ? log_index{image_end.value + 1}
                                         : log.entries.front().index;
  if (first.value > image_end.value + 1)
    return damaged(what.identity, errc::storage_amnesiac,
                   "the log begins with " + at(first) + ", and no snapshot has what was before.");
  const auto last = log.entries.empty() ? image_end : std::max(image_end, log.entries.back().index);
  if (last < what.durable_mark && !base::mutated(base::mutant::torn_below_durable_mark))
    return damaged(what.identity, errc::storage_corrupt,
                   at(what.durable_mark) + " was durable, and the log is readable up to " + at(last)
                     + " only.");
  const auto state = what.state.value_or(hard_state{});
  if (!log.entries.empty() && state.current_term < log.entries.back().entry_term)
    return damaged(what.identity, errc::storage_corrupt,
                   "the log is of a later term than the node's.");

  recovered out;
  out.identity = std::move(what.identity);
  out.lowest = what.lowest;
  out.state = state;
  out.image = std::move(what.image);
  out.entries = std::move(log.entries);
  return out;
}

} // namespace quorate::storage
