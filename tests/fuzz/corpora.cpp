#include "tests/fuzz/corpora.hpp"

#include "tests/fuzz/targets.hpp"

#include <fstream>
#include <utility>

namespace quorate::fuzz {

const std::vector<target>& targets() {
  static const std::vector<target> all{
    {"records", run_records, records_corpus},
    {"mark", run_mark, mark_corpus},
    {"image", run_image, image_corpus},
    {"payload", run_payload, payload_corpus},
    {"recovery", run_recovery, recovery_corpus},
    {"frames", run_frames, frames_corpus},
    {"messages", run_messages, messages_corpus},
    {"link", run_link, link_corpus, 50'000},
    {"options", run_options, options_corpus, 20'000},
    {"identity", run_identity, identity_corpus},
    {"certificate", run_certificate, certificate_corpus, 20'000},
    {"dialer", run_dialer, handshake_corpus, 10'000},
    {"acceptor", run_acceptor, handshake_corpus, 10'000},
    {"established", run_established, established_corpus, 2'000},
  };
  return all;
}

std::vector<std::string> learned(std::string_view name) {
  std::vector<std::string> out;
  std::ifstream lines{QUORATE_FUZZ_TESTS "/corpus/" + std::string{name} + ".txt"};
  for (std::string digits; lines >> digits;) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
      bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    out.push_back(std::move(bytes));
  }
  return out;
}

} // namespace quorate::fuzz
