#include "runtime/recover/comparison.hpp"

#include "runtime/base/check.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <utility>

namespace quorate::recover {

namespace {

constexpr std::string_view voting = "member/voter";

bool usable(const survivor& x) noexcept {
  return x.unusable.code == errc::none;
}

/// Whether a marker was read at all: what has none can't be compared with anything.
bool known(const survivor& x) noexcept {
  return static_cast<bool>(x.cluster);
}

void object_to_pair(const survivor& a, const survivor& b, std::vector<std::string>& to) {
  const auto both = a.directory + " and " + b.directory;
  if (a.cluster != b.cluster) {
    to.push_back(both + " are of two clusters, with the fingerprints " + to_string(a.cluster)
                 + " and " + to_string(b.cluster) + '.');
    return;
  }
  if (a.storage == b.storage)
    to.push_back(both + " are copies of one storage, " + to_string(a.storage)
                 + ": keep the one that was used last.");
  else if (a.id == b.id)
    to.push_back(both + " are two storages of one node, " + to_string(a.id)
                 + ": only one of them was ever registered with that id.");
}

bool majority_of(const std::vector<named_node>& voters, const report& what) {
  const auto left = std::count_if(voters.begin(), voters.end(), [&what](const named_node& voter) {
    return std::any_of(what.survivors.begin(), what.survivors.end(),
                       [&voter](const survivor& x) { return usable(x) && x.id == voter.id; });
  });
  return static_cast<std::size_t>(left) > voters.size() / 2;
}

} // namespace

bool newer(const survivor& a, const survivor& b) noexcept {
  const bool a_votes = a.position == voting;
  const bool b_votes = b.position == voting;
  return std::tie(b.last_term, b.last, b_votes, b.commit, a.id)
         < std::tie(a.last_term, a.last, a_votes, a.commit, b.id);
}

report compare(std::vector<survivor> survivors) {
  report out;
  out.survivors = std::move(survivors);
  const auto& all = out.survivors;
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t k = i + 1; k < all.size(); ++k)
      if (known(all[i]) && known(all[k]))
        object_to_pair(all[i], all[k], out.objections);
  if (!out.objections.empty())
    return out;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (usable(all[i]) && (!out.newest || newer(all[i], all[*out.newest])))
      out.newest = i;
  return out;
}

bool majority_is_left(const report& what) {
  QUORATE_CHECK(what.newest.has_value());
  const auto& newest = what.survivors[*what.newest];
  return majority_of(newest.voters, what)
         && (newest.outgoing.empty() || majority_of(newest.outgoing, what));
}

} // namespace quorate::recover
