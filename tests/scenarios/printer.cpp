#include "tests/scenarios/printer.hpp"

#include <sstream>
#include <utility>

namespace quorate::raft::scenarios {

namespace {

std::string text(std::uint64_t x) {
  return std::to_string(x);
}

std::string name_of(const node& x) {
  return to_string(x.self.id);
}

std::string role_text(role_kind role) {
  static constexpr const char* names[] = {"", "follower", "pre_candidate", "candidate", "leader"};
  return names[static_cast<std::size_t>(role)];
}

std::string entry_text(const entry& x) {
  auto out = position_text({x.index, x.entry_term}) + ' ';
  if (x.kind == entry_kind::noop)
    return out + "noop";
  if (x.kind == entry_kind::membership)
    return out + describe(*x.config);
  constexpr std::size_t shown_max = 16;
  if (x.payload.size() > shown_max)
    return out + '(' + text(x.payload.size()) + " bytes)";
  return out + std::string{x.payload.view()};
}

std::string floor_text(const storage::floor& x) {
  return "floor v" + text(x.version.value) + " at " + position_text(x.at);
}

void join(std::string& out, const std::string& part) {
  out += (out.empty() ? "" : "; ") + part;
}

} // namespace

std::string position_text(log_position at) {
  return text(at.index.value) + '@' + text(at.entry_term.value);
}

std::string entries_text(const std::vector<entry>& entries) {
  std::string out;
  for (const auto& x : entries)
    out += (out.empty() ? "" : ", ") + entry_text(x);
  return out.empty() ? "nothing" : out;
}

std::string write_text(const storage::write_batch& write, const storage::hard_state& before) {
  std::string out;
  if (write.state
      && (write.state->current_term != before.current_term
          || write.state->voted_for != before.voted_for))
    join(out, "term " + text(write.state->current_term.value) + " vote "
                + to_string(write.state->voted_for.id));
  if (write.image)
    join(out, "snapshot " + position_text(write.image->last) + ' ' + describe(write.image->config)
                + (write.image_replaces_log ? " instead of the log" : ""));
  if (write.truncate_from)
    join(out, "truncate from " + text(write.truncate_from.value));
  if (!write.entries.empty())
    join(out, entries_text(write.entries));
  if (write.compact_to)
    join(out, "compact to " + text(write.compact_to.value));
  return '#' + text(write.sequence.value) + ": " + (out.empty() ? "nothing new" : out);
}

std::string error_text(const quorate::error& err) {
  auto out = std::string{to_string(err.code)};
  if (err.leader)
    out += " (leader " + to_string(err.leader) + ')';
  return out;
}

// -- nodes ----------------------------------------------------------------------------------------

std::string role_line(const node& x) {
  auto now = x.core->current();
  return name_of(x) + " is " + role_text(now.role) + " in term " + text(now.current_term.value)
         + ", leader " + to_string(now.leader);
}

std::string status_line(const node& x) {
  if (!x.core)
    return name_of(x) + " is down";
  auto now = x.core->current();
  auto out = role_line(x) + ": log " + position_text(now.last);
  if (now.first.value > 1)
    out += " from " + text(now.first.value);
  out += " durable " + text(now.durable.value) + " commit " + text(now.commit.value) + " applied "
         + text(x.machine.value) + " v" + text(now.active_config.value);
  for (auto [holds, word] :
       {std::pair{now.joint, " joint"}, std::pair{now.transferring, " transferring"},
        std::pair{now.quiet, " quiet"}})
    out += holds ? word : "";
  return out;
}

std::string timer_line(const node& x) {
  auto now = x.core->current();
  return name_of(x) + " waits " + text(now.election_elapsed) + " of " + text(now.election_timeout);
}

std::string hard_state_line(const node& x) {
  const auto& state = x.core->hard_state();
  return name_of(x) + " term " + text(state.current_term.value) + " vote "
         + to_string(state.voted_for.id) + " commit " + text(state.commit.value);
}

std::string config_line(const node& x) {
  const auto& active = x.core->active_config();
  const auto& committed = x.core->committed_config();
  auto out = name_of(x) + " has " + describe(active);
  if (active != committed)
    out += ", committed " + describe(committed);
  return out;
}

std::string log_line(const node& x) {
  const auto& log = x.core->entries();
  auto out = name_of(x) + " log";
  if (log.before().index)
    out += " after " + position_text(log.before());
  return out + ": " + entries_text(log.slice(log.first(), log.last().index));
}

std::string disk_line(const node& x) {
  const auto& disk = x.durable;
  auto out = name_of(x) + " disk: term " + text(disk.state.current_term.value) + " vote "
             + to_string(disk.state.voted_for.id);
  if (disk.lowest)
    out += "; " + floor_text(disk.lowest);
  if (disk.image)
    out += "; snapshot " + position_text(disk.image->last) + ' ' + describe(disk.image->config);
  return out + "; " + entries_text(disk.entries);
}

std::string lease_line(const node& x) {
  auto basis = x.core->lease_basis();
  if (!basis)
    return name_of(x) + " has no lease";
  return name_of(x) + " has a lease of " + text(x.core->active_config().lease_ms) + " ms from tick "
         + text(*basis) + ", now is " + text(x.core->current().now);
}

std::string counters_line(const node& x) {
  const auto& all = x.core->counts();
  auto out = name_of(x) + " counts";
  for (auto [value, what] :
       {std::pair{all.elections, "elections"}, std::pair{all.leaderships, "leaderships"},
        std::pair{all.proposals, "proposals"}, std::pair{all.proposals_refused, "refused"},
        std::pair{all.messages_dropped, "dropped"}, std::pair{all.floor_refusals, "floor"},
        std::pair{all.snapshots_sent, "snapshots_sent"},
        std::pair{all.snapshot_chunks_sent, "parts_sent"},
        std::pair{all.snapshots_installed, "snapshots_installed"}})
    if (value != 0)
      out += ' ' + std::string{what} + '=' + text(value);
  return out;
}

std::vector<std::string> progress_lines(const node& x) {
  std::vector<std::string> lines;
  std::istringstream all{x.core->describe()};
  std::string line;
  while (std::getline(all, line))
    if (line.find(" match ") != std::string::npos)
      lines.push_back(name_of(x) + " sees" + line.substr(1));
  return lines;
}

} // namespace quorate::raft::scenarios
