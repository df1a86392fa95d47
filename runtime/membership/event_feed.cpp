#include "runtime/membership/event_feed.hpp"

#include "runtime/base/check.hpp"

#include <algorithm>
#include <utility>

namespace quorate::membership {

void event_feed::subscribe(subscriber_id who, const subscription_options& how) {
  subscriber x;
  x.in_flight_max = std::clamp<std::size_t>(how.in_flight_max, 1, in_flight_limit);
  x.behind = how.begin_with_snapshot;
  if (!x.behind && newest_)
    x.next = config_version{newest_.value + 1};
  subscribers_[who] = x;
}

void event_feed::forget(subscriber_id who) {
  subscribers_.erase(who);
  ready_.erase(
    std::remove_if(ready_.begin(), ready_.end(), [&](const delivery& x) { return x.to == who; }),
    ready_.end());
}

void event_feed::taken(subscriber_id who, std::size_t count) {
  if (auto found = subscribers_.find(who); found != subscribers_.end())
    found->second.in_flight -= std::min(found->second.in_flight, count);
}

void event_feed::add(transition x) {
  if (x.version <= newest_)
    return;
  if (x.version.value != newest_.value + 1)
    kept_.clear();
  newest_ = x.version;
  for (auto& [who, one] : subscribers_)
    if (!one.behind && !one.next)
      one.next = newest_;
  kept_.push_back(std::make_shared<const membership_event>(std::move(x)));
  if (kept_.size() > waiting_max)
    kept_.pop_front();
}

void event_feed::add(nodes_view table) {
  const auto version = table.version;
  // What follows it has to be at hand, or still to come.
  if (!version || version.value + 1 < oldest().value)
    return;
  const auto what = std::make_shared<const membership_event>(std::move(table));
  for (auto& [who, one] : subscribers_) {
    if (!one.behind || !one.has_room() || version < one.heard)
      continue;
    one.behind = false;
    one.next = config_version{version.value + 1};
    hand(who, one, what);
  }
}

bool event_feed::wants_table() const {
  return std::any_of(subscribers_.begin(), subscribers_.end(),
                     [](const auto& x) { return x.second.behind && x.second.has_room(); });
}

std::vector<event_feed::delivery> event_feed::take() {
  for (auto& [who, one] : subscribers_)
    go_on(who, one);
  return std::exchange(ready_, {});
}

/// The version after the newest, if nothing is kept.
config_version event_feed::oldest() const noexcept {
  return config_version{newest_.value + 1 - kept_.size()};
}

void event_feed::go_on(subscriber_id to, subscriber& x) {
  while (!x.behind && x.next && *x.next <= newest_ && x.has_room()) {
    if (*x.next < oldest()) {
      x.behind = true;
      return;
    }
    const auto what = kept_[static_cast<std::size_t>(x.next->value - oldest().value)];
    x.next = config_version{x.next->value + 1};
    hand(to, x, what);
  }
}

void event_feed::hand(subscriber_id to, subscriber& x, event what) {
  QUORATE_CHECK(x.has_room() && version_of(*what) >= x.heard, "version", version_of(*what).value,
                "heard", x.heard.value);
  ++x.in_flight;
  x.heard = version_of(*what);
  ready_.push_back({to, std::move(what)});
}

} // namespace quorate::membership
