#include "tests/processes/kill_client.hpp"

#include "tests/processes/lines.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <functional>
#include <utility>

namespace quorate::processes {

namespace {

constexpr std::size_t filler_bytes_max = 300;

/// Values differ in size, so that snapshots and logs do; what was put is known by its name.
std::string value_of(const std::string& name) {
  return name + std::string(std::hash<std::string>{}(name) % filler_bytes_max, '.');
}

/// A word without spaces, also of a value that nobody put.
std::string name_of(const std::string& value) {
  auto name = value.substr(0, value.find('.'));
  if (value_of(name) == value)
    return name;
  std::replace_if(
    name.begin(), name.end(), [](char c) { return c <= ' ' || c > '~' || c == '"' || c == '\\'; },
    '?');
  return "strange:" + name.substr(0, 80);
}

std::string outcome_of(errc code) {
  switch (code) {
  case errc::none:
    return "ok";
  case errc::precondition_failed:
    return "precondition_failed";
  case errc::outcome_unknown:
    return "unknown";
  default:
    return "rejected"; // All others promise that nothing happened.
  }
}

std::string text_of(condition pre) {
  switch (pre.what()) {
  case condition::kind::absent:
    return "absent 0";
  case condition::kind::matches:
    return "matches " + std::to_string(pre.expected().value);
  case condition::kind::any:
    break;
  }
  return "none 0";
}

} // namespace

void say(const std::string& line) {
  const auto whole = line + '\n';
  if (write(STDOUT_FILENO, whole.data(), whole.size()) != static_cast<ssize_t>(whole.size()))
    std::_Exit(3); // Nobody listens any more.
}

const std::vector<std::string>& all_keys() {
  static const std::vector<std::string> keys{
    "a", "b", "c", "d", "e", "f", counter_prefix + "0", counter_prefix + "1"};
  return keys;
}

kill_client::kill_client(std::uint32_t number, client cluster, base::random rng)
  : number_(number),
    cluster_(std::move(cluster)),
    rng_(rng) {
  // nop
}

bool kill_client::read(const std::string& key) {
  start("get", key, "-", any);
  const auto answer = cluster_.get(key);
  const auto at = now_ns();
  const auto code = answer ? errc::none : answer.error().code;
  auto& known = seen_[key];
  if (answer)
    known = *answer ? seen{(*answer)->revision, name_of((*answer)->value)} : seen{};
  say("A " + std::to_string(number_) + ' ' + (answer ? "ok" : "rejected") + ' '
      + std::to_string(answer ? known.at.value : 0) + ' '
      + (answer && *answer ? known.name : std::string{"-"}) + ' ' + std::to_string(at) + ' '
      + std::string{to_string(code)});
  return static_cast<bool>(answer);
}

void kill_client::next() {
  const auto& key = all_keys()[rng_.below(all_keys().size())];
  if (is_counter(key))
    return count_up(key);
  const auto what = rng_.below(10);
  if (what < 3)
    return static_cast<void>(read(key));
  if (what < 9)
    return put(key, fresh_name(), draw_condition(key));
  erase(key, draw_condition(key));
}

condition kill_client::draw_condition(const std::string& key) {
  if (rng_.chance(60))
    return any;
  const auto at = seen_[key].at;
  return at ? matches(at) : absent;
}

std::string kill_client::fresh_name() {
  return 'c' + std::to_string(number_) + '-' + std::to_string(++values_);
}

void kill_client::put(const std::string& key, const std::string& name, condition pre) {
  start("put", key, name, pre);
  answered(key, name, cluster_.put(key, value_of(name), pre));
}

void kill_client::erase(const std::string& key, condition pre) {
  start("erase", key, "-", pre);
  answered(key, "", cluster_.erase(key, pre));
}

/// `17#c3-9`: unique as every value, and the count before `#`.
void kill_client::count_up(const std::string& key) {
  if (!read(key))
    return;
  const auto& known = seen_[key];
  std::uint64_t count = 0;
  std::from_chars(known.name.data(), known.name.data() + known.name.size(), count);
  put(key, std::to_string(count + 1) + '#' + fresh_name(), known.at ? matches(known.at) : absent);
}

void kill_client::start(const char* what, const std::string& key, const std::string& value,
                        condition pre) {
  say("S " + std::to_string(number_) + ' ' + what + ' ' + key + ' ' + value + ' ' + text_of(pre)
      + ' ' + std::to_string(now_ns()));
}

void kill_client::answered(const std::string& key, const std::string& name,
                           const result<revision>& answer) {
  const auto at = now_ns();
  const auto code = answer ? errc::none : answer.error().code;
  revision told{};
  if (answer)
    told = *answer;
  else if (code == errc::precondition_failed)
    told = answer.error().at;
  if (answer)
    seen_[key] = name.empty() ? seen{} : seen{told, name};
  else if (code == errc::precondition_failed)
    seen_[key] = seen{told, ""};
  say("A " + std::to_string(number_) + ' ' + outcome_of(code) + ' ' + std::to_string(told.value)
      + " - " + std::to_string(at) + ' ' + std::string{to_string(code)});
}

} // namespace quorate::processes
