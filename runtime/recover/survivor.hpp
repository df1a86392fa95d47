// What one disk tells of a cluster whose majority is gone: all of its log is read as if it were
// committed, because nobody is left who could say that it isn't.
//
// Thread safety: pure functions. Complexity: that of replaying the log. Takes whatever can stand on
// a disk: an entry that can't be applied is an error, not a broken invariant.
#pragma once

#include "quorate/recover.hpp"
#include "quorate/storage.hpp"
#include "runtime/machine/machine.hpp"

#include <optional>
#include <string>

namespace quorate::recover {

struct found {
  survivor about;
  storage::marker identity;
  storage::hard_state state;
  storage::floor lowest;
  std::optional<machine::machine> replayed; ///< None exactly if `about.unusable` says why.
};

/// What a storage of that directory was loaded as.
found examine(std::string directory, const storage::recovered& disk);

} // namespace quorate::recover
