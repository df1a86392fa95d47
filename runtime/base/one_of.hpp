#pragma once

#include <type_traits>

namespace quorate::base {

/// Whether `T` is one of the types behind it.
template <class T, class... Ts>
inline constexpr bool is_one_of = (std::is_same_v<T, Ts> || ...);

} // namespace quorate::base
