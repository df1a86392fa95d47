#include "actors/data_directory.hpp"

#ifdef QUORATE_ROCKSDB
#include "runtime/storage/rocksdb_store.hpp"
#endif

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace quorate::actors {

namespace {

/// That of every file system in use.
constexpr std::size_t file_name_bytes_max = 255;

constexpr auto hexadecimal = "0123456789ABCDEF";

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.'
         || c == '_' || c == '-';
}

std::optional<unsigned> digit(char c) {
  const std::string_view all{hexadecimal};
  const auto at = all.find(c);
  return at == std::string_view::npos ? std::nullopt : std::optional{static_cast<unsigned>(at)};
}

} // namespace

std::string directory_of(const std::string& name) {
  std::string out;
  for (const auto c : name) {
    if (is_plain(c) && !(out.empty() && c == '.')) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += hexadecimal[byte >> 4];
    out += hexadecimal[byte & 15];
  }
  return out;
}

std::optional<std::string> node_in(const std::string& directory) {
  std::string out;
  for (std::size_t i = 0; i < directory.size(); ++i) {
    if (directory[i] != '%') {
      out += directory[i];
      continue;
    }
    if (i + 2 >= directory.size())
      return std::nullopt;
    const auto high = digit(directory[i + 1]);
    const auto low = digit(directory[i + 2]);
    if (!high || !low)
      return std::nullopt;
    out += static_cast<char>(*high << 4 | *low);
    i += 2;
  }
  // What directory_of() doesn't make isn't ours, e.g. lost+found.
  return directory_of(out) == directory && !out.empty() ? std::optional{out} : std::nullopt;
}

result<std::vector<std::string>> nodes_in(const std::string& data_dir) {
  std::error_code problem;
  std::filesystem::create_directory(data_dir, problem);
  std::vector<std::string> out;
  std::filesystem::directory_iterator at{data_dir, problem};
  for (; !problem && at != std::filesystem::directory_iterator{}; at.increment(problem))
    if (at->is_directory(problem) && std::filesystem::exists(at->path() / "durable_mark", problem))
      if (auto name = node_in(at->path().filename().string()))
        out.push_back(std::move(*name));
  if (problem)
    return make_error(errc::storage_unreadable, "data_dir: " + data_dir + " can't be made or read: "
                                                  + problem.message() + '.');
  std::sort(out.begin(), out.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  return out;
}

result<disk> disk_of(const std::string& data_dir, const std::string& name,
                     std::uint64_t reserve_bytes) {
  const auto directory = directory_of(name);
  if (directory.size() > file_name_bytes_max)
    return make_error(errc::invalid_argument,
                      "the node's name is too long for a directory in data_dir.");
  return disk_at(data_dir + '/' + directory, reserve_bytes);
}

#ifdef QUORATE_ROCKSDB

result<disk> disk_at(const std::string& directory, std::uint64_t reserve_bytes) {
  storage::rocksdb_store::options how;
  how.engine.directory = directory;
  how.reserve_bytes = reserve_bytes;
  return disk{std::make_shared<storage::rocksdb_store>(std::move(how))};
}

#else

result<disk> disk_at(const std::string&, std::uint64_t) {
  return make_error(errc::invalid_argument,
                    "data_dir: this quorate was built without storage on disk.");
}

#endif

} // namespace quorate::actors
