// Who greets whom on a connection in plain words.
#pragma once

#include "tests/wire/examples.hpp"

#include <string>

namespace quorate::fuzz {

inline wire::hello greeting_of(const std::string& name) {
  auto out = wire::node_hello();
  out.name = name;
  out.address = name + ":7400";
  out.storage = {name.size(), 1};
  return out;
}

} // namespace quorate::fuzz
