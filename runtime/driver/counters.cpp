#include "runtime/driver/counters.hpp"

#include <string>

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

std::vector<ops::counter> counters::table() const {
  std::vector<ops::counter> out;
  out.push_back({"logs_retired_total", "", logs_retired_});
  out.push_back({"messages_misdirected_total", "", messages_dropped_});
  for (const auto& [code, value] : refusals_)
    out.push_back({"refusals_total", std::string{to_string(code)}, value});
  for (const auto& [event, value] : transitions_)
    out.push_back({"transitions_total", std::string{to_string(event)}, value});
  return out;
}

} // namespace quorate::driver
