// What somebody says on a connection in plain words, and what stands in a file of options.
#include "quorate/option_list.hpp"
#include "runtime/base/check.hpp"
#include "runtime/wire/greeting.hpp"
#include "runtime/wire/link.hpp"
#include "runtime/wire/messages.hpp"
#include "tests/fuzz/greetings.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/wire/examples.hpp"

#include <string>
#include <utility>
#include <vector>

namespace quorate::fuzz {

namespace {

/// What a reader makes of a whole connection.
struct heard {
  std::vector<wire::frame> frames;
  std::uint64_t skipped = 0;
  std::size_t taken = 0; ///< Bytes of the frames.
  errc end = errc::none;
};

heard listen(std::string_view bytes, std::size_t piece_bytes) {
  constexpr std::size_t payload_max = 4'096;
  heard out;
  wire::frame_reader reader{payload_max};
  for (std::size_t at = 0; at < bytes.size(); at += piece_bytes) {
    auto piece = bytes.substr(at, piece_bytes);
    for (;;) {
      auto found = reader.feed(piece);
      QUORATE_CHECK(reader.reserved() <= 2 * payload_max, "reserved", reader.reserved());
      out.skipped = reader.skipped();
      if (!found) {
        out.end = found.error().code;
        return out;
      }
      if (!*found)
        break;
      out.taken += wire::frame_header_bytes + (*found)->payload.size();
      out.frames.push_back(std::move(**found));
    }
    QUORATE_CHECK(piece.empty());
  }
  return out;
}

} // namespace

// -- frames ---------------------------------------------------------------------------------------

/// The pieces in which bytes come make no difference, and each frame has one form.
void run_frames(std::string_view bytes) {
  const auto whole = listen(bytes, bytes.size() + 1);
  for (const std::size_t piece_bytes : {1, 7, 64}) {
    const auto pieces = listen(bytes, piece_bytes);
    QUORATE_CHECK(pieces.frames.size() == whole.frames.size() && pieces.skipped == whole.skipped
                  && pieces.taken == whole.taken && pieces.end == whole.end);
    for (std::size_t i = 0; i < whole.frames.size(); ++i)
      QUORATE_CHECK(pieces.frames[i].what == whole.frames[i].what
                    && pieces.frames[i].payload == whole.frames[i].payload);
  }
  std::string again;
  wire::frame_writer writer{again};
  auto same_version = whole.skipped == 0;
  for (const auto& x : whole.frames) {
    same_version = same_version && x.minor == wire::version_minor;
    writer.begin(x.what).append(x.payload.view());
    QUORATE_CHECK(writer.finish());
  }
  QUORATE_CHECK(!same_version || again == bytes.substr(0, whole.taken));
}

// -- messages -------------------------------------------------------------------------------------

/// The first two bytes are the minor version and the kind.
void run_messages(std::string_view bytes) {
  if (bytes.size() < 2)
    return;
  const auto minor = static_cast<std::uint8_t>(bytes[0]);
  const auto payload = bytes.substr(2);
  const auto found = wire::read(
    {static_cast<wire::kind>(bytes[1]), minor, shared_bytes{std::string{payload}}});
  if (!found)
    return;
  // Behind a greeting of a later minor version there may be more.
  const auto again = wire::frame_of(*found).substr(wire::frame_header_bytes);
  QUORATE_CHECK(again == (minor > wire::version_minor ? payload.substr(0, again.size()) : payload));
}

// -- a connection ---------------------------------------------------------------------------------

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

} // namespace quorate::fuzz
