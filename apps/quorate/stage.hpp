// Where the demo plays: the cluster, what is seen of it, and how to wait for something to be so.
//
// The cluster's threads only put transitions into an inbox; the demo's own thread takes them out
// while it waits, and alone talks to the narrator.
//
// Thread safety: one owner.
#pragma once

#include "quorate/local_cluster.hpp"
#include "apps/quorate/load.hpp"
#include "apps/quorate/narrator.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace quorate::app {

class stage {
public:
  stage(local_cluster cluster, narrator& out);

  local_cluster& cluster() noexcept {
    return cluster_;
  }
  membership_client& operators() noexcept {
    return operators_;
  }
  narrator& out() noexcept {
    return out_;
  }
  /// Every transition so far, in order.
  const std::vector<transition>& seen() const noexcept {
    return seen_;
  }
  /// Names of the nodes whose process was ended.
  const std::set<std::string>& ended() const noexcept {
    return ended_;
  }

  /// Starts to write the entries, which have to live as long as the stage. `already`: how many more
  /// are there.
  void load(const entries& missing, std::size_t already = 0);
  /// Waits for the end of the load. Errors: the loader's.
  result<void> await_load();

  /// Says what has happened since the last call.
  void pump();

  /// Waits until somebody leads the cluster of an earlier run. The transitions up to then are that
  /// run's: they are in the table, and aren't told again. Errors: the client's.
  result<nodes_view> take_up();

  /// Waits until the leader's table is so, and every transition that led to it was seen.
  /// Errors: `deadline_exceeded`, with what was waited for.
  result<nodes_view> until(const std::string& what,
                           const std::function<bool(const nodes_view&)>& holds);

  /// Asks for the same change again as long as what stands in its way passes by itself: a spare
  /// that isn't caught up yet, no leader at the moment, an answer that got lost. Errors: the last
  /// refusal.
  result<void> insist(const std::function<result<membership_change>()>& ask);

  result<void> kill(const std::string& name);
  /// Shows the table that was waited for.
  void show(const nodes_view& view);

private:
  struct inbox {
    std::mutex access;
    std::vector<transition> waiting;
  };

  narrator& out_;
  // Shared with the subscription, which ends only with the cluster.
  std::shared_ptr<inbox> inbox_ = std::make_shared<inbox>();
  std::vector<transition> seen_;
  config_version known_{}; ///< Of the table that was taken up; none: this run founded the cluster.
  std::set<std::string> ended_;
  local_cluster cluster_;
  membership_client operators_;
  std::unique_ptr<loader> loader_; // Stops before the cluster does.
};

} // namespace quorate::app
