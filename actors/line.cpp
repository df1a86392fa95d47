#include "actors/line.hpp"

#include <caf/all.hpp>

namespace quorate::actors {

line::line(caf::actor clients, line_id id) : clients_(std::move(clients)), id_(id) {
  // nop
}

void line::submit(client_side::call what, std::function<void(client_side::answer)> done) {
  {
    const std::lock_guard guard{mutex_};
    if (clients_)
      return caf::anon_send(clients_, client_call{id_, std::move(what), std::move(done)});
  }
  done(make_error(errc::shutting_down));
}

void line::close() {
  const std::lock_guard guard{mutex_};
  if (!clients_)
    return;
  caf::anon_send(clients_, hang_up{id_});
  clients_ = nullptr;
}

bool line::closed() const {
  const std::lock_guard guard{mutex_};
  return !clients_;
}

} // namespace quorate::actors
