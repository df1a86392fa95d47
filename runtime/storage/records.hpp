// What stands in a node's table, byte by byte (docs/storage_format.md): keys and sealed records.
//
// A record is one byte of format, the encoding of its content (runtime/base/encoder.hpp), and eight
// bytes of XXH3 over its key and all before. The key counts, because a record that the engine hands
// out under another key is as wrong as one with a flipped bit.
//
// Thread safety: pure functions. Takes any bytes. Complexity: linear in the bytes.
#pragma once

#include "quorate/result.hpp"
#include "messages/storage.hpp"
#include "runtime/base/codec.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quorate::storage {

/// Of every record of this build. A later format is refused, an earlier one is read.
inline constexpr std::uint8_t record_format = 1;

// -- keys: a letter, and for entries their index, highest byte first ------------------------------

inline constexpr std::string_view identity_key = "i"; ///< A `marker`.
inline constexpr std::string_view state_key = "s";    ///< A `hard_state`.
inline constexpr std::string_view floor_key = "f";    ///< A `floor`.
inline constexpr std::string_view begin_key = "b";    ///< The first index that isn't compacted.
inline constexpr std::string_view image_key = "m";    ///< An `image_record`.
inline constexpr std::string_view write_key = "n";    ///< A `last_write`.
inline constexpr std::string_view entries_end = "f";  ///< Behind all entries.

std::string entry_key(log_index index);
/// None if it isn't an entry's key.
std::optional<log_index> index_of(std::string_view key);

/// What the newest snapshot is. Its bytes are in a file of their own.
struct image_record {
  raft::log_position last;
  raft::configuration config;
  std::uint64_t file = 0; ///< Its number, that no other had in this directory.
  std::uint64_t bytes = 0;
  std::uint64_t checksum = 0; ///< XXH3 of the bytes.
};

template <class Inspector>
inspected<Inspector, image_record> inspect(Inspector& f, image_record& x) {
  return f.object(x).fields(f.field("last", x.last), f.field("config", x.config),
                            f.field("file", x.file), f.field("bytes", x.bytes),
                            f.field("checksum", x.checksum));
}

/// What the table was after its last write, so that a part of it that is gone, or old again, is
/// missed: the engine doesn't say when it forgets a file of its own.
struct last_write {
  std::uint64_t number = 0; ///< From 1 on, through all lives.
  log_index log_end{};
  std::uint64_t small = 0; ///< `digest` of the small records.
};

template <class Inspector>
inspected<Inspector, last_write> inspect(Inspector& f, last_write& x) {
  return f.object(x).fields(f.field("number", x.number), f.field("log_end", x.log_end),
                            f.field("small", x.small));
}

/// The XXH3 of each record but the entries and this one, as it stands there; 0: it isn't.
struct small_records {
  std::uint64_t identity = 0;
  std::uint64_t state = 0;
  std::uint64_t floor = 0;
  std::uint64_t begin = 0;
  std::uint64_t image = 0;
};

std::uint64_t digest(const small_records& x);

/// `image-<number>`.
std::string image_file(std::uint64_t number);
/// None if it isn't an image's.
std::optional<std::uint64_t> number_of(std::string_view file);

/// XXH3 with 64 bits.
std::uint64_t checksum_of(std::string_view bytes);

/// Eight bytes, the lowest first.
void append_fixed(std::string& to, std::uint64_t x);
std::uint64_t fixed_at(std::string_view from, std::size_t at);

// -- records --------------------------------------------------------------------------------------

/// Format byte in front, checksum behind.
std::string sealed(std::string_view key, std::string content);

/// What was sealed under that key. Errors: `storage_format_newer`, `storage_corrupt`.
result<std::string_view> unsealed(std::string_view key, std::string_view record);

template <class T>
std::string seal(std::string_view key, const T& x) {
  std::string out(1, static_cast<char>(record_format));
  base::encoder f{out};
  f.value(x);
  return sealed(key, std::move(out));
}

template <class T>
result<T> unseal(std::string_view key, std::string_view record) {
  auto content = unsealed(key, record);
  if (!content)
    return content.error();
  auto out = base::decode<T>(*content);
  if (!out) // It is what was written, so whoever wrote it was mistaken.
    return make_error(errc::storage_corrupt,
                      "a record is sealed and can't be read: " + out.error().message);
  return out;
}

} // namespace quorate::storage
