#include "apps/quorate/command/text.hpp"

#include "apps/quorate/command/words.hpp"
#include "apps/quorate/table.hpp"

#include <cstddef>
#include <string_view>

namespace quorate::app {

namespace {

std::string about(const guard_report& x) {
  auto value = x.value;
  if (!x.holds && x.refusal != errc::none)
    value += " (" + std::string{to_string(x.refusal)} + ')';
  return value;
}

std::string text_of_next(const transition_report& x) {
  auto text = "  " + std::string{to_string(x.event)} + " by " + std::string{to_string(x.by)} + ", "
              + printable(x.from) + " to " + printable(x.to)
              + (x.possible ? ": possible\n" : ": not now\n");
  std::vector<std::vector<std::string>> rows;
  for (const auto& each : x.guards)
    rows.push_back({"    " + each.guard, each.holds ? "holds" : "fails",
                    each.node ? to_string(each.node) : "", about(each)});
  return text + table_text(rows);
}

std::string age(std::uint64_t then_ms, std::uint64_t now_ms) {
  return now_ms > then_ms ? rough_time(now_ms - then_ms) : "0s";
}

} // namespace

std::string table_text(const std::vector<std::vector<std::string>>& rows) {
  auto safe = rows;
  for (auto& row : safe)
    for (auto& cell : row)
      cell = printable(cell);
  std::string text;
  for (const auto& line : aligned(safe))
    text += line + '\n';
  return text;
}

std::string rough_time(std::uint64_t ms) {
  const auto s = ms / 1'000;
  if (s < 120)
    return std::to_string(s) + 's';
  if (s < 2 * 3'600)
    return std::to_string(s / 60) + 'm';
  if (s < 2 * 86'400)
    return std::to_string(s / 3'600) + 'h';
  return std::to_string(s / 86'400) + 'd';
}

std::string list_text(const std::vector<node_id>& x) {
  std::string text;
  for (std::size_t i = 0; i < x.size(); ++i)
    text += (i == 0 ? "" : i + 1 == x.size() ? " and " : ", ") + to_string(x[i]);
  return text.empty() ? "none" : text;
}

std::string text_of(const change_preview& x) {
  auto text = "  " + std::string{to_string(x.event)} + " to version "
              + std::to_string(x.version.value) + (x.joint ? ", joint" : "") + "; voters then "
              + list_text(x.voters) + '\n';
  std::vector<std::vector<std::string>> rows;
  for (const auto& each : x.moves)
    rows.push_back({"    " + to_string(each.node), each.name, each.from + " to " + each.to});
  text += table_text(rows);
  if (x.hands_over_to)
    text += "    leadership goes to " + to_string(x.hands_over_to) + " first\n";
  return text;
}

std::string text_of(const explanation& x) {
  auto text = to_string(x.node) + ' ' + printable(x.name) + ": " + printable(x.summary) + '\n';
  for (const auto& each : x.next)
    text += text_of_next(each);
  return text;
}

std::string text_of(const membership_plan& x) {
  auto text = printable(x.summary) + '\n';
  if (x.in_flight)
    text += "In flight:\n" + text_of(*x.in_flight);
  for (const auto& each : x.intents)
    text += "Waiting: " + std::string{to_string(each.event)}
            + (each.op ? " (op " + to_string(each.op) + ')' : "") + ": " + printable(each.waits_for)
            + '\n';
  if (x.next)
    text += "Next:\n" + text_of(*x.next);
  if (x.nearest)
    text += "Nearest:\n" + text_of_next(*x.nearest);
  if (x.registrations_waiting != 0)
    text += std::to_string(x.registrations_waiting) + " registrations wait.\n";
  return text;
}

std::string text_of(const op_report& x) {
  auto text = "op " + to_string(x.op) + ": " + std::string{to_string(x.state)};
  if (x.state != op_state::unknown)
    text += ", " + std::string{to_string(x.event)};
  if (x.version)
    text += ", version " + std::to_string(x.version.value);
  if (x.code != errc::none)
    text += ", " + std::string{to_string(x.code)};
  if (!x.sentence.empty())
    text += ": " + printable(x.sentence);
  if (x.state == op_state::unknown)
    text += "\nThis is no proof that it won't happen; only a retry with the same op id makes sure.";
  return text + '\n';
}

std::string text_of(const std::vector<transition>& x, std::uint64_t now_ms) {
  std::vector<std::vector<std::string>> rows{
    {"VERSION", "AGE", "EVENT", "NODES", "FROM", "TO", "BY", "WHY", "OP"}};
  for (const auto& each : x) {
    // A batch of registrations may name thousands.
    constexpr std::size_t shown_max = 4;
    auto named = each.nodes;
    const auto more = named.size() > shown_max ? named.size() - shown_max : 0;
    named.resize(named.size() - more);
    rows.push_back({std::to_string(each.version.value), age(each.log_time_ms, now_ms),
                    std::string{to_string(each.event)},
                    named.empty()
                      ? "-"
                      : list_text(named) + (more == 0 ? "" : ", " + std::to_string(more) + " more"),
                    each.from, each.to, std::string{to_string(each.by)}, each.why,
                    each.op ? to_string(each.op) : "-"});
  }
  return table_text(rows);
}

std::string text_of(const refusal_log& x, std::uint64_t now_ms) {
  std::vector<std::vector<std::string>> rows{
    {"AGE", "TIMES", "EVENT", "NODE", "BY", "CODE", "SENTENCE"}};
  for (const auto& each : x.records)
    rows.push_back({age(each.log_time_ms, now_ms), std::to_string(each.times),
                    std::string{to_string(each.event)}, each.node ? to_string(each.node) : each.who,
                    std::string{to_string(each.by)}, std::string{to_string(each.code)},
                    each.sentence});
  return std::to_string(x.total) + " refused by this leader.\n"
         + (x.records.empty() ? "" : table_text(rows));
}

} // namespace quorate::app
