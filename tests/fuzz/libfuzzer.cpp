// One target for libFuzzer. With the environment's QUORATE_FUZZ_CORPUS, it writes its good inputs
// there first.
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
  int number = 0;
  if (directory != nullptr)
    for (const auto& input : chosen().corpus())
      std::ofstream{std::string{directory} + "/good-" + std::to_string(number++), std::ios::binary}
        << input;
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  chosen().run({reinterpret_cast<const char*>(bytes), count});
  return 0;
}
