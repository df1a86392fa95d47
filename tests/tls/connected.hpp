// Authorities, certificates, and two sessions without a network between them.
#pragma once

#include "runtime/base/random.hpp"
#include "runtime/tls/authority.hpp"
#include "runtime/tls/session.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace quorate::tls {

/// The real time: peers are judged by it.
std::int64_t now_s();

/// An authority of that cluster, made once for all tests.
const key_pair_pem& authority_of(const std::string& cluster_name);

/// Files of `who`, by its cluster's authority, made `age_days` ago for `days`.
pem_files files_of(const identity& who, int days = 30, int age_days = 0);

/// The node `name` of the cluster "c".
identity node(const std::string& name);

/// Good at the time when it was made.
std::shared_ptr<const credentials> credentials_of(const identity& who, int days = 30,
                                                  int age_days = 0);

/// Two ends, and what is under way between them.
struct connection {
  connection(std::shared_ptr<const credentials> dials, std::shared_ptr<const credentials> accepts)
    : dialer(std::move(dials), side::dialer),
      acceptor(std::move(accepts), side::acceptor) {
    // nop
  }

  /// Lets both say what they have to, in whole pieces, until nothing is left or one fails.
  /// Otherwise in pieces of up to `piece_bytes_max` bytes.
  void talk(std::size_t piece_bytes_max = std::size_t{1} << 30);

  session dialer;
  session acceptor;
  error dialer_error;
  error acceptor_error;
  base::random draw{1};
};

/// The nodes "a" and "b", with the handshake done.
connection established();

/// All that is there to be read.
std::string read_all(session& from);

} // namespace quorate::tls
