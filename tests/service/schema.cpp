#include "tests/service/schema.hpp"

#include "tests/service/situations.hpp"

#include <algorithm>
#include <regex>

namespace quorate::service {

namespace {

using nlohmann::json;

bool has_type(const json& value, const std::string& type) {
  if (type == "integer")
    return value.is_number_integer();
  if (type == "number")
    return value.is_number();
  return type == value.type_name();
}

class checker {
public:
  void check(const json& root, const json& schema, const json& value, const std::string& at) {
    if (schema.contains("$ref")) {
      follow(root, schema["$ref"], value, at);
      return;
    }
    check_scalar(schema, value, at);
    if (value.is_object())
      check_object(root, schema, value, at);
    if (value.is_array() && schema.contains("items"))
      for (std::size_t i = 0; i < value.size(); ++i)
        check(root, schema["items"], value[i], at + '/' + std::to_string(i));
  }

  std::vector<std::string> found;

private:
  void follow(const json& root, const std::string& ref, const json& value, const std::string& at) {
    if (ref[0] == '#') {
      check(root, root.at(json::json_pointer{ref.substr(1)}), value, at);
      return;
    }
    const auto hash = ref.find('#');
    const auto other = json::parse(text_of_file("docs/schemas/" + ref.substr(0, hash)));
    const auto within = hash == std::string::npos ? "" : ref.substr(hash + 1);
    check(other, other.at(json::json_pointer{within}), value, at);
  }

  void check_scalar(const json& schema, const json& value, const std::string& at) {
    if (schema.contains("type")) {
      const auto types = schema["type"].is_array() ? schema["type"] : json{schema["type"]};
      if (std::none_of(types.begin(), types.end(),
                       [&](const json& type) { return has_type(value, type); }))
        found.push_back(at + " is " + value.type_name() + " instead of " + types.dump());
    }
    if (schema.contains("const") && schema["const"] != value)
      found.push_back(at + " isn't " + schema["const"].dump());
    if (schema.contains("enum")
        && std::count(schema["enum"].begin(), schema["enum"].end(), value) == 0)
      found.push_back(at + " is " + value.dump() + ", which isn't in " + schema["enum"].dump());
    if (schema.contains("pattern") && value.is_string()
        && !std::regex_search(value.get<std::string>(),
                              std::regex{schema["pattern"].get<std::string>()}))
      found.push_back(at + " is " + value.dump() + ", which doesn't match");
  }

  void check_object(const json& root, const json& schema, const json& value,
                    const std::string& at) {
    const auto properties = schema.value("properties", json::object());
    for (const auto& name : schema.value("required", json::array()))
      if (!value.contains(name.get<std::string>()))
        found.push_back(at + " has no " + name.dump());
    for (const auto& [name, member] : value.items()) {
      if (properties.contains(name))
        check(root, properties[name], member, at + '/' + name);
      else if (schema.value("additionalProperties", true) == false)
        found.push_back(at + " has an unknown " + name);
    }
  }
};

} // namespace

std::vector<std::string> findings_of(const json& schema, const json& value) {
  checker out;
  out.check(schema, schema, value, "");
  return out.found;
}

std::vector<std::string> schema_findings(const std::string& schema, const std::string& text) {
  return findings_of(json::parse(text_of_file("docs/schemas/" + schema)), json::parse(text));
}

} // namespace quorate::service
