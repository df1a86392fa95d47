// Who waits for a node's answer.
#pragma once

#include "actors/signals.hpp"
#include "runtime/base/check.hpp"
#include "runtime/driver/effects.hpp"

#include <caf/actor_control_block.hpp>
#include <caf/response_promise.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace quorate::actors {

/// One who waits: a client's request, or a CAF request.
struct waiting_caller {
  caf::strong_actor_ptr client; ///< None: a CAF request.
  line_id line{};
  std::uint64_t attempt = 0;
  caf::response_promise promise;
};

/// Keeps callers by token. A token is a place in a list, used again once its answer was given: no
/// memory is allocated for a request.
///
/// Thread safety: none. Complexity: O(1).
class callers {
public:
  driver::request_token add(waiting_caller x) {
    if (free_.empty()) {
      free_.push_back(places_.size());
      places_.emplace_back();
    }
    const auto at = free_.back();
    free_.pop_back();
    places_[at] = {std::move(x), true};
    return driver::request_token{at + 1};
  }

  waiting_caller take(driver::request_token token) {
    const auto at = static_cast<std::size_t>(token.value - 1);
    QUORATE_CHECK(at < places_.size() && places_[at].waits, "token", token.value);
    free_.push_back(at);
    places_[at].waits = false;
    return std::exchange(places_[at].who, {});
  }

  std::vector<waiting_caller> take_all() {
    std::vector<waiting_caller> out;
    for (auto& x : places_)
      if (x.waits)
        out.push_back(std::move(x.who));
    places_.clear();
    free_.clear();
    return out;
  }

private:
  struct place {
    waiting_caller who;
    bool waits = false;
  };

  std::vector<place> places_;
  std::vector<std::size_t> free_;
};

} // namespace quorate::actors
