#include "service/node_service.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace quorate::service {

service_sources sources_of(node& x) {
  service_sources out;
  out.status = [&x] { return x.status(); };
  out.nodes = [asker = std::make_shared<membership_client>(x.membership())] {
    return asker->nodes();
  };
  out.certificate_expires_s = [&x] { return x.certificate_expires_s(); };
  out.certificate_failure = [&x] { return x.certificate_failure(); };
  return out;
}

namespace {

/// What the node calls, for as long as it lives; the log may end before.
class log_gate {
public:
  explicit log_gate(service_log& to) : to_(&to) {
    // nop
  }
  template <class F>
  void pass(F f) {
    const std::lock_guard guard{mutex_};
    if (to_ != nullptr)
      f(*to_);
  }
  /// Nothing passes after it returns.
  void close() {
    const std::lock_guard guard{mutex_};
    to_ = nullptr;
  }

private:
  std::mutex mutex_;
  service_log* to_;
};

} // namespace

class node_service::state {
public:
  state(service_log made, node& of)
    : log_(std::move(made)),
      gate_(std::make_shared<log_gate>(log_)) {
    subscription_options behind;
    behind.begin_with_snapshot = true; // It says the nodes' names.
    changes_.emplace(of.subscribe(
      [gate = gate_](const membership_event& x) {
        gate->pass([&](service_log& to) { to.event(x); });
      },
      behind));
    of.subscribe_refusals([gate = gate_](const refusal_record& x, std::uint64_t left_out) {
      gate->pass([&](service_log& to) { to.refused(x, left_out); });
    });
  }

  ~state() {
    monitor_.reset();
    gate_->close();
  }

  result<void> watch(const monitor_options& options, service_sources sources) {
    auto made = monitor::start(options, std::move(sources), &log_);
    if (!made)
      return made.error();
    monitor_.emplace(std::move(*made));
    return {};
  }

  service_log& log() noexcept {
    return log_;
  }
  const std::string& http_address() const noexcept {
    static const std::string none;
    return monitor_ ? monitor_->address() : none;
  }

private:
  service_log log_;
  const std::shared_ptr<log_gate> gate_;
  std::optional<membership_subscription> changes_;
  std::optional<monitor> monitor_;
};

result<node_service> node_service::start(node& of, service_options options) {
  auto log = service_log::make(std::move(options.log));
  if (!log)
    return log.error();
  auto facts = std::move(options.facts);
  facts.name = of.name();
  facts.address = of.address();
  facts.tls = of.certificate_expires_s().has_value();
  log->started(facts);
  auto made = std::make_unique<state>(std::move(*log), of);
  auto sources = sources_of(of);
  sources.parked = options.parked;
  if (options.monitor.http.empty())
    return node_service{std::move(made)};
  if (auto watches = made->watch(options.monitor, std::move(sources)); !watches)
    return watches.error();
  return node_service{std::move(made)};
}

node_service::node_service(std::unique_ptr<state> from) : state_(std::move(from)) {
  // nop
}

node_service::node_service(node_service&&) noexcept = default;
node_service& node_service::operator=(node_service&&) noexcept = default;
node_service::~node_service() = default;

service_log& node_service::log() noexcept {
  return state_->log();
}

const std::string& node_service::http_address() const noexcept {
  return state_->http_address();
}

} // namespace quorate::service
