// Lets through so many refusals a second, and counts the others.
//
// Pure; in this room because nothing below it needs it.
#pragma once

#include "quorate/history.hpp"
#include "messages/controller.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace quorate::actors {

/// A refusal on its way to the service.
struct refusal_news {
  refusal_record what;
  std::uint64_t left_out = 0; ///< How many weren't told since the one before.
};

/// `limits::refusals_told_per_second_max` in each second that begins with one.
///
/// Thread safety: none. Complexity: O(1) a refusal.
class refusal_gate {
public:
  /// Those that may be told now.
  std::vector<refusal_news> pass(const std::vector<membership::refused>& all, std::uint64_t now_ms);

private:
  std::uint64_t second_until_ms_ = 0;
  std::size_t told_ = 0; ///< Within it.
  std::uint64_t left_out_ = 0;
};

} // namespace quorate::actors
