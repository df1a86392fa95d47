#include "runtime/wire/lobby.hpp"

#include <algorithm>

namespace quorate::wire {

std::optional<visitor_id> lobby::enter(visitor_id who, const std::string& host) {
  std::optional<visitor_id> goes;
  if (size() >= visitors_max_ && size() > 0) {
    const auto most = std::max_element(
      counts_.begin(), counts_.end(),
      [](const auto& a, const auto& b) { return a.second < b.second; });
    const auto oldest = std::find_if(hosts_of_.begin(), hosts_of_.end(),
                                     [&](const auto& x) { return x.second == most->first; });
    goes = oldest->first;
    leave(*goes);
  }
  hosts_of_.emplace(who, host);
  ++counts_[host];
  return goes;
}

void lobby::leave(visitor_id who) {
  const auto found = hosts_of_.find(who);
  if (found == hosts_of_.end())
    return;
  const auto count = counts_.find(found->second);
  if (--count->second == 0)
    counts_.erase(count);
  hosts_of_.erase(found);
}

} // namespace quorate::wire
