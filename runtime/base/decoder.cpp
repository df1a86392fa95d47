#include "runtime/base/decoder.hpp"

namespace quorate::base {

result<void> decoder::finish() {
  if (!failed() && left() > 0)
    fail(std::to_string(left()) + " bytes are left over");
  if (!failed())
    return {};
  std::string message = "Doesn't decode at byte " + std::to_string(position_) + " of "
                        + std::to_string(in_.size());
  if (!place_.empty())
    message += ", in " + place_;
  return make_error(errc::malformed, message + ": " + problem_ + '.');
}

bool decoder::fail(std::string problem) {
  QUORATE_CHECK(!problem.empty(), "position", position_);
  if (!failed())
    problem_ = std::move(problem);
  return false;
}

bool decoder::within(std::string_view name) {
  QUORATE_CHECK(failed(), "name", name);
  bool joined = place_.empty() || place_.front() == '[';
  place_.insert(0, joined ? "" : ".");
  place_.insert(0, name);
  return false;
}

bool decoder::byte(std::uint8_t& x) {
  if (failed())
    return false;
  if (left() == 0)
    return fail("it ends too early");
  x = static_cast<std::uint8_t>(in_[position_++]);
  return true;
}

bool decoder::boolean(bool& x) {
  std::uint8_t found = 0;
  if (!byte(found))
    return false;
  if (found > 1)
    return fail("a flag is 0 or 1, not " + std::to_string(found));
  x = found == 1;
  return true;
}

bool decoder::varint(std::uint64_t& x) {
  std::uint64_t sum = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    std::uint8_t next = 0;
    if (!byte(next))
      return false;
    if (shift == 63 && next > 1)
      return fail("a number has more than 64 bits");
    sum |= static_cast<std::uint64_t>(next & 0x7F) << shift;
    if (next >= 0x80)
      continue;
    if (next == 0 && shift > 0)
      return fail("a number isn't in its shortest form");
    x = sum;
    return true;
  }
  return fail("a number has more than 64 bits");
}

bool decoder::fixed64(std::uint64_t& x) {
  std::uint64_t sum = 0;
  for (int shift = 0; shift < 64; shift += 8) {
    std::uint8_t next = 0;
    if (!byte(next))
      return false;
    sum |= static_cast<std::uint64_t>(next) << shift;
  }
  x = sum;
  return true;
}

bool decoder::length(std::uint64_t& x, std::uint64_t max, std::string_view what) {
  if (!varint(x))
    return false;
  if (x <= max && x <= left())
    return true;
  std::string problem = "it announces " + std::to_string(x) + ' ';
  problem += what;
  return fail(problem + (x > max ? ", more than allowed" : ", more than there are bytes"));
}

bool decoder::bytes(std::string_view& x) {
  std::uint64_t size = 0;
  if (!length(size, limits::decoded_string_bytes_max, "bytes"))
    return false;
  x = in_.substr(position_, size);
  position_ += size;
  return true;
}

} // namespace quorate::base
