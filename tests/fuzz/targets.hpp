// What is decoded from a disk, a peer or an operator, one target each: any bytes go in, and either
// they are refused, or what they mean has exactly that one encoding. Aborts if something is wrong.
//
// The same targets run in two ways: `fuzz_tests` mutates good inputs (corpora.hpp) at random, in
// every build; `scripts/fuzz` lets libFuzzer look for inputs that reach new code, in programs that
// contain nothing but the target, because libFuzzer looks over all there is after each input.
#pragma once

#include <string_view>

namespace quorate::fuzz {

void run_records(std::string_view bytes);
void run_mark(std::string_view bytes);
void run_image(std::string_view bytes);
void run_payload(std::string_view bytes);
void run_recovery(std::string_view bytes);
void run_frames(std::string_view bytes);
void run_messages(std::string_view bytes);
void run_link(std::string_view bytes);
void run_options(std::string_view bytes);
void run_identity(std::string_view bytes);
void run_certificate(std::string_view bytes);
void run_dialer(std::string_view bytes);
void run_acceptor(std::string_view bytes);
void run_established(std::string_view bytes);

} // namespace quorate::fuzz
