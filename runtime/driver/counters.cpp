#include "runtime/driver/counters.hpp"

#include "runtime/driver/bytes.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <tuple>
#include <variant>

namespace quorate::driver {

namespace {

/// From a memory behind a cache to a disk that is nearly dead, about two and a half times each.
constexpr std::uint64_t sync_us_at_most[] = {
  50, 100, 250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 1'000'000};

} // namespace

void counters::count(lifecycle_event transition) {
  ++transitions_[transition];
}

void counters::count(errc refusal) {
  ++refusals_[refusal];
}

void counters::count_message_dropped() {
  ++messages_dropped_;
}

void counters::count_log_retired() {
  ++logs_retired_;
}

void counters::count_encoded(std::uint64_t bytes) {
  bytes_encoded_ += bytes;
}

void counters::count_stored(std::uint64_t bytes) {
  bytes_stored_ += bytes;
}

void counters::count_sync(std::uint64_t took_us) {
  const auto* end = std::end(sync_us_at_most);
  const auto* bucket = std::lower_bound(std::begin(sync_us_at_most), end, took_us);
  static_assert(std::size(sync_us_at_most) + 1 == std::tuple_size_v<decltype(syncs_)>);
  ++syncs_[static_cast<std::size_t>(bucket - std::begin(sync_us_at_most))];
  sync_us_ += took_us;
}

void counters::count_mailed(const node_message& message) {
  bytes_mailed_ += bytes_of(message);
  if (std::holds_alternative<membership::register_request>(message))
    ++registrations_sent_;
  if (std::holds_alternative<membership::join_request>(message))
    ++heartbeats_sent_;
  if (carries_view(message))
    ++views_sent_;
}

std::vector<ops::counter> counters::table() const {
  std::vector<ops::counter> out;
  out.push_back({"bytes_total", "encoded", bytes_encoded_});
  out.push_back({"bytes_total", "mailed", bytes_mailed_});
  out.push_back({"bytes_total", "stored", bytes_stored_});
  out.push_back({"heartbeats_sent_total", "", heartbeats_sent_});
  out.push_back({"logs_retired_total", "", logs_retired_});
  out.push_back({"messages_misdirected_total", "", messages_dropped_});
  for (const auto& [code, value] : refusals_)
    out.push_back({"refusals_total", std::string{to_string(code)}, value});
  out.push_back({"registrations_sent_total", "", registrations_sent_});
  std::uint64_t syncs = 0;
  for (std::size_t i = 0; i < syncs_.size(); ++i) {
    syncs += syncs_[i];
    const auto le = i < std::size(sync_us_at_most) ? std::to_string(sync_us_at_most[i]) : "inf";
    out.push_back({"storage_sync_us_bucket", le, syncs});
  }
  out.push_back({"storage_sync_us_total", "", sync_us_});
  out.push_back({"storage_syncs_total", "", syncs});
  for (const auto& [event, value] : transitions_)
    out.push_back({"transitions_total", std::string{to_string(event)}, value});
  out.push_back({"views_sent_total", "", views_sent_});
  return out;
}

} // namespace quorate::driver
