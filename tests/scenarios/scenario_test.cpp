// Every file of tests/scenarios/files is one test. After a wanted change, `scenario_tests
// --regenerate [NAME...]` writes the outcomes anew: the review is in reading the difference.
#include "tests/scenarios/runner.hpp"

#include <gtest/gtest.h>

#include <iostream>

namespace quorate::raft::scenarios {
namespace {

const std::string folder = QUORATE_SCENARIO_FILES;

std::string path_of(const std::string& name) {
  return folder + '/' + name + ".txt";
}

class scenario : public testing::TestWithParam<std::string> {};

TEST_P(scenario, has_the_written_outcome) {
  auto what = parse(path_of(GetParam()), read_file(path_of(GetParam())));
  auto differing = differences(what, run_all(what));
  if (!differing.empty())
    ADD_FAILURE() << differing;
}

INSTANTIATE_TEST_SUITE_P(file, scenario, testing::ValuesIn(files_in(folder)),
                         [](const auto& one) { return one.param; });

TEST(files, say_first_what_they_show) {
  for (const auto& name : files_in(folder))
    EXPECT_EQ(read_file(path_of(name)).substr(0, 2), "# ") << name;
}

int regenerate_all(std::vector<std::string> names) {
  if (names.empty())
    names = files_in(folder);
  int failed = 0;
  for (const auto& name : names) {
    try {
      if (regenerate(path_of(name)))
        std::cout << "changed " << name << '\n';
    } catch (const malformed& error) {
      std::cerr << error.what() << '\n';
      failed = 1;
    }
  }
  return failed;
}

} // namespace
} // namespace quorate::raft::scenarios

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  std::vector<std::string> words{argv + 1, argv + argc};
  if (!words.empty() && words.front() == "--regenerate")
    return quorate::raft::scenarios::regenerate_all({words.begin() + 1, words.end()});
  return RUN_ALL_TESTS();
}
