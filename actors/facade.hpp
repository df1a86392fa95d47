// What the public classes keep behind their pointers.
#pragma once

#include "quorate/client.hpp"
#include "quorate/membership_client.hpp"
#include "actors/line.hpp"
#include "runtime/base/random.hpp"

#include <cstdint>
#include <future>
#include <memory>
#include <mutex>
#include <utility>

namespace quorate {

namespace actors {

/// Shared by the copies of a client; the last one closes the line.
class line_owner {
public:
  explicit line_owner(std::shared_ptr<actors::line> to) : line_(std::move(to)) {
    // nop
  }
  ~line_owner() {
    line_->close();
  }
  line_owner(const line_owner&) = delete;
  line_owner& operator=(const line_owner&) = delete;

  actors::line& line() noexcept {
    return *line_;
  }

private:
  std::shared_ptr<actors::line> line_;
};

} // namespace actors

class client::state : public actors::line_owner {
public:
  using actors::line_owner::line_owner;
};

class membership_client::state : public actors::line_owner {
public:
  state(std::shared_ptr<actors::line> to, std::uint64_t seed)
    : actors::line_owner(std::move(to)),
      rng_(seed) {
    // nop
  }

  /// Names one intent; its retries carry the same.
  op_id draw_op() {
    const std::lock_guard guard{mutex_};
    return {rng_.next(), rng_.next() | 1};
  }

private:
  std::mutex mutex_;
  base::random rng_;
};

/// The leader's table, as soon as somebody leads.
std::future<result<nodes_view>> ask_for_nodes(actors::line& to);

inline error unexpected_answer() {
  return make_error(errc::malformed, "the cluster answered something else than was asked.");
}

} // namespace quorate
