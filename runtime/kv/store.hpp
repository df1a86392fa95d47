// The key-value store itself: keys, values, and the revision that orders all writes.
#pragma once

#include "quorate/bytes.hpp"
#include "quorate/errc.hpp"
#include "quorate/result.hpp"
#include "quorate/types.hpp"
#include "messages/kv.hpp"
#include "runtime/base/decoder.hpp"
#include "runtime/base/encoder.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace quorate::kv {

/// An ordered map from key to value and revision, changed by committed writes only. The same writes
/// in the same order give the same store, the same answers and the same hash on every replica.
///
/// Revisions are those of etcd: one counter for the whole store, raised by one by each write that
/// changes something. That is a put, also of the same value, and an erase of a key that has a
/// value. A failed precondition and an erase of an absent key change nothing and raise nothing; the
/// latter succeeds `at` the store's revision.
///
/// Thread safety: none. Errors: none; what doesn't pass `check_write` is a broken invariant here.
/// Complexity, with n keys: as stated; a copy is O(n) and shares the values.
class store {
public:
  /// Executes one write if its precondition holds. `matches` with revision zero holds exactly if
  /// the key is absent, so that the revision of any read can be expected. O(log n + size of the
  /// write).
  write_result apply(write what);

  /// Shares the value. O(log n).
  read_result get(std::string_view key) const;

  /// Of the last write that changed something. O(1).
  revision current() const noexcept {
    return current_;
  }

  /// The number of keys. O(1).
  std::size_t size() const noexcept {
    return entries_.size();
  }

  /// Equal for equal content, revisions included, however it came about: a sum over the entries,
  /// kept up to date by each write. O(1).
  std::uint64_t state_hash() const;

  /// Calls `visit(key, value, revision)` for every key in ascending order of bytes. O(n).
  template <class Visitor>
  void for_each(Visitor visit) const {
    for (auto& [key, content] : entries_)
      visit(key, content.value, content.at);
  }

  // -- snapshots in steps ---------------------------------------------------------------------------
  //
  // The content of one moment is written out while writes go on: each write first keeps what it is
  // about to change, if that hasn't been written out yet. The bytes are those of `save` at that
  // moment.

  /// At most so many bytes are saved of the present content. O(1).
  std::size_t bytes_saved_max() const noexcept;
  /// The present content is to be saved. O(1).
  void begin_save();
  /// Appends the next part, of about `bytes_max` bytes. True: that was the last one. O(bytes + log
  /// n).
  bool save_some(std::string& out, std::size_t bytes_max);

  // -- snapshots: `base::encode(store)` and `base::decode<store>(bytes)` --------------------------

  /// O(bytes).
  void save(base::encoder& out) const;

  /// Replaces the content. False: `in` says why, and the store is unchanged. O(bytes).
  bool load(base::decoder& in);

  /// A store from all of `in`, or `malformed`.
  static result<store> load(std::string_view in);

private:
  struct entry {
    shared_bytes value;
    revision at;
    std::uint64_t hash = 0; ///< What the entry adds to `sum_`: never computed twice.
  };
  // std::less<> finds by string_view.
  using map = std::map<std::string, entry, std::less<>>;

  /// A snapshot that is being written out.
  struct saving {
    saving(revision at, std::uint64_t keys) : current{at}, count{keys} {}

    revision current;
    std::uint64_t count; ///< Keys that are left.
    bool begun{false};
    std::string next;                                                ///< Lower keys are written.
    std::map<std::string, std::optional<entry>, std::less<>> before; ///< Changed since; none:
                                                                     ///< absent.
  };

  static bool holds(const precondition& pre, revision found);
  static std::uint64_t hash_of(std::string_view key, std::string_view value, revision at);

  write_result refuse(map::const_iterator found) const;
  write_result execute(put&& what, map::iterator found);
  write_result execute(erase&& what, map::iterator found);

  void set(std::string key, shared_bytes value, revision at);
  void keep(std::string_view key, map::const_iterator found);
  bool load_entry(base::decoder& in);

  map entries_;
  revision current_{};
  std::size_t bytes_ = 0; ///< Of all keys and values.
  std::uint64_t sum_ = 0; ///< Of all `entry::hash`, modulo 2^64.
  std::optional<saving> saving_;
};

} // namespace quorate::kv
