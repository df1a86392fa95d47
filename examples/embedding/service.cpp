// A service that is one node of its cluster: what main() does, and in which order it ends.
#include <quorate/quorate.hpp>

#include <chrono>
#include <iostream>
#include <string>
#include <utility>

namespace {

int failed(const char* what, const quorate::error& why) {
  std::cerr << what << ": " << to_string(why) << '\n';
  return 1;
}

quorate::node_options options_of_this_service() {
  quorate::node_options options;
  options.name = "n1";
  options.cluster_name = "embedding";
  options.listen = "127.0.0.1:0"; // Any free port; connections from other hosts would need `tls`.
  options.tick = std::chrono::milliseconds{10};
  return options; // No `data_dir`: each start is that of a new node.
}

} // namespace

int main() {
  // 1. Options are checked before anything is opened.
  const auto options = options_of_this_service();
  if (auto valid = options.validate(); !valid)
    return failed("options", valid.error());

  // 2. The node has threads of its own from here on, and returns before anybody was reached.
  auto node = quorate::node::start(options);
  if (!node)
    return failed("start", node.error());

  // 3. One node of a new cluster is provisioned, once; the others name it in their `seeds`.
  if (auto founded = node->provision(); !founded)
    return failed("provision", founded.error());
  if (auto joined = node->wait_until_joined(std::chrono::seconds{30}); !joined)
    return failed("join", joined.error());

  // 4. The service's own work.
  auto client = node->client();
  auto put = client.put("greeting", "hello", quorate::absent);
  if (!put)
    return failed("put", put.error());
  auto got = client.get("greeting");
  if (!got)
    return failed("get", got.error());
  if (!*got || (*got)->value != "hello")
    return failed("get", quorate::make_error(quorate::errc::none, "the value isn't there."));
  std::cout << node->address() << ": " << (*got)->value << " at revision " << (*got)->revision.value
            << '\n';

  // 5. In order: a leader hands over, what was to be written is on the disk. What is left of the
  // node goes with the object, and clients answer `shutting_down`.
  if (auto stopped = node->stop(); !stopped)
    return failed("stop", stopped.error());
  if (auto late = client.get("greeting"); late)
    return failed("get", quorate::make_error(quorate::errc::none, "the node answers still."));
}
