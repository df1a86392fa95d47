#include "tests/storage/simulated_disk.hpp"

#include <algorithm>

namespace quorate::storage {

namespace {

constexpr std::size_t sector_bytes = 512;

std::string directory_of(const std::string& path) {
  const auto slash = path.find_last_of('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

} // namespace

// -- files and names ------------------------------------------------------------------------------

/// Whether the next change takes place.
disk_answer simulated_disk::admit(bool& partly) {
  ++changes_;
  partly = false;
  if (stops_at_ != 0 && changes_ >= stops_at_)
    return disk_answer::stopped;
  if (changes_ != fails_at_)
    return disk_answer::done;
  fails_at_ = 0;
  partly = true;
  return fails_how_;
}

void simulated_disk::apply(std::string& to, const simulated_file::change& x) {
  if (x.truncate) {
    to.resize(*x.truncate);
    return;
  }
  if (to.size() < x.offset + x.bytes.size())
    to.resize(x.offset + x.bytes.size());
  to.replace(x.offset, x.bytes.size(), x.bytes);
}

disk_answer simulated_disk::make(const std::string& path, file_ptr& out) {
  const std::lock_guard guard{mutex_};
  bool partly = false;
  if (const auto how = admit(partly); how != disk_answer::done)
    return how;
  if (directories_.count(directory_of(path)) == 0)
    return disk_answer::missing;
  // Emptied is a change of the same file: its old content may come back.
  auto& place = names_[path];
  if (place == nullptr)
    place = std::make_shared<simulated_file>();
  place->unsynced.push_back({0, {}, 0});
  place->content.clear();
  out = place;
  return disk_answer::done;
}

file_ptr simulated_disk::find(const std::string& path) const {
  const std::lock_guard guard{mutex_};
  const auto found = names_.find(path);
  return found != names_.end() ? found->second : nullptr;
}

disk_answer simulated_disk::write(simulated_file& to, std::uint64_t offset,
                                  std::string_view bytes) {
  const std::lock_guard guard{mutex_};
  bool partly = false;
  const auto how = admit(partly);
  if (partly)
    bytes = bytes.substr(0, bytes.size() / 2);
  if (how != disk_answer::done && !partly)
    return how;
  const auto end = offset + bytes.size();
  if (end > to.content.size() && used_bytes() + end - to.content.size() > capacity_bytes_)
    return disk_answer::no_space;
  simulated_file::change x{offset, std::string{bytes}, std::nullopt};
  apply(to.content, x);
  to.unsynced.push_back(std::move(x));
  return how;
}

void simulated_disk::set_capacity(std::uint64_t bytes) {
  const std::lock_guard guard{mutex_};
  capacity_bytes_ = bytes;
}

std::uint64_t simulated_disk::free_bytes() const {
  const std::lock_guard guard{mutex_};
  const auto used = used_bytes();
  return capacity_bytes_ > used ? capacity_bytes_ - used : 0;
}

std::uint64_t simulated_disk::used_bytes() const {
  std::uint64_t out = 0;
  for (const auto& x : names_)
    out += x.second->content.size();
  return out;
}

disk_answer simulated_disk::truncate(simulated_file& what, std::uint64_t size) {
  const std::lock_guard guard{mutex_};
  bool partly = false;
  if (const auto how = admit(partly); how != disk_answer::done)
    return how;
  what.content.resize(size);
  what.unsynced.push_back({0, {}, size});
  return disk_answer::done;
}

/// Its name, too, as ext4, XFS and btrfs do for a new file, and as RocksDB expects of its manifest:
/// it makes `CURRENT` point there before it syncs the directory.
disk_answer simulated_disk::sync(simulated_file& what) {
  const std::lock_guard guard{mutex_};
  bool partly = false;
  if (const auto how = admit(partly); how != disk_answer::done)
    return how;
  what.durable = what.content;
  what.unsynced.clear();
  for (const auto& x : names_)
    if (x.second.get() == &what)
      durable_names_.insert(x);
  return disk_answer::done;
}

disk_answer simulated_disk::rename(const std::string& from, const std::string& to) {
  const std::lock_guard guard{mutex_};
  bool partly = false;
  if (const auto how = admit(partly); how != disk_answer::done)
    return how;
  const auto found = names_.find(from);
  if (found == names_.end())
    return disk_answer::missing;
  names_[to] = found->second;
  names_.erase(from);
  return disk_answer::done;
}

disk_answer simulated_disk::remove(const std::string& path) {
  const std::lock_guard guard{mutex_};
  bool partly = false;
  if (const auto how = admit(partly); how != disk_answer::done)
    return how;
  return names_.erase(path) != 0 ? disk_answer::done : disk_answer::missing;
}

/// At once durable: the tests are about what is in it.
disk_answer simulated_disk::make_directory(const std::string& path) {
  const std::lock_guard guard{mutex_};
  directories_.insert(path);
  return disk_answer::done;
}

disk_answer simulated_disk::sync_directory(const std::string& path) {
  const std::lock_guard guard{mutex_};
  bool partly = false;
  if (const auto how = admit(partly); how != disk_answer::done)
    return how;
  const auto within = [&](const auto& x) { return directory_of(x.first) == path; };
  for (auto x = durable_names_.begin(); x != durable_names_.end();)
    x = within(*x) ? durable_names_.erase(x) : std::next(x);
  for (const auto& x : names_)
    if (within(x))
      durable_names_.insert(x);
  return disk_answer::done;
}

bool simulated_disk::is_directory(const std::string& path) const {
  const std::lock_guard guard{mutex_};
  return directories_.count(path) != 0;
}

std::vector<std::string> simulated_disk::names_in(const std::string& directory) const {
  const std::lock_guard guard{mutex_};
  std::vector<std::string> out;
  const auto add = [&](const std::string& path) {
    if (path != directory && directory_of(path) == directory)
      out.push_back(path.substr(path.find_last_of('/') + 1));
  };
  for (const auto& x : names_)
    add(x.first);
  for (const auto& x : directories_)
    add(x);
  return out;
}

std::string simulated_disk::content(const simulated_file& of) const {
  const std::lock_guard guard{mutex_};
  return of.content;
}

bool simulated_disk::lock(const std::string& path) {
  const std::lock_guard guard{mutex_};
  return locks_.insert(path).second;
}

void simulated_disk::unlock(const std::string& path) {
  const std::lock_guard guard{mutex_};
  locks_.erase(path);
}

// -- what goes wrong ------------------------------------------------------------------------------

void simulated_disk::fail_at(std::uint64_t n, disk_answer how) {
  const std::lock_guard guard{mutex_};
  fails_at_ = changes_ + n;
  fails_how_ = how;
}

void simulated_disk::stop_at(std::uint64_t n) {
  const std::lock_guard guard{mutex_};
  stops_at_ = changes_ + n;
}

std::uint64_t simulated_disk::changes() const {
  const std::lock_guard guard{mutex_};
  return changes_;
}

void simulated_disk::end_faults() {
  fails_at_ = 0;
  stops_at_ = 0;
  locks_.clear();
}

void simulated_disk::process_death() {
  const std::lock_guard guard{mutex_};
  end_faults();
}

/// Each change arrives whole, or not at all, or, in some order, some of its sectors.
void simulated_disk::lose(simulated_file& of, base::random& draw, loss what) {
  auto now = of.durable;
  const auto style = what == loss::everything ? 0 : draw.below(4);
  const auto prefix = of.unsynced.empty() ? 0 : draw.below(of.unsynced.size() + 1);
  for (std::size_t i = 0; i < of.unsynced.size() && style != 0; ++i) {
    const auto& x = of.unsynced[i];
    const bool whole = style == 1 || i < prefix;
    if (whole || (style == 3 && draw.chance(50))) {
      apply(now, x);
      continue;
    }
    if (x.truncate || (style == 2 && i > prefix)) // In order: only the last one is torn.
      continue;
    for (std::size_t at = 0; at < x.bytes.size(); at += sector_bytes)
      if (draw.chance(50))
        apply(now, {x.offset + at, x.bytes.substr(at, sector_bytes), std::nullopt});
  }
  of.content = of.durable = std::move(now);
  of.unsynced.clear();
}

void simulated_disk::power_failure(base::random& draw, loss what) {
  const std::lock_guard guard{mutex_};
  end_faults();
  std::set<std::string> paths;
  for (const auto& x : names_)
    paths.insert(x.first);
  for (const auto& x : durable_names_)
    paths.insert(x.first);
  std::map<std::string, file_ptr> left;
  std::set<file_ptr> files;
  for (const auto& path : paths) { // Each change of a name by itself.
    const auto now = names_.find(path);
    const auto durable = durable_names_.find(path);
    const bool arrived = what == loss::something && draw.chance(50);
    const auto& from = arrived ? names_ : durable_names_;
    if (const auto found = arrived ? now : durable; found != from.end())
      left.insert(*found);
  }
  for (const auto& x : left)
    files.insert(x.second);
  for (const auto& x : left) // In the order of their paths, so that a seed is a seed.
    if (files.erase(x.second) != 0)
      lose(*x.second, draw, what);
  names_ = durable_names_ = std::move(left);
}

std::vector<std::string> simulated_disk::files() const {
  const std::lock_guard guard{mutex_};
  std::vector<std::string> out;
  for (const auto& x : names_)
    out.push_back(x.first);
  return out;
}

bool simulated_disk::flip_bit(const std::string& path, base::random& draw) {
  const std::lock_guard guard{mutex_};
  auto& file = *names_.at(path);
  if (file.content.empty())
    return false;
  auto& byte = file.content[draw.below(file.content.size())];
  byte = static_cast<char>(byte ^ (1 << draw.below(8)));
  file.durable = file.content;
  file.unsynced.clear();
  return true;
}

} // namespace quorate::storage
