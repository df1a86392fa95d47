#include "service/monitor.hpp"

#include <quorate/errc.hpp>

#include <atomic>
#include <map>
#include <optional>
#include <utility>

#include "service/http_answers.hpp"
#include "service/http_socket.hpp"
#include "service/metrics.hpp"
#include "service/readiness.hpp"
#include "service/render.hpp"
#include "service/sampler.hpp"

namespace quorate::service {

namespace {

/// Often enough that no leader who stays is missed, and seldom enough that it costs nothing.
constexpr std::chrono::milliseconds look_period{1'000};

/// The version of the format that Prometheus reads.
constexpr auto metrics_type = "text/plain; version=0.0.4; charset=utf-8";

error out_of_range(const std::string& name, const std::string& range) {
  return make_error(errc::invalid_argument, "monitor_options." + name + " is " + range + '.');
}

bool is_within(std::chrono::milliseconds x, long long lowest_ms) {
  return x.count() >= lowest_ms && x.count() <= 60'000;
}

double seconds_since_1970() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

/// Counts leaders in the order of the terms that they were seen in.
class leader_counter {
public:
  void look(const node_status& x) {
    if (!x.leader || x.leader == leader_)
      return;
    changes_ += leader_ ? 1 : 0;
    leader_ = x.leader;
  }
  std::uint64_t changes() const {
    return changes_;
  }

private:
  node_id leader_; ///< Of the sampler's thread.
  std::atomic<std::uint64_t> changes_{0};
};

} // namespace

result<void> monitor_options::validate() const {
  if (!is_within(age_max, 0))
    return out_of_range("age_max", "0 to 60000 ms");
  if (!is_within(table_age_max, 0))
    return out_of_range("table_age_max", "0 to 60000 ms");
  if (!is_within(patience, 1))
    return out_of_range("patience", "1 to 60000 ms");
  return limits.validate();
}

class monitor::state {
public:
  state(const monitor_options& options, service_sources sources, service_log* log)
    : options_(options),
      sources_(std::move(sources)),
      log_(log) {
    const sampler_options looks{look_period, options_.patience};
    status_.emplace(sources_.status, looks, [this](const result<node_status>& x) { looked(x); });
    if (sources_.nodes)
      nodes_.emplace(sources_.nodes, sampler_options{{}, options_.patience});
  }

  result<void> listen() {
    auto made = http_server::start(options_.http, routes(), options_.limits);
    if (!made)
      return made.error();
    http_.emplace(std::move(*made));
    if (log_ != nullptr)
      log_->listens(http_->address(), is_loopback(*parse_address(http_->address())));
    return {};
  }

  ~state() {
    if (http_)
      http_->stop();
  }

  http_server& http() {
    return *http_;
  }

private:
  std::map<std::string, http_handler> routes() {
    return {{"/livez", [this] { return live(); }},
            {"/readyz", [this] { return ready(); }},
            {"/status", [this] { return status(); }},
            {"/nodes", [this] { return table(); }},
            {"/metrics", [this] { return metrics(); }}};
  }

  void looked(const result<node_status>& x) {
    if (log_ != nullptr && sources_.certificate_failure)
      log_->certificate(sources_.certificate_failure());
    if (!x)
      return;
    leaders_.look(*x);
    if (log_ != nullptr)
      log_->looked(*x);
  }

  /// Doesn't wait for a node that is slow to answer: the process lives all the same.
  http_response live() {
    const auto seen = status_->newest();
    const auto found = liveness_of(seen ? *seen : *status_->get(options_.age_max));
    return {found.ok ? 200 : 503, "application/json", health_json(found)};
  }

  http_response ready() {
    readiness_options wanted;
    wanted.parked = sources_.parked;
    wanted.applied_lag_max = options_.applied_lag_max;
    const auto found = readiness_of(*status_->get(options_.age_max), wanted);
    return {found.ok ? 200 : 503, "application/json", health_json(found)};
  }

  http_response status() {
    const auto seen = status_->get(options_.age_max);
    return *seen ? http_response{200, "application/json", status_json(**seen)}
                 : http_response{503, "application/json", error_json(seen->error())};
  }

  http_response table() {
    if (!nodes_)
      return http_error(404, "The table of nodes isn't shown here.");
    const auto seen = nodes_->get(options_.age_max);
    return *seen ? http_response{200, "application/json", nodes_json(**seen)}
                 : http_response{503, "application/json", error_json(seen->error())};
  }

  http_response metrics() {
    const auto seen = status_->get(options_.age_max);
    sampler<nodes_view>::sample rows;
    if (nodes_ && *seen && (*seen)->leads)
      rows = nodes_->get(options_.table_age_max);
    service_numbers numbers;
    numbers.leader_changes = leaders_.changes();
    if (sources_.certificate_expires_s)
      if (const auto when = sources_.certificate_expires_s())
        numbers.certificate_expires_seconds = static_cast<double>(*when) - seconds_since_1970();
    if (sources_.certificate_failure)
      numbers.certificate_renewal_fails = sources_.certificate_failure().code != errc::none;
    return {200, metrics_type,
            metrics_text(*seen ? &**seen : nullptr, rows && *rows ? &**rows : nullptr, numbers)};
  }

  const monitor_options options_;
  const service_sources sources_;
  service_log* const log_;
  leader_counter leaders_;
  std::optional<sampler<node_status>> status_;
  std::optional<sampler<nodes_view>> nodes_;
  std::optional<http_server> http_; ///< Last: its threads use all of the above.
};

result<monitor> monitor::start(const monitor_options& options, service_sources sources,
                               service_log* log) {
  if (!sources.status)
    return make_error(errc::invalid_argument, "service_sources.status is required.");
  if (auto valid = options.validate(); !valid)
    return valid.error();
  auto made = std::make_unique<state>(options, std::move(sources), log);
  if (auto listens = made->listen(); !listens)
    return listens.error();
  return monitor{std::move(made)};
}

monitor::monitor(std::unique_ptr<state> from) : state_(std::move(from)) {
  // nop
}

monitor::monitor(monitor&&) noexcept = default;
monitor& monitor::operator=(monitor&&) noexcept = default;
monitor::~monitor() = default;

const std::string& monitor::address() const noexcept {
  return state_->http().address();
}

std::uint16_t monitor::port() const noexcept {
  return state_->http().port();
}

void monitor::stop() {
  state_->http().stop();
}

} // namespace quorate::service
