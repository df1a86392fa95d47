#include "tests/tls/connected.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <utility>

namespace quorate::tls {

namespace {

constexpr std::int64_t day_s = 86'400;
constexpr int authority_days = 3'650;

/// From one end to the other; true if there was something.
bool pass_on(session& from, session& to, error& to_error, base::random& draw,
             std::size_t piece_bytes_max) {
  const auto bytes = from.take_output();
  for (std::string_view left{bytes}; !left.empty() && to_error.code == errc::none;) {
    const auto size = std::min<std::size_t>(left.size(), draw.between(1, piece_bytes_max));
    const auto taken = to.received(left.substr(0, size));
    if (!taken)
      to_error = taken.error();
    left.remove_prefix(size);
  }
  return !bytes.empty();
}

} // namespace

std::int64_t now_s() {
  return static_cast<std::int64_t>(std::time(nullptr));
}

const key_pair_pem& authority_of(const std::string& cluster_name) {
  static std::map<std::string, key_pair_pem> all;
  const auto known = all.find(cluster_name);
  if (known != all.end())
    return known->second;
  // Old enough for certificates that have expired meanwhile.
  auto made = make_authority(cluster_name, now_s() - 365 * day_s, authority_days);
  EXPECT_TRUE(made) << to_string(made.error());
  return all.emplace(cluster_name, std::move(made).value()).first->second;
}

pem_files files_of(const identity& who, int days, int age_days) {
  const auto& by = authority_of(who.cluster_name);
  const auto made = issue(by.certificate, by.key, who, now_s() - age_days * day_s, days);
  EXPECT_TRUE(made) << to_string(made.error());
  return {by.certificate, made->certificate, made->key};
}

identity node(const std::string& name) {
  return {"c", wire::peer_role::node, name};
}

std::shared_ptr<const credentials> credentials_of(const identity& who, int days, int age_days) {
  auto made = credentials::make(files_of(who, days, age_days), now_s() - age_days * day_s);
  EXPECT_TRUE(made) << to_string(made.error());
  return std::move(made).value();
}

void connection::talk(std::size_t piece_bytes_max) {
  dialer.start();
  for (bool something = true; something;) {
    something = pass_on(dialer, acceptor, acceptor_error, draw, piece_bytes_max);
    something = pass_on(acceptor, dialer, dialer_error, draw, piece_bytes_max) || something;
  }
}

connection established() {
  static const auto a = credentials_of(node("a"));
  static const auto b = credentials_of(node("b"));
  connection out{a, b};
  out.talk();
  EXPECT_TRUE(out.dialer.established()) << to_string(out.dialer_error);
  EXPECT_TRUE(out.acceptor.established()) << to_string(out.acceptor_error);
  return out;
}

std::string read_all(session& from) {
  std::string out;
  for (;;) {
    const auto got = from.read(out, 1'000'000);
    EXPECT_TRUE(got) << to_string(got.error());
    if (!got || *got == 0)
      return out;
  }
}

} // namespace quorate::tls
