// Nodes on threads of their own, without actors: what they share (payloads, snapshots, configs,
// and no state behind their backs) is safe to share. Means most under the thread sanitizer, which
// can't look into CAF's library.
#include "messages/node.hpp"
#include "runtime/driver/driver.hpp"
#include "runtime/kv/commands.hpp"
#include "runtime/membership/controller.hpp"
#include "runtime/storage/memory_store.hpp"
#include "tests/sim/swarm.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace quorate::driver {

namespace {

using question = std::variant<kv::request, membership::provision_request>;

struct asked {
  question what;
  std::function<void(const reply_body&)> done;
};

using item = std::variant<node_mail, asked>;

/// What one thread hears of the others.
class mailbox {
public:
  void put(item x) {
    {
      const std::lock_guard guard{mutex_};
      waiting_.push_back(std::move(x));
    }
    news_.notify_one();
  }

  /// All that waits, or nothing after a tick.
  std::deque<item> take(std::chrono::milliseconds at_most) {
    std::unique_lock lock{mutex_};
    news_.wait_for(lock, at_most, [this] { return !waiting_.empty() || stopped_; });
    return std::exchange(waiting_, {});
  }

  void stop() {
    const std::lock_guard guard{mutex_};
    stopped_ = true;
  }
  bool stopped() {
    const std::lock_guard guard{mutex_};
    return stopped_;
  }

private:
  std::mutex mutex_;
  std::condition_variable news_;
  std::deque<item> waiting_;
  bool stopped_ = false;
};

using mailboxes = std::map<std::string, mailbox>;

/// Does for one driver what the actors do, on the thread that calls `run`.
class threaded_node {
public:
  threaded_node(std::string name, mailboxes& all, std::uint64_t seed)
    : all_(all),
      own_(all.at(name)) {
    options from = sim::quick_options();
    from.cluster_name = "threads";
    from.tick_ms = 20;
    from.snapshot_entries = 1'000;
    from.snapshot_log_ratio = 0;
    from.seeds = {"n1"};
    from.name = from.address = std::move(name);
    tick_ms_ = from.tick_ms;
    node_ = driver::start(std::move(from), store_.load().value(), base::random{seed}, 0).value();
  }

  void run() {
    while (!own_.stopped()) {
      for (auto& x : own_.take(std::chrono::milliseconds{tick_ms_}))
        std::visit([this](auto& content) { hear(content); }, x);
      const auto now = now_ms();
      if (now >= ticked_ms_ + tick_ms_) {
        ticked_ms_ = now;
        node_->tick(now);
      }
      while (node_->has_effects())
        act();
      if (node_->state() != nullptr)
        members = node_->state()->nodes().members().size();
    }
  }

  std::atomic<std::size_t> members{0}; ///< By its own log.

private:
  void hear(node_mail& mail) {
    node_->receive(std::move(mail));
  }
  void hear(asked& x) {
    const request_token token{next_token_++};
    callers_.emplace(token, std::move(x.done));
    std::visit([&](auto& what) { node_->request(token, std::move(what)); }, x.what);
  }

  void act() {
    auto todo = node_->take_effects();
    for (auto& batch : todo.writes)
      ASSERT_TRUE(store_.write(std::move(batch)));
    for (auto& mail : todo.mail)
      if (const auto to = all_.find(mail.to); to != all_.end())
        to->second.put(std::move(mail));
    std::vector<membership::controller_output> said;
    for (const auto& input : todo.controller)
      controller_.handle(input, said);
    for (const auto& output : said)
      node_->from_controller(output);
    for (const auto& reply : todo.replies) {
      callers_.at(reply.token)(reply.body);
      callers_.erase(reply.token);
    }
    if (!todo.writes.empty())
      node_->persisted({store_.sync().value(), {}});
  }

  std::uint64_t now_ms() const {
    const auto since = std::chrono::steady_clock::now() - start_;
    return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
  }

  mailboxes& all_;
  mailbox& own_;
  storage::memory_store store_;
  membership::controller controller_{membership::controller_settings{}};
  std::unique_ptr<driver> node_;
  std::map<request_token, std::function<void(const reply_body&)>> callers_;
  std::uint64_t next_token_ = 1;
  std::uint64_t tick_ms_ = 0;
  std::uint64_t ticked_ms_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Three nodes and their threads.
class threads : public testing::Test {
protected:
  void SetUp() override {
    for (const auto* name : {"n1", "n2", "n3"})
      boxes_.try_emplace(name);
    for (auto& [name, box] : boxes_)
      nodes_.push_back(std::make_unique<threaded_node>(name, boxes_, nodes_.size() + 1));
    for (auto& node : nodes_)
      running_.emplace_back([&node] { node->run(); });
  }

  void TearDown() override {
    for (auto& [name, box] : boxes_)
      box.stop();
    for (auto& one : running_)
      one.join();
  }

  /// The leader's answer to one question, as far as is known who leads; none: it took too long.
  template <class Reply>
  std::unique_ptr<Reply> ask(question what) {
    struct waiting {
      std::mutex mutex;
      std::condition_variable came;
      std::unique_ptr<Reply> reply;
    };
    const auto shared = std::make_shared<waiting>();
    boxes_.at(leader_).put(asked{std::move(what), [shared](const reply_body& said) {
                                   const std::lock_guard guard{shared->mutex};
                                   shared->reply = std::make_unique<Reply>(std::get<Reply>(said));
                                   shared->came.notify_one();
                                 }});
    std::unique_lock lock{shared->mutex};
    shared->came.wait_for(lock, std::chrono::seconds{60}, [&] { return shared->reply != nullptr; });
    return std::move(shared->reply);
  }

  void take_hint(const kv::reply& said) {
    if (const auto* refusal = std::get_if<error>(&said))
      if (boxes_.count(refusal->leader_address) != 0)
        leader_ = refusal->leader_address;
  }

  mailboxes boxes_;
  std::string leader_ = "n1";
  std::vector<std::unique_ptr<threaded_node>> nodes_;
  std::vector<std::thread> running_;
};

TEST_F(threads, share_payloads_snapshots_and_configs) {
  const auto founded = ask<ops::provision_reply>(
    membership::provision_request{"threads", sim::quick_policy(3)});
  ASSERT_NE(founded, nullptr);
  EXPECT_EQ(founded->refusal.code, errc::none);
  // The other two join, learn and are promoted meanwhile.
  const auto complete = [&] {
    return std::all_of(nodes_.begin(), nodes_.end(),
                       [](const auto& node) { return node->members == 3; });
  };
  kv::session_id session{};
  std::uint64_t done = 0;
  std::uint64_t when_complete = 0; ///< What was done when all three were members.
  while (when_complete == 0 || done < when_complete + 1'000) {
    ASSERT_LT(done, 1'000'000U) << "the other nodes don't become members";
    if (when_complete == 0 && complete())
      when_complete = done;
    if (!session) {
      const auto said = ask<kv::reply>(kv::request{kv::open_session_request{}});
      ASSERT_NE(said, nullptr);
      if (const auto* opened = std::get_if<kv::session_opened>(said.get()))
        session = opened->session;
      take_hint(*said);
      continue;
    }
    kv::session_write write{session, done + 1, done + 1,
                            kv::put{"k" + std::to_string(done % 10), std::string(256, 'v'), {}}};
    const auto said = ask<kv::reply>(kv::request{kv::make_write_request(std::move(write))});
    ASSERT_NE(said, nullptr);
    if (std::holds_alternative<kv::write_result>(*said))
      ++done;
    take_hint(*said);
  }
}

} // namespace

} // namespace quorate::driver
