// What is written about the transition table says what the table says, and the model uses all of
// it.
#include "tests/model/table_documents.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>

namespace quorate::model {
namespace {

constexpr const char* how_to_repair = "build the target lifecycle_documents";

std::string read(const std::string& path) {
  std::ifstream in{path, std::ios::binary}; // Tests run in the project.
  EXPECT_TRUE(in) << path << " can't be opened";
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::set<std::string> words(const std::string& text, const char* pattern) {
  const std::regex word{pattern};
  std::set<std::string> found;
  for (std::sregex_iterator i{text.begin(), text.end(), word}, end; i != end; ++i)
    found.insert((*i)[1].str());
  return found;
}

/// Events that the model leaves out, each for the reason that stands in docs/model/promela.md.
const std::set<std::string> not_modelled{"PROVISION",  "RE_REGISTER", "UPDATE",
                                         "SET_POLICY", "PAUSE",       "RESUME"};

} // namespace

TEST(table_documents, stand_in_the_models_include) {
  EXPECT_EQ(read("docs/model/transitions.pml"), promela_of({})) << how_to_repair;
}

TEST(table_documents, stand_in_the_page_about_membership) {
  const auto page = read("docs/membership.md");
  EXPECT_EQ(page, membership_page(page, {})) << how_to_repair;
}

TEST(table_documents, are_all_asked_by_the_model) {
  auto expected = words(promela_of({}), "#define LEGAL_([A-Z_]+)");
  for (const auto& event : not_modelled)
    EXPECT_EQ(expected.erase(event), 1U) << event;
  const auto model = read("docs/model/lifecycle.pml") + read("docs/model/operators.pml");
  EXPECT_EQ(words(model, "LEGAL_([A-Z_]+)"), expected);
}

TEST(table_documents, differ_if_a_guard_is_taken_out) {
  auto rows = membership::lifecycle_table;
  for (auto& row : rows) {
    if (row.guards[0] == membership::guard::none)
      continue;
    const auto taken = row.guards[0];
    row.guards[0] = membership::guard::none;
    const membership::table_view table{rows.data(), rows.size()};
    EXPECT_NE(promela_of(table), promela_of({}));
    EXPECT_NE(markdown_of(table), markdown_of({}));
    row.guards[0] = taken;
  }
}

TEST(table_documents, are_not_found_in_a_page_without_their_markers) {
  EXPECT_TRUE(membership_page("a page\n", {}).empty());
}

} // namespace quorate::model
