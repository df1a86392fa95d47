// docs/options.md says what the tables say. `options_tests --regenerate` writes its tables anew:
// the review is in reading the difference.
#include "tests/options/document.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace quorate {
namespace {

constexpr const char* page_path = "docs/options.md"; // Tests run in the project.

std::string read_page() {
  std::ifstream in{page_path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

int regenerate() {
  const auto page = options_page(read_page());
  std::ofstream out{page_path, std::ios::binary};
  if (page.empty() || !(out << page).flush()) {
    std::cerr << page_path << " isn't there, can't be written or lacks its markers.\n";
    return 1;
  }
  return 0;
}

} // namespace

TEST(options_page, says_what_the_tables_say) {
  const auto page = read_page();
  ASSERT_FALSE(page.empty()) << page_path << " isn't there";
  EXPECT_EQ(page, options_page(page)) << "run options_tests --regenerate in the project";
}

TEST(options_page, has_a_place_for_every_table) {
  EXPECT_EQ(options_page("a page\n"), "");
}

} // namespace quorate

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc > 1 && std::string{argv[1]} == "--regenerate")
    return quorate::regenerate();
  return RUN_ALL_TESTS();
}
