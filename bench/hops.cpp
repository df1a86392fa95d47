// How fast could it be? The path of a put with empty logic: client, leader, storage, two followers.
// What is left is the price of messages and wake-ups, for several ways to cut the path into actors
// (docs/adr/0009).
//
//   hops [seconds]
#include <caf/all.hpp>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace hops {

using payload = std::shared_ptr<const std::string>;

struct flush {};
struct persisted {};
struct start {};

/// Of one client of the sender.
struct put {
  std::uint32_t client = 0;
  payload content;
};
struct puts {
  std::vector<put> all;
};
struct answers {
  std::vector<std::uint32_t> clients;
};
struct append {
  std::vector<payload> entries;
};
struct appended {};
struct write {
  std::vector<payload> entries;
};

} // namespace hops

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hops::flush)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hops::persisted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hops::start)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hops::put)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hops::puts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hops::answers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hops::append)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hops::appended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(hops::write)

namespace hops {

namespace {

struct shape {
  const char* name = "";
  bool actor_per_client = false; ///< Else one actor has all clients, and sends batches.
  bool request_response = false; ///< CAF's requests with promises. Else plain messages.
  bool storage_is_actor = true;  ///< Else a node persists by itself, at once.
};

/// Acts once on all that waited in the mailbox.
class batching_actor : public caf::event_based_actor {
public:
  using caf::event_based_actor::event_based_actor;

protected:
  void later() {
    if (!std::exchange(acts_later_, true))
      send(this, flush{});
  }
  caf::behavior acting(caf::message_handler more) {
    return more.or_else([this](flush) {
      acts_later_ = false;
      act();
    });
  }
  virtual void act() = 0;

private:
  bool acts_later_ = false;
};

class storage final : public batching_actor {
public:
  using batching_actor::batching_actor;

protected:
  caf::behavior make_behavior() override {
    return acting({[this](write&) {
      const auto from = caf::actor_cast<caf::actor>(current_sender());
      if (std::find(touched_.begin(), touched_.end(), from) == touched_.end())
        touched_.push_back(from);
      later();
    }});
  }
  void act() override {
    for (const auto& node : std::exchange(touched_, {}))
      send(node, persisted{});
  }

private:
  std::vector<caf::actor> touched_;
};

class follower final : public batching_actor {
public:
  follower(caf::actor_config& config, caf::actor storage)
    : batching_actor(config),
      storage_(std::move(storage)) {
    // nop
  }

protected:
  caf::behavior make_behavior() override {
    return acting({
      [this](append& x) {
        leader_ = caf::actor_cast<caf::actor>(current_sender());
        for (auto& one : x.entries)
          open_.push_back(std::move(one));
        later();
      },
      [this](persisted) { send(leader_, appended{}); },
    });
  }
  void act() override {
    log_.assign(open_.begin(), open_.end());
    if (storage_)
      send(storage_, write{std::move(open_)});
    else
      send(leader_, appended{});
    open_.clear();
  }

private:
  caf::actor storage_;
  caf::actor leader_;
  std::vector<payload> open_;
  std::vector<payload> log_;
};

/// One batch is on its way at a time for simplicity; what comes meanwhile waits for the next.
class leader final : public batching_actor {
public:
  leader(caf::actor_config& config, caf::actor storage, std::vector<caf::actor> followers)
    : batching_actor(config),
      storage_(std::move(storage)),
      followers_(std::move(followers)) {
    // nop
  }

protected:
  caf::behavior make_behavior() override {
    return acting({
      [this](put& x) {
        auto promise = make_response_promise();
        const bool asks = current_message_id().is_request();
        take(std::move(x), asks ? promise : caf::response_promise{});
        later();
        return promise;
      },
      [this](puts& x) {
        for (auto& one : x.all)
          take(std::move(one), {});
        later();
      },
      [this](persisted) { confirm(); },
      [this](appended) { confirm(); },
    });
  }

  void act() override {
    if (unconfirmed_ != 0 || open_.empty())
      return;
    under_way_ = std::move(waiting_);
    waiting_.clear();
    unconfirmed_ = 3;
    for (const auto& to : followers_)
      send(to, append{open_});
    if (storage_)
      send(storage_, write{std::move(open_)});
    else
      confirm();
    open_.clear();
  }

private:
  struct caller {
    caf::response_promise promise;
    caf::strong_actor_ptr from;
    std::uint32_t client = 0;
  };

  void take(put x, caf::response_promise promise) {
    open_.push_back(std::move(x.content));
    const bool by_promise = promise.pending();
    waiting_.push_back({std::move(promise), by_promise ? nullptr : current_sender(), x.client});
  }

  void confirm() {
    if (--unconfirmed_ != 0)
      return;
    answers batch;
    caf::strong_actor_ptr to;
    for (auto& x : under_way_) {
      if (x.from == nullptr) {
        x.promise.deliver(answers{{x.client}});
        continue;
      }
      if (to != x.from && to != nullptr)
        send(caf::actor_cast<caf::actor>(to), std::exchange(batch, {}));
      to = std::move(x.from);
      batch.clients.push_back(x.client);
    }
    if (to != nullptr)
      send(caf::actor_cast<caf::actor>(to), std::move(batch));
    under_way_.clear();
    if (!open_.empty())
      later();
  }

  caf::actor storage_;
  std::vector<caf::actor> followers_;
  std::vector<payload> open_;
  std::vector<caller> waiting_;
  std::vector<caller> under_way_;
  int unconfirmed_ = 0;
};

class clients final : public batching_actor {
public:
  clients(caf::actor_config& config, caf::actor node, std::uint32_t count, bool asks,
          std::uint64_t* counter)
    : batching_actor(config),
      node_(std::move(node)),
      count_(count),
      asks_(asks),
      done_(counter) {
    // nop
  }

protected:
  caf::behavior make_behavior() override {
    return acting({
      [this](start) {
        for (std::uint32_t i = 0; i < count_; ++i)
          next_.all.push_back({i, make_payload()});
        act();
      },
      [this](answers& x) { hear(x); },
    });
  }

  void act() override {
    if (asks_)
      for (auto& one : next_.all)
        request(node_, caf::infinite, std::move(one)).then([this](answers& x) { hear(x); });
    else
      send(node_, std::move(next_));
    next_.all.clear();
  }

private:
  static payload make_payload() {
    return std::make_shared<const std::string>(256, 'x');
  }
  void hear(const answers& x) {
    *done_ += x.clients.size();
    for (auto client : x.clients)
      next_.all.push_back({client, make_payload()});
    later();
  }

  caf::actor node_;
  std::uint32_t count_;
  bool asks_;
  std::uint64_t* done_;
  puts next_;
};

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto in_seconds = [](const timeval& x) {
    return static_cast<double>(x.tv_sec) + static_cast<double>(x.tv_usec) / 1e6;
  };
  return in_seconds(used.ru_utime) + in_seconds(used.ru_stime);
}

void measure(const shape& how, std::uint32_t clients_total, double seconds) {
  caf::actor_system_config config;
  config.set("scheduler.policy", caf::atom("sharing"));
  config.set("scheduler.max-threads", 2);
  const auto actors = how.actor_per_client ? clients_total : 1;
  std::vector<std::uint64_t> answered(std::size_t{actors} * 8); // A cache line for each.
  const auto began = std::chrono::steady_clock::now();
  const auto cpu_began = cpu_seconds();
  {
    caf::actor_system system{config};
    caf::actor disk;
    if (how.storage_is_actor)
      disk = system.spawn<storage>();
    std::vector<caf::actor> followers{system.spawn<follower>(disk), system.spawn<follower>(disk)};
    auto node = system.spawn<leader>(disk, followers);
    std::vector<caf::actor> all{node, followers[0], followers[1]};
    if (disk)
      all.push_back(disk);
    for (std::size_t i = 0; i < actors; ++i) {
      all.push_back(system.spawn<clients>(node, clients_total / actors, how.request_response,
                                          &answered[i * 8]));
      caf::anon_send(all.back(), start{});
    }
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    for (const auto& x : all)
      caf::anon_send_exit(x, caf::exit_reason::kill);
    system.await_all_actors_done();
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::uint64_t total = 0;
  for (auto x : answered)
    total += x;
  const auto puts_done = static_cast<double>(std::max<std::uint64_t>(total, 1));
  std::printf("%-44s %5u clients %9.0f puts/s %6.2f us CPU a put %7.1f us a round\n", how.name,
              clients_total, puts_done / took.count(),
              (cpu_seconds() - cpu_began) / puts_done * 1e6,
              took.count() * 1e6 * clients_total / puts_done);
}

} // namespace

} // namespace hops

int main(int argc, char** argv) {
  using hops::shape;
  const double seconds = argc > 1 ? std::strtod(argv[1], nullptr) : 2.0;
  const shape shapes[] = {
    {"actor each client, requests, storage actor", true, true, true},
    {"actor each client, messages, storage actor", true, false, true},
    {"one client actor, requests, storage actor", false, true, true},
    {"one client actor, batches, storage actor", false, false, true},
    {"one client actor, batches, storage in node", false, false, false},
    {"actor each client, messages, storage in node", true, false, false},
  };
  for (const std::uint32_t clients_total : {1U, 64U, 256U})
    for (const auto& how : shapes)
      hops::measure(how, clients_total, seconds);
}
