// A nodes config as a whole: written down, loaded again, and checked row by row.
#include "runtime/base/check.hpp"
#include "runtime/base/hash.hpp"
#include "runtime/membership/nodes_config.hpp"
#include "runtime/membership/plan.hpp"

namespace quorate::membership {

namespace {

template <class T>
std::vector<T> as_vector(const std::deque<T>& from) {
  return {from.begin(), from.end()};
}

} // namespace

void nodes_config::check_all() const {
  if (version_ == config_version{})
    return;
  QUORATE_CHECK(!members_.empty(), "version", version_.value);
  QUORATE_CHECK(storages_.size() == rows_.size());
  std::uint64_t sum = 0;
  std::size_t members = 0;
  std::size_t learners = 0;
  std::size_t lost = 0;
  for (const auto& [id, row] : rows_) {
    QUORATE_CHECK(id == row.id && id < next_id_, "node", id.value);
    QUORATE_CHECK(!row.learner || row.state == node_state::auto_join, "node", id.value);
    QUORATE_CHECK((row.lost || find_name(row.name) == &row) && find_storage(row.storage) == &row);
    sum += base::hash_of(row);
    members += row.state == node_state::member ? 1U : 0U;
    learners += row.learner ? 1U : 0U;
    lost += row.lost ? 1U : 0U;
  }
  QUORATE_CHECK(names_.size() + lost == rows_.size());
  QUORATE_CHECK(sum == rows_digest_, "version", version_.value);
  QUORATE_CHECK(members == members_.size() && learners == learners_.size());
}

nodes_table nodes_config::table() const {
  nodes_table out;
  out.version = version_;
  out.identity = identity_;
  out.policy = policy_;
  out.next_id = next_id_;
  for (const auto& [id, row] : rows_)
    out.rows.push_back(row);
  out.outgoing = outgoing_;
  out.history = as_vector(history_);
  out.registrations = as_vector(registrations_);
  out.tombstones = as_vector(tombstones_);
  out.evictions = as_vector(evictions_);
  out.log_time_ms = log_time_ms_;
  out.pause = pause_;
  return out;
}

result<nodes_config> nodes_config::load(const nodes_table& from) {
  auto bad = [](const std::string& what) {
    return make_error(errc::malformed, "the nodes table " + what);
  };
  if (from.format != 1)
    return bad("has format " + std::to_string(from.format) + ", and this build knows format 1");
  nodes_config out;
  for (const auto& row : from.rows) {
    if (!row.id || row.id >= from.next_id || out.find(row.id) != nullptr)
      return bad("has a row with an impossible id: " + to_string(row.id));
    if ((!row.lost && out.find_name(row.name) != nullptr)
        || out.find_storage(row.storage) != nullptr)
      return bad("has two rows with the name or storage of " + row.name);
    if (row.learner && row.state != node_state::auto_join)
      return bad("has a learner that isn't auto_join: " + to_string(row.id));
    out.put_row(row);
  }
  if (out.members_.empty() && from.version != config_version{})
    return bad("has no member");
  for (const auto& voter : from.outgoing)
    if (!voter.id || voter.id >= from.next_id || !voter.storage)
      return bad("has an impossible outgoing voter: " + to_string(voter.id));
  if (from.version != config_version{})
    if (auto valid = validate(from.policy); !valid)
      return bad("has an impossible policy: " + valid.error().message);
  out.version_ = from.version;
  out.members_since_ = from.version;
  out.identity_ = from.identity;
  out.policy_ = from.policy;
  out.next_id_ = from.next_id;
  out.log_time_ms_ = from.log_time_ms;
  out.pause_ = from.pause;
  out.outgoing_ = from.outgoing;
  out.history_.assign(from.history.begin(), from.history.end());
  out.registrations_.assign(from.registrations.begin(), from.registrations.end());
  out.tombstones_.assign(from.tombstones.begin(), from.tombstones.end());
  out.evictions_.assign(from.evictions.begin(), from.evictions.end());
  return out;
}

} // namespace quorate::membership
