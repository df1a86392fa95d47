// Inputs for the targets: good ones, and those that libFuzzer has found.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quorate::fuzz {

struct target {
  std::string_view name;
  void (*run)(std::string_view bytes);
  std::vector<std::string> (*corpus)(); ///< Good inputs, as nodes, peers and operators make them.
  /// Spoiled ones in `fuzz_tests`: fewer where each takes long, as a handshake does.
  std::uint64_t inputs = 200'000;
};

const std::vector<target>& targets();

/// What libFuzzer has found out about a target: an input for each bit of code that it reached,
/// from tests/fuzz/corpus.
std::vector<std::string> learned(std::string_view name);

std::vector<std::string> records_corpus();
std::vector<std::string> mark_corpus();
std::vector<std::string> image_corpus();
std::vector<std::string> payload_corpus();
std::vector<std::string> recovery_corpus();
std::vector<std::string> frames_corpus();
std::vector<std::string> messages_corpus();
std::vector<std::string> link_corpus();
std::vector<std::string> options_corpus();
std::vector<std::string> identity_corpus();
std::vector<std::string> certificate_corpus();
std::vector<std::string> handshake_corpus();
std::vector<std::string> established_corpus();

} // namespace quorate::fuzz
