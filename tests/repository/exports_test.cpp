#include "tests/repository/rules.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quorate::repository {
namespace {

std::size_t unmarked(const std::string& text) {
  return check_exports("include/quorate/x.hpp", text).size();
}

TEST(exports, that_are_missing_are_found) {
  EXPECT_EQ(unmarked("namespace q {\nint f(int x = 1);\n}\n"), 1u);
  EXPECT_EQ(unmarked("namespace q {\nstruct a {\n  int x{1};\n  int f() const;\n};\n}\n"), 1u);
  EXPECT_EQ(unmarked("class a {\npublic:\n  a& operator=(a&&) noexcept;\n};\n"), 1u);
  EXPECT_EQ(unmarked("class a {\npublic:\n  ~a();\n};\n"), 1u);
  EXPECT_EQ(unmarked("extern template class a<int>;\n"), 1u);
}

TEST(exports, that_are_missing_are_found_where_they_are) {
  const auto found = check_exports("include/quorate/x.hpp", "// One.\n\nint f(\n  int x);\n");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].line, 3);
  EXPECT_EQ(found[0].what, "isn't marked QUORATE_EXPORT: int f( int x)");
}

TEST(exports, are_marked_on_a_function_or_on_its_class) {
  EXPECT_EQ(unmarked("QUORATE_EXPORT int f();\n"), 0u);
  EXPECT_EQ(unmarked("class QUORATE_EXPORT a {\n  void f();\n  int g();\n};\n"), 0u);
  EXPECT_EQ(unmarked("struct a {\n  QUORATE_EXPORT void f();\n};\n"), 0u);
  EXPECT_EQ(unmarked("extern template class QUORATE_EXPORT a<int>;\n"), 0u);
  EXPECT_EQ(unmarked("class QUORATE_EXPORT a {\n  void f();\n};\nvoid g();\n"), 1u);
}

TEST(exports, are_nothing_that_a_header_defines) {
  EXPECT_EQ(unmarked("inline int f() {\n  return g();\n}\n"), 0u);
  EXPECT_EQ(unmarked("struct a {\n  int f() {\n    g();\n    return 1;\n  }\n};\n"), 0u);
  EXPECT_EQ(unmarked("struct a {\n  a() : x_(1), y_{2} {\n    g();\n  }\n  a(a&&) = default;\n"
                     "  virtual int f(int) = 0;\n};\n"),
            0u);
  EXPECT_EQ(unmarked("template <class T>\nclass a {\n  void f();\n};\n"), 0u);
  EXPECT_EQ(unmarked("struct a {\n  std::function<void(int)> f;\n  int x = int{1} << g();\n};\n"),
            0u);
  EXPECT_EQ(unmarked("enum class e {\n  a, b\n};\nusing f = int();\n"), 0u);
}

TEST(exports, are_asked_of_public_headers_only) {
  EXPECT_TRUE(check_exports("runtime/a.hpp", "int f();\n").empty());
}

} // namespace
} // namespace quorate::repository
