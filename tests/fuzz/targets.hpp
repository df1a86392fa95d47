// What is decoded from a disk or a peer, one target each: any bytes go in, and either they are
// refused, or what they mean has exactly that one encoding.
//
// The same targets run in two ways: `fuzz_tests` mutates good inputs at random, in every build;
// `scripts/fuzz` lets libFuzzer look for inputs that reach new code.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quorate::fuzz {

struct target {
  std::string_view name;
  void (*run)(std::string_view bytes);  ///< Aborts if something is wrong.
  std::vector<std::string> (*corpus)(); ///< Good inputs.
  /// Spoiled ones in `fuzz_tests`: fewer where each takes long, as a handshake does.
  std::uint64_t inputs = 200'000;
};

const std::vector<target>& targets();

/// What libFuzzer has found out about a target: an input for each bit of code that it reached,
/// from tests/fuzz/corpus.
std::vector<std::string> learned(std::string_view name);

/// Those about what peers say in plain words, and what operators write.
std::vector<target> peer_targets();

/// Those about TLS.
std::vector<target> tls_targets();

} // namespace quorate::fuzz
