// The tables of bugs that others had, and of what membership promises, name nothing that isn't
// there.
#include "tests/repository/catalogue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace quorate::repository {

namespace {

namespace fs = std::filesystem;

const fs::path root{QUORATE_SOURCE_DIR};

std::string read(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

known_names known_here() {
  known_names known;
  for (const auto* room : {"tests", "include/quorate/testing"})
    for (const auto& file : fs::recursive_directory_iterator{root / room})
      if (file.path().extension() == ".cpp" || file.path().extension() == ".hpp")
        collect_tests(read(file.path()), known.tests);
  known.mutants = enumerators_of(read(root / "runtime/base/mutants.hpp"), "mutant");
  known.situations = enumerators_of(read(root / "tests/sim/coverage.hpp"), "situation");
  return known;
}

/// A table in which every bug has a row, with `row` in the place of its own.
std::string table_with(const std::string& row) {
  std::string text = "| tag | what | where | here |\n|---|---|---|---|\n";
  auto own_tag = row.substr(2, row.find(' ', 2) - 2);
  for (const auto& [section, size] : {std::pair{'E', 16},
                                      {'R', 18},
                                      {'C', 15},
                                      {'N', 11},
                                      {'D', 8},
                                      {'P', 9},
                                      {'S', 6},
                                      {'J', 11}})
    for (int i = 1; i <= size; ++i)
      if (auto tag = section + std::to_string(i); tag != own_tag)
        text += "| " + tag + " | w | o | `a_suite.a_test` |\n";
  return text + row + "\n";
}

std::vector<std::string> found_in(const std::string& text) {
  known_names known;
  known.tests = {"a_suite.a_test"};
  known.mutants = {"a_bug"};
  known.situations = {"a_crash"};
  std::vector<std::string> all;
  for (const auto& one : check_catalogue("docs/x.md", text, known))
    all.push_back(one.what);
  return all;
}

using texts = std::vector<std::string>;

TEST(the_catalogue, names_tests_mutants_and_situations_that_exist) {
  auto known = known_here();
  EXPECT_GT(known.tests.size(), 500U);
  EXPECT_GT(known.mutants.size(), 20U);
  EXPECT_GT(known.situations.size(), 40U);
  auto text = read(root / "docs/bug-classes.md");
  for (const auto& found : check_catalogue("docs/bug-classes.md", text, known))
    ADD_FAILURE() << found;
}

TEST(the_promises_of_membership, name_tests_mutants_and_situations_that_exist) {
  const auto known = known_here();
  const auto text = read(root / "docs/membership.md");
  for (const auto& [heading, rows] :
       {std::pair{"What is promised, and how it is shown", 9}, {"Shown by", 50}})
    for (const auto& found :
         check_table("docs/membership.md", text, heading, static_cast<std::size_t>(rows), known))
      ADD_FAILURE() << found;
}

TEST(a_table_of_promises, is_checked_in_its_own_section_and_counted) {
  known_names known;
  known.tests = {"a_suite.a_test"};
  const auto found_in_table = [&known](const std::string& rows, std::size_t count) {
    const auto
      text = "## Other\n\n| x | `b.c` |\n|---|---|\n| x | `b.c` |\n\n## Shown\n\n| what | by "
             "|\n|---|---|\n"
             + rows + "\n## Last\n\n| x | y |\n|---|---|\n| x | y |\n";
    std::vector<std::string> all;
    for (const auto& one : check_table("docs/x.md", text, "Shown", count, known))
      all.push_back(one.what);
    return all;
  };
  EXPECT_EQ(found_in_table("| it | `a_suite.a_test` |\n| so | Can't happen here. |\n", 2), texts{});
  EXPECT_EQ(found_in_table("| it | `a_suite.another` |\n", 1),
            texts{"it: no such test: a_suite.another"});
  EXPECT_EQ(found_in_table("| it | by hand |\n", 1), texts{"it names no test and gives no reason"});
  EXPECT_EQ(found_in_table("", 1), texts{"Shown has 0 rows, not 1"});
}

TEST(a_catalogue, of_what_exists_is_clean) {
  EXPECT_EQ(found_in(table_with("| E3 | w | o | `a_suite.a_test`, `mutant::a_bug` |")), texts{});
  EXPECT_EQ(found_in(table_with("| E3 | w | o | Can't happen here: no files. |")), texts{});
  EXPECT_EQ(found_in(table_with("| E3 | w | o | to come with leases |")), texts{});
}

TEST(a_catalogue, that_names_what_isnt_there_is_found) {
  EXPECT_EQ(found_in(table_with("| E3 | w | o | `a_suite.another` |")),
            texts{"E3: no such test: a_suite.another"});
  EXPECT_EQ(found_in(table_with("| E3 | w | o | `a_suite.a_test`, `mutant::b` |")),
            texts{"E3: no such planted bug: mutant::b"});
  EXPECT_EQ(found_in(table_with("| E3 | w | o | `a_suite.a_test`, `situation::b` |")),
            texts{"E3: no such situation of the simulator: situation::b"});
}

TEST(a_catalogue, with_a_row_too_few_too_many_or_empty_is_found) {
  EXPECT_EQ(found_in(table_with("| E3 | w | o | sim: `mutant::a_bug` |")),
            texts{"E3 names no test and gives no reason"});
  EXPECT_EQ(found_in(table_with("| E3 | w | `a_suite.a_test` |")), texts{"E3 has 3 columns"});
  EXPECT_EQ(found_in(table_with("| E17 | w | o | `a_suite.a_test` |")),
            texts{"E17 isn't of the catalogue"});
  auto twice = table_with("| E3 | w | o | `a_suite.a_test` |");
  EXPECT_EQ(found_in(twice + "| E4 | w | o | `a_suite.a_test` |\n"), texts{"E4 has a row already"});
  auto without = table_with("| E3 | w | o | `a_suite.a_test` |");
  without.erase(without.find("| E5 "), 5);
  EXPECT_EQ(found_in(without), texts{"E5 has no row"});
}

TEST(tests, are_collected_from_code_and_not_from_comments) {
  std::set<std::string> tests;
  collect_tests("TEST(a, b) {}\n// TEST(c, d)\nTEST_F(e,\n     f) {}\nTYPED_TEST_P(g, h) {}\n"
                "TEST_P(i, j) {}\nINSTANTIATE_TEST_SUITE_P(k, l, m);\nquorate_TEST(n, o)",
                tests);
  EXPECT_EQ(tests, (std::set<std::string>{"a.b", "e.f", "g.h", "i.j"}));
}

TEST(enumerators, are_read_with_and_without_numbers) {
  auto text = "enum class other { x };\nenum class mutant : int {\n  none = 0,\n  one, ///< d, e.\n"
              "  two,\n};\nint y, z;";
  EXPECT_EQ(enumerators_of(text, "mutant"), (std::set<std::string>{"none", "one", "two"}));
  EXPECT_TRUE(enumerators_of(text, "third").empty());
}

} // namespace

} // namespace quorate::repository
