// A simulated disk as the engine sees it.
#pragma once

#include "tests/storage/simulated_disk.hpp"

#include <rocksdb/file_system.h>

#include <memory>

namespace quorate::storage {

/// Thread safety: that of the disk.
std::shared_ptr<rocksdb::FileSystem> files_on(std::shared_ptr<simulated_disk> disk);

} // namespace quorate::storage
