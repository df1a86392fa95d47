#include "actors/leader_task.hpp"

#include <caf/all.hpp>

#include <utility>

namespace quorate {

// -- the user's end -------------------------------------------------------------------------------

leader_task::state::state(leader_callbacks user) : user_(std::move(user)) {
  // nop
}

void leader_task::state::call(const driver::leader_calls::call& what) {
  {
    const std::lock_guard guard{mutex_};
    caller_ = std::this_thread::get_id();
  }
  token_ = what.elected_in.value;
  if (what.elected_in) {
    if (user_.on_elected)
      user_.on_elected(fencing_token{what.elected_in.value});
  } else if (user_.on_deposed) {
    user_.on_deposed();
  }
  const std::lock_guard guard{mutex_};
  caller_ = {};
}

void leader_task::state::attach(caf::actor actor) {
  const std::lock_guard guard{mutex_};
  actor_ = std::move(actor);
}

void leader_task::state::detach() {
  const std::lock_guard guard{mutex_};
  actor_ = nullptr;
  news_.notify_all();
}

void leader_task::state::ask_to_end() {
  const std::lock_guard guard{mutex_};
  if (actor_)
    caf::anon_send(actor_, actors::dismissed{});
}

void leader_task::state::stop() {
  ask_to_end();
  std::unique_lock lock{mutex_};
  if (caller_ != std::this_thread::get_id())
    news_.wait(lock, [this] { return !actor_; });
}

std::optional<fencing_token> leader_task::state::token() const {
  const auto now = token_.load();
  return now != 0 ? std::optional{fencing_token{now}} : std::nullopt;
}

leader_task::leader_task(std::shared_ptr<state> from) : state_(std::move(from)) {
  // nop
}

leader_task::leader_task(leader_task&&) noexcept = default;

leader_task& leader_task::operator=(leader_task&& other) noexcept {
  if (this != &other) {
    stop();
    state_ = std::move(other.state_);
  }
  return *this;
}

leader_task::~leader_task() {
  stop();
}

std::optional<fencing_token> leader_task::token() const {
  return state_ ? state_->token() : std::nullopt;
}

void leader_task::stop() {
  if (state_)
    state_->stop();
}

// -- the actor ------------------------------------------------------------------------------------

namespace actors {

leader_task_actor::leader_task_actor(caf::actor_config& config,
                                     std::shared_ptr<leader_task::state> user)
  : caf::event_based_actor(config),
    user_(std::move(user)) {
  // nop
}

const char* leader_task_actor::name() const {
  return "leader_task";
}

caf::behavior leader_task_actor::make_behavior() {
  return {
    [this](const leadership_news& x) {
      if (!dismissed_)
        calls_.heard(x.leads_in);
      later();
    },
    [this](dismissed) {
      dismissed_ = true;
      calls_.heard({});
      later();
    },
    [this](flush) { act(); },
  };
}

void leader_task_actor::later() {
  if (!std::exchange(acts_later_, true))
    send(this, flush{});
}

void leader_task_actor::act() {
  acts_later_ = false;
  if (const auto what = calls_.next()) {
    user_->call(*what);
    later();
  } else if (dismissed_) {
    quit();
  }
}

void leader_task_actor::on_exit() {
  user_->detach();
}

} // namespace actors

} // namespace quorate
