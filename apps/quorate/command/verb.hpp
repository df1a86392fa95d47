// What the command can do, as data: the parser, the help texts, the manual and the shell's
// completion are all made from it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace quorate::app {

class call;

struct option {
  std::string name;            ///< Without the dashes.
  std::string value;           ///< What its value is called; empty: it has none.
  std::string help;            ///< Begins in lower case, ends without a full stop.
  std::string environment;     ///< The variable that stands for it if it isn't given.
  bool shared = false;         ///< Of all verbs that talk to a cluster: the manual has it once.
  bool repeatable = false;     ///< Else a second one is refused.
  bool value_optional = false; ///< A value then is given with `=` only.
};

struct example {
  std::string words; ///< After `quorate`.
  std::string meaning;
};

/// A verb that reads its words itself gets them as `main` does, its own name first.
using own_main = int (*)(int argc, const char* const* argv);

struct verb {
  std::string path;     ///< `status`, or with a group `node park`.
  std::string operands; ///< As the usage line shows them, `OLD NEW`.
  std::size_t operands_min = 0;
  std::size_t operands_max = 0;
  std::string summary; ///< A few words, in lower case.
  std::string text;    ///< Sentences; what is indented keeps its lines.
  std::vector<example> examples;
  std::vector<option> options; ///< All of them, but for `--help`.
  int (*run)(call&) = nullptr;
  own_main reads_itself = nullptr; ///< Where there is no `run`.
};

/// All verbs, in the order in which they are shown.
using verb_table = std::vector<verb>;

/// First words of verbs that have several: `node`, `kv`, …, each once, in the table's order.
std::vector<std::string> groups_of(const verb_table& table);

/// The verbs of a group, or all if it is empty.
std::vector<const verb*> verbs_of(const verb_table& table, const std::string& group);

/// First words of all verbs, each once.
std::vector<std::string> first_words(const verb_table& table);

} // namespace quorate::app
