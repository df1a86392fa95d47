// What the controller does for nodes that speak for themselves: registrations, disks that were
// lost, and news.
#include "runtime/base/check.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/membership/controller.hpp"
#include "runtime/membership/registrations.hpp"

#include <utility>

namespace quorate::membership {

void controller::on(const registration_received& x, outputs& out) {
  if (!active_)
    return turn_away(x.reply_to, make_error(errc::not_leader), out);
  if (registrations_.size() >= limits::registrations_waiting_max)
    return turn_away(x.reply_to, make_error(errc::overloaded), out);
  registrations_.push_back({x.reply_to, x.request});
  advance(out);
  // Where it has to wait it is told so, or thousands would ask again and again.
  if (!registrations_.empty())
    turn_away(x.reply_to, make_error(errc::transition_in_flight), out);
}

/// A node repeats it as long as its row says something else, so nothing is lost with a leader.
void controller::on(const node_news& x, outputs& out) {
  if (!active_ || !updated_row(config_, x))
    return;
  const auto known = news_.find(x.id);
  if (known != news_.end() && known->second.boot == x.boot && known->second.address == x.address
      && known->second.versions == x.versions)
    return; // It waits for others.
  news_[x.id] = x;
  news_fresh_ = true;
  advance(out);
}

// -- one transition at a time ---------------------------------------------------------------------

bool controller::try_registrations(outputs& out) {
  if (registrations_.empty())
    return false;
  pending batch;
  proposal want;
  want.event = lifecycle_event::register_node;
  want.by = initiator::node;
  want.why = "registered";
  std::map<storage_id, std::string> in_batch; // With the names.
  std::vector<node_record> rows;
  while (!registrations_.empty()
         && want.registrations.size() < limits::registrations_per_entry_max) {
    if (takes_over(config_, registrations_.front().request)) {
      if (!want.registrations.empty())
        break; // It has an entry of its own, the next one.
      if (try_return(out))
        return true;
      continue;
    }
    auto waiting = std::move(registrations_.front());
    registrations_.pop_front();
    const auto* row = config_.find_storage(waiting.request.storage);
    if (row != nullptr && row->name == waiting.request.name
        && !base::mutated(base::mutant::registration_retry_refused)) {
      welcome(waiting.reply_to, *row, out);
      continue;
    }
    const auto same = in_batch.find(waiting.request.storage);
    if (same != in_batch.end() && same->second == waiting.request.name) {
      batch.registrations.push_back(std::move(waiting)); // A retry: gets the answer of the first.
      continue;
    }
    // Alone first: one that is refused must not take the others with it.
    if (auto alone = add_registration(config_, waiting.request, rows); !alone) {
      refuse(
        {lifecycle_event::register_node, alone.error(), want.by, {}, {}, waiting.request.name, 0},
        out);
      turn_away(waiting.reply_to, alone.error(), out);
      continue;
    }
    in_batch.emplace(waiting.request.storage, waiting.request.name);
    want.registrations.push_back(waiting.request);
    batch.registrations.push_back(std::move(waiting));
  }
  if (want.registrations.empty())
    return false;
  auto planned = make_plan(config_, want, seen_);
  QUORATE_CHECK(planned, to_string(planned.error()));
  batch.change = std::move(planned->change);
  propose(std::move(batch), out);
  return true;
}

/// The node in front has lost its disk: it comes back under a new id, or is refused.
bool controller::try_return(outputs& out) {
  auto waiting = std::move(registrations_.front());
  registrations_.pop_front();
  proposal want;
  want.event = lifecycle_event::re_register;
  want.by = initiator::node;
  want.why = "came back with an empty disk";
  want.registrations = {waiting.request};
  auto planned = make_plan(config_, want, seen_);
  if (!planned) {
    refuse({want.event, planned.error(), want.by, {}, {}, waiting.request.name, 0}, out);
    turn_away(waiting.reply_to, planned.error(), out);
    return false;
  }
  pending change;
  change.change = std::move(planned->change);
  change.registrations.push_back(std::move(waiting));
  propose(std::move(change), out);
  return true;
}

/// All that is known goes into one entry, of members and learners first: `update` is open as soon
/// as each of those has told of a build that knows it.
bool controller::try_news(outputs& out) {
  if (!news_fresh_)
    return false;
  news_fresh_ = false;
  proposal want;
  want.event = lifecycle_event::update;
  want.by = initiator::node;
  want.why = "moved, or runs another build";
  std::vector<node_news> others;
  for (auto it = news_.begin(); it != news_.end();) {
    const auto row = updated_row(config_, it->second);
    auto fits = row ? check_news(config_, *row) : result<void>{};
    if (row && fits) {
      auto& to = config_.role_of(it->first) == node_role::outsider ? others : want.news;
      to.push_back(it->second);
      ++it;
      continue;
    }
    if (!fits)
      refuse({want.event, fits.error(), want.by, {}, it->first, {}, 0}, out);
    it = news_.erase(it);
  }
  for (auto& one : others)
    if (want.news.size() < limits::registrations_per_entry_max)
      want.news.push_back(std::move(one));
  auto planned = make_plan(config_, want, seen_);
  if (!planned || planned->already)
    return false; // Closed: it waits for the others.
  news_fresh_ = planned->change.changed.size() < news_.size();
  propose({std::move(planned->change), {}, {}, {}}, out);
  return true;
}

// -- answers --------------------------------------------------------------------------------------

void controller::welcome(const std::string& reply_to, const node_record& row, outputs& out) {
  out.push_back(registration_answered{
    reply_to, {{}, row.id, config_.identity().cluster, config_.version(), row.storage}});
}

void controller::turn_away(const std::string& reply_to, error why, outputs& out) {
  out.push_back(registration_answered{reply_to, {std::move(why), {}, {}, {}, {}}});
}

} // namespace quorate::membership
