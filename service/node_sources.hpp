// The sources of a node that is alone in its process.
#pragma once

#include <quorate/node.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "service/sources.hpp"

namespace quorate::service {

/// `x` has to outlive the service, and to stay where it is.
inline service_sources sources_of(node& x) {
  service_sources out;
  out.status = [&x] { return x.status(); };
  out.nodes = [asker = std::make_shared<membership_client>(x.membership())] {
    return asker->nodes();
  };
  out.certificate_expires = [&x]() -> std::optional<std::chrono::system_clock::time_point> {
    const auto at_s = x.certificate_expires_s();
    if (!at_s)
      return {};
    return std::chrono::system_clock::time_point{std::chrono::seconds{*at_s}};
  };
  return out;
}

} // namespace quorate::service
