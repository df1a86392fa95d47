// What the model is made of: names, packed entries, interned logs, packed worlds.
#include "tests/model/lifecycle_model.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace quorate::model {

namespace {

constexpr std::array<std::string_view, rule_count> rule_names = {
  "floor_refuses_grants", "floor_refuses_campaign",   "own_term_commit_before_change",
  "one_change_at_a_time", "joint_quorum_both_halves", "log_kept_when_named_again",
  "log_kept_until_leave", "vote_kept_without_log",    "unnamed_nodes_unchanged"};

} // namespace

unsigned mirrored_set(unsigned set) {
  return (set & ~6U) | ((set & 2U) << 1U) | ((set & 4U) >> 1U);
}

std::string_view name_of(rule which) {
  return rule_names[static_cast<std::size_t>(which)];
}

std::optional<rule> rule_named(std::string_view name) {
  const auto* const found = std::find(rule_names.begin(), rule_names.end(), name);
  if (found == rule_names.end()) {
    return std::nullopt;
  }
  return static_cast<rule>(found - rule_names.begin());
}

entry make_entry(unsigned term, const config& value) {
  return value.voters | value.outgoing << 4U | value.learners << 8U | term << 12U;
}

unsigned term_of(entry value) {
  return value >> 12U & 7U;
}

unsigned commit_term_of(entry value) {
  return value >> 15U & 7U;
}

config config_of(entry value) {
  return {value & 15U, value >> 4U & 15U, value >> 8U & 15U};
}

log_table::log_table() {
  logs_.emplace_back();
}

log_table::id log_table::append(id log, entry value) {
  const std::uint64_t key = static_cast<std::uint64_t>(log) << 32U | value;
  const auto found = children_.find(key);
  if (found != children_.end()) {
    return found->second;
  }
  const auto fresh = static_cast<id>(logs_.size());
  record grown = logs_[log];
  if (grown.length == length_max || fresh >> 20U != 0) {
    throw std::length_error("the bounds are larger than the model's logs");
  }
  grown.prefixes[++grown.length] = fresh;
  grown.last = value;
  grown.mirrored = empty;
  if (config_of(value).voters != 0) {
    grown.active = fresh;
    ++grown.version;
  }
  logs_.push_back(grown);
  children_.emplace(key, fresh);
  return fresh;
}

log_table::id log_table::before_active(id log) const {
  const id newest = active(log);
  return active(prefix(newest, length(newest) - 1));
}

unsigned log_table::common(id left, id right) const {
  unsigned length_common = std::min(length(left), length(right));
  while (prefix(left, length_common) != prefix(right, length_common)) {
    --length_common;
  }
  return length_common;
}

log_table::id log_table::mirrored(id log) {
  if (log == empty || logs_[log].mirrored != empty)
    return logs_[log].mirrored;
  id result = empty;
  for (unsigned index = 1; index <= length(log); ++index) {
    const entry value = at(log, index);
    const config old = config_of(value);
    const config swapped{mirrored_set(old.voters), mirrored_set(old.outgoing),
                         mirrored_set(old.learners)};
    result = append(result, make_entry(0, swapped) | (value >> 12U << 12U));
  }
  logs_[log].mirrored = result;
  logs_[result].mirrored = log;
  return result;
}

packed_world pack(const world& value) {
  packed_world words{};
  for (unsigned id = 0; id < node_count; ++id) {
    const node& self = value.nodes[id];
    std::uint64_t word = self.log;
    const auto add = [&word](unsigned width, unsigned field) { word = word << width | field; };
    add(3, self.term);
    add(2, static_cast<unsigned>(self.part));
    add(1, self.voted ? 1 : 0);
    add(4, self.commit);
    add(4, self.floor);
    add(1, self.dropping ? 1 : 0);
    add(4, self.granted);
    for (const auto match : self.match) {
      add(4, match);
    }
    words[id] = word;
  }
  words[node_count] = static_cast<std::uint64_t>(value.committed) << 32U
                      | static_cast<std::uint64_t>(value.changes) << 16U
                      | static_cast<std::uint64_t>(value.commands) << 8U | value.elected;
  return words;
}

world unpack(const packed_world& words) {
  world value;
  for (unsigned id = 0; id < node_count; ++id) {
    node& self = value.nodes[id];
    std::uint64_t word = words[id];
    const auto take = [&word](unsigned width) {
      const auto field = static_cast<std::uint8_t>(word & ((1U << width) - 1U));
      word >>= width;
      return field;
    };
    for (unsigned other = node_count; other-- > 0;) {
      self.match[other] = take(4);
    }
    self.granted = take(4);
    self.dropping = take(1) != 0;
    self.floor = take(4);
    self.commit = take(4);
    self.voted = take(1) != 0;
    self.part = static_cast<role>(take(2));
    self.term = take(3);
    self.log = static_cast<log_table::id>(word);
  }
  const std::uint64_t rest = words[node_count];
  value.committed = static_cast<log_table::id>(rest >> 32U);
  value.changes = static_cast<std::uint8_t>(rest >> 16U);
  value.commands = static_cast<std::uint8_t>(rest >> 8U);
  value.elected = static_cast<std::uint8_t>(rest);
  return value;
}

} // namespace quorate::model
