// One target for libFuzzer. With the environment's QUORATE_FUZZ_CORPUS, it writes the inputs that
// it knows there first.
#include "tests/fuzz/targets.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

namespace {

const quorate::fuzz::target& chosen() {
  static const auto& one = []() -> const auto& {
    const auto& all = quorate::fuzz::targets();
    const auto found = std::find_if(all.begin(), all.end(), [](const auto& x) {
      return x.name == std::string_view{QUORATE_FUZZ_TARGET};
    });
    if (found == all.end())
      std::abort();
    return *found;
  }
  ();
  return one;
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const char* directory = std::getenv("QUORATE_FUZZ_CORPUS");
  if (directory == nullptr)
    return 0;
  int number = 0;
  for (const auto& inputs : {chosen().corpus(), quorate::fuzz::learned(chosen().name)})
    for (const auto& input : inputs)
      std::ofstream{std::string{directory} + "/known-" + std::to_string(number++), std::ios::binary}
        << input;
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  chosen().run({reinterpret_cast<const char*>(bytes), count});
  return 0;
}
