// From a survivor to the sole voter of a cluster with another fingerprint: as a plan that a person
// can read, and as the one write that does it.
//
// It is a reconfiguration that no quorum has agreed to. So it isn't an entry of the old log, which
// others could have too, but a snapshot one index and one term behind it, of a cluster that nobody
// else belongs to (docs/adr/0016).
//
// Thread safety: pure functions. Complexity: O(state).
#pragma once

#include "quorate/recover.hpp"
#include "runtime/recover/survivor.hpp"

#include <optional>
#include <string>

namespace quorate::recover {

/// The cluster's name and eight hexadecimal digits of what the storage holds. Another life of the
/// node, or another entry, makes another phrase.
std::string phrase_of(const found& from);

/// What `forced` would do. `from` is usable.
plan plan_of(const found& from);

/// The nodes config that was written in answer to that phrase; none if this storage isn't the
/// result of it. `from` is usable.
std::optional<config_version> done_before(const found& from, const std::string& phrase);

/// All of it in one batch, the first of a life: durable as a whole or not at all. `from` is usable,
/// `fresh` drawn for this. Errors: `malformed` if what comes of it breaks an invariant.
result<storage::write_batch> forced(const found& from, const fingerprint& fresh);

} // namespace quorate::recover
