#include "runtime/kv/sessions.hpp"

#include "runtime/base/check.hpp"
#include "runtime/base/hash.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/base/mutants.hpp"

#include <algorithm>
#include <variant>

namespace quorate::kv {

void sessions::open(session_id id, std::uint64_t log_time_ms) {
  QUORATE_CHECK(static_cast<bool>(id), "log_time_ms", log_time_ms);
  QUORATE_CHECK(!is_open(id), "id", id.value);
  advance(log_time_ms);
  if (open_.size() == limits::sessions_max)
    end(open_.find(by_activity_.begin()->second));
  session fresh;
  fresh.last_active = now_;
  add(id, std::move(fresh));
  QUORATE_CHECK(open_.size() <= limits::sessions_max, "size", open_.size());
}

write_result sessions::execute(session_write what, std::uint64_t log_time_ms, store& target) {
  advance(log_time_ms);
  auto found = open_.find(what.session);
  if (found == open_.end()) {
    write_result refused;
    refused.outcome = errc::session_expired;
    return refused;
  }
  auto& [id, where] = *found;
  sum_ -= hash_of(id, where);
  if (where.last_active != now_) {
    by_activity_.erase({where.last_active, id});
    where.last_active = now_;
    by_activity_.insert({now_, id});
  }
  auto result = execute_in(where, std::move(what), target);
  sum_ += hash_of(id, where);
  QUORATE_CHECK(by_activity_.size() == open_.size(), "listed", by_activity_.size(), "open",
                open_.size());
  return result;
}

write_result sessions::execute_in(session& where, session_write&& what, store& target) {
  if (base::mutated(base::mutant::retry_forgets_answer) && where.answers.count(what.ack_below) != 0)
    ++what.ack_below;
  acknowledge(where, what.ack_below);
  if (what.sequence < where.low_water) {
    write_result forgotten;
    forgotten.outcome = errc::outcome_unknown;
    return forgotten;
  }
  auto known = where.answers.find(what.sequence);
  if (known != where.answers.end() && !base::mutated(base::mutant::session_executes_again))
    return repeat(known->second);
  auto result = target.apply(std::move(what.content));
  answer first;
  first.outcome = result.outcome;
  first.at = result.at;
  first.has_current = result.current.has_value();
  if (first.has_current)
    first.current = *result.current;
  remember(where, what.sequence, std::move(first));
  keep_bounds(where);
  return result;
}

write_result sessions::repeat(const answer& x) {
  write_result result;
  result.outcome = x.outcome;
  result.at = x.at;
  if (x.has_current)
    result.current = x.current;
  return result;
}

// -- the answers of one session -------------------------------------------------------------------

void sessions::remember(session& where, std::uint64_t sequence, answer what) {
  what.hash = hash_of(sequence, what);
  where.answer_bytes += what.current.size();
  where.answers_sum += what.hash;
  auto [place, added] = where.answers.try_emplace(sequence);
  if (!added) { // Only the mutant executes twice.
    where.answer_bytes -= place->second.current.size();
    where.answers_sum -= place->second.hash;
  }
  place->second = std::move(what);
}

void sessions::forget_first(session& where) {
  QUORATE_CHECK(!where.answers.empty(), "low_water", where.low_water);
  auto first = where.answers.begin();
  where.answer_bytes -= first->second.current.size();
  where.answers_sum -= first->second.hash;
  where.low_water = std::max(where.low_water, first->first + 1);
  where.answers.erase(first);
}

void sessions::acknowledge(session& where, std::uint64_t ack_below) {
  while (!where.answers.empty() && where.answers.begin()->first < ack_below)
    forget_first(where);
  where.low_water = std::max(where.low_water, ack_below);
}

void sessions::keep_bounds(session& where) {
  // The newest answer always fits: a value is smaller than `answer_bytes_max`.
  while (where.answers.size() > limits::session_answers_max
         || where.answer_bytes > answer_bytes_max)
    forget_first(where);
  QUORATE_CHECK(!where.answers.empty(), "low_water", where.low_water);
  QUORATE_CHECK(where.answers.begin()->first >= where.low_water, "low_water", where.low_water);
}

// -- all sessions ---------------------------------------------------------------------------------

void sessions::advance(std::uint64_t log_time_ms) {
  now_ = std::max(now_, log_time_ms);
  while (!by_activity_.empty() && now_ - by_activity_.begin()->first >= limits::session_idle_ms_max)
    end(open_.find(by_activity_.begin()->second));
}

void sessions::end(map::iterator which) {
  QUORATE_CHECK(which != open_.end(), "open", open_.size());
  sum_ -= hash_of(which->first, which->second);
  auto listed = by_activity_.erase({which->second.last_active, which->first});
  QUORATE_CHECK(listed == 1, "id", which->first.value);
  open_.erase(which);
}

void sessions::add(session_id id, session&& content) {
  sum_ += hash_of(id, content);
  by_activity_.insert({content.last_active, id});
  bool added = open_.try_emplace(id, std::move(content)).second;
  QUORATE_CHECK(added, "id", id.value);
}

// -- hashes ---------------------------------------------------------------------------------------

std::uint64_t sessions::hash_of(std::uint64_t sequence, const answer& x) {
  base::hasher result;
  result.add(sequence);
  result.add(static_cast<std::uint64_t>(x.outcome));
  result.add(x.at.value);
  result.add(std::uint64_t{x.has_current});
  result.add(x.current.view());
  return result.value();
}

std::uint64_t sessions::hash_of(session_id id, const session& x) {
  base::hasher result;
  result.add(id.value);
  result.add(x.last_active);
  result.add(x.low_water);
  result.add(x.answers.size());
  result.add(x.answers_sum);
  return result.value();
}

std::uint64_t sessions::state_hash() const {
  base::hasher result;
  result.add(sum_);
  result.add(open_.size());
  result.add(now_);
  return result.value();
}

} // namespace quorate::kv
