#include "tests/sim/copies.hpp"

#include "tests/sim/violation.hpp"

#include <algorithm>
#include <string>

namespace quorate::sim {

namespace {

bool halted(const process& p) {
  return p.running() && p.node->halted().code == errc::storage_in_use;
}

/// It was told that it doesn't count, or told somebody.
bool counts(const process& p) {
  if (p.running())
    for (const auto& x : p.node->status().counters)
      if (x.name == "refusals_total" && x.label == to_string(errc::storage_in_use))
        return true;
  return false;
}

/// A node that goes on counts a conflict.
bool is_said(const world& in) {
  for (std::size_t i = 0; i < in.size(); ++i)
    if (counts(in.at(i)) && in.at(i).node->halted().code == errc::none)
      return true;
  return false;
}

/// A node of the cluster beside which others live; of one alone, nobody would hear.
std::optional<std::size_t> victim(const world& in, base::random& draw) {
  const auto leader = in.leader();
  if (!leader)
    return std::nullopt;
  const auto& nodes = in.at(*leader).node->state()->nodes();
  std::vector<std::size_t> fit;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const auto& p = in.at(i);
    if (p.was_lost())
      return std::nullopt;
    if (p.running() && p.node->halted().code == errc::none
        && nodes.find(p.node->identity().id) != nullptr
        && (nodes.members().size() > 1 || i != *leader))
      fit.push_back(i);
  }
  if (fit.empty())
    return std::nullopt;
  return fit[draw.below(fit.size())];
}

std::size_t start_on(world& in, std::size_t of, storage::image disk) {
  auto options = in.at(of).options;
  options.address += "-copy";
  const auto twin = in.add(std::move(options));
  in.at(twin).disk.exchange(std::move(disk));
  in.start(twin);
  return twin;
}

/// Copied while it stood still, or while it worked.
void copy(world& in, std::size_t i, bool at_rest, micros patience) {
  if (at_rest)
    in.crash(i, false);
  const auto twin = start_on(in, i, in.at(i).disk.durable());
  in.start(i);
  in.situations().hit(situation::disk_copied);
  const bool noticed = in.run_until(
    [&] {
      const bool refused = counts(in.at(twin)) && !at_rest;
      return halted(in.at(i)) || halted(in.at(twin)) || refused;
    },
    patience);
  require_in_time(noticed && is_said(in), "two processes on one storage are noticed",
                  in.at(i).options.name);
}

/// To what it was some restarts ago, of which others have heard.
void roll_back(world& in, std::size_t i, std::uint64_t restarts, micros patience) {
  const auto old = in.at(i).disk.durable();
  for (std::uint64_t k = 0; k < restarts; ++k) {
    in.crash(i, false);
    in.start(i);
    in.run_for(seconds(3));
  }
  in.crash(i, false);
  in.at(i).disk.exchange(old);
  in.start(i);
  in.situations().hit(situation::disk_rolled_back);
  const bool noticed = in.run_until([&] { return halted(in.at(i)); }, patience);
  require_in_time(noticed && is_said(in), "a disk that was rolled back is noticed",
                  in.at(i).options.name);
}

} // namespace

void require_notices_copies(world& in, base::random draw) {
  constexpr micros patience = seconds(60);
  const auto which = victim(in, draw);
  if (!which)
    return;
  in.watch_no_more();
  const auto how = draw.below(3);
  if (how == 0)
    roll_back(in, *which, draw.between(1, 3), patience);
  else
    copy(in, *which, how == 1, patience);
}

} // namespace quorate::sim
