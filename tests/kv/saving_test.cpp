// Snapshots in steps: the bytes of one moment, whatever is written meanwhile.
#include "runtime/base/codec.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/base/random.hpp"
#include "runtime/kv/store.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quorate::kv {
namespace {

void write_something(store& s, base::random& draw, std::uint64_t keys) {
  const auto key = "k" + std::to_string(draw.below(keys));
  if (draw.chance(30))
    s.apply(erase{key, {}});
  else
    s.apply(put{key, std::string(draw.below(40), 'v'), {}});
}

/// Saves `s` in steps, with `writes` between two of them.
std::string saved_while_writing(store& s, base::random& draw, std::uint64_t writes,
                                std::size_t step_bytes) {
  std::string out;
  s.begin_save();
  for (int steps = 0; steps < 10'000; ++steps) {
    for (std::uint64_t i = 0; i < writes; ++i)
      write_something(s, draw, 60);
    if (s.save_some(out, step_bytes))
      return out;
  }
  ADD_FAILURE() << "it never ends";
  return out;
}

class saving_in_steps : public testing::TestWithParam<std::uint64_t> {};

TEST_P(saving_in_steps, gives_the_bytes_of_the_moment_when_it_began) {
  base::random draw{GetParam()};
  store s;
  const auto before = draw.below(200);
  for (std::uint64_t i = 0; i < before; ++i)
    write_something(s, draw, 50);
  const auto expected = base::encode(s);
  EXPECT_EQ(saved_while_writing(s, draw, draw.below(8), draw.between(1, 200)), expected);
  // Nothing is left behind: the next one is as good.
  const auto later = base::encode(s);
  EXPECT_EQ(saved_while_writing(s, draw, 3, 50), later);
}

INSTANTIATE_TEST_SUITE_P(seeds, saving_in_steps, testing::Range<std::uint64_t>(1, 200));

TEST(saving, an_empty_store_is_one_step) {
  store s;
  const auto expected = base::encode(s);
  std::string out;
  s.begin_save();
  s.apply(put{"k", "v", {}});
  EXPECT_TRUE(s.save_some(out, 1));
  EXPECT_EQ(out, expected);
}

TEST(saving, that_keeps_nothing_mixes_two_moments) {
  base::set_mutant(base::mutant::image_of_no_moment);
  store s;
  s.apply(put{"a", "1", {}});
  s.apply(put{"b", "1", {}});
  const auto expected = base::encode(s);
  s.begin_save();
  s.apply(put{"b", "2", {}});
  std::string out;
  EXPECT_TRUE(s.save_some(out, 1'000));
  base::set_mutant(base::mutant::none);
  EXPECT_NE(out, expected);
}

} // namespace
} // namespace quorate::kv
