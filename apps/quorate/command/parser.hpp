// From words to a verb with its operands and options. Strict: nothing is abbreviated, because an
// abbreviation that works today would be ambiguous with tomorrow's option. Pure.
#pragma once

#include "quorate/result.hpp"
#include "apps/quorate/command/verb.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace quorate::app {

/// What was typed, understood.
struct invocation {
  const verb* which = nullptr; ///< None: help, for the group or for all.
  std::string group;           ///< With help: `node`, or empty.
  bool help = false;
  std::vector<std::string> operands;
  /// In the order in which they were given; a switch, and an optional value that is left out, have
  /// an empty value.
  std::vector<std::pair<std::string, std::string>> options;
  std::size_t own_words = 0; ///< Of a verb that reads them itself: where its own name stands.

  bool has(const std::string& name) const;
  std::optional<std::string> value(const std::string& name) const;
  std::vector<std::string> values(const std::string& name) const;
};

/// `words`: without the program's name. Errors: `invalid_argument`, with a sentence that names the
/// nearest word there is.
result<invocation> parse(const verb_table& table, const std::vector<std::string>& words);

} // namespace quorate::app
