// What a node that is alone in its process is started with. Every option has a unit in its name or
// type, and a range.
#pragma once

#include <quorate/export.hpp>
#include <quorate/membership.hpp>
#include <quorate/result.hpp>
#include <quorate/tls.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace quorate {

namespace storage {
class store;
} // namespace storage

/// Options of `node`. The defaults suit a data centre: a leader says that it lives every 200 ms,
/// and a follower that hears nothing for 1 to 1.5 s campaigns.
struct node_options {
  /// The node's name, 1 to 255 bytes, unique in its cluster. With TLS, the one in its certificate.
  std::string name;
  /// The cluster's name, 1 to 255 bytes; a node of another cluster isn't talked to.
  std::string cluster_name = "quorate";
  /// Where connections are taken: `host:port`, `[ipv6]:port` or `:port` for all addresses of the
  /// machine. Port 0: any that is free.
  std::string listen = "127.0.0.1:7400";
  /// Where other nodes and clients reach it, if that isn't `listen`; port 0: the one listened on.
  /// Has to name a host if `listen` doesn't.
  std::string advertise;
  /// Addresses of other nodes of the cluster, 0 to 64; its own may be among them. Without any, it
  /// waits to be provisioned, or for what its data directory knows.
  std::vector<std::string> seeds;
  /// Where the node keeps its data. Made if need be; what it lies in has to be there. Empty: in
  /// memory, and then each start is that of a new node.
  std::string data_dir;
  /// Instead of a `data_dir`: what the node keeps its data on. It should pass the tests of
  /// quorate/testing/storage_conformance.hpp.
  std::shared_ptr<storage::store> storage;
  /// Register as `standby`: the node waits until an operator activates it.
  bool parked = false;

  /// Who is let in, and how this node shows who it is.
  tls_options tls;
  /// Take connections from other hosts without TLS. Refused unless it's said, because anybody who
  /// reaches the port may then do everything.
  bool insecure = false;

  /// The unit of all election timing; 1 ms to 1 s.
  std::chrono::milliseconds tick{100};
  /// A follower that hears nothing of a leader for so many ticks, and up to half as many more,
  /// campaigns; 3 to 1,000.
  std::uint32_t election_ticks = 10;
  /// How often a node outside of consensus says that it lives; 1 ms to 1 min.
  std::chrono::milliseconds heartbeat{1'000};
  /// A snapshot is taken after so many log entries, at least 1, once these have so many times its
  /// bytes, 0 to 1,000.
  std::uint64_t snapshot_entries = 10'000;
  std::uint64_t snapshot_log_ratio = 4;
  /// How long a client or operator call of this process may take; 1 ms to 1 h.
  std::chrono::milliseconds deadline{10'000};
  /// What is kept free of the file system that `data_dir` is on, 0 to 1 TiB; 0: nothing. See
  /// `local_cluster_options::disk_reserve_bytes`.
  std::uint64_t disk_reserve_bytes = std::uint64_t{128} << 20;

  /// Connections that are taken at a time, 16 to 65,536; fewer if the process may not open so many
  /// files.
  std::size_t connections_max = 4'096;
  /// How long somebody who connects, or is connected to, may take to say who it is; 10 ms to 1 min.
  std::chrono::milliseconds handshake_timeout{5'000};
  /// A connection says that it lives after so long without anything else; 10 ms to 1 min.
  std::chrono::milliseconds link_heartbeat{500};
  /// A connection that brings nothing for so long has ended; more than twice `link_heartbeat`, up
  /// to 10 min.
  std::chrono::milliseconds link_timeout{3'000};

  /// Threads that run actors; 0: as many as there are processors. Up to 1,024.
  std::size_t worker_threads = 0;

  /// `invalid_argument`, naming the option and its range. Looks at no file and no host.
  QUORATE_EXPORT result<void> validate() const;
};

/// Options of `remote_cluster`.
struct remote_options {
  /// Addresses of nodes of the cluster, at least one, 64 at most. Any will do: the first that
  /// answers says where the others are.
  std::vector<std::string> addresses;
  /// The cluster's name; empty: whatever the first node belongs to.
  std::string cluster_name;
  /// As whom to connect; with TLS, the name in the certificate, and empty: that one.
  std::string name;
  /// A certificate of a client or an operator. Without: plain connections.
  tls_options tls;
  /// How long a call may take; 1 ms to 1 h.
  std::chrono::milliseconds deadline{10'000};
  /// See `node_options`.
  std::chrono::milliseconds handshake_timeout{5'000};
  std::chrono::milliseconds link_heartbeat{500};
  std::chrono::milliseconds link_timeout{3'000};
  /// Threads that run actors, 1 to 1,024.
  std::size_t worker_threads = 1;

  /// `invalid_argument`, naming the option and its range.
  QUORATE_EXPORT result<void> validate() const;
};

} // namespace quorate
