#include "actors/local_nodes.hpp"

#include "actors/data_directory.hpp"
#include "actors/facade.hpp"
#include "actors/seed.hpp"
#include "actors/settings.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/storage/memory_store.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace quorate::actors {

namespace {

/// Seeds that a new node is given: enough that some of them live.
constexpr std::size_t seeds_max = 8;

/// Disks whose syncs don't wait for each other: those of all members, and a few spares
/// (docs/adr/0014).
constexpr std::size_t storage_threads_max = 16;

/// What is on a disk remembers the ids of an earlier life: drawn again, a new intent would be taken
/// for one that was carried out already.
std::uint64_t seed_of(const local_cluster_options& options) {
  if (options.seed != 0 && options.data_dir.empty() && !options.make_storage)
    return options.seed;
  return draw_seed();
}

system_options system_options_of(const local_cluster_options& from,
                                 system_options::scheduling how) {
  system_options to;
  to.how = how;
  to.worker_threads = from.worker_threads;
  to.ticker = {from.tick};
  if (!from.data_dir.empty() || from.make_storage)
    to.storage_threads = std::min<std::size_t>(storage_threads_max, std::max(1U, from.nodes));
  return to;
}

error not_here(const std::string& name) {
  return make_error(errc::unknown_node, "no node " + name + " runs in this process.");
}

} // namespace

local_nodes::local_nodes(local_cluster_options options, system_options::scheduling how)
  : options_(std::move(options)),
    rng_(seed_of(options_)),
    system_(system_options_of(options_, how)) {
  // nop
}

// -- nodes ----------------------------------------------------------------------------------------------------

result<std::string> local_nodes::start(local_node_options options) {
  const std::lock_guard guard{mutex_};
  auto name = options.name.empty() ? free_name() : std::move(options.name);
  if (name.size() > limits::name_bytes_max)
    return make_error(errc::invalid_argument, "a node's name has 1 to 255 bytes.");
  const auto [place, fresh] = nodes_.try_emplace(name);
  if (!fresh)
    return make_error(errc::name_taken, "there is a node " + name + " in this process already.");
  auto made = make_disk(name);
  if (!made) {
    nodes_.erase(place);
    return made.error();
  }
  place->second.storage = std::move(made).value();
  place->second.lane = nodes_.size();
  place->second.parked = options.parked;
  launch(name, place->second);
  return name;
}

result<disk> local_nodes::make_disk(const std::string& name) const {
  if (!options_.data_dir.empty())
    return disk_of(options_.data_dir, name, options_.disk_reserve_bytes);
  if (options_.make_storage) {
    auto made = options_.make_storage(name);
    return made != nullptr
             ? result<disk>{disk{std::move(made)}}
             : make_error(errc::invalid_argument, "make_storage made nothing for " + name + '.');
  }
  return disk{std::make_shared<storage::memory_store>()};
}

result<std::vector<std::string>> local_nodes::on_disk() const {
  if (options_.data_dir.empty())
    return std::vector<std::string>{};
  return nodes_in(options_.data_dir);
}

std::string local_nodes::free_name() const {
  auto number = nodes_.size() + 1;
  while (nodes_.count("n" + std::to_string(number)) != 0)
    ++number;
  return "n" + std::to_string(number);
}

void local_nodes::launch(const std::string& name, local_node& x) {
  node_setup setup;
  setup.options = driver_options(options_);
  setup.options.name = name;
  setup.options.address = name;
  setup.options.seeds = seeds_of(name);
  setup.options.parked = x.parked;
  setup.controller = controller_settings(options_);
  setup.storage = x.storage;
  setup.storage_lane = x.lane;
  setup.seed = rng_.next();
  for (const auto& weak : x.tasks)
    if (auto task = caf::actor_cast<caf::actor>(weak))
      setup.tasks.push_back(std::move(task));
  x.handle = system_.start_node(std::move(setup));
  order_.push_back(name);
}

result<void> local_nodes::kill(const std::string& name) {
  const std::lock_guard guard{mutex_};
  const auto found = nodes_.find(name);
  if (found == nodes_.end() || !found->second.handle)
    return not_here(name);
  system_.kill(found->second.handle);
  found->second.handle = nullptr;
  order_.erase(std::find(order_.begin(), order_.end(), name));
  return {};
}

void local_nodes::stop(const std::string& name, std::function<void(result<void>)> done) {
  auto node = handle(name);
  if (!node)
    return done(not_here(name));
  auto finish = [this, name, which = caf::actor_cast<caf::actor_addr>(node), done] {
    done(ended(name, which) ? result<void>{} : not_here(name));
  };
  caf::anon_send(node, stop_node{std::move(finish)});
}

/// False: it was killed meanwhile.
bool local_nodes::ended(const std::string& name, const caf::actor_addr& which) {
  const std::lock_guard guard{mutex_};
  auto& node = nodes_.at(name).handle;
  if (!node || caf::actor_cast<caf::actor_addr>(node) != which)
    return false;
  node = nullptr;
  order_.erase(std::find(order_.begin(), order_.end(), name));
  return true;
}

result<void> local_nodes::restart(const std::string& name) {
  const std::lock_guard guard{mutex_};
  const auto found = nodes_.find(name);
  if (found == nodes_.end())
    return not_here(name);
  if (found->second.handle)
    return make_error(errc::invalid_argument, "node " + name + " runs already.");
  launch(name, found->second);
  return {};
}

result<std::shared_ptr<leader_task::state>> local_nodes::run_on_leader(const std::string& name,
                                                                       leader_callbacks work) {
  const std::lock_guard guard{mutex_};
  const auto found = nodes_.find(name);
  if (found == nodes_.end())
    return make_error(errc::unknown_node, "there is no node " + name + " in this process.");
  auto [task, state] = system_.start_task(std::move(work));
  if (!task)
    return make_error(errc::shutting_down);
  auto& node = found->second;
  node.tasks.erase(
    std::remove_if(node.tasks.begin(), node.tasks.end(),
                   [](const caf::actor_addr& x) { return !caf::actor_cast<caf::actor>(x); }),
    node.tasks.end());
  node.tasks.push_back(caf::actor_cast<caf::actor_addr>(task));
  if (node.handle)
    caf::send_as(task, node.handle, attach_task{});
  return std::move(state);
}

std::vector<std::string> local_nodes::running() const {
  const std::lock_guard guard{mutex_};
  return order_;
}

std::vector<std::string> local_nodes::some_running() const {
  const auto count = std::min(seeds_max, order_.size());
  return {order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(count)};
}

/// Who runs now, and who may run soon: a node may be restarted before those that it knows. Not
/// itself: whoever is founded asks its seeds first, and would wait for its own answer.
std::vector<std::string> local_nodes::seeds_of(const std::string& name) const {
  auto out = some_running();
  for (auto x = nodes_.begin(); x != nodes_.end() && out.size() < seeds_max; ++x)
    if (x->first != name && std::find(out.begin(), out.end(), x->first) == out.end())
      out.push_back(x->first);
  return out;
}

caf::actor local_nodes::handle(const std::string& name) const {
  const std::lock_guard guard{mutex_};
  const auto found = nodes_.find(name);
  return found == nodes_.end() ? caf::actor{} : found->second.handle;
}

membership::provision_request local_nodes::founding() const {
  return {options_.cluster_name, options_.policy};
}

// -- clients --------------------------------------------------------------------------------------------------

std::shared_ptr<line> local_nodes::open_line() {
  auto options = caller_options(options_);
  const std::lock_guard guard{mutex_};
  options.nodes = some_running();
  return system_.open_line(std::move(options), rng_.next());
}

quorate::client local_nodes::client() {
  return quorate::client{std::make_shared<quorate::client::state>(open_line())};
}

quorate::membership_client local_nodes::membership() {
  auto to = open_line();
  const std::lock_guard guard{mutex_};
  return quorate::membership_client{
    std::make_shared<quorate::membership_client::state>(std::move(to), rng_.next())};
}

} // namespace quorate::actors
