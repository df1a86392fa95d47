// The replicated machine: what committed entries do. Store, sessions and nodes config, changed by
// the log and by nothing else, so that every replica that has applied the same entries has the same
// state and the same hash.
//
// Thread safety: none. Complexity: `apply` is that of the command; `image` and `load` are O(state).
#pragma once

#include "quorate/result.hpp"
#include "messages/kv.hpp"
#include "messages/membership.hpp"
#include "messages/raft.hpp"
#include "runtime/base/encoder.hpp"
#include "runtime/kv/sessions.hpp"
#include "runtime/kv/store.hpp"
#include "runtime/membership/nodes_config.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace quorate::machine {

/// A membership entry took effect.
struct config_changed {
  std::shared_ptr<const membership::delta> change;
  std::vector<membership::move> moves;
  transition done;
};

/// What one entry did. A leader's first entry does nothing.
using outcome = std::variant<std::monostate, kv::session_opened, kv::write_result, config_changed>;

class machine {
public:
  /// The state before the first entry.
  machine() = default;

  /// Replaces nothing: gives the state that an image describes, as of `at`.
  static result<machine> load(std::string_view image, raft::log_position at);

  /// Everything, for a snapshot as of `applied`. O(state): for tests; the same bytes come in steps.
  std::string image() const;

  /// Begins an image of the present state. O(sessions + rows).
  void begin_image();
  bool image_under_way() const noexcept {
    return image_.has_value();
  }
  /// Writes about `bytes_max` more of it; entries may have been applied since. All of it: the image
  /// and where it was taken. O(bytes).
  std::optional<std::pair<log_index, std::string>> continue_image(std::size_t bytes_max);

  /// Puts another nodes config in place, as the entry at `at` would that nobody has agreed to: for
  /// what is made of a lost majority (runtime/recover), and for nothing else. Store, sessions and
  /// log time go on. `at` is the next index.
  void replace_nodes(membership::nodes_config nodes, raft::log_position at);

  /// Applies the next entry. It is committed, so one that can't be applied is a broken invariant.
  outcome apply(const raft::entry& next);

  raft::log_position applied() const noexcept {
    return applied_;
  }
  const kv::store& store() const noexcept {
    return store_;
  }
  const membership::nodes_config& nodes() const noexcept {
    return nodes_;
  }
  /// The newest stamp of any entry.
  std::uint64_t log_time_ms() const noexcept {
    return log_time_ms_;
  }

  /// Equal on all replicas that have applied the same entries. O(1).
  std::uint64_t state_hash() const;

private:
  struct image_in_steps {
    log_index at;
    std::string bytes;
    std::string tail; ///< What stands behind the store. Small, so it is written at once.
  };

  void write_head(base::encoder& f) const;
  void write_tail(base::encoder& f) const;
  outcome apply_command(const raft::entry& next);
  outcome apply_membership(const raft::entry& next);

  raft::log_position applied_;
  std::uint64_t log_time_ms_ = 0;
  kv::store store_;
  kv::sessions sessions_;
  membership::nodes_config nodes_;
  std::optional<image_in_steps> image_;
};

} // namespace quorate::machine
