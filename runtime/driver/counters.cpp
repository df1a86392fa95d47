#include "runtime/driver/counters.hpp"

#include "runtime/driver/bytes.hpp"

#include <string>
#include <variant>

namespace quorate::driver {

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
  for (const auto& [event, value] : transitions_)
    out.push_back({"transitions_total", std::string{to_string(event)}, value});
  out.push_back({"views_sent_total", "", views_sent_});
  return out;
}

} // namespace quorate::driver
