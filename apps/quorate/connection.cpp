#include "apps/quorate/connection.hpp"

#include "quorate/remote_cluster.hpp"

#include <chrono>
#include <utility>

namespace quorate::app {

namespace {

class remote_access : public cluster_access {
public:
  explicit remote_access(remote_cluster cluster) : cluster_(std::move(cluster)) {
    // nop
  }

  quorate::client client() override {
    return cluster_.client();
  }
  quorate::membership_client membership() override {
    return cluster_.membership();
  }
  result<node_status> status(const std::string& address) override {
    // Beside members that answer, one that doesn't shouldn't be waited for.
    constexpr std::chrono::seconds at_most{2};
    return cluster_.status(address, at_most);
  }
  result<membership_change> provision(const std::string& address,
                                      const membership_policy& policy) override {
    return cluster_.provision(address, policy);
  }

private:
  remote_cluster cluster_;
};

} // namespace

result<std::unique_ptr<cluster_access>> connect_remotely(const connection_options& options) {
  remote_options to;
  to.addresses = options.addresses;
  to.cluster_name = options.cluster_name;
  to.tls.ca_file = options.tls_ca;
  to.tls.certificate_file = options.tls_certificate;
  to.tls.key_file = options.tls_key;
  to.deadline = options.timeout;
  auto made = remote_cluster::connect(std::move(to));
  if (!made)
    return made.error();
  return std::unique_ptr<cluster_access>{std::make_unique<remote_access>(std::move(*made))};
}

} // namespace quorate::app
