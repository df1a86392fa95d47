// How sessions stand in a snapshot. Nothing is believed: a session that the rules couldn't have
// made is refused, because it would behave differently from those of other replicas.
#include "runtime/base/codec.hpp"
#include "runtime/base/limits.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/kv/sessions.hpp"

#include <string>

namespace quorate::kv {

namespace {

constexpr std::uint16_t sessions_format = 1;

} // namespace

void sessions::save(base::encoder& out) const {
  out.value(sessions_format);
  out.value(now_);
  out.value(static_cast<std::uint64_t>(open_.size()));
  for (auto& [id, content] : open_) {
    out.value(id);
    out.value(content.last_active);
    out.value(base::mutated(base::mutant::low_water_not_in_snapshot) ? std::uint64_t{1}
                                                                     : content.low_water);
    out.value(static_cast<std::uint64_t>(content.answers.size()));
    for (auto& [sequence, what] : content.answers) {
      out.value(sequence);
      out.value(what.outcome);
      out.value(what.at);
      out.value(what.has_current);
      out.value(what.current);
    }
  }
}

bool sessions::load(base::decoder& in) {
  sessions loaded;
  std::uint16_t format = 0;
  std::uint64_t count = 0;
  if (!in.value(format))
    return false;
  if (format != sessions_format)
    return in.fail("sessions of the unknown format " + std::to_string(format));
  if (!in.value(loaded.now_) || !in.value(count))
    return false;
  if (count > limits::sessions_max)
    return in.fail("there are more sessions than allowed");
  for (std::uint64_t i = 0; i < count; ++i) {
    session_id id;
    session content;
    if (!in.value(id) || !load_session(in, content))
      return false;
    if (!id || (!loaded.open_.empty() && loaded.open_.rbegin()->first >= id))
      return in.fail("the sessions don't ascend");
    if (content.last_active > loaded.now_
        || loaded.now_ - content.last_active >= limits::session_idle_ms_max)
      return in.fail("a session was last active in the future or too long ago");
    loaded.add(id, std::move(content));
  }
  *this = std::move(loaded);
  return true;
}

bool sessions::load_session(base::decoder& in, session& x) {
  std::uint64_t count = 0;
  if (!in.value(x.last_active) || !in.value(x.low_water) || !in.value(count))
    return false;
  if (x.low_water == 0)
    return in.fail("sequence numbers begin with 1");
  if (count > limits::session_answers_max)
    return in.fail("a session has more answers than allowed");
  for (std::uint64_t i = 0; i < count; ++i)
    if (!load_answer(in, x))
      return false;
  return true;
}

bool sessions::load_answer(base::decoder& in, session& x) {
  std::uint64_t sequence = 0;
  answer what;
  if (!in.value(sequence) || !in.value(what.outcome) || !in.value(what.at)
      || !in.value(what.has_current) || !in.value(what.current))
    return false;
  bool ascends = x.answers.empty() || sequence > x.answers.rbegin()->first;
  if (sequence < x.low_water || !ascends)
    return in.fail("the answers don't ascend from the low-water mark");
  if (!what.has_current && !what.current.empty())
    return in.fail("an answer has a value that it says it hasn't");
  remember(x, sequence, std::move(what));
  if (x.answer_bytes > answer_bytes_max)
    return in.fail("a session has larger answers than allowed");
  return true;
}

result<sessions> sessions::load(std::string_view in) {
  return base::decode<sessions>(in);
}

} // namespace quorate::kv
