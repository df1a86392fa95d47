// Two ends of a connection, and the bytes between them.
#pragma once

#include "runtime/wire/greeting.hpp"
#include "runtime/wire/link.hpp"
#include "tests/wire/examples.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

namespace quorate::wire {

inline hello node_named(const std::string& name) {
  auto x = node_hello();
  x.name = name;
  x.address = name + ":7400";
  x.storage = {name.size(), static_cast<std::uint64_t>(name.back())};
  return x;
}

inline hello somebody(peer_role role) {
  hello x;
  x.versions = membership::this_build;
  x.role = role;
  x.name = "somebody";
  x.limits = own_limits();
  return x;
}

inline link_options options_of(hello self, bool dialed) {
  link_options x;
  x.self = std::move(self);
  x.dialed = dialed;
  return x;
}

/// Both ends, and the bytes between them.
struct connection {
  link dialer;
  link answerer;
  std::uint64_t now_ms = 1'000;

  connection(link_options dials, link_options answers)
    : dialer(std::move(dials), 1'000),
      answerer(std::move(answers), 1'000) {
    // nop
  }
  connection(hello dials, hello answers)
    : connection(options_of(std::move(dials), true), options_of(std::move(answers), false)) {
    // nop
  }

  static bool carry(link& from, link& to, std::uint64_t now_ms, std::size_t piece) {
    const auto bytes = from.take_output();
    from.written(bytes.size());
    for (std::size_t at = 0; at < bytes.size(); at += piece)
      to.received(std::string_view{bytes}.substr(at, piece), now_ms);
    return !bytes.empty();
  }

  /// Until nothing is under way.
  void settle(std::size_t piece = 1'000'000) {
    bool more = true;
    while (more) {
      more = carry(dialer, answerer, now_ms, piece);
      more = carry(answerer, dialer, now_ms, piece) || more;
    }
  }
};

inline connection greeted(peer_role role = peer_role::node) {
  connection x{role == peer_role::node ? node_named("a") : somebody(role), node_named("b")};
  x.settle();
  EXPECT_EQ(x.dialer.phase(), link_phase::open);
  EXPECT_EQ(x.answerer.phase(), link_phase::open);
  return x;
}

} // namespace quorate::wire
