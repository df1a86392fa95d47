// The options of somebody outside of the cluster, one a row.
#include "runtime/base/limits.hpp"
#include "runtime/options/table.hpp"

namespace quorate {

namespace options {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using rows = std::vector<row<remote_options>>;

rows who_and_where() {
  return {
    option<&remote_options::addresses>(
      {"addresses", "addresses",
       "Addresses of nodes of the cluster; any will do, because the "
       "first that answers says where the others are.",
       "address"},
      addresses(1, limits::seeds_max)),
    option<&remote_options::cluster_name>(
      {"cluster-name", "cluster_name",
       "The cluster's name; without one, whatever the first node "
       "belongs to."},
      text_between(0, limits::name_bytes_max)),
    option<&remote_options::name>(
      {"name", "name",
       "As whom to connect; with TLS, the name in the certificate, which is also "
       "the default then."},
      text_between(0, limits::name_bytes_max)),
  };
}

rows security() {
  return {
    option<&remote_options::tls, &tls_options::ca_file>(
      {"tls-ca", "tls.ca_file",
       "PEM file with the certificates of the authorities that sign for "
       "this cluster, and for nothing else."},
      path()),
    option<&remote_options::tls, &tls_options::certificate_file>(
      {"tls-cert", "tls.certificate_file",
       "PEM file with the certificate of a client or an "
       "operator; without TLS, connections are plain."},
      path()),
    option<&remote_options::tls, &tls_options::key_file>(
      {"tls-key", "tls.key_file",
       "PEM file with the key of that certificate, readable by its "
       "owner only."},
      path()),
  };
}

rows timing() {
  return {
    option<&remote_options::deadline>({"deadline", "deadline", "How long a call may take."},
                                      duration_between(milliseconds{1}, hours{1})),
    option<&remote_options::handshake_timeout>({"handshake-timeout", "handshake_timeout",
                                                "How long a node that is connected to may take to "
                                                "say who it is."},
                                               duration_between(milliseconds{10}, minutes{1})),
    option<&remote_options::link_heartbeat>(
      {"link-heartbeat", "link_heartbeat",
       "A connection says that it lives after so long without "
       "anything else."},
      duration_between(milliseconds{10}, minutes{1})),
    option<&remote_options::link_timeout>(
      {"link-timeout", "link_timeout", "A connection that brings nothing for so long has ended."},
      duration_between(milliseconds{21}, minutes{10},
                       "more than twice link-heartbeat, up to 10 min")),
    option<&remote_options::worker_threads>(
      {"worker-threads", "worker_threads", "Threads that run actors."},
      count_between(1, limits::worker_threads_max)),
  };
}

rows all_rows() {
  rows out;
  add_group(out, "Who and where", who_and_where());
  add_group(out, "Security", security());
  add_group(out, "Timing and threads", timing());
  return out;
}

} // namespace

template <>
const std::vector<row<remote_options>>& table() {
  static const auto found = all_rows();
  return found;
}

result<void> check_together(const remote_options& x, const naming& called) {
  if (auto valid = check_tls(x.tls, called); !valid)
    return valid;
  return check_silence(x.link_heartbeat, x.link_timeout, called);
}

} // namespace options

result<void> remote_options::validate() const {
  return options::check_all(*this, options::as_member<remote_options>);
}

} // namespace quorate
