// quorate_sim: runs seeds, and says which of them broke a promise.
//
//   quorate_sim --seed S [--seeds N] [--seconds BUDGET] [--trace] [--mutant NAME_OR_NUMBER]
//
// The budget is in CPU-seconds. With --trace one seed is run in this process, and every line is
// printed. Exit code 1: a seed failed; 2: the command line is wrong.
#include "runtime/base/mutants.hpp"
#include "tests/sim/farm.hpp"
#include "tests/sim/run.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

struct arguments {
  quorate::sim::farm_order order;
  bool trace = false;
};

int usage() {
  std::fprintf(stderr, "usage: quorate_sim --seed S [--seeds N] [--seconds BUDGET] [--trace] "
                       "[--mutant NAME_OR_NUMBER]\n");
  return 2;
}

bool parse(int argc, char** argv, arguments& out) {
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--trace") {
      out.trace = true;
      continue;
    }
    if (i + 1 == argc)
      return false;
    const char* value = argv[++i];
    if (name == "--seed") {
      out.order.first = std::strtoull(value, nullptr, 10);
    } else if (name == "--seeds") {
      out.order.count = std::strtoull(value, nullptr, 10);
    } else if (name == "--seconds") {
      out.order.cpu_seconds_max = std::strtod(value, nullptr);
      if (out.order.count == 1)
        out.order.count = ~std::uint64_t{0};
    } else if (name == "--mutant") {
      auto found = quorate::sim::find_mutant(value);
      if (!found)
        return false;
      out.order.planted = *found;
    } else {
      return false;
    }
  }
  return true;
}

int trace_one(const arguments& with) {
  quorate::base::set_mutant(with.order.planted);
  const auto one = quorate::sim::run_seed(with.order.first, quorate::sim::trace::mode::print);
  std::printf("trace hash %016llx\n", static_cast<unsigned long long>(one.trace_hash));
  if (one.violation.empty())
    return 0;
  std::printf("seed %llu: %s\n", static_cast<unsigned long long>(with.order.first),
              one.violation.c_str());
  return 1;
}

} // namespace

int main(int argc, char** argv) {
  arguments with;
  if (!parse(argc, argv, with))
    return usage();
  if (with.trace)
    return trace_one(with);
  const auto result = quorate::sim::run_farm(with.order);
  if (result.failure)
    std::printf("%s\nseed %llu: %s\n\n", result.failure->tail.c_str(),
                static_cast<unsigned long long>(result.failure->seed),
                result.failure->what.c_str());
  std::printf("%s\n", report(result).c_str());
  return result.failure ? 1 : 0;
}
