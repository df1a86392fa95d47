// A cluster in other processes, seen from one that isn't a node of it.
#pragma once

#include <quorate/client.hpp>
#include <quorate/export.hpp>
#include <quorate/membership_client.hpp>
#include <quorate/node_options.hpp>
#include <quorate/result.hpp>
#include <quorate/status.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace quorate {

/// Connections to a cluster, shared by all clients that are made from it. Any address will do to
/// begin with: nodes say who leads, and where that one is.
///
/// Thread safety: all methods may be called from any thread, except the destructor and moves.
///
/// Destroying it closes the connections; clients made from it then answer `shutting_down`.
class QUORATE_EXPORT remote_cluster {
public:
  /// Returns at once: what can't be reached shows in the calls, which retry until their deadline.
  /// Errors: `invalid_argument` and what `validate` says; `tls_unusable`.
  static result<remote_cluster> connect(remote_options options);

  remote_cluster(remote_cluster&&) noexcept;
  remote_cluster& operator=(remote_cluster&&) noexcept;
  ~remote_cluster();

  /// A client with a session of its own.
  quorate::client client();
  /// With TLS, whoever changes membership needs an operator's certificate.
  quorate::membership_client membership();

  /// What the node at this address says of itself; it need not belong to a cluster. Empty: the
  /// first that answers. `at_most`: how long each may take; `remote_options::deadline` at most, and
  /// if it is zero. Errors: `unreachable` with the reason, `deadline_exceeded`.
  result<node_status> status(const std::string& address = {},
                             std::chrono::milliseconds at_most = {});

  /// Founds a cluster on the node at this address. Idempotent. Errors: as `node::provision`;
  /// `not_authorised` for whoever isn't an operator.
  result<membership_change> provision(const std::string& address,
                                      const membership_policy& policy = {});

private:
  class QUORATE_LOCAL state;
  explicit remote_cluster(std::unique_ptr<state> from);

  std::unique_ptr<state> state_;
};

} // namespace quorate
