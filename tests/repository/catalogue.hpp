// What docs/bug-classes.md and docs/membership.md promise, against what there is: tests, planted
// bugs and situations of the simulator.
#pragma once

#include "tests/repository/rules.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace quorate::repository {

/// What a row of the catalogue may name.
struct known_names {
  std::set<std::string> tests; ///< `suite.name`.
  std::set<std::string> mutants;
  std::set<std::string> situations;
};

/// Adds the tests that a C++ file defines.
void collect_tests(std::string_view text, std::set<std::string>& into);

/// The enumerators of `enum class name`.
std::set<std::string> enumerators_of(std::string_view text, const std::string& name);

/// Each bug has one row; all that a row names exists; a row that names no test gives a reason.
findings check_catalogue(const std::string& path, std::string_view text, const known_names& known);

/// The section below `## heading` has a table of `rows` rows or more, and each row names in its
/// last cell what exists: a test at least, or it gives a reason.
findings check_table(const std::string& path, std::string_view text, const std::string& heading,
                     std::size_t rows, const known_names& known);

} // namespace quorate::repository
