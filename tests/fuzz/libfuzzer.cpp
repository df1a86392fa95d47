// One target for libFuzzer: the function that QUORATE_FUZZ_RUN names.
#include "tests/fuzz/targets.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
  quorate::fuzz::QUORATE_FUZZ_RUN({reinterpret_cast<const char*>(bytes), count});
  return 0;
}
