#include "actors/storage_actor.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

namespace quorate::actors {

namespace {

constexpr std::chrono::seconds look_every{1};

} // namespace

storage_actor::storage_actor(caf::actor_config& config) : caf::event_based_actor(config) {
  // nop
}

const char* storage_actor::name() const {
  return "storage";
}

caf::behavior storage_actor::make_behavior() {
  return {
    [this](open_store& x) { open(std::move(x.what), sender()); },
    [this](write_store& x) { write(x); },
    [this](const close_store& x) { close(x.where); },
    [this](flush) { flush_all(); },
    [this](alarm) { look_around(); },
  };
}

void storage_actor::open(disk what, caf::actor node) {
  const auto* where = what.content.get();
  if (disks_.count(where) != 0)
    return waiting_.push_back({std::move(what), std::move(node)});
  auto loaded = what.content->load();
  send(node,
       loaded ? store_opened{{}, std::move(loaded).value()} : store_opened{loaded.error(), {}});
  auto& disk = disks_.emplace(where, open_disk{std::move(what), std::move(node), false, false, {}})
                 .first->second;
  if (loaded)
    look(disk);
}

void storage_actor::write(write_store& what) {
  const auto found = disks_.find(what.where);
  if (found == disks_.end())
    return; // Its node has ended.
  auto& disk = found->second;
  for (auto& batch : what.batches)
    if (auto accepted = disk.what.content->write(std::move(batch)); !accepted)
      disk.failure = accepted.error();
  if (std::exchange(disk.touched, true))
    return;
  touched_.push_back(what.where);
  flush_soon();
}

void storage_actor::flush_soon() {
  if (!std::exchange(flushes_soon_, true))
    send(this, flush{});
}

void storage_actor::flush_all() {
  flushes_soon_ = false;
  auto busy = std::exchange(busy_, {});
  for (const auto* where : std::exchange(touched_, {})) {
    const auto found = disks_.find(where);
    if (found == disks_.end())
      continue;
    sync(found->second);
    if (!std::exchange(found->second.busy, true)) // Perhaps it is.
      busy.push_back(where);
  }
  for (const auto* where : busy) {
    const auto found = disks_.find(where);
    if (found == disks_.end())
      continue;
    found->second.busy = work(found->second);
    if (found->second.busy)
      busy_.push_back(where);
  }
  if (!busy_.empty())
    flush_soon();
}

void storage_actor::sync(open_disk& of) {
  of.touched = false;
  const auto began = std::chrono::steady_clock::now();
  auto synced = of.what.content->sync();
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
    std::chrono::steady_clock::now() - began);
  if (of.failure.code != errc::none)
    return send(of.owner, storage::persisted{{}, of.failure});
  if (!synced)
    return send(of.owner, storage::persisted{{}, synced.error()});
  look(of); // What is acknowledged next is said by a node that knows it.
  send(of.owner,
       storage::persisted{*synced, {}, static_cast<std::uint64_t>(took.count()), of.busy});
}

/// Whether something is left.
bool storage_actor::work(open_disk& of) {
  const auto more = of.what.content->work();
  if (!more)
    send(of.owner, storage::persisted{{}, more.error()});
  return more && *more;
}

/// Tells its node if there is more or less room than it was told last.
void storage_actor::look(open_disk& of) {
  const auto room = of.what.content->room();
  if (!room)
    return;
  if (!std::exchange(looks_around_, true))
    delayed_send(this, look_every, alarm{});
  if (std::exchange(of.room, *room) != *room)
    send(of.owner, storage::room_changed{*room});
}

/// Others use the same disks: they fill up, and are cleared, while nothing is written here.
void storage_actor::look_around() {
  looks_around_ = false;
  for (auto& [where, disk] : disks_) {
    const auto before = disk.room;
    look(disk);
    if (before == disk_room::none && disk.room != before && !std::exchange(disk.busy, true))
      busy_.push_back(where); // It may have waited for that.
  }
  if (!busy_.empty())
    flush_soon();
}

void storage_actor::close(const storage::store* where) {
  const auto found = disks_.find(where);
  if (found == disks_.end())
    return;
  const auto next_for = [&](auto wanted) {
    return std::find_if(waiting_.begin(), waiting_.end(), [&](const waiting_node& x) {
      return x.what.content.get() == where && wanted(x);
    });
  };
  if (found->second.owner != sender()) { // It was still waiting for the disk.
    const auto gone = next_for([&](const waiting_node& x) { return x.node == sender(); });
    if (gone != waiting_.end())
      waiting_.erase(gone);
    return;
  }
  found->second.what.content->abandon();
  disks_.erase(found);
  const auto next = next_for([](const waiting_node&) { return true; });
  if (next == waiting_.end())
    return;
  auto turn = std::move(*next);
  waiting_.erase(next);
  open(std::move(turn.what), std::move(turn.node));
}

caf::actor storage_actor::sender() {
  return caf::actor_cast<caf::actor>(current_sender());
}

void storage_actor::on_exit() {
  disks_.clear();
  waiting_.clear();
}

} // namespace quorate::actors
