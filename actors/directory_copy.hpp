// A whole copy of a directory, or none.
#pragma once

#include "quorate/result.hpp"

#include <functional>
#include <string>

namespace quorate::actors {

/// Copies `from`, with all that is in it, to `to`, which isn't there yet. It gets its name once all
/// of it is durable and `check`, which may open it, says nothing against it; until then it is
/// `to` and `.partial`, and one that an earlier attempt left is removed. Nobody writes to `from`
/// meanwhile.
///
/// Errors: `storage_failed`; those of `check`. Nothing is left then.
result<void> copy_directory(const std::string& from, const std::string& to,
                            const std::function<result<void>(const std::string& copy)>& check);

} // namespace quorate::actors
