// The files in docs/ that are written by the command itself.
#include "apps/quorate/command/manual.hpp"

#include "tests/apps/command_cluster.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace quorate::app {

namespace {

using testing::HasSubstr;

std::string read(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

TEST(manual, in_docs_is_up_to_date) {
  command_line quorate;
  EXPECT_TRUE(quorate.run({"manual", "markdown"}).out == read("docs/command.md"))
    << "run: quorate manual markdown >docs/command.md";
  EXPECT_TRUE(quorate.run({"manual", "man"}).out == read("docs/quorate.1"))
    << "run: quorate manual man >docs/quorate.1";
}

TEST(manual, has_every_verb_and_option) {
  const auto table = all_verbs({});
  const auto page = manual_page(table);
  const auto text = manual_markdown(table);
  for (const auto& each : table) {
    EXPECT_THAT(text, HasSubstr("## quorate " + each.path + '\n'));
    EXPECT_THAT(page, HasSubstr(".SS \"quorate " + each.path));
    for (const auto& known : each.options)
      EXPECT_THAT(text, HasSubstr("`--" + known.name));
  }
}

TEST(manual, has_no_line_that_roff_takes_for_a_request_of_its_own) {
  const auto page = manual_page(all_verbs({}));
  std::istringstream in{page};
  const std::vector<std::string> ours{".TH", ".SH", ".SS", ".TP", ".PP",
                                      ".B ", ".I ", ".nf", ".fi", ".\\\""};
  for (std::string line; std::getline(in, line);) {
    EXPECT_NE(line.substr(0, 1), "'") << line;
    if (line.substr(0, 1) == ".") {
      EXPECT_NE(std::find(ours.begin(), ours.end(), line.substr(0, 3)), ours.end()) << line;
    }
  }
}

TEST(help_texts, fit_into_96_columns) {
  for (const auto& each : all_verbs({})) {
    std::istringstream in{help_text(each)};
    for (std::string line; std::getline(in, line);)
      EXPECT_LE(line.size(), 96U) << each.path << ": " << line;
  }
}

/// What bash offers for the words; the last one is being typed.
std::string offered(const std::string& words, int at) {
  command_line quorate;
  const auto script = quorate.run({"completion", "bash"}).out;
  const auto path = testing::TempDir() + "quorate_completion_test_" + std::to_string(getpid());
  std::ofstream{path} << script << "COMP_WORDS=(" << words << "); COMP_CWORD=" << at
                      << "; _quorate; echo \"${COMPREPLY[*]}\"\n";
  auto* bash = popen(("bash " + path).c_str(), "r");
  if (bash == nullptr)
    return "there is no bash";
  std::string text;
  for (int c = std::fgetc(bash); c != EOF; c = std::fgetc(bash))
    text += static_cast<char>(c);
  EXPECT_EQ(pclose(bash), 0);
  std::remove(path.c_str());
  return text;
}

TEST(completion, offers_verbs_sub_verbs_and_options) {
  EXPECT_EQ(offered("quorate sta", 1), "status\n");
  EXPECT_EQ(offered("quorate node p", 2), "park\n");
  EXPECT_EQ(offered("quorate node park --wa", 3), "--wait\n");
  EXPECT_EQ(offered("quorate node park n3 --fo", 4), "--force\n");
  EXPECT_EQ(offered("quorate status --ch", 2), "--check\n");
  EXPECT_EQ(offered("quorate policy ''", 2), "show set --help\n");
}

} // namespace

} // namespace quorate::app
