# Finds RocksDB's header and library, and nothing else. Debian's package has a CMake config of its
# own, which asks for the development files of half a dozen compressors.
#
# Defines RocksDB_FOUND, RocksDB_VERSION and the imported target RocksDB::rocksdb.

include(FindPackageHandleStandardArgs)

find_path(RocksDB_INCLUDE_DIR NAMES rocksdb/db.h)
find_library(RocksDB_LIBRARY NAMES rocksdb)
mark_as_advanced(RocksDB_INCLUDE_DIR RocksDB_LIBRARY)

if(RocksDB_INCLUDE_DIR AND EXISTS "${RocksDB_INCLUDE_DIR}/rocksdb/version.h")
  set(RocksDB_VERSION "")
  foreach(_rocksdb_part MAJOR MINOR PATCH)
    file(STRINGS "${RocksDB_INCLUDE_DIR}/rocksdb/version.h" _rocksdb_line
         REGEX "^#define ROCKSDB_${_rocksdb_part} +[0-9]+")
    if(_rocksdb_line MATCHES "([0-9]+)$")
      list(APPEND RocksDB_VERSION "${CMAKE_MATCH_1}")
    endif()
  endforeach()
  list(JOIN RocksDB_VERSION "." RocksDB_VERSION)
endif()

find_package_handle_standard_args(
  RocksDB
  REQUIRED_VARS RocksDB_LIBRARY RocksDB_INCLUDE_DIR
  VERSION_VAR RocksDB_VERSION
  REASON_FAILURE_MESSAGE
    "RocksDB is missing: install librocksdb-dev, or build quorate without storage on disk with -DQUORATE_BUILD_ROCKSDB=OFF."
)

if(RocksDB_FOUND AND NOT TARGET RocksDB::rocksdb)
  add_library(RocksDB::rocksdb UNKNOWN IMPORTED)
  set_target_properties(
    RocksDB::rocksdb PROPERTIES IMPORTED_LOCATION "${RocksDB_LIBRARY}"
                                INTERFACE_INCLUDE_DIRECTORIES "${RocksDB_INCLUDE_DIR}")
endif()
