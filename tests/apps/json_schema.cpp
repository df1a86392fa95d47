#include "tests/apps/json_schema.hpp"

#include <fstream>
#include <map>
#include <regex>
#include <set>

namespace quorate::app {

namespace {

using json = nlohmann::json;

bool is_of_type(const json& value, const std::string& type) {
  if (type == "integer")
    return value.is_number_integer();
  if (type == "number")
    return value.is_number();
  return value.type_name() == type;
}

class validator {
public:
  explicit validator(std::string folder) : folder_(std::move(folder)) {
    // nop
  }

  void check(const json& schema, const json& value, const std::string& at) {
    static const std::set<std::string> known{
      "$schema", "$id",     "title",   "description", "$defs",    "$ref",
      "type",    "enum",    "const",   "properties",  "required", "additionalProperties",
      "items",   "minimum", "maximum", "pattern",     "anyOf"};
    for (const auto& [keyword, ignored] : schema.items())
      if (known.count(keyword) == 0)
        found.push_back(at + ": the keyword " + keyword + " isn't understood");
    if (schema.contains("$ref"))
      check(target_of(schema["$ref"]), value, at);
    if (schema.contains("anyOf"))
      check_any(schema["anyOf"], value, at);
    check_value(schema, value, at);
    if (value.is_object())
      check_object(schema, value, at);
    if (value.is_array() && schema.contains("items"))
      for (std::size_t i = 0; i < value.size(); ++i)
        check(schema["items"], value[i], at + '[' + std::to_string(i) + ']');
  }

  std::vector<std::string> found;

private:
  void check_value(const json& schema, const json& value, const std::string& at) {
    if (schema.contains("type")) {
      const auto types = schema["type"].is_array() ? schema["type"] : json::array({schema["type"]});
      bool fits = false;
      for (const auto& each : types)
        fits = fits || is_of_type(value, each);
      if (!fits)
        found.push_back(at + ": " + value.dump() + " is no " + schema["type"].dump());
    }
    if (schema.contains("const") && value != schema["const"])
      found.push_back(at + ": " + value.dump() + " isn't " + schema["const"].dump());
    if (schema.contains("enum")) {
      bool one = false;
      for (const auto& each : schema["enum"])
        one = one || each == value;
      if (!one)
        found.push_back(at + ": " + value.dump() + " is none of " + schema["enum"].dump());
    }
    if (schema.contains("pattern") && value.is_string()
        && !std::regex_search(value.get<std::string>(),
                              std::regex{schema["pattern"].get<std::string>()}))
      found.push_back(at + ": " + value.dump() + " doesn't match " + schema["pattern"].dump());
    if (schema.contains("minimum") && value.is_number() && value < schema["minimum"])
      found.push_back(at + ": " + value.dump() + " is too small");
    if (schema.contains("maximum") && value.is_number() && value > schema["maximum"])
      found.push_back(at + ": " + value.dump() + " is too large");
  }

  void check_object(const json& schema, const json& value, const std::string& at) {
    for (const auto& name : schema.value("required", json::array()))
      if (!value.contains(name.get<std::string>()))
        found.push_back(at + ": " + name.get<std::string>() + " is missing");
    const auto properties = schema.value("properties", json::object());
    for (const auto& [name, member] : value.items()) {
      if (properties.contains(name))
        check(properties[name], member, at + '.' + name);
      else if (schema.contains("additionalProperties") && schema["additionalProperties"] == false)
        found.push_back(at + ": " + name + " isn't in the schema");
    }
  }

  void check_any(const json& choices, const json& value, const std::string& at) {
    for (const auto& each : choices) {
      validator one{folder_};
      one.check(each, value, at);
      if (one.found.empty())
        return;
    }
    found.push_back(at + ": " + value.dump() + " fits none of the choices");
  }

  json target_of(const std::string& reference) {
    const auto hash = reference.find('#');
    std::ifstream in{folder_ + '/' + reference.substr(0, hash)};
    return json::parse(in).at(json::json_pointer{reference.substr(hash + 1)});
  }

  std::string folder_;
};

} // namespace

std::vector<std::string> violations(const nlohmann::json& schema, const nlohmann::json& value,
                                    const std::string& folder) {
  validator all{folder};
  all.check(schema, value, "$");
  return all.found;
}

std::vector<std::string> violations(const nlohmann::json& value, const std::string& folder) {
  const auto named = value.value("schema", "");
  std::ifstream in{folder + '/' + named.substr(0, named.find('/')) + ".json"};
  if (!in)
    return {"there is no schema for '" + named + "'"};
  return violations(nlohmann::json::parse(in), value, folder);
}

} // namespace quorate::app
