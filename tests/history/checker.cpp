#include "tests/history/checker.hpp"

#include "tests/history/facts.hpp"
#include "tests/history/gaps.hpp"
#include "tests/history/search.hpp"
#include "tests/history/sweep.hpp"

#include <utility>

namespace quorate::history {

namespace {

void reject(verdict& result, decision as, refutation&& why) {
  result.result = as;
  result.reason = std::move(why.reason);
  result.lines = std::move(why.lines);
}

void check_into(verdict& result, const history& what, limits bounds) {
  const facts known{what};
  result.revisions = known.seen;
  result.gaps = known.gaps();
  const sweep positions{known};
  check_gaps(known, positions);
  constexpr std::uint32_t guided_attempts = 10;
  for (std::uint32_t attempt = 0; attempt <= guided_attempts; ++attempt) {
    const bool last = attempt == guided_attempts;
    const auto how = last ? search::manner::exhaustive : search::manner::guided;
    const auto steps = last ? bounds.steps_max : bounds.steps_max / 10 + known.events.size();
    search exact{known, positions, how, last ? 0 : attempt, steps};
    const auto found = exact.run();
    if (found == decision::linearizable)
      return;
    if (last || found == decision::not_linearizable)
      return reject(result, found, exact.why());
  }
}

} // namespace

verdict check(const history& what, limits bounds) {
  verdict result;
  try {
    check_into(result, what, bounds);
  } catch (refutation& why) {
    reject(result, decision::not_linearizable, std::move(why));
  }
  return result;
}

} // namespace quorate::history
