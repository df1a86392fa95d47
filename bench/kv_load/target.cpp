#include "bench/kv_load/target.hpp"

#include "bench/kv_load/chaos.hpp"

#include <chrono>
#include <utility>

namespace quorate::bench {

namespace {

/// How long a cluster may take to grow. A second is usual.
constexpr std::chrono::seconds growth_max{30};

local_cluster_options local_options(const load_options& options) {
  local_cluster_options out;
  out.nodes = static_cast<std::uint32_t>(options.nodes);
  out.policy.target_members = static_cast<std::uint32_t>(options.nodes);
  out.policy.lease_ms = static_cast<std::uint64_t>(options.lease_ms);
  if (options.chaos) {
    out.nodes += chaos_spares;
    // Both get the log all the time, so that a member's place is taken at once.
    out.policy.warm_spares = chaos_spares;
  }
  out.deadline = std::chrono::milliseconds{options.deadline_ms};
  out.data_dir = options.data_dir;
  out.worker_threads = static_cast<std::size_t>(options.threads);
  out.seed = static_cast<std::uint64_t>(options.seed);
  return out;
}

quorate::remote_options remote_options_of(const load_options& options) {
  quorate::remote_options out;
  std::string_view left{options.remote};
  while (!left.empty()) {
    const auto end = left.find(',');
    out.addresses.emplace_back(left.substr(0, end));
    left.remove_prefix(end == std::string_view::npos ? left.size() : end + 1);
  }
  out.cluster_name = options.cluster_name;
  out.deadline = std::chrono::milliseconds{options.deadline_ms};
  out.tls = {options.tls_ca, options.tls_certificate, options.tls_key};
  return out;
}

} // namespace

result<target> target::open(const load_options& options) {
  target out;
  if (!options.remote.empty()) {
    auto connected = remote_cluster::connect(remote_options_of(options));
    if (!connected)
      return connected.error();
    out.remote_.emplace(std::move(*connected));
    return out;
  }
  auto started = local_cluster::start(local_options(options));
  if (!started)
    return started.error();
  out.local_.emplace(std::move(*started));
  auto grown = out.local_->wait_for_members(static_cast<std::size_t>(options.nodes), growth_max);
  if (!grown)
    return grown.error();
  return out;
}

quorate::client target::client() {
  return remote_ ? remote_->client() : local_->client();
}

std::uint64_t target::leader_syncs() {
  if (!local_)
    return 0;
  const auto table = local_->membership().nodes();
  if (!table)
    return 0;
  for (const auto& row : table->rows)
    if (row.record.id == table->leader)
      if (const auto status = local_->status(row.record.name))
        for (const auto& x : status->counters)
          if (x.name == "storage_syncs_total")
            return x.value;
  return 0;
}

} // namespace quorate::bench
