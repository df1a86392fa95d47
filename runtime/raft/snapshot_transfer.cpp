#include "runtime/raft/snapshot_transfer.hpp"

#include "runtime/base/check.hpp"
#include "runtime/base/hash.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/raft/configurations.hpp"

#include <algorithm>
#include <utility>

namespace quorate::raft {

namespace {

std::uint64_t checksum_of(std::string_view bytes) {
  base::hasher sum;
  sum.add(bytes);
  return sum.value();
}

} // namespace

// -- sending --------------------------------------------------------------------------------------

snapshot_sender::snapshot_sender(std::shared_ptr<const snapshot> image, flow limits,
                                 std::uint64_t now)
  : image_(std::move(image)),
    limits_(limits),
    progress_at_(now) {
  QUORATE_CHECK(image_ != nullptr && limits_.chunk_bytes > 0 && limits_.chunks_in_flight_max > 0);
  config_ = {image_, &image_->config};
  checksum_ = checksum_of(image_->image.view());
}

bool snapshot_sender::may_send() const noexcept {
  return !all_sent_ && sent_ - acknowledged_ < limits_.chunk_bytes * limits_.chunks_in_flight_max;
}

install_snapshot snapshot_sender::next_chunk(std::uint64_t round) {
  QUORATE_CHECK(may_send(), describe());
  install_snapshot out;
  out.last = image_->last;
  out.config = config_;
  out.total_bytes = total();
  out.checksum = checksum_;
  out.offset = sent_;
  out.bytes = image_->image.share(image_->image.view().substr(sent_, limits_.chunk_bytes));
  out.round = round;
  sent_ += out.bytes.size();
  all_sent_ = sent_ == total();
  return out;
}

void snapshot_sender::acknowledged(std::uint64_t offset, bool gap, std::uint64_t round,
                                   std::uint64_t now) noexcept {
  if (round < answered_)
    return; // It was on its way for long: the peer may have begun anew since.
  const bool newer = std::exchange(answered_, round) < round;
  offset = std::min(offset, total());
  const bool has_less = newer && offset < acknowledged_; // What was believed had come late itself.
  sent_ = std::max(sent_, offset); // Beyond that, if it goes on with what another leader began.
  all_sent_ = sent_ == total();
  if (offset > acknowledged_) {
    acknowledged_ = offset;
    progress_at_ = now;
    tries_ = 0;
  }
  // Each chunk behind the one that was lost complains: once for each gap, or once a tick.
  bool known = went_back_to_ == offset && went_back_at_ == now;
  const bool old = offset < acknowledged_ && offset != 0;
  if (!has_less && (!gap || known || old))
    return;
  went_back_to_ = offset;
  went_back_at_ = now;
  go_back_to(offset);
}

void snapshot_sender::retry_if_silent(std::uint64_t now, std::uint64_t election_ticks) noexcept {
  constexpr std::uint32_t doublings_max = 4;
  if (now - progress_at_ < election_ticks << std::min(tries_, doublings_max))
    return;
  progress_at_ = now;
  ++tries_;
  go_back_to(acknowledged_);
}

/// An image that is all there and not answered is asked about by its last chunk.
void snapshot_sender::go_back_to(std::uint64_t offset) noexcept {
  if (offset == total() && total() != 0)
    offset = (total() - 1) / limits_.chunk_bytes * limits_.chunk_bytes;
  acknowledged_ = offset;
  sent_ = offset;
  all_sent_ = false;
}

std::string snapshot_sender::describe() const {
  return std::to_string(image_->last.index.value) + " bytes " + std::to_string(acknowledged_) + ' '
         + std::to_string(sent_) + " of " + std::to_string(total());
}

// -- receiving ------------------------------------------------------------------------------------

snapshot_receiver::snapshot_receiver(const install_snapshot& first)
  : last_(first.last),
    config_(first.config),
    total_bytes_(first.total_bytes),
    checksum_(first.checksum) {
  // nop
}

bool snapshot_receiver::is_of(const install_snapshot& x) const noexcept {
  return x.last == last_ && x.total_bytes == total_bytes_ && x.checksum == checksum_;
}

snapshot_receiver::result snapshot_receiver::take(const install_snapshot& x) {
  QUORATE_CHECK(is_of(x));
  if (x.offset > size())
    return result::gap;
  // Chunks of another leader may be cut elsewhere.
  auto known = size() - x.offset;
  if (known >= x.bytes.size() && size() != total_bytes_)
    return result::repeated;
  if (x.bytes.size() == total_bytes_)
    whole_ = x.bytes;
  else if (known < x.bytes.size())
    gathered_ += x.bytes.view().substr(known);
  if (size() < total_bytes_)
    return result::taken;
  auto bytes = whole_.empty() ? std::string_view{gathered_} : whole_.view();
  return checksum_of(bytes) == checksum_ ? result::complete : result::damaged;
}

std::shared_ptr<const snapshot> snapshot_receiver::finish() {
  auto out = std::make_shared<snapshot>();
  out->last = last_;
  out->config = *config_;
  out->image = whole_.empty() ? shared_bytes{std::move(gathered_)} : std::move(whole_);
  return out;
}

bool well_formed(const install_snapshot& x, term sender_term) noexcept {
  return x.config != nullptr && x.last.index.value > 0 && x.last.entry_term <= sender_term
         && x.total_bytes <= limits::snapshot_bytes_max && x.offset <= x.total_bytes
         && x.bytes.size() <= x.total_bytes - x.offset && (!x.bytes.empty() || x.total_bytes == 0)
         && well_formed(*x.config);
}

} // namespace quorate::raft
