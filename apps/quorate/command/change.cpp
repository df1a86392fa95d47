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

/// None: it isn't waited for. Errors: `invalid_argument`.
result<std::optional<milliseconds>> patience_of(const call& in, const intent& what) {
  const auto typed = in.given().value("wait");
  if (in.given().has("no-wait")) {
    if (typed)
      return make_error(errc::invalid_argument, "--wait and --no-wait exclude each other.");
    return std::optional<milliseconds>{};
  }
  if (!what.look || (!typed && !what.waits_by_default))
    return std::optional<milliseconds>{};
  if (!typed || typed->empty())
    return std::optional{default_wait};
  const auto wanted = parse_duration(*typed);
  if (!wanted)
    return make_error(errc::invalid_argument, "--wait: " + wanted.error().message);
  return std::optional{*wanted};
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

} // namespace

int carry_out(call& in, const intent& what) {
  const auto patience = patience_of(in, what);
  if (!patience)
    return in.fail(patience.error());
  auto op = op_id{};
  if (const auto typed = in.given().value("op-id")) {
    const auto read = parse_op_id(*typed);
    if (!read)
      return in.fail(read.error());
    op = *read;
  }
  auto reached = in.cluster();
  if (!reached)
    return in.fail(reached.error());
  auto membership = (*reached)->membership();
  if (in.given().has("dry-run"))
    return show_preview(in, membership, what);
  if (!op)
    op = membership.draw_op();
  auto change = what.ask(membership, op);
  if (!change)
    return in.fail(change.error(), "op show", to_string(op), op);
  // An answer that was so already names the op that made it so, or none.
  if (!change->op)
    change->op = op;
  auto body = object_of_change(what, *change);
  auto text = (change->changed ? what.done : what.already) + " (version "
              + std::to_string(change->version.value) + ").\n";
  if (!*patience) {
    body["settled"] = nullptr;
    return in.answer("cli-change", std::move(body), text);
  }
  const auto found = wait_for(membership, what, *change, **patience);
  const bool seen = found && found->seen;
  body["settled"] = seen;
  if (!seen) {
    const auto instead = found ? found->instead : to_string(found.error());
    body["instead"] = instead;
    in.around().err << "quorate " << in.given().which->path << ": done, but not what --wait waits "
                    << "for, within " << duration_text(**patience) << ": " << printable(instead)
                    << '\n';
  }
  return in.answer(seen ? exit_ok : exit_failed, "cli-change", std::move(body), text);
}

} // namespace quorate::app
