// The exact part of the checker: follows the events in time, and at a gap tries everything that may
// fill it.
#pragma once

#include "tests/history/facts.hpp"
#include "tests/history/sweep.hpp"
#include "tests/history/verdict.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_set>
#include <vector>

namespace quorate::history {

/// Of unknown writes that differ by their times and values only. Once called, one is as good as the
/// other: none returns, and their values were never read.
struct free_class {
  std::uint32_t key;
  bool erases;
  condition pre;
  std::uint64_t expect;
  std::vector<std::int64_t> calls; ///< Ascending.
};

/// Sorted by first call.
std::vector<free_class> classes_of(const facts& from);

/// Searches for an order of all operations, depth first. A state of the search is a prefix of an
/// order, which is extended only where an operation returns that isn't in it, and only by the slots
/// up to that operation (Lowe's just-in-time linearization). Readers join the prefix in the first
/// state that suits them, which costs nobody anything.
///
/// So there is a choice in one place only, that is which unknown write fills the next gap; where an
/// erase of that revision is waiting and its key is present, not even there.
class search {
public:
  enum class manner : std::uint8_t {
    guided,     ///< Returns to the choice that seems to be to blame, and leaves others out.
    exhaustive, ///< Returns to the last choice.
  };

  /// Attempts differ in what they try first. Not more than `steps_max` events are handled after the
  /// first wrong choice.
  search(const facts& from, const sweep& bounds, manner how, std::uint32_t attempt,
         std::uint64_t steps_max);

  decision run();

  /// Why the attempt that got farthest ended.
  refutation why() const;

private:
  /// Without getting farther: two repairs can undo each other for ever.
  static constexpr int repairs_max = 200;

  enum class undo : std::uint8_t { satisfied, waiting, written, used, erases };

  struct change {
    undo what;
    std::uint32_t which;
    std::uint32_t old;
  };

  /// Two sums of hashes, so that the order of changes doesn't matter.
  struct digest {
    std::uint64_t a = 0;
    std::uint64_t b = 0;

    bool operator==(const digest& other) const {
      return a == other.a && b == other.b;
    }
  };

  struct hash_of_digest {
    std::size_t operator()(const digest& x) const {
      return static_cast<std::size_t>(x.a);
    }
  };

  struct choice {
    std::size_t event;
    std::size_t trail;
    digest before;
    std::vector<std::uint32_t> candidates; ///< Classes, the last one first.
    bool all;                              ///< Or some only, so that more are to be found.
    std::uint32_t chosen = nothing;
  };

  struct failure {
    std::size_t event = 0;
    const char* text = "";
    std::uint32_t operation = nothing;
    std::uint32_t slot = 0;
    std::uint32_t other = nothing;
    std::uint32_t group = nothing; ///< Whose readers are concerned.
  };

  // Groups of readers: of each value, of each revision of the store, of each key's absence.
  std::uint32_t value_group(std::uint32_t slot) const;
  std::uint32_t noop_group(std::uint32_t slot) const;
  std::uint32_t absence_group(std::uint32_t key) const;
  std::uint32_t group_of(std::uint32_t i) const;
  std::uint32_t demand_of(std::uint32_t writer) const;
  void count_readers();

  bool step(const event& now);
  bool begin(std::uint32_t i);
  bool settle(std::uint32_t i);
  bool is_settled(std::uint32_t i) const;
  bool advance(std::uint32_t i);
  bool enter_tail(std::uint32_t i);
  bool write_known(std::uint32_t writer);
  bool fill_gap();
  bool fill(std::uint32_t class_number);
  bool write(std::uint32_t key, bool erases, std::uint32_t by);
  bool check_noops();
  std::vector<std::uint32_t> candidates(std::size_t enough) const;
  bool may_fill(const free_class& x, std::size_t number) const;
  bool is_left(const free_class& x, std::size_t number) const;
  bool suits(const free_class& x) const;
  std::uint64_t rank(const free_class& x, std::uint32_t number) const;
  bool is_absent_between(std::uint32_t key, std::uint32_t first, std::uint32_t end) const;
  bool try_candidates();
  bool backtrack();
  bool repair();
  bool repair_presence(std::uint32_t key);
  bool repair_shortage();

  bool fail(const char* text, std::uint32_t operation, std::uint32_t other = nothing,
            std::uint32_t group = nothing);
  std::uint32_t last_of(std::uint32_t group) const;
  void satisfy(std::uint32_t i);
  void wake(std::uint32_t group);
  void wait(std::uint32_t i, std::uint32_t group);
  void use(std::uint32_t class_number);
  void count_erase(std::uint32_t key);
  void note(undo what, std::uint32_t which, std::uint32_t old);
  void take_back(const change& last);
  void undo_to(std::size_t size);
  void mix(undo what, std::uint64_t which, std::uint64_t value, bool add);
  digest position() const;

  const facts& facts_;
  const sweep& bounds_;
  std::vector<free_class> classes_;
  std::vector<std::vector<std::uint32_t>> erases_of_; ///< By key, classes.
  manner how_;
  std::uint32_t attempt_;
  std::uint64_t steps_left_;

  std::size_t event_ = 0;
  std::uint32_t reached_ = 0;          ///< The store's revision.
  std::vector<std::uint32_t> current_; ///< By key: the slot of its value, zero if absent.
  std::vector<std::uint32_t> used_;    ///< By class.
  std::vector<std::uint32_t> erases_;  ///< By key: erases that are still possible.
  std::vector<std::uint32_t> waiting_; ///< By group: the first called reader that waits.
  std::vector<std::uint32_t> next_;    ///< By operation: the next in the same group.
  std::vector<std::uint32_t> wanted_;  ///< By group: readers that haven't had their state.
  std::vector<bool> satisfied_;        ///< By operation, readers only.

  std::vector<change> trail_; ///< Since the first choice that is left.
  std::vector<choice> choices_;
  digest digest_;
  std::unordered_set<digest, hash_of_digest> failed_; ///< Choices without a right candidate.
  bool backtracked_ = false;
  bool left_out_ = false; ///< Some choices were never tried.
  int repairs_left_ = repairs_max;
  std::uint32_t key_to_erase_ = nothing; ///< Its presence made the last attempt fail, ...
  bool is_short_ = false;                ///< ... or that nothing was left that suits a gap.
  failure best_;
};

} // namespace quorate::history
