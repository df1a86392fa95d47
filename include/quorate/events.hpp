// What a subscriber hears of a cluster's membership.
#pragma once

#include <quorate/export.hpp>
#include <quorate/membership.hpp>
#include <quorate/status.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <variant>

namespace quorate {

/// Either the next transition, whose version is one above that of the event before it; or the whole
/// table as of its version, in place of all transitions up to that one. A table comes without
/// history, and `leader` is what the node that told it believes.
using membership_event = std::variant<nodes_view, transition>;

/// The version of the nodes config that the event leads to.
inline config_version version_of(const membership_event& x) {
  return std::visit([](const auto& what) { return what.version; }, x);
}

struct subscription_options {
  /// Begin with the table as it is; else with the next transition that is committed.
  bool begin_with_snapshot = false;
  /// Events that are handed over before one of them has been taken; 1 to 1,024. Behind them, the
  /// newest 256 transitions wait for all subscribers together; who is further behind gets the table
  /// instead.
  std::size_t in_flight_max = 16;
};

/// A subscription; ends with this object, or with the cluster.
///
/// Thread safety: all methods may be called from any thread, also from within the callback.
class QUORATE_EXPORT membership_subscription {
public:
  class QUORATE_LOCAL state;
  explicit membership_subscription(std::shared_ptr<state> from);

  membership_subscription(membership_subscription&&) noexcept;
  membership_subscription& operator=(membership_subscription&&) noexcept;
  ~membership_subscription();

  /// No call begins after it returns, and none is under way, but for the one that it's called from.
  /// Idempotent.
  void end();

private:
  std::shared_ptr<state> state_;
};

} // namespace quorate
