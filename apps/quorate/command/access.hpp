// How the verbs reach a cluster: one in other processes, or in the tests one in this process.
#pragma once

#include "quorate/client.hpp"
#include "quorate/membership_client.hpp"
#include "quorate/result.hpp"
#include "quorate/status.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace quorate::app {

/// Thread safety: `status` may be called from several threads at a time.
class cluster_access {
public:
  cluster_access() = default;
  cluster_access(const cluster_access&) = delete;
  cluster_access& operator=(const cluster_access&) = delete;
  virtual ~cluster_access() = default;

  virtual quorate::client client() = 0;
  virtual quorate::membership_client membership() = 0;
  /// What the node at that address says of itself; empty: the first that answers.
  virtual result<node_status> status(const std::string& address) = 0;
  virtual result<membership_change> provision(const std::string& address,
                                              const membership_policy& policy) = 0;
};

/// What the options say of the connection.
struct connection_options {
  std::vector<std::string> addresses;
  std::string cluster_name;
  std::string tls_ca;
  std::string tls_certificate;
  std::string tls_key;
  std::chrono::milliseconds timeout{10'000};
};

using connector = std::function<result<std::unique_ptr<cluster_access>>(const connection_options&)>;

} // namespace quorate::app
