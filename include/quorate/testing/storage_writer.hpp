// Draws the writes of a node that is correct but erratic.
#pragma once

#include <quorate/storage_image.hpp>
#include <quorate/testing/storage_batches.hpp>

#include <cstdint>
#include <memory>
#include <utility>

namespace quorate::storage {

/// Each batch is legal after those before it, on a storage that held `start`. `Random` has
/// `below(bound)`, `between(low, high)` and
/// `chance(percent)`.
template <class Random>
class random_writer {
public:
  random_writer(Random& draw, image start) : draw_(&draw), written_(std::move(start)) {
    // nop
  }

  write_batch next(std::uint64_t sequence) {
    write_batch result;
    result.sequence = write_sequence{sequence};
    if (!written_.identity() || draw_->chance(10))
      result.identity = marker{1, "n", storage_id{1, 2}, {}, node_id{7}, boots()};
    if (draw_->chance(3))
      result.drop_log = storage::floor{config_version{written_.lowest().version.value + 1}, last()};
    result.state = state();
    if (result.drop_log)
      add_entries(result, {});
    else if (draw_->chance(5))
      receive_snapshot(result);
    else
      change_log(result);
    written_.apply(result);
    return result;
  }

  /// What the storage has to hold after all batches.
  const image& written() const {
    return written_;
  }

private:
  raft::log_position last() const {
    return written_.last();
  }

  std::uint64_t boots() const {
    return written_.identity() ? written_.identity()->boots + 1 : 1;
  }

  // Terms rise now and then; within a term the vote stays.
  hard_state state() {
    auto result = written_.state();
    if (!result.current_term || draw_->chance(20)) {
      ++result.current_term.value;
      result.voted_for.id = node_id{static_cast<std::uint32_t>(draw_->below(4))};
    }
    result.commit = log_index{draw_->below(100)};
    return result;
  }

  void receive_snapshot(write_batch& to) {
    auto now = to.state->current_term;
    raft::log_position at{log_index{last().index.value + draw_->between(1, 5)}, now};
    to.image = image_at(at.index.value, at.entry_term.value);
    to.image_replaces_log = true;
    add_entries(to, at);
  }

  void change_log(write_batch& to) {
    auto end = last();
    auto* first = written_.entries().empty() ? nullptr : &written_.entries().front();
    if (first != nullptr && draw_->chance(20)) {
      auto index = draw_->between(first->index.value, end.index.value);
      if (!written_.snapshot() || index > written_.snapshot()->last.index.value)
        end = truncate(to, index);
    } else if (first != nullptr && draw_->chance(20)) {
      auto index = draw_->between(first->index.value, end.index.value);
      if (!written_.snapshot() || index > written_.snapshot()->last.index.value)
        to.image = image_at(index, written_.find(log_index{index})->entry_term.value);
    }
    add_entries(to, end);
    auto& newest = to.image ? to.image : written_.snapshot();
    if (newest && draw_->chance(20))
      to.compact_to = log_index{draw_->between(1, newest->last.index.value)};
  }

  raft::log_position truncate(write_batch& to, std::uint64_t from) {
    to.truncate_from = log_index{from};
    if (auto* before = written_.find(log_index{from - 1}))
      return {before->index, before->entry_term};
    // All entries go; what is before them is what the snapshot ends with, or nothing.
    return written_.snapshot() ? written_.snapshot()->last : raft::log_position{};
  }

  void add_entries(write_batch& to, raft::log_position after) {
    for (auto count = draw_->below(4); count > 0; --count) {
      ++after.index.value;
      to.entries.push_back(entry_at(after.index.value, to.state->current_term.value,
                                    std::to_string(draw_->below(1'000))));
    }
  }

  Random* draw_;
  image written_;
};

} // namespace quorate::storage
