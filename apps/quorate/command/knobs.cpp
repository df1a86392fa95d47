#include "apps/quorate/command/knobs.hpp"

#include "apps/quorate/command/words.hpp"

#include <array>
#include <chrono>

namespace quorate::app {

namespace {

using std::chrono::milliseconds;

/// One knob; exactly one of the pointers is set, by what its value is.
struct knob {
  std::string_view name;
  std::string_view meaning;
  std::optional<std::uint32_t> policy_change::*number = nullptr;
  std::optional<std::uint64_t> policy_change::*duration = nullptr;
  std::optional<bool> policy_change::*yes_or_no = nullptr;
  bool can_be_off = false; ///< A duration of 0 is written `off`.
};

knob of_number(std::string_view name, std::optional<std::uint32_t> policy_change::*where,
               std::string_view meaning) {
  knob x{name, meaning};
  x.number = where;
  return x;
}

knob of_duration(std::string_view name, std::optional<std::uint64_t> policy_change::*where,
                 std::string_view meaning, bool can_be_off = false) {
  knob x{name, meaning};
  x.duration = where;
  x.can_be_off = can_be_off;
  return x;
}

knob of_choice(std::string_view name, std::optional<bool> policy_change::*where,
               std::string_view meaning) {
  knob x{name, meaning};
  x.yes_or_no = where;
  return x;
}

const std::vector<knob>& knobs() {
  using c = policy_change;
  static const std::vector<knob> all{
    of_number("target_members", &c::target_members, "how many members the cluster wants, 1 to 9"),
    of_choice("allow_even", &c::allow_even, "whether the target may be even"),
    of_number("min_members", &c::min_members, "nobody goes below it unforced; 0: min(target, 3)"),
    of_number("warm_spares", &c::warm_spares, "learners that are kept caught up, 0 to 9"),
    of_duration("stabilization", &c::stabilization_ms, "healthy so long before it is admitted"),
    of_duration("pairing_wait", &c::pairing_wait_ms, "how long a lone candidate waits for another"),
    of_duration("replace_after", &c::replace_after_ms, "dead so long before it is replaced", true),
    of_duration("leader_settle", &c::leader_settle_ms, "how long a new leader only observes"),
    of_number("eviction_budget", &c::eviction_budget, "replacements in each eviction_window"),
    of_duration("eviction_window", &c::eviction_window_ms, "the time of that budget"),
    of_duration("transition_timeout", &c::transition_timeout_ms,
                "without progress so long, a learner is given up"),
    of_duration("lease", &c::lease_ms, "reads without a quorum; fixed at the founding", true),
  };
  return all;
}

result<void> set(policy_change& change, const knob& which, std::string_view value) {
  const auto refuse = [&](const std::string& sentence) {
    return make_error(errc::invalid_argument, std::string{which.name} + ": " + sentence);
  };
  if (which.yes_or_no != nullptr) {
    if (value != "yes" && value != "no")
      return refuse("yes or no is wanted, not '" + printable(value) + "'.");
    change.*which.yes_or_no = value == "yes";
    return {};
  }
  if (which.number != nullptr) {
    const auto number = parse_number(value, 0, UINT32_MAX);
    if (!number)
      return refuse(number.error().message);
    change.*which.number = static_cast<std::uint32_t>(*number);
    return {};
  }
  if (value == "off" && which.can_be_off) {
    change.*which.duration = 0;
    return {};
  }
  const auto lasts = parse_duration(value);
  if (!lasts)
    return refuse(lasts.error().message);
  change.*which.duration = static_cast<std::uint64_t>(lasts->count());
  return {};
}

std::string value_of(const policy_change& all, const knob& which) {
  if (which.yes_or_no != nullptr)
    return (all.*which.yes_or_no).value_or(false) ? "yes" : "no";
  if (which.number != nullptr)
    return std::to_string((all.*which.number).value_or(0));
  const auto ms = (all.*which.duration).value_or(0);
  return ms == 0 && which.can_be_off ? "off" : duration_text(milliseconds{ms});
}

} // namespace

result<void> turn(policy_change& change, std::string_view assignment) {
  const auto equals = assignment.find('=');
  if (equals == std::string_view::npos)
    return make_error(errc::invalid_argument,
                      "'" + printable(assignment) + "' is no KNOB=VALUE, like replace_after=10m.");
  const auto name = assignment.substr(0, equals);
  std::vector<std::string> names;
  for (const auto& each : knobs()) {
    if (each.name == name)
      return set(change, each, assignment.substr(equals + 1));
    names.emplace_back(each.name);
  }
  const auto close = nearest(name, names);
  return make_error(errc::invalid_argument,
                    "there is no knob '" + printable(name) + "'."
                      + (close.empty() ? "" : " Did you mean '" + close + "'?"));
}

std::vector<std::vector<std::string>> knob_rows(const membership_policy& policy) {
  const auto all = policy_change::to(policy);
  std::vector<std::vector<std::string>> rows;
  for (const auto& each : knobs())
    rows.push_back({std::string{each.name}, value_of(all, each), std::string{each.meaning}});
  return rows;
}

} // namespace quorate::app
