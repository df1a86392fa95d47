#include "runtime/raft/configurations.hpp"

#include "runtime/base/check.hpp"

#include <iterator>
#include <utility>

namespace quorate::raft {

namespace {

bool sorted(const std::vector<replica>& list) noexcept {
  return std::adjacent_find(list.begin(), list.end(),
                            [](const replica& a, const replica& b) { return !(a < b); })
         == list.end();
}

/// Whether an id that both lists have means the same storage in both.
bool agree_on_storage(const std::vector<replica>& a, const std::vector<replica>& b) noexcept {
  return std::all_of(a.begin(), a.end(), [&](const replica& x) {
    auto found = std::lower_bound(b.begin(), b.end(), x);
    return found == b.end() || found->id != x.id || *found == x;
  });
}

bool shares_an_id(const std::vector<replica>& a, const std::vector<replica>& b) noexcept {
  return std::any_of(a.begin(), a.end(),
                     [&](const replica& x) { return std::binary_search(b.begin(), b.end(), x); });
}

bool agree_on_storage(const configuration& a, const configuration& b) noexcept {
  for (const auto* left : {&a.voters, &a.outgoing, &a.learners})
    for (const auto* right : {&b.voters, &b.outgoing, &b.learners})
      if (!agree_on_storage(*left, *right))
        return false;
  return true;
}

} // namespace

bool lists(const std::vector<replica>& list, const replica& who) noexcept {
  auto found = std::lower_bound(list.begin(), list.end(), who);
  return found != list.end() && *found == who;
}

bool names_voter(const configuration& config, const replica& who) noexcept {
  return lists(config.voters, who) || lists(config.outgoing, who);
}

bool names(const configuration& config, const replica& who) noexcept {
  return names_voter(config, who) || lists(config.learners, who);
}

std::vector<replica> voters_of(const configuration& config) {
  std::vector<replica> all;
  all.reserve(config.voters.size() + config.outgoing.size());
  std::set_union(config.voters.begin(), config.voters.end(), config.outgoing.begin(),
                 config.outgoing.end(), std::back_inserter(all));
  return all;
}

std::size_t difference(const std::vector<replica>& a, const std::vector<replica>& b) {
  std::vector<replica> differing;
  std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(),
                                std::back_inserter(differing));
  return differing.size();
}

bool well_formed(const configuration& config) noexcept {
  return !config.voters.empty() && sorted(config.voters) && sorted(config.outgoing)
         && sorted(config.learners) && !shares_an_id(config.voters, config.learners)
         && agree_on_storage(config, config);
}

bool may_follow(const configuration& active, const configuration& next) {
  if (!well_formed(next) || !agree_on_storage(active, next))
    return false;
  if (active.joint()) // Leaving: exactly the incoming half remains.
    return !next.joint() && next.voters == active.voters;
  if (next.joint()) // Entering: all of the old voters keep their say.
    return next.outgoing == active.voters;
  return difference(active.voters, next.voters) <= 1;
}

configurations::configurations() {
  reset(log_index{}, std::make_shared<const configuration>());
}

void configurations::reset(log_index at, std::shared_ptr<const configuration> config) {
  QUORATE_CHECK(config != nullptr);
  list_.clear();
  list_.push_back({at, std::move(config)});
}

void configurations::activate(const entry& x) {
  QUORATE_CHECK(x.config != nullptr, "index", x.index.value);
  QUORATE_CHECK(x.index > active_since(), "index", x.index.value, "active_since",
                active_since().value);
  list_.push_back({x.index, x.config});
}

bool configurations::truncate_from(log_index from) {
  bool changed = false;
  while (list_.back().since >= from) {
    // The front is in effect at a snapshot, which is committed: no truncation reaches it.
    QUORATE_CHECK(list_.size() > 1, "from", from.value, "since", list_.back().since.value);
    list_.pop_back();
    changed = true;
  }
  return changed;
}

void configurations::forget_before(log_index at) {
  list_.erase(list_.begin(), list_.begin() + position_of(at));
}

const configuration& configurations::at(log_index index) const {
  return *list_[static_cast<std::size_t>(position_of(index))].config;
}

std::shared_ptr<const configuration> configurations::share(log_index index) const {
  return list_[static_cast<std::size_t>(position_of(index))].config;
}

std::vector<replica> configurations::members_since(log_index from) const {
  std::vector<replica> all;
  for (auto i = list_.begin() + position_of(from); i != list_.end(); ++i)
    for (const auto* part : {&i->config->voters, &i->config->outgoing, &i->config->learners})
      all.insert(all.end(), part->begin(), part->end());
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

std::ptrdiff_t configurations::position_of(log_index index) const {
  auto after = std::upper_bound(list_.begin(), list_.end(), index,
                                [](log_index i, const in_effect& x) { return i < x.since; });
  QUORATE_CHECK(after != list_.begin(), "index", index.value, "oldest", list_.front().since.value);
  return std::distance(list_.begin(), after) - 1;
}

} // namespace quorate::raft
