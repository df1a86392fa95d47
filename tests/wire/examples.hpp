// Messages of every kind, for the tests of the wire and for the fuzzers.
#pragma once

#include "runtime/base/random.hpp"
#include "runtime/wire/messages.hpp"

#include <string>
#include <vector>

namespace quorate::wire {

struct example {
  std::string name; ///< `node_mail.envelope.append`.
  message content;
};

/// One of every kind, and of every alternative within it; the same in every build.
std::vector<example> examples();

/// A random message of each kind.
std::vector<message> random_messages(base::random& draw);

/// What a node says of itself.
hello node_hello();

/// A whole frame.
std::string frame_of(const message& x);

/// What is seen of a message by its fields.
std::string text_of(const message& x);

} // namespace quorate::wire
