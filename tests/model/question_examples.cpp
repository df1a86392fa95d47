#include "tests/model/question_examples.hpp"

#include "runtime/membership/explain.hpp"
#include "runtime/membership/words.hpp"
#include "tests/membership/situations.hpp"

#include <utility>

namespace quorate::model {

namespace {

using namespace membership;
using namespace membership::situations;

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width)
    text.resize(width, ' ');
  return text;
}

std::string told(const transition_report& x) {
  auto text = "  " + std::string{to_string(x.event)} + " by " + std::string{to_string(x.by)} + ", "
              + x.from + " to " + x.to + ": " + (x.possible ? "possible" : "not now") + '\n';
  for (const auto& g : x.guards) {
    text += "    " + padded(g.guard, 18) + (g.holds ? "holds  " : "fails  ");
    text += padded(g.node ? to_string(g.node) : "", 4) + g.value;
    if (!g.holds && g.refusal != errc::none)
      text += " (" + std::string{to_string(g.refusal)} + ')';
    text += '\n';
  }
  return text;
}

std::string told(const change_preview& x) {
  auto text = "  " + std::string{to_string(x.event)} + " to version "
              + std::to_string(x.version.value) + (x.joint ? ", joint" : "") + "; voters then "
              + list_text(x.voters) + '\n';
  for (const auto& m : x.moves)
    text += "    " + to_string(m.node) + ' ' + m.from + " to " + m.to + '\n';
  return text;
}

std::string explained(const nodes_config& config, const observations& seen, std::uint32_t node) {
  const auto x = explain(config, seen, node_id{node}).value();
  auto text = "explain(" + to_string(x.node) + "): " + x.summary + '\n';
  for (const auto& next : x.next)
    text += told(next);
  return text;
}

std::string planned(const nodes_config& config, const observations& seen) {
  const auto x = next_steps(config, seen);
  auto text = "plan(): " + x.summary + '\n';
  if (x.next)
    text += told(*x.next);
  return text;
}

std::string tried(const nodes_config& config, const observations& seen, const std::string& call,
                  intent want) {
  const auto x = dry_run(config, seen, {op_id{1, 1}, {}, std::move(want)});
  auto text = "dry_run()." + call + ": ";
  if (!x)
    return text + to_string(x.error()) + '\n';
  if (x->change)
    return text + "it would be done\n" + told(*x->change);
  return text + (x->waits_for.empty() ? "it is so already" : "waits: " + x->waits_for) + '\n';
}

} // namespace

std::string question_examples() {
  const auto
    config = written_cluster{}.members({1, 2, 3}).learners({4}).outsiders({5}).parked({6}).config();
  sight now;
  now.for_ms = 20'000;
  now.dead = {3};
  const auto seen = see(config, now);
  std::string text = "```text\n";
  text += explained(config, seen, 3) + '\n';
  text += explained(config, seen, 5) + '\n';
  text += explained(config, seen, 6) + '\n';
  text += planned(config, seen) + '\n';
  const node_id n2{2};
  const node_id n3{3};
  const node_id n4{4};
  const node_id n6{6};
  text += tried(config, seen, "replace(n3, n4)", replace_intent{n3, n4, replaced_fate::standby});
  text += tried(config, seen, "park(n6)", park_intent{n6, false});
  text += tried(config, seen, "reconfigure({n2, n3})", reconfigure_intent{{n2, n3}, false});
  return text + "```\n";
}

} // namespace quorate::model
