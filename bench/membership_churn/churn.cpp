#include "bench/membership_churn/churn.hpp"

#include "quorate/local_cluster.hpp"
#include "bench/membership_churn/samples.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace quorate::membership_churn {

namespace {

/// Committed transitions, with the time at which they were heard of.
class journal {
public:
  void note(const transition& x) {
    const std::lock_guard guard{mutex_};
    all_.emplace_back(clock::now(), x);
  }

  /// The first such event that names the node, from `since` on.
  std::optional<clock::time_point> first(lifecycle_event event, node_id node,
                                         clock::time_point since) const {
    const std::lock_guard guard{mutex_};
    for (const auto& [when, x] : all_)
      if (when >= since && x.event == event
          && std::find(x.nodes.begin(), x.nodes.end(), node) != x.nodes.end())
        return when;
    return std::nullopt;
  }

private:
  mutable std::mutex mutex_;
  std::vector<std::pair<clock::time_point, transition>> all_;
};

/// A step that was taken, and the times that are to be looked at when the writers have stopped.
struct taken {
  step what;
  interval before;
  interval during;
};

struct replacement {
  node_id old_member;
  std::string old_name;
  node_id new_member;
};

class run {
public:
  run(local_cluster& cluster, const conditions& with) : cluster_(cluster), with_(with) {
    cluster_.subscribe([to = journal_](const transition& x) { to->note(x); });
  }

  result<void> all_steps() {
    for (const std::uint32_t members : {3U, 5U})
      if (auto done = grow(members); !done)
        return done;
    if (auto done = shrink(3); !done)
      return done;
    for (std::uint32_t i = 0; i < with_.replacements; ++i)
      if (auto done = i % 4 < 2 ? replace(i % 2 == 1) : lose(i % 2 == 1); !done)
        return done;
    return shrink(1);
  }

  const std::vector<taken>& steps() const noexcept {
    return steps_;
  }

private:
  /// Quiet before it, then the intent, then waits until there are so many members.
  template <class Intent>
  result<void> take(std::string what, std::uint32_t members, Intent intent) {
    std::this_thread::sleep_for(with_.quiet);
    taken next;
    next.what.what = std::move(what);
    next.during.from = clock::now();
    next.before = {next.during.from - with_.quiet, next.during.from};
    if (auto done = intent(next); !done)
      return done;
    if (auto there = cluster_.wait_for_members(members, with_.at_most); !there)
      return there.error();
    next.during.until = clock::now();
    next.what.applied_ms = milliseconds(next.during.until - next.during.from);
    steps_.push_back(std::move(next));
    return {};
  }

  result<void> grow(std::uint32_t to) {
    std::vector<std::pair<std::string, clock::time_point>> started;
    auto done = take("grow to " + std::to_string(to), to, [&](taken&) -> result<void> {
      if (auto changed = cluster_.membership().set_target(to); !changed)
        return changed.error();
      for (auto missing = to - members_; missing > 0; --missing) {
        const auto when = clock::now();
        auto name = cluster_.start_node();
        if (!name)
          return name.error();
        started.emplace_back(std::move(*name), when);
      }
      return {};
    });
    if (!done)
      return done;
    members_ = to;
    for (const auto& [name, when] : started)
      if (auto known = arrived(name, when); !known)
        return known;
    return {};
  }

  result<void> arrived(const std::string& name, clock::time_point started) {
    const auto status = cluster_.status(name);
    if (!status)
      return status.error();
    const auto since = [&](lifecycle_event event) {
      const auto when = journal_->first(event, status->id, started);
      return when ? milliseconds(*when - started) : -1;
    };
    steps_.back().what.arrivals.push_back({name, since(lifecycle_event::register_node),
                                           since(lifecycle_event::admit),
                                           since(lifecycle_event::promote)});
    return {};
  }

  result<void> shrink(std::uint32_t to) {
    members_ = to;
    return take("shrink to " + std::to_string(to), to, [&](taken&) -> result<void> {
      if (auto changed = cluster_.membership().set_target(to); !changed)
        return changed.error();
      return {};
    });
  }

  result<void> replace(bool leader) {
    const auto who = next_replacement(leader);
    if (!who)
      return who.error();
    return take(leader ? "replace the leader" : "replace a follower", members_,
                [&](taken&) -> result<void> {
                  auto changed = cluster_.membership().replace(who->old_member, who->new_member,
                                                               replaced_becomes::auto_join);
                  if (!changed)
                    return changed.error();
                  return {};
                });
  }

  /// The member dies, and the policy puts the spare in its place. Then the node comes back.
  result<void> lose(bool leader) {
    const auto who = next_replacement(leader);
    if (!who)
      return who.error();
    auto done = take(leader ? "lose the leader" : "lose a follower", members_,
                     [&](taken& step) -> result<void> {
                       if (auto killed = cluster_.kill(who->old_name); !killed)
                         return killed;
                       return wait_until_replaced(who->old_member, step.during.from);
                     });
    if (!done)
      return done;
    if (auto back = cluster_.restart(who->old_name); !back)
      return back;
    return cluster_.wait_until_joined({who->old_name}, with_.at_most);
  }

  result<void> wait_until_replaced(node_id member, clock::time_point since) {
    while (!journal_->first(lifecycle_event::replace, member, since)) {
      if (clock::now() > since + with_.at_most)
        return make_error(errc::deadline_exceeded, "the dead member hasn't been replaced.");
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return {};
  }

  /// The newest learner for the member that is longest there, as soon as it may take its place.
  result<replacement> next_replacement(bool leader) {
    const auto deadline = clock::now() + with_.at_most;
    error last = make_error(errc::deadline_exceeded, "there is no spare to replace a member with.");
    while (clock::now() < deadline) {
      const auto table = cluster_.membership().nodes();
      if (!table)
        return table.error();
      replacement out;
      for (const auto& row : table->rows) {
        if (row.role == node_role::learner)
          out.new_member = row.record.id;
        else if (row.role == node_role::voter && (row.record.id == table->leader) == leader
                 && !out.old_member) {
          out.old_member = row.record.id;
          out.old_name = row.record.name;
        }
      }
      if (out.old_member && out.new_member) {
        auto may = cluster_.membership().dry_run().replace(out.old_member, out.new_member,
                                                           replaced_becomes::auto_join);
        if (may)
          return out;
        last = may.error();
      }
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    return last;
  }

  local_cluster& cluster_;
  const conditions& with_;
  std::shared_ptr<journal> journal_ = std::make_shared<journal>();
  std::vector<taken> steps_;
  std::uint32_t members_ = 1;
};

std::vector<client> clients_of(local_cluster& cluster, std::uint32_t count) {
  std::vector<client> out;
  for (std::uint32_t i = 0; i < count; ++i)
    out.push_back(cluster.client());
  return out;
}

} // namespace

result<figures> measure(const conditions& with) {
  local_cluster_options options;
  options.nodes = 1;
  options.policy.target_members = 1;
  options.data_dir = with.data_dir;
  options.worker_threads = with.threads;
  options.seed = with.seed;
  auto cluster = local_cluster::start(options);
  if (!cluster)
    return cluster.error();
  if (auto founded = cluster->wait_for_members(1, with.at_most); !founded)
    return founded.error();
  figures out;
  const snapshot_pause::shape shape{with.keys, with.value_bytes};
  const auto began = clock::now();
  if (auto filled = fill(cluster->client(), shape); !filled)
    return filled.error();
  out.fill_seconds = milliseconds(clock::now() - began) / 1'000;

  snapshot_pause::writers watched{clients_of(*cluster, 1), shape};
  snapshot_pause::writers others{clients_of(*cluster, with.clients), shape};
  watched.start();
  others.start();
  run steps{*cluster, with};
  const auto done = steps.all_steps();
  watched.stop();
  others.stop();
  if (!done)
    return done.error();

  const auto of_watched = watched.samples();
  const auto of_others = others.samples();
  out.puts = of_watched.size() + of_others.size();
  out.failed = failed_of(of_watched) + failed_of(of_others);
  for (const auto& each : steps.steps()) {
    out.steps.push_back(each.what);
    out.steps.back().before = written_in(each.before, of_watched, of_others);
    out.steps.back().during = written_in(each.during, of_watched, of_others);
  }
  return out;
}

} // namespace quorate::membership_churn
