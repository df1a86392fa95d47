// A scenario file as data: blocks of commands, each with the outcome that it must have.
//
//   # What is shown.
//   campaign 1
//   stabilize
//   ----
//   n1 is pre_candidate in term 1, leader -
//
// A block is one command a line, then `----`, then the outcome up to the next blank line. Lines
// that begin with `#` are comments; they and blank lines may stand between blocks, and comments
// between commands, too.
//
// Thread safety: values. Complexity: linear in the file.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace quorate::raft::scenarios {

/// A file that can't be understood: `file:line: why`.
struct malformed : std::runtime_error {
  malformed(const std::string& file, int line, const std::string& why)
    : std::runtime_error(file + ':' + std::to_string(line) + ": " + why) {
    // nop
  }
};

/// `word`, or `key=value`.
struct argument {
  std::string key; ///< Empty: a word.
  std::string value;
};

struct command {
  int line = 0;
  bool quiet = false; ///< It stands behind `quietly`: its outcome isn't of interest.
  std::string name;
  std::vector<argument> arguments;
};

struct block {
  int line = 0;     ///< Of the first command.
  std::string text; ///< From the end of the block before, up to and including `----`.
  std::vector<command> commands;
  std::vector<std::string> expected;
};

struct script {
  std::string file;
  std::vector<block> blocks;
  std::string tail; ///< What follows the last block.
};

using outcome = std::vector<std::string>;

/// Throws `malformed`.
script parse(const std::string& file, std::string_view text);

/// The file with these outcomes, one for each block.
std::string render(const script& from, const std::vector<outcome>& outcomes);

} // namespace quorate::raft::scenarios
