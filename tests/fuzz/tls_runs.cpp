// What somebody who isn't known yet can say to a TLS connection, and what stands in certificates.
#include "runtime/base/check.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/tls/certificate.hpp"
#include "runtime/tls/openssl.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/tls/connected.hpp"

#include <openssl/pem.h>

#include <algorithm>
#include <utility>

namespace quorate::fuzz {

namespace {

std::string pem_of(std::string_view der) {
  const tls::bio_ptr out{BIO_new(BIO_s_mem())};
  PEM_write_bio(out.get(), "CERTIFICATE", "", reinterpret_cast<const unsigned char*>(der.data()),
                static_cast<long>(der.size()));
  char* begin = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &begin);
  return {begin, static_cast<std::size_t>(size)};
}

void expect_sense(const result<tls::certificate_facts>& facts) {
  if (!facts)
    return;
  QUORATE_CHECK(facts->authority != facts->owner.has_value());
  QUORATE_CHECK(!facts->owner || tls::validate(*facts->owner));
  for (const auto c : facts->subject + facts->issuer + facts->serial)
    QUORATE_CHECK(c >= ' ' && c <= '~', "c", static_cast<int>(c));
}

const std::shared_ptr<const tls::credentials>& own() {
  static const auto one = tls::credentials_of(tls::node("own"));
  return one;
}

/// Bytes that weren't made for this very connection never get in, whatever they are.
void hear(tls::session x, std::string_view bytes) {
  x.start();
  base::random draw{bytes.size()};
  std::size_t said = 0;
  std::string plain;
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, draw.between(1, draw.chance(50) ? 7 : 2'000));
    bytes.remove_prefix(piece.size());
    const auto taken = x.received(piece);
    said += x.take_output().size();
    QUORATE_CHECK(!x.established() && !x.read(plain, 100) == !taken && plain.empty());
    if (!taken)
      break;
  }
  QUORATE_CHECK(said <= limits::tls_handshake_bytes_max, "said", said);
}

} // namespace

// -- identities -----------------------------------------------------------------------------------

void run_identity(std::string_view bytes) {
  const auto who = tls::parse_identity(bytes);
  if (who)
    QUORATE_CHECK(tls::to_uri(*who) == bytes && tls::validate(*who));
  const auto cluster = tls::parse_cluster_uri(bytes);
  if (cluster)
    QUORATE_CHECK(tls::cluster_uri(*cluster) == bytes && !who);
}

// -- certificates ---------------------------------------------------------------------------------

/// As the text of a file, and as the bytes that stand in one.
void run_certificate(std::string_view bytes) {
  expect_sense(tls::facts_of(bytes));
  expect_sense(tls::facts_of(pem_of(bytes)));
  static_cast<void>(tls::read_key(bytes));
}

// -- connections ----------------------------------------------------------------------------------

void run_dialer(std::string_view bytes) {
  hear(tls::session{own(), tls::side::dialer}, bytes);
}

void run_acceptor(std::string_view bytes) {
  hear(tls::session{own(), tls::side::acceptor}, bytes);
}

/// Behind a handshake: what isn't sealed with the connection's keys ends it.
void run_established(std::string_view bytes) {
  auto x = tls::established();
  const auto taken = x.acceptor.received(bytes);
  std::string plain;
  const auto got = x.acceptor.read(plain, 1'000);
  QUORATE_CHECK(plain.empty() && (!got || *got == 0) && !x.acceptor.closed_by_peer());
  QUORATE_CHECK(taken || !x.acceptor.write("more"));
}

} // namespace quorate::fuzz
