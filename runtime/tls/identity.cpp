#include "runtime/tls/identity.hpp"

#include "runtime/base/limits.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <utility>

namespace quorate::tls {

namespace {

constexpr std::string_view scheme = "quorate://";
constexpr std::string_view digits = "0123456789ABCDEF";
constexpr std::array roles{wire::peer_role::node, wire::peer_role::client,
                           wire::peer_role::operator_};
/// Two names with every byte escaped, and what stands between them.
constexpr std::size_t uri_bytes_max = 6 * limits::name_bytes_max + 32;

/// RFC 3986, section 2.3: what never needs an escape.
bool unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
         || c == '.' || c == '_' || c == '~';
}

error refusal(const char* sentence) {
  return make_error(errc::malformed, sentence);
}

/// The bytes that a segment stands for.
result<std::string> decoded(std::string_view segment) {
  std::string out;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    if (unreserved(segment[i])) {
      out += segment[i];
      continue;
    }
    if (segment[i] != '%')
      return refusal("An identity has a character that has to be escaped.");
    const bool whole = segment.size() - i > 2;
    const auto high = whole ? digits.find(segment[i + 1]) : digits.npos;
    const auto low = whole ? digits.find(segment[i + 2]) : digits.npos;
    if (high == digits.npos || low == digits.npos)
      return refusal("An identity has a '%' without two capital hexadecimal digits behind it.");
    const auto byte = static_cast<char>(high * 16 + low);
    if (unreserved(byte))
      return refusal("An identity escapes a character that needs no escape.");
    out += byte;
    i += 2;
  }
  if (out.empty() || out.size() > limits::name_bytes_max)
    return refusal("A cluster and a name in an identity have 1 to 255 bytes.");
  return out;
}

/// What is behind the scheme.
std::optional<std::string_view> behind_scheme(std::string_view uri) {
  if (uri.size() > uri_bytes_max || uri.substr(0, scheme.size()) != scheme)
    return std::nullopt;
  return uri.substr(scheme.size());
}

} // namespace

std::string_view to_string(wire::peer_role role) noexcept {
  switch (role) {
  case wire::peer_role::node:
    return "node";
  case wire::peer_role::client:
    return "client";
  case wire::peer_role::operator_:
    return "operator";
  }
  return {};
}

std::string percent_encoded(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    if (unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte / 16];
    out += digits[byte % 16];
  }
  return out;
}

std::string cluster_uri(std::string_view cluster_name) {
  return std::string{scheme} + percent_encoded(cluster_name);
}

std::string to_uri(const identity& who) {
  return cluster_uri(who.cluster_name) + '/' + std::string{to_string(who.role)} + '/'
         + percent_encoded(who.name);
}

result<std::string> parse_cluster_uri(std::string_view uri) {
  const auto rest = behind_scheme(uri);
  if (!rest)
    return refusal("An authority's URI is quorate://CLUSTER.");
  return decoded(*rest); // A slash in it has to be escaped.
}

result<identity> parse_identity(std::string_view uri) {
  const auto form = "An identity is quorate://CLUSTER/node/NAME, .../client/NAME or "
                    ".../operator/NAME.";
  const auto rest = behind_scheme(uri);
  if (!rest)
    return refusal(form);
  const auto first = rest->find('/');
  const auto second = first == rest->npos ? first : rest->find('/', first + 1);
  if (second == rest->npos)
    return refusal(form);
  auto cluster = decoded(rest->substr(0, first));
  if (!cluster)
    return cluster.error();
  auto name = decoded(rest->substr(second + 1)); // A third slash has to be escaped.
  if (!name)
    return name.error();
  const auto word = rest->substr(first + 1, second - first - 1);
  for (const auto role : roles)
    if (word == to_string(role))
      return identity{std::move(*cluster), role, std::move(*name)};
  return refusal(form);
}

result<void> validate(const identity& who) {
  const auto good = [](const std::string& x) {
    return !x.empty() && x.size() <= limits::name_bytes_max;
  };
  if (!good(who.cluster_name))
    return make_error(errc::invalid_argument, "The name of a cluster has 1 to 255 bytes.");
  if (!good(who.name))
    return make_error(errc::invalid_argument,
                      "The name of a node, client or operator has 1 to 255 bytes.");
  if (to_string(who.role).empty())
    return make_error(errc::invalid_argument, "A role is node, client or operator.");
  return {};
}

} // namespace quorate::tls
