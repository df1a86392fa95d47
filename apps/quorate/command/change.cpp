#include "apps/quorate/command/change.hpp"

#include "apps/quorate/command/objects.hpp"
#include "apps/quorate/command/text.hpp"
#include "apps/quorate/command/words.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <ostream>
#include <thread>

namespace quorate::app {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds default_wait = std::chrono::minutes{1};
constexpr milliseconds first_nap{20};
constexpr milliseconds longest_nap{500};

struct intent_options {
  op_id op{};                           ///< None: one is to be drawn.
  bool waits = true;                    ///< Not with `--no-wait`.
  std::optional<milliseconds> patience; ///< What is said with `--wait`; the default if nothing is.
};

result<intent_options> options_of(const call& in) {
  intent_options found;
  if (const auto typed = in.given().value("op-id")) {
    const auto read = parse_op_id(*typed);
    if (!read)
      return read.error();
    found.op = *read;
  }
  const auto typed = in.given().value("wait");
  found.waits = !in.given().has("no-wait");
  if (typed && !found.waits)
    return make_error(errc::invalid_argument, "--wait and --no-wait exclude each other.");
  if (!typed)
    return found;
  found.patience = default_wait;
  if (typed->empty())
    return found;
  const auto wanted = parse_duration(*typed);
  if (!wanted)
    return make_error(errc::invalid_argument, "--wait: " + wanted.error().message);
  found.patience = *wanted;
  return found;
}

/// None: it isn't waited for.
std::optional<milliseconds> patience_of(const intent_options& options, const intent& what) {
  if (!what.look || !options.waits || (!options.patience && !what.waits_by_default))
    return std::nullopt;
  return options.patience.value_or(default_wait);
}

/// Asks again and again, because a leader may change meanwhile; the last answer counts.
result<sight> wait_for(membership_client& membership, const intent& what,
                       const membership_change& change, milliseconds patience) {
  const auto until = steady_clock::now() + patience;
  for (auto nap = first_nap;; nap = std::min(2 * nap, longest_nap)) {
    auto found = what.look(membership, change);
    if ((found && found->seen) || steady_clock::now() + nap >= until)
      return found;
    std::this_thread::sleep_for(nap);
  }
}

int show_preview(call& in, membership_client& membership, const intent& what) {
  auto dry = membership.dry_run();
  const auto seen = what.preview(dry);
  if (!seen)
    return in.fail(seen.error());
  auto body = object_of(*seen);
  body["dry_run"] = true;
  std::string text;
  if (!seen->waits_for.empty())
    text = "It would have to wait: " + printable(seen->waits_for) + '\n';
  else if (seen->change)
    text = "It would do this:\n" + text_of(*seen->change);
  else
    text = what.already + "; nothing would change.\n";
  return in.answer("cli-preview", std::move(body), text);
}

json_object object_of_change(const intent& what, const membership_change& change) {
  json_object body;
  body["changed"] = change.changed;
  body["version"] = change.version.value;
  body["op_id"] = op_or_null(change.op);
  body["node"] = id_or_null(what.node);
  return body;
}

/// Waits if that is wanted, and ends the command.
int settle(call& in, membership_client& membership, const intent& what,
           const membership_change& change, std::optional<milliseconds> patience) {
  auto body = object_of_change(what, change);
  const auto text = (change.changed ? what.done : what.already) + " (version "
                    + std::to_string(change.version.value) + ").\n";
  if (!patience) {
    body["settled"] = nullptr;
    return in.answer("cli-change", std::move(body), text);
  }
  const auto found = wait_for(membership, what, change, *patience);
  const bool seen = found && found->seen;
  body["settled"] = seen;
  if (!seen) {
    const auto instead = found ? found->instead : to_string(found.error());
    body["instead"] = instead;
    in.around().err << "quorate " << in.given().which->path << ": done, but not what --wait waits "
                    << "for, within " << duration_text(*patience) << ": " << printable(instead)
                    << '\n';
  }
  return in.answer(seen ? exit_ok : exit_failed, "cli-change", std::move(body), text);
}

} // namespace

result<void> check_intent_options(const call& in) {
  const auto options = options_of(in);
  return options ? result<void>{} : options.error();
}

int carry_out(call& in, const intent& what) {
  const auto options = options_of(in);
  if (!options)
    return in.fail(options.error());
  auto reached = in.cluster();
  if (!reached)
    return in.fail(reached.error());
  auto membership = (*reached)->membership();
  if (in.given().has("dry-run"))
    return show_preview(in, membership, what);
  const auto op = options->op ? options->op : membership.draw_op();
  auto change = what.ask(membership, op);
  if (!change)
    return in.fail(change.error(), "op show", to_string(op), op);
  // What was so already need not have been made so by an intent.
  if (!change->op)
    change->op = op;
  return settle(in, membership, what, *change, patience_of(*options, what));
}

} // namespace quorate::app
