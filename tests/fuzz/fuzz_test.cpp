// Every target with its corpus as it is, and with thousands of spoiled inputs.
#include "tests/base/seeds.hpp"
#include "tests/fuzz/corpora.hpp"
#include "tests/fuzz/mutator.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace quorate::fuzz {
namespace {

class decoders : public testing::TestWithParam<target> {};

TEST_P(decoders, read_what_nodes_write) {
  const auto corpus = GetParam().corpus();
  ASSERT_FALSE(corpus.empty());
  for (const auto& input : corpus)
    GetParam().run(input);
}

TEST_P(decoders, survive_what_libfuzzer_has_found) {
  const auto inputs = learned(GetParam().name);
  ASSERT_FALSE(inputs.empty()) << "scripts/fuzz --keep makes tests/fuzz/corpus";
  for (const auto& input : inputs)
    GetParam().run(input);
}

TEST_P(decoders, survive_whatever_else_there_is) {
  const auto corpus = GetParam().corpus();
  base::random draw{1};
  for (auto left = base::scaled(GetParam().inputs); left > 0; --left)
    GetParam().run(mutate(corpus, draw));
}

INSTANTIATE_TEST_SUITE_P(foreign_bytes, decoders, testing::ValuesIn(targets()),
                         [](const auto& one) { return std::string{one.param.name}; });

} // namespace
} // namespace quorate::fuzz
