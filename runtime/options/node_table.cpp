// The options of a node, one a row, and what they have to do with each other.
#include "runtime/base/endpoint.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/options/table.hpp"

namespace quorate {

namespace options {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using rows = std::vector<row<node_options>>;

// A header has room for one line of why; here is what people need to choose a value.

rows who_and_where() {
  return {
    option<&node_options::name>({"name", "name",
                                 "The node's name, unique in its cluster; with TLS, the one in its "
                                 "certificate."},
                                text_between(1, limits::name_bytes_max)),
    option<&node_options::cluster_name>(
      {"cluster-name", "cluster_name",
       "The cluster's name; a node of another cluster isn't talked "
       "to."},
      text_between(1, limits::name_bytes_max)),
    option<&node_options::listen>(
      {"listen", "listen",
       "Where connections are taken; without a host, on all addresses of the "
       "machine, and with port 0, on any that is free."},
      address(text_form::listen)),
    option<&node_options::advertise>(
      {"advertise", "advertise",
       "Where other nodes and clients reach this node, if that isn't "
       "what it listens on; port 0 stands for the one listened on."},
      address(text_form::reachable)),
    option<&node_options::seeds>(
      {"seeds", "seeds",
       "Addresses of other nodes of the cluster, its own may be among them; "
       "without any, the node waits to be provisioned, or for what its data "
       "directory knows.",
       "seed"},
      addresses(0, limits::seeds_max)),
    option<&node_options::parked>(
      {"parked", "parked", "Register as standby: the node waits until an operator activates it."},
      flag()),
  };
}

rows security() {
  return {
    option<&node_options::tls, &tls_options::ca_file>(
      {"tls-ca", "tls.ca_file",
       "PEM file with the certificates of the authorities that sign for "
       "this cluster, and for nothing else."},
      path()),
    option<&node_options::tls, &tls_options::certificate_file>(
      {"tls-cert", "tls.certificate_file",
       "PEM file with this node's certificate, and behind it "
       "those between it and the authority."},
      path()),
    option<&node_options::tls, &tls_options::key_file>(
      {"tls-key", "tls.key_file",
       "PEM file with the key of that certificate, readable by its "
       "owner only."},
      path()),
    option<&node_options::insecure>(
      {"insecure", "insecure",
       "Take connections from other hosts without TLS: anybody who reaches "
       "the port may then do everything."},
      flag()),
  };
}

rows data() {
  return {
    option<&node_options::data_dir>(
      {"data-dir", "data_dir",
       "The directory that the node keeps its data in, made if need be; "
       "without one, data is in memory and each start is that of a new "
       "node."},
      path()),
    option<&node_options::disk_reserve_bytes>({"disk-reserve", "disk_reserve_bytes",
                                               "What is kept free of the file system that the data "
                                               "directory is on; 0B: nothing."},
                                              size_up_to(std::uint64_t{1} << 40)),
    option<&node_options::snapshot_entries>(
      {"snapshot-entries", "snapshot_entries", "A snapshot is taken after so many log entries."},
      count_between(1, UINT64_MAX)),
    option<&node_options::snapshot_log_ratio>({"snapshot-log-ratio", "snapshot_log_ratio",
                                               "A snapshot waits until the log entries have so "
                                               "many times its bytes."},
                                              count_between(0, 1'000)),
  };
}

rows timing() {
  return {
    option<&node_options::tick>({"tick", "tick", "The unit of all election timing."},
                                duration_between(milliseconds{1}, seconds{1})),
    option<&node_options::election_ticks>({"election-ticks", "election_ticks",
                                           "A follower that hears nothing of a leader for so many "
                                           "ticks campaigns."},
                                          count_between(3, 1'000)),
    option<&node_options::heartbeat>(
      {"heartbeat", "heartbeat", "How often a node outside of consensus says that it lives."},
      duration_between(milliseconds{1}, minutes{1})),
    option<&node_options::deadline>(
      {"deadline", "deadline", "How long a client or operator call of this process may take."},
      duration_between(milliseconds{1}, hours{1})),
  };
}

rows connections() {
  return {
    option<&node_options::connections_max>({"connections-max", "connections_max",
                                            "Connections that are taken at a time; fewer if the "
                                            "process may not open so many files."},
                                           count_between(16, 65'536)),
    option<&node_options::handshake_timeout>({"handshake-timeout", "handshake_timeout",
                                              "How long somebody who connects, or is connected "
                                              "to, may take to say who it is."},
                                             duration_between(milliseconds{10}, minutes{1})),
    option<&node_options::link_heartbeat>({"link-heartbeat", "link_heartbeat",
                                           "A connection says that it lives after so long without "
                                           "anything else."},
                                          duration_between(milliseconds{10}, minutes{1})),
    option<&node_options::link_timeout>(
      {"link-timeout", "link_timeout", "A connection that brings nothing for so long has ended."},
      duration_between(milliseconds{21}, minutes{10},
                       "more than twice link-heartbeat, up to 10 min")),
    option<&node_options::worker_threads>({"worker-threads", "worker_threads",
                                           "Threads that run actors; 0: as many as there are "
                                           "processors."},
                                          count_between(0, limits::worker_threads_max)),
  };
}

rows all_rows() {
  rows out;
  add_group(out, "Who and where", who_and_where());
  add_group(out, "Security", security());
  add_group(out, "Data", data());
  add_group(out, "Timing", timing());
  add_group(out, "Connections and threads", connections());
  return out;
}

} // namespace

template <>
const std::vector<row<node_options>>& table() {
  static const auto found = all_rows();
  return found;
}

error disagreement(const std::string& sentence) {
  return make_error(errc::invalid_argument, sentence);
}

result<void> check_tls(const tls_options& x, const naming& called) {
  struct part {
    const char* option;
    const std::string* file;
  };
  for (const auto& [name, file] :
       {part{"tls-ca", &x.ca_file}, part{"tls-cert", &x.certificate_file},
        part{"tls-key", &x.key_file}})
    if (x.wanted() && file->empty())
      return disagreement(called(name) + " is missing: TLS takes all of " + called("tls-ca") + ", "
                          + called("tls-cert") + " and " + called("tls-key")
                          + ", or none of them.");
  return {};
}

result<void> check_silence(milliseconds link_heartbeat, milliseconds link_timeout,
                           const naming& called) {
  if (link_timeout > 2 * link_heartbeat)
    return {};
  return disagreement(
    called("link-timeout") + " is " + spell_value(option_kind::duration, link_timeout)
    + ": it has to be more than twice " + called("link-heartbeat") + ", which is "
    + spell_value(option_kind::duration, link_heartbeat)
    + ", because a connection that says so seldom that it lives would be taken for ended.");
}

result<void> check_together(const node_options& x, const naming& called) {
  if (x.storage && !x.data_dir.empty())
    return disagreement("storage: either that or " + called("data-dir") + '.');
  if (auto valid = check_tls(x.tls, called); !valid)
    return valid;
  const auto listen = parse_endpoint(x.listen);
  if (!listen)
    return listen.error();
  if (is_every_address(*listen) && x.advertise.empty())
    return disagreement(called("listen") + " is " + in_quotes(x.listen)
                        + ", which names no host that others could connect to; say where they "
                          "reach this node by "
                        + called("advertise") + '.');
  if (!is_loopback(*listen) && !x.tls.wanted() && !x.insecure)
    return disagreement(called("listen") + " is " + in_quotes(x.listen)
                        + ", and without TLS anybody who reaches it may do everything; give "
                        + called("tls-ca") + ", " + called("tls-cert") + " and " + called("tls-key")
                        + ", or listen on 127.0.0.1, or say " + called("insecure") + '.');
  return check_silence(x.link_heartbeat, x.link_timeout, called);
}

} // namespace options

result<void> node_options::validate() const {
  return options::check_all(*this, options::as_member<node_options>);
}

} // namespace quorate
