#include "runtime/raft/log.hpp"

#include "runtime/base/check.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace quorate::raft {

std::size_t cost_of(const entry& x) noexcept {
  constexpr std::size_t fixed = 32;
  constexpr std::size_t each_replica = 20;
  std::size_t cost = fixed + x.payload.size();
  if (x.config)
    cost += each_replica
            * (x.config->voters.size() + x.config->outgoing.size() + x.config->learners.size());
  return cost;
}

namespace {

/// Compacted entries that are freed for each one that is appended, and for each compaction: they
/// are gone long before as many again have come.
constexpr std::size_t freed_for_each = 4;
constexpr std::size_t freed_at_once = 1'024;

} // namespace

log::log(log_position before) : before_(before) {
  // nop
}

log_position log::last() const noexcept {
  if (empty())
    return before_;
  return {entries_.back().index, entries_.back().entry_term};
}

std::optional<term> log::term_at(log_index index) const noexcept {
  if (index == before_.index)
    return before_.entry_term;
  if (index < before_.index || index > last().index)
    return std::nullopt;
  return find(index)->entry_term;
}

bool log::contains(log_position position) const noexcept {
  auto here = term_at(position.index);
  return here && *here == position.entry_term;
}

const entry& log::at(log_index index) const {
  QUORATE_CHECK(index >= first() && index <= last().index, "index", index.value, "first",
                first().value, "last", last().index.value);
  return *find(index);
}

bool log::is_covered_by(log_position other) const noexcept {
  auto own = last();
  if (other.entry_term != own.entry_term)
    return other.entry_term > own.entry_term;
  return other.index >= own.index;
}

log_position log::agreement_below(log_position limit) const noexcept {
  if (limit.index < before_.index)
    return limit;
  // Terms never fall, so the entries with a term that is low enough are a prefix.
  auto end = find(log_index{std::min(limit.index, last().index).value + 1});
  auto above = std::upper_bound(begin(), end, limit.entry_term,
                                [](term t, const entry& x) { return t < x.entry_term; });
  if (above == begin())
    return before_;
  const auto& found = *std::prev(above);
  return {found.index, found.entry_term};
}

std::vector<entry> log::slice(log_index from, log_index to) const {
  if (from > to)
    return {};
  QUORATE_CHECK(from >= first() && to <= last().index, "from", from.value, "to", to.value, "first",
                first().value, "last", last().index.value);
  return {find(from), find(log_index{to.value + 1})};
}

std::vector<entry> log::slice_bounded(log_index from, std::size_t entries_max,
                                      std::size_t bytes_max) const {
  auto end = last().index;
  if (from > end)
    return {};
  std::size_t bytes = cost_of(at(from));
  auto to = from;
  // One entry always goes, however large: else it would never be replicated.
  while (to < end && to.value - from.value + 1 < entries_max) {
    bytes += cost_of(at(log_index{to.value + 1}));
    if (bytes > bytes_max)
      break;
    ++to.value;
  }
  return slice(from, to);
}

void log::append_entry(entry x) {
  auto end = last();
  QUORATE_CHECK(x.index.value == end.index.value + 1, "index", x.index.value, "last",
                end.index.value);
  QUORATE_CHECK(x.entry_term >= end.entry_term, "index", x.index.value, "term", x.entry_term.value,
                "last_term", end.entry_term.value);
  QUORATE_CHECK((x.kind == entry_kind::membership) == (x.config != nullptr), "index",
                x.index.value);
  entries_.push_back(std::move(x));
  free_some(freed_for_each);
}

void log::truncate_from(log_index from) {
  QUORATE_CHECK(from >= first(), "from", from.value, "first", first().value);
  while (!empty() && entries_.back().index >= from)
    entries_.pop_back();
}

void log::compact_to(log_index to) {
  QUORATE_CHECK(to <= last().index, "to", to.value, "last", last().index.value);
  if (to < first())
    return;
  const auto count = static_cast<std::size_t>(to.value - before_.index.value);
  before_ = {to, find(to)->entry_term};
  gone_ += count;
  free_some(freed_at_once);
}

void log::free_some(std::size_t at_most) {
  for (; gone_ > 0 && at_most > 0; --at_most, --gone_)
    entries_.pop_front();
}

void log::reset(log_position before) {
  entries_.clear();
  gone_ = 0;
  before_ = before;
}

} // namespace quorate::raft
