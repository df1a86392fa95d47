#include "actors/line.hpp"

#include <caf/all.hpp>

namespace quorate::actors {

line::line(caf::actor client) : client_(std::move(client)) {
  // nop
}

void line::submit(client_side::call what, std::function<void(client_side::answer)> done) {
  {
    const std::lock_guard guard{mutex_};
    if (client_)
      return caf::anon_send(client_, client_call{std::move(what), std::move(done)});
  }
  done(make_error(errc::shutting_down));
}

void line::close() {
  const std::lock_guard guard{mutex_};
  if (!client_)
    return;
  caf::anon_send(client_, hang_up{});
  client_ = nullptr;
}

bool line::closed() const {
  const std::lock_guard guard{mutex_};
  return !client_;
}

} // namespace quorate::actors
