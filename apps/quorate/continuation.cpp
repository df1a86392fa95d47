#include "apps/quorate/continuation.hpp"

#include "apps/quorate/acts.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

namespace quorate::app {

namespace {

/// What made a node halt, other than that it was removed: none of that may happen.
error trouble_of(const node_status& x) {
  const bool fine = x.halted.code == errc::none || x.halted.code == errc::node_removed;
  return fine ? error{} : make_error(x.halted.code, x.name + " has halted: " + x.halted.message);
}

/// The run before may have ended between the start of its first node and the founding. That node
/// was alone then: the others are started later.
result<void> found_if_nobody_did(stage& on) {
  const auto names = on.cluster().running();
  bool founded = false;
  for (const auto& name : names) {
    const auto status = on.cluster().status(name); // Waits until its disk is read.
    if (!status)
      return status.error();
    if (auto trouble = trouble_of(*status); trouble.code != errc::none)
      return trouble;
    founded = founded || !status->cluster_name.empty();
    on.out().node("node_restarted", name,
                  name + " starts again, "
                    + (status->cluster_name.empty() ? "unprovisioned" : "with its data"));
  }
  if (founded)
    return {};
  const auto& first = names.front();
  if (auto done = on.cluster().provision(first); !done)
    return done.error();
  on.out().node("provisioned", first, first + " is provisioned: the cluster is founded on it");
  return {};
}

/// The target is in the log; nobody asks for another one here.
result<void> check_target(const nodes_view& view, const demo_settings& settings) {
  const auto target = static_cast<std::int64_t>(view.policy.target_members);
  if (target == settings.target)
    return {};
  const auto text = std::to_string(target);
  return make_error(errc::invalid_argument, "the cluster in " + settings.data_dir.value_or("")
                                              + " has a target of " + text + ": say --target "
                                              + text + '.');
}

result<void> count_and_load(stage& on, const entries& all, entries& missing, continuation& found) {
  auto there = compare(on.cluster().client(), all, [&on] { on.pump(); });
  if (!there)
    return there.error();
  found.counted = true;
  found.keys = there->keys;
  found.equal = there->equal;
  on.out().found(found.keys, found.equal, all.size());
  missing = std::move(there->missing);
  on.load(missing, found.keys);
  return {};
}

/// Whoever was removed before hears it from the others, and halts.
result<nodes_view> until_all_are_back(stage& on, const demo_settings& settings) {
  std::set<std::string> removed;
  error trouble;
  auto is_back = [&](const nodes_view& now, const std::string& name) {
    for (const auto& row : now.rows)
      if (row.record.name == name)
        return true;
    const auto status = on.cluster().status(name);
    if (status && status->halted.code == errc::node_removed) {
      if (removed.insert(name).second)
        on.out().node("halted", name, name + " was removed before, and has halted");
      return true;
    }
    if (status)
      trouble = trouble_of(*status);
    return trouble.code != errc::none;
  };
  auto back = on.until("there are as many members as wanted, and every node is back",
                       [&](const nodes_view& now) {
                         const auto names = on.cluster().running();
                         return std::all_of(names.begin(), names.end(),
                                            [&](const auto& name) { return is_back(now, name); })
                                && (trouble.code != errc::none || complete(now, settings));
                       });
  if (back && trouble.code != errc::none)
    return trouble;
  return back;
}

result<void> take_up_all(stage& on, const demo_settings& settings, const entries& all,
                         entries& missing, continuation& found) {
  if (auto founded = found_if_nobody_did(on); !founded)
    return founded;
  const auto view = on.take_up();
  if (!view)
    return view.error();
  if (auto same = check_target(*view, settings); !same)
    return same;
  for (auto i = static_cast<std::int64_t>(on.cluster().running().size()); i < settings.nodes; ++i)
    if (auto registered = start_and_register(on); !registered)
      return registered.error();
  if (auto counted = count_and_load(on, all, missing, found); !counted)
    return counted;
  const auto back = until_all_are_back(on, settings);
  if (!back)
    return back.error();
  on.show(*back);
  return {};
}

} // namespace

continuation go_on(stage& on, const demo_settings& settings, const entries& all, entries& missing) {
  on.out().act(0, "Continuation: the nodes go on with what is on their disks");
  continuation found;
  if (const auto done = take_up_all(on, settings, all, missing, found); !done)
    found.trouble = to_string(done.error());
  return found;
}

} // namespace quorate::app
