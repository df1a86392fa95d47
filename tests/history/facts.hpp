// What a history says for certain, whatever the order of its operations was: who wrote which
// revision, and what everybody else must have seen.
#pragma once

#include "tests/history/history.hpp"

#include <cstdint>
#include <vector>

namespace quorate::history {

/// State `r` is the store when its revision is `r`; slot `r` is the write that leads to it.
enum class role : std::uint8_t {
  ignored,
  writer,     ///< Its slot is known: an acknowledged write, or an unknown put whose value was read.
  sees_value, ///< Needs a state in which the key has the value of slot `revision`.
  sees_none,  ///< Needs a state in which the key is absent.
  noop,       ///< An acknowledged erase: needs state `revision` and in it an absent key, ...
  eraser,     ///< ... or, as `noop` doesn't, a key that is present until its own slot `revision`.
  free,       ///< Unknown, and may fill any slot that has no known writer.
};

/// Times are ranked, so that they compare as numbers: calls before returns at the same instant.
struct event {
  std::int64_t at;
  std::uint32_t what; ///< Twice the number of the operation, plus one if it is the return.

  std::uint32_t operation() const {
    return what / 2;
  }

  bool is_return() const {
    return what % 2 == 1;
  }
};

/// Operations are named by their position in the history everywhere.
struct facts {
  /// Throws `refutation` where the answers contradict each other whatever the times are.
  explicit facts(const history& about);

  const history& about;
  std::vector<role> roles;
  /// The slot of a writer; of the value, for `sees_value`; the revision of a noop or eraser.
  std::vector<std::uint32_t> slots;
  std::uint32_t seen = 0; ///< The highest revision that anybody saw.
  /// The last slot that can matter as such: `seen`, or what an unknown erase expected. An unseen
  /// put may have filled that slot, and its key may have been seen absent after the erase.
  std::uint32_t last = 0;

  // By revision, up to `last`:
  std::vector<std::uint32_t> writers;   ///< The operation, or `nothing`.
  std::vector<std::uint32_t> typed;     ///< The key of which the slot must be a put, or `nothing`.
  std::vector<std::uint32_t> witnesses; ///< Somebody who saw it so; for reasons.

  /// The known slots that may change a key, in ascending order: puts, and erases that are or may be
  /// effective.
  struct change {
    std::uint32_t slot;
    bool erases;
    bool certain; ///< Not so for an eraser.
  };
  std::vector<std::vector<change>> changes; ///< By key.

  std::vector<std::uint32_t> free;                     ///< By call.
  std::vector<std::vector<std::uint32_t>> free_erases; ///< By key, by call.
  std::vector<event> events;                           ///< Of all that isn't ignored or free.

  const operation& at(std::uint32_t i) const {
    return about.operations[i];
  }

  bool is_gap(std::uint32_t slot) const {
    return writers[slot] == nothing;
  }

  /// Slots up to `seen` of which no writer was told.
  std::uint64_t gaps() const;

private:
  void check_answers() const;
  std::uint32_t put_read_by(const operation& x) const;
  void check_values();
  void find_last();
  void find_writers();
  void pin_values();
  void find_roles();
  void type_slots();
  void see(std::uint32_t slot, std::uint32_t key, std::uint32_t witness);
  void collect_changes();
  void collect_events();

  std::vector<std::uint32_t> puts_; ///< By value.
};

} // namespace quorate::history
