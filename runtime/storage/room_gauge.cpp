#include "runtime/storage/room_gauge.hpp"

namespace quorate::storage {

disk_room room_gauge::read(std::uint64_t free_bytes, std::uint64_t wanted_bytes) {
  // A quarter of the reserve more than where it turned.
  const auto back = [this](disk_room below) {
    return last_ >= below && reserve_bytes_ != 0 ? reserve_bytes_ / 4 : 0;
  };
  if (free_bytes < reserve_bytes_ / 2 + back(disk_room::none))
    last_ = disk_room::none;
  else if (reserve_bytes_ != 0 && free_bytes < reserve_bytes_ + wanted_bytes + back(disk_room::low))
    last_ = disk_room::low;
  else
    last_ = disk_room::enough;
  return last_;
}

} // namespace quorate::storage
