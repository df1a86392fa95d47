#include "runtime/driver/effects.hpp"

namespace quorate::driver {

void expire(reply& late, std::uint64_t now_ms) {
  if (late.not_after_ms == 0 || now_ms < late.not_after_ms)
    return;
  late.body = kv::reply{make_error(errc::no_leader, "the lease ended before the answer left.")};
  late.not_after_ms = 0;
}

} // namespace quorate::driver
