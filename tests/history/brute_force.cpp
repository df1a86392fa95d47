#include "tests/history/brute_force.hpp"

#include "tests/history/model.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <utility>
#include <vector>

namespace quorate::history {

namespace {

class brute_force {
public:
  explicit brute_force(const history& what) : operations_(what.operations) {
    if (operations_.size() > 32)
      std::abort();
    for (std::size_t i = 0; i < operations_.size(); ++i)
      if (must_happen(operations_[i]))
        required_ |= bit(i);
  }

  // NOLINTNEXTLINE(misc-no-recursion): as deep as the history is long.
  bool search(std::uint32_t done, const model& state) {
    if ((done & required_) == required_)
      return true;
    if (!seen_.insert({done, state}).second)
      return false;
    for (std::size_t i = 0; i < operations_.size(); ++i) {
      if ((done & bit(i)) != 0 || !may_be_next(i, done))
        continue;
      auto next = state;
      if (explains(next.apply(operations_[i]), operations_[i]) && search(done | bit(i), next))
        return true;
    }
    return false;
  }

private:
  static std::uint32_t bit(std::size_t i) {
    return std::uint32_t{1} << i;
  }

  static bool must_happen(const operation& x) {
    return x.result == outcome::ok || x.result == outcome::precondition_failed;
  }

  /// It may happen at all, and nothing that still has to happen was over before it began.
  bool may_be_next(std::size_t i, std::uint32_t done) const {
    const auto& x = operations_[i];
    if (x.result == outcome::rejected || (x.what == action::get && x.result == outcome::unknown))
      return false;
    for (std::size_t j = 0; j < operations_.size(); ++j)
      if ((done & bit(j)) == 0 && (required_ & bit(j)) != 0 && precedes(operations_[j], x))
        return false;
    return true;
  }

  /// Whether the client was told what the model says.
  static bool explains(const answer& said, const operation& x) {
    if (x.result == outcome::unknown)
      return true;
    return said.result == x.result && said.revision == x.revision
           && (x.what != action::get || said.value == x.value);
  }

  const std::vector<operation>& operations_;
  std::uint32_t required_ = 0;
  std::set<std::pair<std::uint32_t, model>> seen_;
};

} // namespace

bool is_linearizable(const history& what) {
  return brute_force{what}.search(0, model{});
}

} // namespace quorate::history
