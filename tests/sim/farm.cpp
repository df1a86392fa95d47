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
    board.fail(detector::checker, "the same seed is the same history: two traces differ",
               second.tail);
  else if (first.events != untraced.events)
    board.fail(detector::checker, "the same seed is the same history: tracing changes it",
               second.tail);
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
    out.failure = farm_failure{board.seed, board.found_by, board.what.data(), board.tail.data()};
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
    children.back()->start(
      order.planted, [&, i](blackboard& board) { run_seeds(order, i, board); },
      order.planted != base::mutant::none ? order.cpu_seconds_max : 0);
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

std::optional<base::mutant> find_mutant(const std::string& text) {
  for (const auto& row : base::mutant_table)
    if (text == row.name || text == std::to_string(static_cast<unsigned>(row.which)))
      return row.which;
  return std::nullopt;
}

std::string name_of(base::mutant m) {
  return std::string{base::row_of(m).name};
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
