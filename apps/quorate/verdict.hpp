// What the demo found, and what follows from it. Pure.
#pragma once

#include "quorate/types.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace quorate::app {

/// One act of the demo, and why it didn't happen, if it didn't.
struct act_outcome {
  std::string title;
  bool happened = false;
  std::string trouble;
};

/// What a run found that went on with the cluster of an earlier one, in place of the acts.
struct continuation {
  bool counted = false;  ///< It came to that.
  std::size_t keys = 0;  ///< Of the input, before anything was loaded.
  std::size_t equal = 0; ///< Of these, the ones with the input's value.
  std::string trouble;   ///< Why the cluster didn't go on, if so.
};

/// The hash of one live replica's state, and where it was taken.
struct replica_hash {
  std::string name;
  log_index applied{};
  revision store{};
  std::uint64_t hash = 0;
};

/// All that the verdict depends on.
struct evidence {
  std::size_t members = 0;
  std::size_t target = 0;
  std::string fresh; ///< The node that act 2 started.
  bool fresh_is_member = false;
  std::vector<act_outcome> acts;
  std::optional<continuation> continued; ///< None: the acts were played.
  std::size_t keys_in_input = 0;         ///< Of the input read anew.
  std::size_t keys_in_store = 0;
  std::size_t keys_equal = 0;
  std::string load_trouble; ///< Empty: the load ended, and the comparison could be made.
  std::vector<replica_hash> replicas;
  std::string replica_trouble; ///< Why not all of them could be asked at one revision, if so.
  std::map<std::string, std::uint64_t> transitions; ///< Committed ones, by kind.
};

/// One thing that had to hold, and a sentence with the numbers.
struct check {
  std::string name;
  bool ok = false;
  std::string text;
};

struct verdict {
  bool ok = false;
  std::size_t members = 0;
  std::size_t target = 0;
  std::size_t keys = 0; ///< Equal to the input.
  bool hashes_equal = false;
  std::map<std::string, std::uint64_t> transitions;
  std::vector<check> checks;
};

/// How many acts there are: fewer means that one of them stopped the demo.
inline constexpr std::size_t acts_all = 4;

verdict judge(const evidence& found);

} // namespace quorate::app
