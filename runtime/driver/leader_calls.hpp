// What a leader task is told next: news of leadership in, calls out.
#pragma once

#include "quorate/types.hpp"

#include <optional>

namespace quorate::driver {

/// The user's functions may take their time, and leaderships come and go meanwhile: one that is
/// over before the user could be told of it is never told. Calls alternate: elected, deposed,
/// elected, …; each elected one has a higher term than all before.
///
/// Thread safety: none. Complexity: O(1).
class leader_calls {
public:
  struct call {
    quorate::term elected_in{}; ///< None: deposed.
  };

  /// The node leads in that term; none: it doesn't lead, or not for long any more.
  void heard(quorate::term leads_in) noexcept {
    now_ = leads_in > over_ && leads_in >= told_ ? leads_in : quorate::term{};
  }

  /// The next call, to be made before this is asked again.
  std::optional<call> next() noexcept {
    if (told_ == now_)
      return std::nullopt;
    if (told_) {
      over_ = told_;
      told_ = quorate::term{};
      return call{};
    }
    told_ = now_;
    return call{told_};
  }

private:
  quorate::term now_{};
  quorate::term told_{}; ///< The user works in it.
  quorate::term over_{}; ///< The newest that the user was deposed from.
};

} // namespace quorate::driver
