// What somebody says on a connection in plain words, and what stands in a file of options.
#include "quorate/option_list.hpp"
#include "runtime/base/check.hpp"
#include "runtime/wire/greeting.hpp"
#include "runtime/wire/link.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/wire/examples.hpp"

#include <algorithm>
#include <utility>

namespace quorate::fuzz {

namespace {

// -- a connection ---------------------------------------------------------------------------------

wire::hello greeting_of(const std::string& name) {
  auto out = wire::node_hello();
  out.name = name;
  out.address = name + ":7400";
  out.storage = {name.size(), 1};
  return out;
}

/// The first byte says which end this is, and how long the pieces are in which the others come.
void run_link(std::string_view bytes) {
  if (bytes.empty())
    return;
  const auto first = static_cast<unsigned char>(bytes.front());
  bytes.remove_prefix(1);
  wire::link_options options;
  options.self = greeting_of("own");
  options.dialed = (first & 1) != 0;
  const auto piece_bytes = std::size_t{1} << (first >> 1) % 12;
  wire::link one{std::move(options), 0};
  for (std::uint64_t now_ms = 1; !bytes.empty(); ++now_ms) {
    const auto piece = bytes.substr(0, piece_bytes);
    bytes.remove_prefix(piece.size());
    one.received(piece, now_ms);
    for (const auto& x : one.take_messages()) {
      QUORATE_CHECK(one.was_open());
      const auto kind = wire::kind_of(x);
      QUORATE_CHECK(one.dialed() ? wire::may_answer(kind) : wire::may_send(one.peer().role, kind));
    }
    one.written(one.take_output().size());
  }
  QUORATE_CHECK(one.phase() != wire::link_phase::ended
                || one.how_it_ended() != wire::link_end::none);
}

std::vector<std::string> link_corpus() {
  std::vector<std::string> out;
  const auto greeting = greeting_of("another");
  const auto hello = wire::frame_of(greeting);
  const auto answer = wire::frame_of(wire::hello_ack{greeting});
  for (const auto& x : wire::examples()) {
    out.push_back('\x16' + hello + wire::frame_of(x.content));
    out.push_back('\x17' + answer + wire::frame_of(x.content));
  }
  return out;
}

// -- a file of options ----------------------------------------------------------------------------

/// What is taken is taken again as it is shown, and what is refused changes nothing.
void run_options(std::string_view bytes) {
  option_list<node_options> list;
  const auto read = list.read_text(bytes, "file");
  QUORATE_CHECK(read || read.error().code == errc::invalid_argument);
  option_list<node_options> again;
  for (const auto& x : option_list<node_options>::all()) {
    const auto shown = list.text(x.name);
    QUORATE_CHECK(read || list.source(x.name) == option_source::preset);
    if (list.source(x.name) != option_source::file)
      continue;
    QUORATE_CHECK(again.set(x.name, shown), "name", x.name, "shown", shown);
    QUORATE_CHECK(again.text(x.name) == shown, "name", x.name, "shown", shown);
  }
  const auto done = list.finish();
  QUORATE_CHECK(done || done.error().code == errc::invalid_argument);
}

std::vector<std::string> options_corpus() {
  std::string all;
  for (const auto& x : option_list<node_options>::all())
    all += x.name + " = " + x.preset + '\n';
  return {"name = n1\nlisten = 127.0.0.1:7101\n# a comment\nseeds = a:1, b:2\n",
          "\xEF\xBB\xBF"
          "tick = 50ms\r\nsnapshot-bytes = 64MiB # behind\n",
          all};
}

} // namespace

std::vector<target> peer_targets() {
  return {
    {"link", run_link, link_corpus, 50'000},
    {"options", run_options, options_corpus, 20'000},
  };
}

} // namespace quorate::fuzz
