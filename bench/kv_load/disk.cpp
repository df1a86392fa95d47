#include "bench/kv_load/disk.hpp"

#include "bench/kv_load/histogram.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <future>
#include <optional>
#include <system_error>
#include <vector>

namespace quorate::bench {

namespace {

using clock = std::chrono::steady_clock;

class open_file {
public:
  explicit open_file(const std::string& path)
    : path_(path),
      descriptor_(::open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600)) {
    // nop
  }
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;
  ~open_file() {
    if (descriptor_ < 0)
      return;
    ::close(descriptor_);
    ::unlink(path_.c_str());
  }
  bool write_at(const std::vector<char>& bytes, std::size_t offset) const {
    return ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset))
           == static_cast<ssize_t>(bytes.size());
  }
  bool sync() const {
    return ::fdatasync(descriptor_) == 0;
  }

private:
  std::string path_;
  int descriptor_;
};

error unreadable(const std::string& path, const std::string& why) {
  return make_error(errc::storage_unreadable, path + ": " + why + '.');
}

/// None: it failed.
std::optional<histogram> sync_for_a_while(const std::string& path) {
  constexpr std::chrono::milliseconds at_most{500};
  constexpr std::size_t file_bytes = std::size_t{4} << 20;
  constexpr std::size_t append_bytes = 512;
  const open_file file{path};
  if (!file.write_at(std::vector<char>(file_bytes, 'x'), 0) || !file.sync())
    return std::nullopt;
  histogram found;
  const std::vector<char> bytes(append_bytes, 'y');
  auto now = clock::now();
  const auto until = now + at_most;
  for (std::size_t i = 0; now < until; ++i) {
    if (!file.write_at(bytes, i * append_bytes % file_bytes) || !file.sync())
      return std::nullopt;
    const auto after = clock::now();
    found.record(static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(after - now).count()));
    now = after;
  }
  return found;
}

} // namespace

result<sync_latency> measure_syncs(const std::string& directory, std::size_t files) {
  std::vector<std::future<std::optional<histogram>>> each;
  for (std::size_t i = 0; i < files; ++i)
    each.push_back(std::async(std::launch::async, sync_for_a_while,
                              directory + "/sync_latency_" + std::to_string(i)));
  histogram all;
  bool failed = false;
  for (auto& one : each) {
    const auto found = one.get();
    failed |= !found;
    if (found)
      all.merge(*found);
  }
  if (failed)
    return unreadable(directory, "a file can't be written or synced there");
  return sync_latency{static_cast<double>(all.percentile(50)) / 1'000,
                      static_cast<double>(all.percentile(99)) / 1'000};
}

result<disk_latency> measure_disk(const std::string& directory, std::size_t nodes) {
  const auto alone = measure_syncs(directory, 1);
  if (!alone)
    return alone.error();
  const auto together = measure_syncs(directory, nodes);
  if (!together)
    return together.error();
  return disk_latency{*alone, *together};
}

disk_latency mean(const disk_latency& a, const disk_latency& b) noexcept {
  const auto of = [](const sync_latency& x, const sync_latency& y) {
    return sync_latency{(x.p50_us + y.p50_us) / 2, (x.p99_us + y.p99_us) / 2};
  };
  return {of(a.alone, b.alone), of(a.together, b.together)};
}

result<void> take_empty_directory(const std::string& path) {
  std::error_code problem;
  std::filesystem::create_directory(path, problem);
  if (problem)
    return unreadable(path, problem.message());
  if (!std::filesystem::is_empty(path, problem) || problem)
    return make_error(errc::invalid_argument,
                      "--data-dir: " + path
                        + " isn't empty: a run begins with a cluster of its own.");
  return {};
}

} // namespace quorate::bench
