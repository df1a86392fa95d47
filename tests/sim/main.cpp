// quorate_sim: runs seeds, and says which of them broke a promise. See --help.
//
// Exit code 1: a seed failed; 2: the command line is wrong.
#include "runtime/base/mutants.hpp"
#include "tests/sim/arguments.hpp"
#include "tests/sim/child.hpp"
#include "tests/sim/farm.hpp"
#include "tests/sim/run.hpp"
#include "tests/sim/shrink.hpp"

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using namespace quorate;

void print_failure(std::uint64_t seed, const std::string& what) {
  std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), what.c_str());
}

/// In a child, so that a failed check is told like any other failure.
int play_one(const sim::arguments& with) {
  sim::run_order order;
  order.seed = with.farm.first;
  order.left = with.left;
  if (with.only_faults) {
    sim::run_order whole;
    whole.seed = order.seed;
    order.left.script = sim::pick(sim::run_apart(whole, with.farm.planted).faults,
                                  *with.only_faults);
  }
  order.how = !with.trace ? sim::trace::mode::keep
              : with.json ? sim::trace::mode::print_json
                          : sim::trace::mode::print;
  const auto one = sim::run_apart(order, with.farm.planted);
  if (!with.trace)
    std::printf("%s\n", one.tail.c_str());
  if (!with.json)
    std::printf("trace hash %016llx\n", static_cast<unsigned long long>(one.trace_hash));
  if (one.violation.empty())
    return 0;
  if (with.json)
    std::printf("%s\n", sim::trace::json_end(one.violation).c_str());
  else
    print_failure(order.seed, one.violation);
  return 1;
}

int shrink_one(const sim::arguments& with) {
  const auto small = sim::shrink(with.farm.first, with.farm.planted);
  if (!small) {
    std::printf("seed %llu breaks no promise\n", static_cast<unsigned long long>(with.farm.first));
    return 0;
  }
  auto order = small->order;
  order.how = sim::trace::mode::keep;
  std::printf("%s\n%s", sim::run_apart(order, with.farm.planted).tail.c_str(),
              report(*small, with.farm.planted).c_str());
  return 1;
}

int run_many(const sim::arguments& with) {
  const auto result = sim::run_farm(with.farm);
  if (result.failure) {
    std::printf("%s\n", result.failure->tail.c_str());
    print_failure(result.failure->seed, result.failure->what);
    std::printf("\n");
  }
  std::printf("%s\n", report(result).c_str());
  return result.failure ? 1 : 0;
}

} // namespace

int main(int argc, char** argv) {
  auto with = sim::parse({argv + 1, argv + argc});
  if (!with) {
    std::fprintf(stderr, "quorate_sim: %s\nSee quorate_sim --help.\n",
                 with.error().message.c_str());
    return 2;
  }
  if (with->help)
    return std::printf("%s", sim::usage().c_str()), 0;
  if (with->fresh)
    std::printf("seed %llu\n", static_cast<unsigned long long>(with->farm.first));
  if (with->shrink)
    return shrink_one(*with);
  return with->one_seed() ? play_one(*with) : run_many(*with);
}
