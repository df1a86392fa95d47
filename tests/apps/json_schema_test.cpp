#include "tests/apps/json_schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace quorate::app {

namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const char* const folder = "docs/schemas";

TEST(json_schema, finds_what_is_missing_unknown_or_of_another_type) {
  const auto schema = json::parse(R"({"type":"object","required":["a","b"],
    "properties":{"a":{"type":"integer","minimum":1},"b":{"type":["string","null"],"pattern":"^x"}},
    "additionalProperties":false})");
  EXPECT_THAT(violations(schema, json::parse(R"({"a":1,"b":"xy"})"), folder), IsEmpty());
  EXPECT_THAT(violations(schema, json::parse(R"({"a":1,"b":null})"), folder), IsEmpty());
  EXPECT_THAT(violations(schema, json::parse(R"({"a":1})"), folder),
              ElementsAre(HasSubstr("b is missing")));
  EXPECT_THAT(violations(schema, json::parse(R"({"a":0,"b":"xy"})"), folder),
              ElementsAre(HasSubstr("$.a: 0 is too small")));
  EXPECT_THAT(violations(schema, json::parse(R"({"a":"1","b":"xy"})"), folder),
              ElementsAre(HasSubstr("$.a: \"1\" is no")));
  EXPECT_THAT(violations(schema, json::parse(R"({"a":1,"b":"y"})"), folder),
              ElementsAre(HasSubstr("doesn't match")));
  EXPECT_THAT(violations(schema, json::parse(R"({"a":1,"b":"x","c":1})"), folder),
              ElementsAre(HasSubstr("c isn't in the schema")));
}

TEST(json_schema, refuses_keywords_that_it_does_not_understand) {
  EXPECT_THAT(violations(json::parse(R"({"maxLength":1})"), json("ab"), folder),
              ElementsAre(HasSubstr("maxLength isn't understood")));
}

TEST(json_schema, follows_references_and_choices) {
  const auto schema = json::parse(
    R"({"anyOf":[{"$ref":"cli-definitions.json#/$defs/guard"},{"type":"null"}]})");
  EXPECT_THAT(violations(schema, json(nullptr), folder), IsEmpty());
  EXPECT_THAT(violations(schema, json::parse(R"({"guard":"room","holds":true,"refusal":null,
    "node":"n1","value":""})"),
                         folder),
              IsEmpty());
  EXPECT_THAT(violations(schema, json::parse(R"({"guard":"room"})"), folder),
              ElementsAre(HasSubstr("none of the choices")));
}

TEST(json_schemas, of_the_command_have_the_name_of_their_file_and_say_who_they_are) {
  int files = 0;
  for (const auto& each : std::filesystem::directory_iterator{folder}) {
    std::ifstream in{each.path()};
    const auto schema = json::parse(in);
    EXPECT_EQ(schema.at("$id"), each.path().filename().string());
    if (schema.contains("properties")) {
      EXPECT_EQ(schema["properties"]["schema"]["const"], each.path().stem().string() + "/1");
    }
    ++files;
  }
  EXPECT_GT(files, 10);
}

} // namespace

} // namespace quorate::app
