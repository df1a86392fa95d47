#include "tests/history/verdict.hpp"

namespace quorate::history {

namespace {

std::string condition_of(const operation& x) {
  switch (x.pre) {
  case condition::absent:
    return " if absent";
  case condition::matches:
    return " if at revision " + std::to_string(x.expect);
  default:
    return {};
  }
}

std::string outcome_of(const operation& x) {
  switch (x.result) {
  case outcome::rejected:
    return "rejected";
  case outcome::unknown:
    return "unknown";
  case outcome::precondition_failed:
    return x.revision == 0 ? "failed: absent" : "failed: at revision " + std::to_string(x.revision);
  default:
    break;
  }
  if (x.what == action::get && x.revision == 0 && x.value == nothing)
    return "absent";
  return "revision " + std::to_string(x.revision);
}

} // namespace

reason& reason::operator<<(const operation& x) {
  static const char* const names[] = {"get ", "put ", "erase "};
  content_.reason += "line " + std::to_string(x.line) + " (" + names[static_cast<int>(x.what)]
                     + about_->keys[x.key] + condition_of(x) + " -> " + outcome_of(x) + ")";
  content_.lines.push_back(x.line);
  return *this;
}

} // namespace quorate::history
