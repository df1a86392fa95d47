// Who hears which change of the membership next: in order, once, and bounded however slow somebody
// is.
//
// In go the transitions, once each and ascending, and now and then a table that somebody asked for;
// out come events for subscribers, who say when they have taken them. A subscriber hears versions
// that rise by one, or a table and then those behind it. Nothing is kept for one subscriber alone:
// the newest transitions wait for all of them, and whoever has fallen behind them begins again with
// a table.
#pragma once

#include "quorate/events.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace quorate::membership {

using subscriber_id = strong<struct subscriber_id_tag, std::uint64_t>;

/// Thread safety: none. Complexity: O(subscribers) a call, and O(1) an event.
class event_feed {
public:
  /// Transitions that wait. As many as the history remembers, and more than a cluster of the
  /// largest target makes when all of its members are replaced; a reader of more is quicker with
  /// the table.
  static constexpr std::size_t waiting_max = 256;
  static constexpr std::size_t in_flight_limit = 1'024; ///< Of one subscriber, whatever it asks
                                                        ///< for.

  using event = std::shared_ptr<const membership_event>;

  struct delivery {
    subscriber_id to{};
    event what;
  };

  void subscribe(subscriber_id who, const subscription_options& how);
  void forget(subscriber_id who);
  /// It has taken so many events.
  void taken(subscriber_id who, std::size_t count);

  /// The next one. If versions are missing before it, they never come: everybody needs a table.
  void add(transition x);
  /// A table of some node. Of use to those who wait for one, unless it's older than what they have
  /// heard, or than what is kept.
  void add(nodes_view table);

  /// Somebody has room for more, and can't go on without a table.
  bool wants_table() const;

  /// What is to be handed over now.
  std::vector<delivery> take();

private:
  struct subscriber {
    std::size_t in_flight_max = 1;
    std::size_t in_flight = 0;
    bool behind = false;                ///< Needs a table.
    std::optional<config_version> next; ///< None: whatever comes next.
    config_version heard{};

    bool has_room() const noexcept {
      return in_flight < in_flight_max;
    }
  };

  config_version oldest() const noexcept;
  void hand(subscriber_id to, subscriber& x, event what);
  void go_on(subscriber_id to, subscriber& x);

  std::map<subscriber_id, subscriber> subscribers_;
  std::deque<event> kept_; ///< Without gaps, up to the newest.
  config_version newest_{};
  std::vector<delivery> ready_;
};

} // namespace quorate::membership
