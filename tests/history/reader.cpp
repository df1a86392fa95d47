#include "tests/history/reader.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace quorate::history {

namespace {

/// In the order of `field_names`.
enum class field : unsigned {
  client,
  op,
  key,
  value,
  pre,
  expect,
  call,
  ret,
  outcome,
  revision,
  other, ///< Not ours: ignored.
};

constexpr auto fields_all = static_cast<unsigned>(field::other);

constexpr std::array<std::string_view, fields_all> field_names{
  "client", "op", "key", "value", "pre", "expect", "call", "return", "outcome", "revision"};

constexpr std::array<std::string_view, 3> actions{"get", "put", "erase"};
constexpr std::array<std::string_view, 3> conditions{"none", "absent", "matches"};
constexpr std::array<std::string_view, 4> outcomes{"ok", "precondition_failed", "rejected",
                                                   "unknown"};

constexpr unsigned bit(field x) {
  return 1U << static_cast<unsigned>(x);
}

/// Numbers for strings, in the order of their first appearance.
class numbering {
public:
  std::uint32_t operator()(const std::string& text) {
    return numbers_.try_emplace(text, static_cast<std::uint32_t>(numbers_.size())).first->second;
  }

  std::size_t size() const {
    return numbers_.size();
  }

  std::vector<std::string> names() const {
    std::vector<std::string> result(numbers_.size());
    for (const auto& [text, number] : numbers_)
      result[number] = text;
    return result;
  }

private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

/// Fills one operation from the events of nlohmann's parser, which would otherwise build a tree for
/// each of millions of lines.
class line_handler : public nlohmann::json_sax<nlohmann::json> {
public:
  line_handler(numbering& keys, numbering& values) : keys_(&keys), values_(&values) {
    // nop
  }

  void start() {
    x = {};
    error.clear();
    seen_ = 0;
    depth_ = 0;
    field_ = field::other;
  }

  bool null() override {
    if (field_ == field::value || field_ == field::ret || depth_ != 1 || field_ == field::other)
      return true;
    return wrong("may not be null");
  }

  bool boolean(bool) override {
    return depth_ > 1 || field_ == field::other || wrong("may not be a boolean");
  }

  bool number_integer(std::int64_t number) override {
    if (field_ != field::call && field_ != field::ret)
      return depth_ > 1 || field_ == field::other || wrong("may not be negative");
    return time(number);
  }

  bool number_unsigned(std::uint64_t number) override {
    if (depth_ > 1)
      return true;
    switch (field_) {
    case field::client:
      x.client = static_cast<std::uint32_t>(number);
      return number < nothing || wrong("is too large");
    case field::expect:
      x.expect = number;
      return true;
    case field::revision:
      x.revision = number;
      return true;
    case field::call:
    case field::ret:
      if (number >= static_cast<std::uint64_t>(never))
        return wrong("is too large");
      return time(static_cast<std::int64_t>(number));
    default:
      return field_ == field::other || wrong("may not be a number");
    }
  }

  bool number_float(double, const std::string&) override {
    return depth_ > 1 || field_ == field::other || wrong("may not be a fraction");
  }

  bool string(std::string& text) override {
    if (depth_ > 1)
      return true;
    switch (field_) {
    case field::key:
      x.key = (*keys_)(text);
      return true;
    case field::value:
      x.value = (*values_)(text);
      return true;
    case field::op:
      return one_of(actions, text, x.what);
    case field::pre:
      return one_of(conditions, text, x.pre);
    case field::outcome:
      return one_of(outcomes, text, x.result);
    default:
      return field_ == field::other || wrong("may not be a string");
    }
  }

  bool binary(nlohmann::json::binary_t&) override {
    return true;
  }

  bool start_object(std::size_t) override {
    return ++depth_ == 1 || field_ == field::other || wrong("may not be an object");
  }

  bool key(std::string& name) override {
    if (depth_ > 1)
      return true;
    field_ = field::other;
    for (unsigned i = 0; i < fields_all; ++i)
      if (name == field_names[i])
        field_ = static_cast<field>(i);
    if (field_ == field::other)
      return true;
    if ((seen_ & bit(field_)) != 0)
      return wrong("is there twice");
    seen_ |= bit(field_);
    return true;
  }

  bool end_object() override {
    --depth_;
    return true;
  }

  bool start_array(std::size_t) override {
    if (depth_ == 0) {
      error = "not a JSON object";
      return false;
    }
    ++depth_;
    return field_ == field::other || wrong("may not be a list");
  }

  bool end_array() override {
    --depth_;
    return true;
  }

  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::json::exception& what) override {
    error = what.what();
    return false;
  }

  /// What is wrong with the line as a whole; empty if nothing.
  std::string judge() const {
    if (seen_ == 0)
      return "not a JSON object";
    for (unsigned i = 0; i < fields_all; ++i)
      if ((seen_ & (1U << i)) == 0)
        return "'" + std::string{field_names[i]} + "' is missing";
    if (x.ret < x.call)
      return "it returned before it was called";
    if (x.ret == never && x.result != outcome::unknown)
      return "without 'return' its outcome can only be unknown";
    if (x.what == action::put && x.value == nothing)
      return "a put needs a value";
    if (x.what == action::erase && x.value != nothing)
      return "an erase has no value";
    if (x.what == action::get
        && (x.pre != condition::none || x.result == outcome::precondition_failed))
      return "a get has no precondition";
    return {};
  }

  operation x;
  std::string error;

private:
  bool wrong(const char* what) {
    error = field_ == field::other
              ? "not a JSON object"
              : "'" + std::string{field_names[static_cast<unsigned>(field_)]} + "' " + what;
    return false;
  }

  bool time(std::int64_t at) {
    if (depth_ > 1)
      return true;
    (field_ == field::call ? x.call : x.ret) = at;
    return true;
  }

  template <std::size_t Size, class Enum>
  bool one_of(const std::array<std::string_view, Size>& names, const std::string& text, Enum& out) {
    for (std::size_t i = 0; i < Size; ++i)
      if (text == names[i]) {
        out = static_cast<Enum>(i);
        return true;
      }
    return wrong("has an unknown word");
  }

  numbering* keys_;
  numbering* values_;
  unsigned seen_ = 0;
  int depth_ = 0;
  field field_ = field::other;
};

} // namespace

history read(std::istream& in) {
  history result;
  numbering keys;
  numbering values;
  line_handler handler{keys, values};
  std::vector<std::uint32_t> put_in_line; // By value.
  std::string text;
  for (std::uint32_t line = 1; std::getline(in, text); ++line) {
    const auto fail = [&](const std::string& why) {
      throw bad_history{"line " + std::to_string(line) + ": " + why};
    };
    handler.start();
    if (!nlohmann::json::sax_parse(text, &handler))
      fail(handler.error.empty() ? "not a JSON object" : handler.error);
    if (auto why = handler.judge(); !why.empty())
      fail(why);
    auto& x = handler.x;
    x.line = line;
    put_in_line.resize(values.size(), 0);
    if (x.what == action::put) {
      if (auto& first = put_in_line[x.value]; first == 0)
        first = line;
      else
        fail("its value was put in line " + std::to_string(first) + " already");
    }
    result.operations.push_back(x);
  }
  if (in.bad())
    throw bad_history{"the file cannot be read to its end"};
  result.keys = keys.names();
  result.values = static_cast<std::uint32_t>(values.size());
  return result;
}

} // namespace quorate::history
