#include "runtime/kv/validation.hpp"

#include "runtime/base/limits.hpp"
#include "runtime/kv/commands.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace quorate::kv {

namespace {

// -- its parts ------------------------------------------------------------------------------------

result<void> too_large(errc code, std::string_view what, std::size_t size, std::size_t max) {
  std::string message = "The ";
  message += what;
  message += " has " + std::to_string(size) + " bytes; at most " + std::to_string(max)
             + " are allowed.";
  return make_error(code, message);
}

result<void> check_key(std::string_view key) {
  if (key.empty())
    return make_error(errc::key_empty);
  if (key.size() > limits::key_bytes_max)
    return too_large(errc::key_too_large, "key", key.size(), limits::key_bytes_max);
  return {};
}

result<void> check_precondition(const precondition& pre) {
  switch (pre.kind) {
  case condition::none:
  case condition::absent:
  case condition::matches:
    return {};
  }
  return make_error(errc::invalid_argument, "There is no such kind of precondition.");
}

// -- the alternatives of `write` and `request` ----------------------------------------------------

result<void> check(const put& x) {
  if (x.value.size() > limits::value_bytes_max)
    return too_large(errc::value_too_large, "value", x.value.size(), limits::value_bytes_max);
  auto key = check_key(x.key);
  return key ? check_precondition(x.pre) : key;
}

result<void> check(const erase& x) {
  auto key = check_key(x.key);
  return key ? check_precondition(x.pre) : key;
}

result<void> check(const open_session_request&) {
  return {};
}

result<void> check(const session_write& x) {
  if (x.sequence == 0)
    return make_error(errc::invalid_argument, "The writes of a session are numbered from 1.");
  if (x.ack_below > x.sequence)
    return make_error(errc::invalid_argument,
                      "A write can't acknowledge an answer that it still waits for itself.");
  return check_write(x.content);
}

result<void> check(const write_request& x) {
  const auto content = read_write_request(x);
  return content ? check(*content) : content.error();
}

result<void> check(const read_request& x) {
  if (x.level != consistency::linearizable && x.level != consistency::local)
    return make_error(errc::invalid_argument, "There is no such kind of consistency.");
  return check_key(x.key);
}

} // namespace

result<void> check_write(const write& what) {
  return std::visit([](auto& content) { return check(content); }, what);
}

result<void> check_request(const request& what) {
  return std::visit([](auto& content) { return check(content); }, what);
}

} // namespace quorate::kv
