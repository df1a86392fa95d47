// `op …`, `history` and `refusals`: what has become of what was asked.
#include "apps/quorate/command/call.hpp"
#include "apps/quorate/command/nodes.hpp"
#include "apps/quorate/command/objects.hpp"
#include "apps/quorate/command/options.hpp"
#include "apps/quorate/command/text.hpp"
#include "apps/quorate/command/verbs.hpp"
#include "apps/quorate/command/words.hpp"

#include <array>
#include <utility>

namespace quorate::app {

namespace {

constexpr std::uint64_t history_max = 1'000;

constexpr std::array events{
  lifecycle_event::provision, lifecycle_event::register_node, lifecycle_event::admit,
  lifecycle_event::promote,   lifecycle_event::give_up,       lifecycle_event::replace,
  lifecycle_event::release,   lifecycle_event::park,          lifecycle_event::activate,
  lifecycle_event::remove,    lifecycle_event::reconfigure,   lifecycle_event::re_register,
  lifecycle_event::update,    lifecycle_event::set_target,    lifecycle_event::set_policy,
  lifecycle_event::leave,     lifecycle_event::pause,         lifecycle_event::resume};
constexpr std::array initiators{initiator::operator_, initiator::policy, initiator::node};

/// The value with that name. Errors: `invalid_argument`, with all names.
template <class List>
result<typename List::value_type> one_of(const List& list, const std::string& option_name,
                                         const std::string& typed) {
  std::string names;
  for (const auto each : list) {
    if (to_string(each) == typed)
      return each;
    names += (names.empty() ? "" : ", ") + std::string{to_string(each)};
  }
  return make_error(errc::invalid_argument, "--" + option_name + " is one of " + names + ", not '"
                                              + printable(typed) + "'.");
}

/// All of the filter but the node, for which the table has to be asked.
result<history_filter> filter_from(const invocation& given) {
  history_filter wanted;
  wanted.registrations = given.has("registrations");
  if (const auto typed = given.value("event")) {
    const auto event = one_of(events, "event", *typed);
    if (!event)
      return event.error();
    wanted.event = *event;
  }
  if (const auto typed = given.value("by")) {
    const auto by = one_of(initiators, "by", *typed);
    if (!by)
      return by.error();
    wanted.by = *by;
  }
  if (const auto typed = given.value("after")) {
    const auto version = parse_number(*typed, 0, UINT64_MAX);
    if (!version)
      return make_error(errc::invalid_argument, "--after: " + version.error().message);
    wanted.after = config_version{*version};
  }
  if (const auto typed = given.value("count")) {
    const auto count = parse_number(*typed, 1, history_max);
    if (!count)
      return make_error(errc::invalid_argument, "--count: " + count.error().message);
    wanted.count_max = static_cast<std::size_t>(*count);
  }
  return wanted;
}

json_object list_of(const std::vector<transition>& x) {
  auto list = json_object::array();
  for (const auto& each : x)
    list.push_back(object_of(each));
  return list;
}

int history(call& in) {
  auto wanted = filter_from(in.given());
  if (!wanted)
    return in.fail(wanted.error());
  auto reached = in.cluster();
  if (!reached)
    return in.fail(reached.error());
  auto membership = (*reached)->membership();
  const auto view = membership.nodes();
  if (!view)
    return in.fail(view.error());
  if (const auto typed = in.given().value("node")) {
    const auto id = node_named(*typed, *view);
    if (!id)
      return in.fail(id.error());
    wanted->node = *id;
  }
  const auto found = membership.history(*wanted);
  if (!found)
    return in.fail(found.error());
  return in.answer("cli-history",
                   {{"log_time_ms", view->log_time_ms}, {"transitions", list_of(*found)}},
                   text_of(*found, view->log_time_ms));
}

int refusals(call& in) {
  auto reached = in.cluster();
  if (!reached)
    return in.fail(reached.error());
  auto membership = (*reached)->membership();
  const auto view = membership.nodes();
  if (!view)
    return in.fail(view.error());
  const auto log = membership.refusals();
  if (!log)
    return in.fail(log.error());
  auto list = json_object::array();
  for (const auto& each : log->records)
    list.push_back(object_of(each));
  return in.answer(
    "cli-refusals",
    {{"log_time_ms", view->log_time_ms}, {"total", log->total}, {"refusals", std::move(list)}},
    text_of(*log, view->log_time_ms));
}

std::string text_of_ops(const membership_plan& plan, const std::vector<transition>& done,
                        std::uint64_t now_ms) {
  std::vector<std::vector<std::string>> rows{
    {"OP", "STATE", "EVENT", "NODES", "VERSION", "AGE", "NOTE"}};
  for (const auto& each : done)
    rows.push_back({to_string(each.op), "done", std::string{to_string(each.event)},
                    list_text(each.nodes), std::to_string(each.version.value),
                    rough_time(now_ms > each.log_time_ms ? now_ms - each.log_time_ms : 0),
                    each.why});
  for (const auto& each : plan.intents)
    rows.push_back({each.op ? to_string(each.op) : "-", "pending",
                    std::string{to_string(each.event)}, "-", "-", "-", each.waits_for});
  return table_text(rows);
}

int list_ops(call& in) {
  auto reached = in.cluster();
  if (!reached)
    return in.fail(reached.error());
  auto membership = (*reached)->membership();
  const auto view = membership.nodes();
  if (!view)
    return in.fail(view.error());
  history_filter by_operators;
  by_operators.by = initiator::operator_;
  auto done = membership.history(by_operators);
  if (!done)
    return in.fail(done.error());
  const auto plan = membership.plan();
  if (!plan)
    return in.fail(plan.error());
  auto pending = json_object::array();
  for (const auto& each : plan->intents)
    pending.push_back({{"op_id", op_or_null(each.op)},
                       {"event", to_string(each.event)},
                       {"waits_for", each.waits_for}});
  return in.answer(
    "cli-ops",
    {{"log_time_ms", view->log_time_ms}, {"pending", std::move(pending)}, {"done", list_of(*done)}},
    text_of_ops(*plan, *done, view->log_time_ms));
}

int show_op(call& in) {
  const auto op = parse_op_id(in.given().operands.front());
  if (!op)
    return in.fail(op.error());
  auto reached = in.cluster();
  if (!reached)
    return in.fail(reached.error());
  const auto report = (*reached)->membership().op(*op);
  if (!report)
    return in.fail(report.error());
  return in.answer("cli-op", object_of(*report), text_of(*report));
}

option with_value(std::string name, std::string value, std::string help) {
  option x;
  x.name = std::move(name);
  x.value = std::move(value);
  x.help = std::move(help);
  return x;
}

std::vector<option> history_options() {
  return {with_value("node", "NODE", "only those that name this node"),
          with_value("event", "EVENT", "only this event, like park or promote"),
          with_value("by", "WHO", "only those asked for by operator, policy or node"),
          with_value("after", "VERSION", "only later versions"),
          with_value("count", "N", "the newest so many, 1 to 1000; 256"),
          with_value("registrations", "", "batches of registrations, too")};
}

} // namespace

void add_op_verbs(verb_table& to) {
  to.push_back({"op ls",
                "",
                0,
                0,
                "what operators have asked for",
                "Those that wait in the leader's queue, and those done among the last 256 "
                "transitions.",
                {{"op ls", "all of them"}},
                with_connection(),
                list_ops});
  to.push_back({"op show",
                "ID",
                1,
                1,
                "what has become of one intent",
                "What to ask when a verb has ended with 4. Unknown is no proof that it won't "
                "happen: only a retry with the same --op-id makes sure, and takes effect once.",
                {{"op show 0123456789abcdef0123456789abcdef", "done, pending, refused or unknown"}},
                with_connection(),
                show_op});
  to.push_back({"history",
                "",
                0,
                0,
                "the changes that were committed",
                "The last 256 transitions, oldest first; registrations, of which the last 64 "
                "batches are kept, only if asked for. AGE is by log time, which stands still while "
                "nobody leads.",
                {{"history --node n3", "what has happened to n3"},
                 {"history --by policy --count 10", "what automation did last"}},
                with_connection(history_options()),
                history});
  to.push_back({"refusals",
                "",
                0,
                0,
                "what the present leader has refused",
                "The last 256; the same again and again is one line. A new leader begins without "
                "any.",
                {{"refusals", "to whom, and why"}},
                with_connection(),
                refusals});
}

} // namespace quorate::app
