// The rules, run over the tree that this test was built from.
#include "tests/repository/rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

namespace quorate::repository {

namespace {

namespace fs = std::filesystem;

const fs::path root{QUORATE_SOURCE_DIR};

struct source {
  std::string path;
  std::string text;
};

/// Every text file of the project: all but what git and the builds own.
std::vector<source> read_tree() {
  const std::set<std::string> skipped{".git", "build", ".cache"};
  std::vector<source> result;
  for (auto i = fs::recursive_directory_iterator{root}; i != fs::recursive_directory_iterator{};
       ++i) {
    if (i.depth() == 0 && skipped.count(i->path().filename().string()) != 0) {
      i.disable_recursion_pending();
      continue;
    }
    if (!i->is_regular_file())
      continue;
    std::ifstream in{i->path(), std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (text.find('\0') == std::string::npos)
      result.push_back({i->path().lexically_relative(root).generic_string(), std::move(text)});
  }
  return result;
}

const std::vector<source>& tree() {
  static const auto files = read_tree();
  return files;
}

bool has_extension(const source& file, const char* extension) {
  return fs::path{file.path}.extension() == extension;
}

bool is_cxx(const source& file) {
  return has_extension(file, ".cpp") || has_extension(file, ".hpp");
}

/// Applies a rule to the files it is about, and fails once for each finding.
template <class Selector, class Rule>
void expect_clean(Selector selector, Rule rule) {
  for (const auto& file : tree())
    if (selector(file))
      for (const auto& found : rule(file.path, file.text))
        ADD_FAILURE() << found;
}

TEST(tree, is_where_the_test_looks) {
  EXPECT_GT(std::count_if(tree().begin(), tree().end(), is_cxx), 3);
}

TEST(tree, has_includes_that_point_one_way) {
  expect_clean(is_cxx, check_includes);
}

TEST(tree, has_a_runtime_without_clocks_and_randomness) {
  expect_clean(is_cxx, check_purity);
}

TEST(tree, has_headers_that_are_the_same_in_checked_builds) {
  expect_clean(is_cxx, check_one_layout);
}

TEST(tree, has_headers_that_can_be_included_twice) {
  expect_clean(is_cxx, check_header);
}

TEST(tree, has_public_headers_that_mark_what_they_only_declare) {
  expect_clean(is_cxx, check_exports);
}

TEST(tree, names_no_path_of_an_own_machine) {
  // The rule itself spells them.
  expect_clean([](const source& file) { return file.path != "tests/repository/rules.cpp"; },
               check_local_paths);
}

TEST(tree, has_a_changelog_with_a_place_for_the_next_change) {
  auto is_changelog = [](const source& file) { return file.path == "CHANGELOG.md"; };
  EXPECT_TRUE(std::any_of(tree().begin(), tree().end(), is_changelog));
  expect_clean(is_changelog, check_changelog);
}

TEST(tree, has_links_that_lead_somewhere) {
  auto exists = [](const std::string& path) { return fs::exists(root / path); };
  expect_clean([](const source& file) { return has_extension(file, ".md"); },
               [&](const std::string& path, std::string_view text) {
                 return check_links(path, text, exists);
               });
}

TEST(tree, shows_how_to_embed_it_by_lines_of_the_example) {
  std::string code;
  for (const auto& file : tree())
    if (file.path.rfind("examples/embedding/", 0) == 0)
      code += file.text;
  expect_clean([](const source& file) { return file.path == "docs/embedding.md"; },
               [&](const std::string& path, std::string_view text) {
                 return check_snippets(path, text, code);
               });
}

} // namespace

} // namespace quorate::repository
