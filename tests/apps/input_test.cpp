#include "apps/quorate/input.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace quorate::app {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr const char* two_packages = "Package: adduser\n"
                                     "Status: install ok installed\n"
                                     "Conffiles:\n"
                                     " /etc/adduser.conf cc3493ec\n"
                                     "Architecture: all\n"
                                     "Version: 3.134\n"
                                     "Description: add and remove users\n"
                                     " .\n"
                                     " Version: 9 in a text is no version.\n"
                                     "\n"
                                     "\n"
                                     "Package: apt\n"
                                     "Status: deinstall ok config-files\n"
                                     "Architecture: amd64\n"
                                     "Version: 2.6.1\n";

std::string refusal(const result<entries>& parsed) {
  return parsed ? "" : parsed.error().message;
}

TEST(packages, become_a_key_each_with_version_architecture_and_status) {
  const auto parsed = parse_packages(two_packages);
  ASSERT_TRUE(parsed) << refusal(parsed);
  EXPECT_THAT(*parsed, ElementsAre(Pair("adduser", "3.134 all install ok installed"),
                                   Pair("apt", "2.6.1 amd64 deinstall ok config-files")));
}

TEST(packages, of_several_architectures_have_it_in_their_keys) {
  const auto parsed = parse_packages("Package: libc6\nArchitecture: amd64\nVersion: 1\n\n"
                                     "Package: libc6\nArchitecture: i386\nVersion: 2\n\n"
                                     "Package: vim\nArchitecture: amd64\nVersion: 3\n");
  ASSERT_TRUE(parsed) << refusal(parsed);
  EXPECT_THAT(*parsed, ElementsAre(Pair("libc6:amd64", "1 amd64 -"), Pair("libc6:i386", "2 i386 -"),
                                   Pair("vim", "3 amd64 -")));
}

TEST(packages, that_stand_twice_count_as_they_stand_last) {
  const auto parsed = parse_packages("Package: a\nVersion: 1\n\nPackage: a\nVersion: 2\n");
  ASSERT_TRUE(parsed) << refusal(parsed);
  EXPECT_THAT(*parsed, ElementsAre(Pair("a", "2 - -")));
}

TEST(packages, may_end_their_lines_as_dos_did) {
  const auto parsed = parse_packages("Package: a\r\nVersion: 1\r\n\r\nPackage: b\r\n");
  ASSERT_TRUE(parsed) << refusal(parsed);
  EXPECT_THAT(*parsed, ElementsAre(Pair("a", "1 - -"), Pair("b", "- - -")));
}

TEST(packages, that_are_malformed_are_refused_with_the_line) {
  EXPECT_EQ(refusal(parse_packages("Package: a\nVersion 1\n")),
            "line 2: neither 'Field: value' nor an indented continuation.");
  EXPECT_THAT(refusal(parse_packages("Package: a\n\n indented\n")),
              HasSubstr("line 3: a paragraph"));
  EXPECT_THAT(refusal(parse_packages("Package: a\n\nVersion: 1\nStatus: b\n")),
              HasSubstr("line 3: the paragraph that begins here has no field 'Package'"));
  EXPECT_THAT(refusal(parse_packages(": no name\n")), HasSubstr("line 1:"));
}

TEST(json_lines, become_a_key_each) {
  const auto parsed = parse_json_lines("{\"key\": \"a\", \"value\": \"text\"}\n"
                                       "\n"
                                       "{\"value\": {\"x\": [1, null]}, \"key\": \"b\"}\n"
                                       "{\"key\": \"a\", \"value\": \"later\"}");
  ASSERT_TRUE(parsed) << refusal(parsed);
  EXPECT_THAT(*parsed, ElementsAre(Pair("a", "later"), Pair("b", "{\"x\":[1,null]}")));
}

TEST(json_lines, that_are_malformed_are_refused_with_the_line) {
  EXPECT_EQ(refusal(parse_json_lines("{\"key\":\"a\",\"value\":1}\n{\"key\"\n")),
            "line 2: this is no JSON.");
  EXPECT_THAT(refusal(parse_json_lines("[1]")), HasSubstr("line 1: this is no object"));
  EXPECT_THAT(refusal(parse_json_lines("{\"value\": 1}")), HasSubstr("'key' is missing"));
  EXPECT_THAT(refusal(parse_json_lines("{\"key\": 1, \"value\": 1}")), HasSubstr("no string"));
  EXPECT_THAT(refusal(parse_json_lines("{\"key\": \"a\"}")), HasSubstr("'value' is missing"));
  EXPECT_THAT(refusal(parse_json_lines("{\"key\": \"a\", \"value\": 1, \"ttl\": 2}")),
              HasSubstr("unknown member 'ttl'"));
  EXPECT_THAT(refusal(parse_json_lines("{\"key\": \"\xff\", \"value\": 1}")),
              HasSubstr("this is no JSON"));
}

TEST(limits_of_input, are_those_of_the_store) {
  auto line = [](std::size_t key, std::size_t value) {
    return "{\"key\": \"" + std::string(key, 'k') + "\", \"value\": \"" + std::string(value, 'v')
           + "\"}";
  };
  EXPECT_TRUE(parse_json_lines(line(key_bytes_max, value_bytes_max)));
  const auto long_key = parse_json_lines('\n' + line(key_bytes_max + 1, 1));
  ASSERT_FALSE(long_key);
  EXPECT_EQ(long_key.error().code, errc::key_too_large);
  EXPECT_THAT(long_key.error().message, HasSubstr("line 2: the key 'kkkk"));
  EXPECT_THAT(long_key.error().message, HasSubstr("1025 bytes; the limit is 1024."));
  const auto long_value = parse_json_lines(line(3, value_bytes_max + 1));
  ASSERT_FALSE(long_value);
  EXPECT_EQ(long_value.error().code, errc::value_too_large);
  EXPECT_THAT(long_value.error().message, HasSubstr("the value of 'kkk' has 1048577 bytes"));
  EXPECT_EQ(parse_json_lines(line(0, 1)).error().code, errc::key_empty);
  EXPECT_EQ(parse_packages("Package: " + std::string(2000, 'p')).error().code, errc::key_too_large);
}

TEST(input, is_recognised_by_its_first_character) {
  EXPECT_THAT(*parse_input("\n  {\"key\": \"a\", \"value\": \"b\"}"), ElementsAre(Pair("a", "b")));
  EXPECT_THAT(*parse_input(two_packages), testing::SizeIs(2));
}

TEST(input, without_anything_is_refused) {
  EXPECT_EQ(refusal(parse_input("")), "there is nothing in it to load.");
  EXPECT_EQ(refusal(parse_input(" \n\n")), "there is nothing in it to load.");
}

TEST(input, is_read_from_a_file_that_its_refusals_name) {
  const auto folder = std::filesystem::path{testing::TempDir()};
  const auto path = (folder / "quorate_input_test").string();
  std::ofstream{path} << two_packages;
  const auto found = read_input(path);
  ASSERT_TRUE(found) << refusal(found);
  EXPECT_EQ(found->size(), 2u);
  std::ofstream{path} << "Package a\n";
  EXPECT_THAT(refusal(read_input(path)), HasSubstr(path + ": line 1: neither"));
  std::filesystem::remove(path);
  EXPECT_EQ(refusal(read_input(path)), path + ": there is no such file.");
  EXPECT_THAT(refusal(read_input(folder.string())), HasSubstr("this is no regular file."));
}

} // namespace

} // namespace quorate::app
