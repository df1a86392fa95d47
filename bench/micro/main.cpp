// What the pure rooms cost by themselves, without actors, disks or networks: the ceiling for all
// that is built on them.
//
//   quorate_micro [--count] [--benchmark_…]
//
// With `--count` each benchmark runs a fixed number of times. Under a program that counts
// instructions (scripts/bench-regress) the same code then gives the same figures.
#include "bench/micro/micro.hpp"

#include <algorithm>
#include <cstring>

int main(int argc, char** argv) {
  char** const end = std::remove_if(argv + 1, argv + argc,
                                    [](const char* x) { return std::strcmp(x, "--count") == 0; });
  quorate::micro::registry all{end != argv + argc};
  argc = static_cast<int>(end - argv);
  quorate::micro::add_raft(all);
  quorate::micro::add_kv(all);
  quorate::micro::add_membership(all);
  quorate::micro::add_wire(all);
  quorate::micro::add_storage(all);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
