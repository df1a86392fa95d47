#include "tests/sim/farm.hpp"

#include "tests/sim/child.hpp"
#include "tests/sim/run.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <vector>

namespace quorate::sim {

namespace {

/// Nondeterminism shows in the trace, or in the number of events if tracing itself matters.
void replay(blackboard& board, const run_result& untraced) {
  board.situations.hit(situation::replayed_seed);
  const auto first = run_seed(board.seed, trace::mode::keep);
  const auto second = run_seed(board.seed, trace::mode::keep);
  if (first.trace_hash != second.trace_hash)
    board.fail("the same seed is the same history: two traces differ", second.tail);
  else if (first.events != untraced.events)
    board.fail("the same seed is the same history: tracing changes it", second.tail);
}

void run_seeds(const farm_order& order, std::uint64_t offset, blackboard& board) {
  const auto began = cpu_seconds();
  for (auto i = offset; i < order.count && !board.stop && !board.failed; i += order.jobs) {
    if (order.cpu_seconds_max > 0 && cpu_seconds() - began > order.cpu_seconds_max)
      break;
    board.seed = order.first + i;
    ++board.seeds;
    const auto one = run_seed(board.seed, trace::mode::off);
    board.situations.add(one.situations);
    board.simulated_sum += one.simulated;
    board.events += one.events;
    board.operations += one.operations;
    board.fewest_operations = std::min(board.fewest_operations, one.operations);
    board.note(one);
    board.cpu_seconds = cpu_seconds() - began;
    if (!board.failed && order.replay_every != 0 && board.seed % order.replay_every == 0)
      replay(board, one);
  }
}

void add(farm_result& out, const blackboard& board) {
  out.seeds += board.seeds;
  out.situations.add(board.situations);
  out.simulated += board.simulated_sum;
  out.events += board.events;
  out.operations += board.operations;
  out.fewest_operations = std::min(out.fewest_operations, board.fewest_operations);
  out.cpu_seconds += board.cpu_seconds;
  if (board.failed && (!out.failure || board.seed < out.failure->seed))
    out.failure = farm_failure{board.seed, board.what.data(), board.tail.data()};
}

/// The same seed again, now with its trace, and twice: it has to fail the same way.
void trace_failure(farm_failure& failure, base::mutant planted) {
  run_order again;
  again.seed = failure.seed;
  again.how = trace::mode::keep;
  const auto first = run_apart(again, planted);
  const auto second = run_apart(again, planted);
  if (!first.tail.empty())
    failure.tail = first.tail;
  if (first.trace_hash != second.trace_hash || first.violation != second.violation)
    failure.what += " (and not the same when it is run again: \"" + first.violation + "\", \""
                    + second.violation + "\")";
}

} // namespace

farm_result run_farm(const farm_order& order) {
  std::vector<std::unique_ptr<child>> children;
  for (std::size_t i = 0; i < order.jobs; ++i) {
    children.push_back(std::make_unique<child>());
    children.back()->start(order.planted,
                           [&, i](blackboard& board) { run_seeds(order, i, board); });
  }
  farm_result out;
  for (std::size_t left = children.size(); left > 0; --left) {
    auto& ended = child::wait_for_any(children);
    add(out, ended.board());
    if (ended.board().failed)
      for (auto& one : children)
        one->board().stop = true;
  }
  if (out.failure && order.trace_failure)
    trace_failure(*out.failure, order.planted);
  return out;
}

// -- words ----------------------------------------------------------------------------------------------------------

namespace {

constexpr const char* mutant_names[] = {"none",
                                        "commit_without_own_term",
                                        "vote_without_log_check",
                                        "vote_before_durable",
                                        "append_acked_before_durable",
                                        "self_match_before_durable",
                                        "commit_beyond_verified",
                                        "truncate_without_conflict",
                                        "joint_counts_one_half",
                                        "change_before_own_term",
                                        "second_change_in_flight",
                                        "read_before_own_term",
                                        "read_without_round",
                                        "snapshot_of_active_config",
                                        "floor_grants",
                                        "floor_campaigns",
                                        "park_the_unnamed",
                                        "last_member_unguarded",
                                        "session_executes_again",
                                        "sessions_not_in_snapshot",
                                        "trust_the_joiner",
                                        "live_quorum_unchecked",
                                        "old_boot_accepted",
                                        "match_moves_down",
                                        "image_of_no_moment",
                                        "torn_below_durable_mark",
                                        "apply_before_durable"};

} // namespace

std::optional<base::mutant> find_mutant(const std::string& text) {
  for (std::size_t i = 0; i < std::size(mutant_names); ++i)
    if (text == mutant_names[i] || text == std::to_string(i))
      return static_cast<base::mutant>(i);
  return std::nullopt;
}

std::string name_of(base::mutant m) {
  const auto at = static_cast<std::size_t>(m);
  return at < std::size(mutant_names) ? mutant_names[at] : std::to_string(at);
}

std::string report(const farm_result& result) {
  std::string out;
  for (std::size_t i = 0; i < static_cast<std::size_t>(situation::count); ++i) {
    const auto x = static_cast<situation>(i);
    out += std::string{to_string(x)} + ' ' + std::to_string(result.situations.of(x)) + '\n';
  }
  const auto simulated = static_cast<double>(result.simulated) / 1e6;
  char line[256];
  std::snprintf(line, sizeof line,
                "%llu seeds, %.0f simulated seconds, %.0f per CPU-second, %llu events, "
                "%llu operations, at least %llu a seed",
                static_cast<unsigned long long>(result.seeds), simulated,
                result.cpu_seconds > 0 ? simulated / result.cpu_seconds : 0.0,
                static_cast<unsigned long long>(result.events),
                static_cast<unsigned long long>(result.operations),
                static_cast<unsigned long long>(result.fewest_operations));
  return out + line;
}

} // namespace quorate::sim
