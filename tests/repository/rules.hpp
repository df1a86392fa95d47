// The rules of this repository as pure functions over a file's path and text, so that each has a
// test showing that it finds what it forbids. `tree_test.cpp` runs them over the real tree.
//
// Paths are relative to the project's root, with forward slashes.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace quorate::repository {

/// A place that breaks a rule, and the sentence that says which.
struct finding {
  std::string path;
  int line = 0; ///< From 1; 0 if it is about the whole file.
  std::string what;
};

std::ostream& operator<<(std::ostream& out, const finding& x);

using findings = std::vector<finding>;

/// Includes point one way: include/quorate <- messages <- runtime <- actors <- the programs.
findings check_includes(const std::string& path, std::string_view text);

/// runtime/ has no clocks and no randomness of its own: both come in as events and seeds.
findings check_purity(const std::string& path, std::string_view text);

/// Actors are compiled once and linked with the checked and the unchecked runtime, so a header must
/// be the same for both.
findings check_one_layout(const std::string& path, std::string_view text);

/// Every header can be included twice.
findings check_header(const std::string& path, std::string_view text);

/// No path of somebody's own machine.
findings check_local_paths(const std::string& path, std::string_view text);

/// There is a place for the next change.
findings check_changelog(const std::string& path, std::string_view text);

/// Relative links of a Markdown file lead to files that `exists` knows.
findings check_links(const std::string& path, std::string_view text,
                     const std::function<bool(const std::string&)>& exists);

/// What a public header declares and doesn't define is marked, so that a shared library shows it.
findings check_exports(const std::string& path, std::string_view text);

/// What a Markdown file shows as C++ or CMake are lines of `code`, but for indentation: so it is as
/// right as the program that they were taken from.
findings check_snippets(const std::string& path, std::string_view text, std::string_view code);

/// C++ text with comments blanked out and lines kept.
std::string without_comments(std::string_view text);

} // namespace quorate::repository
