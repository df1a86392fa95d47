// A command's arguments, taken one by one with their types. What is wrong, missing or left over is
// an error at the command's line: a typing mistake never changes what a scenario shows.
//
// Thread safety: none; one owner. Complexity: linear in the arguments.
#pragma once

#include "messages/raft.hpp"
#include "tests/scenarios/script.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace quorate::raft::scenarios {

class arguments {
public:
  arguments(std::string file, const command& from);

  [[noreturn]] void fail(const std::string& why) const;

  // -- words, in their order ----------------------------------------------------------------------

  bool has_word() const;
  std::string word(const std::string& what);
  std::uint64_t number(const std::string& what);
  /// `2`, or `1,2,3`.
  std::vector<unsigned> ids(const std::string& what);
  unsigned id(const std::string& what);
  /// Whether this very word is among the rest; takes it.
  bool flag(const std::string& name);

  // -- key=value ----------------------------------------------------------------------------------

  bool has(const std::string& key) const;
  std::optional<std::string> text(const std::string& key);
  std::optional<std::uint64_t> value(const std::string& key);
  std::uint64_t value(const std::string& key, std::uint64_t otherwise);
  /// `1,2,3`, or `none`.
  std::optional<std::vector<std::uint64_t>> values(const std::string& key);
  /// `a,b`, or `none`.
  std::vector<std::string> list(const std::string& key);
  /// `7@3`: index and term.
  std::optional<log_position> position(const std::string& key);

  // -- their parts --------------------------------------------------------------------------------

  std::uint64_t to_number(const std::string& text) const;
  log_position to_position(const std::string& text) const;

  /// Fails if an argument wasn't taken.
  void done() const;

private:
  std::string file_;
  command from_; ///< Its arguments are those that nobody has taken yet.
};

/// `a,b` as {a, b}; `none` as {}.
std::vector<std::string> split(const std::string& text, char separator = ',');

} // namespace quorate::raft::scenarios
