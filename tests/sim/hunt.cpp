#include "tests/sim/hunt.hpp"

#include "runtime/base/check.hpp"
#include "tests/sim/farm.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <sstream>
#include <string_view>

namespace quorate::sim {

namespace {

constexpr std::size_t promise_max = 80;

/// `broken invariant: CONDITION at FOLDER/FILE:LINE with ...` or `PROMISE: ...`, without what
/// differs from run to run.
std::string shortened(std::string_view what) {
  constexpr std::string_view invariant = "broken invariant: ";
  std::string out;
  if (what.substr(0, invariant.size()) == invariant) {
    what.remove_prefix(invariant.size());
    const auto end = what.find(".cpp:");
    const auto at = what.rfind(" at ", end);
    out = std::string{what.substr(0, at)};
    if (end != std::string_view::npos && at != std::string_view::npos) {
      const auto path = what.substr(at, end - at);
      out += " (" + std::string{path.substr(path.rfind('/') + 1)} + ')';
    }
  } else {
    out = std::string{what.substr(0, what.find(": "))};
  }
  if (out.size() > promise_max)
    out = out.substr(0, promise_max - 3) + "...";
  for (auto& c : out)
    c = c == '\t' || c == '\n' ? ' ' : c;
  return out;
}

/// Takes one mutant after the other until none is left, and says of each how it went.
void work(const hunt_order& order, std::atomic<std::size_t>& next, int to) {
  for (auto i = next++; i < order.planted.size(); i = next++) {
    const auto line = line_of(hunt(order.planted[i], order.first_seed, order.cpu_seconds_each))
                      + '\n';
    // Short enough to arrive whole (PIPE_BUF).
    if (write(to, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
      return;
  }
}

} // namespace

std::vector<base::mutant> all_mutants() {
  std::vector<base::mutant> out;
  for (const auto& row : base::mutant_table)
    if (row.which != base::mutant::none)
      out.push_back(row.which);
  return out;
}

hunted hunt(base::mutant planted, std::uint64_t first_seed, double cpu_seconds) {
  farm_order order;
  order.first = first_seed;
  order.count = ~std::uint64_t{0} - first_seed;
  order.cpu_seconds_max = cpu_seconds;
  order.planted = planted;
  order.trace_failure = false;
  const auto result = run_farm(order);
  hunted out;
  out.planted = planted;
  out.seeds = result.seeds;
  out.cpu_seconds = result.cpu_seconds;
  if (result.failure) {
    out.found_by = result.failure->found_by;
    out.promise = shortened(result.failure->what);
    out.seed = result.failure->seed;
  }
  return out;
}

void hunt_all(const hunt_order& order, const std::function<void(const hunted&)>& done) {
  void* memory = mmap(nullptr, sizeof(std::atomic<std::size_t>), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  QUORATE_CHECK(memory != MAP_FAILED);
  auto& next = *new (memory) std::atomic<std::size_t>{0};
  std::array<int, 2> ends{};
  QUORATE_CHECK(pipe(ends.data()) == 0);
  std::fflush(nullptr);
  for (unsigned i = 0; i < order.jobs; ++i) {
    const auto child = fork();
    QUORATE_CHECK(child >= 0);
    if (child != 0)
      continue;
    close(ends[0]);
    work(order, next, ends[1]);
    _exit(0);
  }
  close(ends[1]);
  auto* lines = fdopen(ends[0], "r");
  QUORATE_CHECK(lines != nullptr);
  std::array<char, 1'024> line{};
  while (std::fgets(line.data(), static_cast<int>(line.size()), lines) != nullptr)
    if (auto x = read_line(line.data()))
      done(*x);
  std::fclose(lines);
  for (unsigned i = 0; i < order.jobs; ++i)
    wait(nullptr);
  munmap(memory, sizeof(std::atomic<std::size_t>));
}

// -- words ----------------------------------------------------------------------------------------------------------

std::string line_of(const hunted& x) {
  std::ostringstream out;
  out << name_of(x.planted) << '\t' << static_cast<unsigned>(x.found_by) << '\t' << x.seed << '\t'
      << x.seeds << '\t' << x.cpu_seconds << '\t' << x.promise;
  return out.str();
}

std::optional<hunted> read_line(const std::string& line) {
  std::istringstream in{line};
  std::string name;
  unsigned by = 0;
  hunted out;
  if (!(in >> name >> by >> out.seed >> out.seeds >> out.cpu_seconds)
      || by > static_cast<unsigned>(detector::death))
    return std::nullopt;
  auto planted = find_mutant(name);
  if (!planted)
    return std::nullopt;
  out.planted = *planted;
  out.found_by = static_cast<detector>(by);
  in.ignore();
  std::getline(in, out.promise);
  return out;
}

std::string describe(const hunted& x) {
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(), "%3u %-30s %-9s %6llu seeds %7.1f s  %s",
                static_cast<unsigned>(x.planted), name_of(x.planted).c_str(),
                x.killed() ? to_string(x.found_by) : "SURVIVED",
                static_cast<unsigned long long>(x.seeds), x.cpu_seconds, x.promise.c_str());
  return text.data();
}

std::string markdown_table(const std::vector<hunted>& all) {
  std::string out = "| | mutant | what it breaks | found by | seeds | CPU s | broken promise |\n"
                    "|---|---|---|---|---|---|---|\n";
  for (const auto& x : all) {
    std::array<char, 32> seconds{};
    std::snprintf(seconds.data(), seconds.size(), "%.1f", x.cpu_seconds);
    std::string promise;
    for (char c : x.promise)
      promise += c == '|' ? "\\|" : std::string{c};
    out += "| " + std::to_string(static_cast<unsigned>(x.planted)) + " | `" + name_of(x.planted)
           + "` | " + std::string{base::row_of(x.planted).breaks} + " | "
           + (x.killed() ? to_string(x.found_by) : "**survived**") + " | " + std::to_string(x.seeds)
           + " | " + seconds.data() + " | " + promise + " |\n";
  }
  return out;
}

} // namespace quorate::sim
