#include "runtime/raft/persistence.hpp"

#include "runtime/base/check.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/base/mutants.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace quorate::raft {

persistence::persistence(storage::write_sequence last, log_index durable,
                         std::size_t writes_in_flight_max)
  : writes_in_flight_max_(writes_in_flight_max),
    written_to_(durable),
    taken_sequence_(last),
    durable_sequence_(last),
    state_sequence_(last),
    durable_(durable) {
  // nop
}

// -- changes --------------------------------------------------------------------------------------

void persistence::state_changed() noexcept {
  state_changed_ = true;
  state_sequence_ = open_sequence();
}

void persistence::log_truncated(log_index from) {
  QUORATE_CHECK(!install_end_, "from", from.value, "installing", install_end_.value);
  QUORATE_CHECK(from.value > 0);
  if (from <= written_to_) { // Else storage hasn't seen what goes.
    truncate_from_ = truncate_from_ ? std::min(truncate_from_, from) : from;
    written_to_.value = from.value - 1;
    log_changed_ = true;
  }
  if (!base::mutated(base::mutant::durable_ignores_truncation))
    durable_ = std::min(durable_, log_index{from.value - 1});
  auto untrue = [from](const gated& x) {
    const auto* accepted = std::get_if<append_accepted>(&x.message.content);
    return accepted != nullptr && accepted->match >= from;
  };
  gated_.erase(std::remove_if(gated_.begin(), gated_.end(), untrue), gated_.end());
}

void persistence::image_taken(std::shared_ptr<const snapshot> image) {
  QUORATE_CHECK(image != nullptr && !install_end_);
  image_ = std::move(image);
  image_received_ = false;
}

void persistence::image_received(std::shared_ptr<const snapshot> image) {
  QUORATE_CHECK(image != nullptr && !install_end_);
  // What wasn't written yet would be wiped at once. No acknowledgement may speak of it either; the
  // leader repeats itself.
  auto accepts = [](const gated& x) {
    return std::holds_alternative<append_accepted>(x.message.content);
  };
  gated_.erase(std::remove_if(gated_.begin(), gated_.end(), accepts), gated_.end());
  log_changed_ = false;
  truncate_from_ = log_index{};
  compact_to_ = log_index{};
  install_end_ = image->last.index;
  written_to_ = install_end_;
  image_ = std::move(image);
  image_received_ = true;
}

void persistence::log_compacted(log_index to) noexcept {
  compact_to_ = std::max(compact_to_, to);
}

std::optional<storage::write_batch> persistence::take(const log& entries,
                                                      const storage::hard_state& state) {
  if (!may_write())
    return std::nullopt;
  storage::write_batch batch;
  taken_sequence_ = open_sequence();
  batch.sequence = taken_sequence_;
  batch.state = state; // A few bytes, and they carry the newest commit hint.
  batch.image = image_;
  batch.image_replaces_log = image_received_;
  auto last = entries.last().index;
  if (install_end_) { // The log in memory is on its way out.
    last = install_end_;
  } else {
    batch.truncate_from = truncate_from_;
    batch.entries = entries.slice(log_index{written_to_.value + 1}, last);
    batch.compact_to = compact_to_;
    written_to_ = last;
  }
  pending_.push_back({batch.sequence, last, batch.truncate_from, image_, image_received_});
  state_changed_ = false;
  log_changed_ = false;
  truncate_from_ = log_index{};
  compact_to_ = log_index{};
  image_ = nullptr;
  image_received_ = false;
  return batch;
}

// -- progress of the disk -------------------------------------------------------------------------

persistence::completed persistence::persisted(storage::write_sequence sequence) {
  QUORATE_CHECK(sequence <= taken_sequence_, "sequence", sequence.value, "taken",
                taken_sequence_.value);
  completed done;
  if (sequence <= durable_sequence_) // Late news: a higher one was acknowledged already.
    return done;
  log_index last_written{};
  while (!pending_.empty() && pending_.front().sequence <= sequence) {
    auto& write = pending_.front();
    last_written = write.last;
    if (write.image && write.received) {
      done.received = std::move(write.image);
      done.taken = nullptr;
    } else if (write.image) {
      done.taken = std::move(write.image);
    }
    pending_.pop_front();
  }
  durable_sequence_ = sequence;
  if (done.received)
    install_end_ = log_index{};
  recompute_durable(last_written);
  release_messages();
  return done;
}

void persistence::recompute_durable(log_index last_written) {
  durable_ = last_written;
  for (const auto& write : pending_)
    if (write.truncate_from && !base::mutated(base::mutant::late_write_counts))
      durable_ = std::min(durable_, log_index{write.truncate_from.value - 1});
  if (truncate_from_)
    durable_ = std::min(durable_, log_index{truncate_from_.value - 1});
}

storage::write_sequence persistence::covering_all() const noexcept {
  return has_write() ? open_sequence() : taken_sequence_;
}

storage::write_sequence persistence::covering_log(log_index index) const noexcept {
  return index <= durable_ ? state_sequence_ : covering_all();
}

// -- messages -------------------------------------------------------------------------------------

bool persistence::send_after(storage::write_sequence after, envelope message) {
  if (is_durable(after)) {
    outbox_.push_back(std::move(message));
    return true;
  }
  if (gated_.size() >= limits::gated_messages_max)
    return false;
  gated_.push_back({after, std::move(message)});
  return true;
}

void persistence::release_messages() {
  auto waits = [this](const gated& x) { return !is_durable(x.after); };
  auto ready = std::stable_partition(gated_.begin(), gated_.end(), waits);
  std::transform(std::make_move_iterator(ready), std::make_move_iterator(gated_.end()),
                 std::back_inserter(outbox_), [](gated x) { return std::move(x.message); });
  gated_.erase(ready, gated_.end());
}

std::vector<envelope> persistence::take_messages() {
  return std::exchange(outbox_, {});
}

} // namespace quorate::raft
