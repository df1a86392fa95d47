// The disks of all nodes of the process.
#pragma once

#include "actors/signals.hpp"

#include <caf/event_based_actor.hpp>

#include <deque>
#include <unordered_map>
#include <vector>

namespace quorate::actors {

/// Hears `open_store`, `write_store` and `close_store` of nodes; says `store_opened` and
/// `storage::persisted` and `storage::room_changed`.
///
/// Writes are accepted at once. Before the first sync this actor sends itself a `flush`: what
/// arrives until then shares one sync for each disk, and one answer. While a sync runs, the next
/// batch gathers in the mailbox. What a store puts off (`store::work`) is done piece by piece
/// behind that, and between two pieces what has arrived is synced.
///
/// A disk belongs to one node at a time, from `open_store` to `close_store`. Who opens it before
/// the previous life is closed, waits. A life that is closed loses what wasn't synced, as if the
/// power had failed.
///
/// Spawned detached where stores are slow; never in tests with virtual time, where it would be a
/// thread of its own.
class storage_actor final : public caf::event_based_actor {
public:
  explicit storage_actor(caf::actor_config& config);

  const char* name() const override;

protected:
  caf::behavior make_behavior() override;
  void on_exit() override;

private:
  struct open_disk {
    disk what;
    caf::actor owner;
    bool touched = false;               ///< Has writes that aren't synced.
    bool busy = false;                  ///< Has put something off.
    error failure;                      ///< Of a write; everything after it fails, too.
    disk_room room = disk_room::enough; ///< As its node was told.
  };
  struct waiting_node {
    disk what;
    caf::actor node;
  };

  void open(disk what, caf::actor node);
  void write(write_store& what);
  void flush_soon();
  void flush_all();
  void sync(open_disk& of);
  bool work(open_disk& of);
  void look(open_disk& of);
  void look_around();
  void close(const storage::store* where);
  caf::actor sender();

  std::unordered_map<const storage::store*, open_disk> disks_;
  std::vector<const storage::store*> touched_; ///< In the order of their first write.
  std::vector<const storage::store*> busy_;    ///< With something put off, perhaps.
  bool flushes_soon_ = false;
  bool looks_around_ = false;
  std::deque<waiting_node> waiting_;
};

} // namespace quorate::actors
