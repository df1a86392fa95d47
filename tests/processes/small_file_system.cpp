#include "tests/processes/small_file_system.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace quorate::processes {

namespace {

constexpr auto ballast = "ballast";

/// Once for the process: mounts made here are seen by nobody else. Without privileges, it becomes
/// the master of a user namespace of its own.
bool make_own_namespace() {
  if (unshare(CLONE_NEWNS) != 0) {
    const auto own = [](const char* file, unsigned id) {
      std::ofstream{file} << "0 " << id << " 1";
    };
    const auto user = getuid();
    const auto group = getgid();
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
      return false;
    std::ofstream{"/proc/self/setgroups"} << "deny";
    own("/proc/self/uid_map", user);
    own("/proc/self/gid_map", group);
  }
  return mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

bool run(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str()) == 0; // NOLINT: a test's own words.
}

/// The device that is mounted there, e.g. `loop0`.
std::string device_at(const std::string& directory) {
  std::ifstream table{"/proc/self/mounts"};
  std::string line;
  while (std::getline(table, line)) {
    std::istringstream words{line};
    std::string device;
    std::string at;
    words >> device >> at;
    if (at == directory)
      return std::filesystem::path{device}.filename();
  }
  return {};
}

} // namespace

small_file_system::~small_file_system() {
  if (mounted_)
    umount2(mounted_at().c_str(), MNT_DETACH);
}

bool small_file_system::failed(const std::string& what) {
  why_not_ = what + ": " + std::strerror(errno);
  return false;
}

bool small_file_system::enter_own_namespace() {
  static const bool entered = make_own_namespace();
  if (!entered)
    return failed("no mount namespace of its own");
  return mkdir(mounted_at().c_str(), 0700) == 0 || failed("mkdir");
}

bool small_file_system::mount_in_memory(std::uint64_t bytes) {
  if (!enter_own_namespace())
    return false;
  const auto how = "size=" + std::to_string(bytes);
  mounted_ = mount("tmpfs", mounted_at().c_str(), "tmpfs", 0, how.c_str()) == 0;
  return mounted_ || failed("mounting a tmpfs");
}

bool small_file_system::mount_on_loop(std::uint64_t bytes) {
  if (!enter_own_namespace())
    return false;
  const auto file = where_ / "image";
  std::ofstream{file, std::ios::binary}.flush();
  if (truncate(file.c_str(), static_cast<off_t>(bytes)) != 0)
    return failed("making an image");
  return run("mkfs.ext4 -q " + file) ? mount_image() : failed("mkfs.ext4");
}

bool small_file_system::mount_image() {
  mounted_ = run("mount -o loop,errors=remount-ro " + (where_ / "image") + ' ' + mounted_at());
  if (!mounted_)
    why_not_ = "an ext4 on a loop device can't be mounted here";
  return mounted_;
}

bool small_file_system::repair() {
  mounted_ = umount2(mounted_at().c_str(), 0) != 0;
  if (mounted_)
    return failed("unmounting");
  run("e2fsck -f -y " + (where_ / "image")); // Says 1 where it has repaired something.
  return mount_image();
}

void small_file_system::fill(std::uint64_t bytes) {
  std::ofstream file{*this / ballast, std::ios::binary | std::ios::app};
  const std::string some(1 << 20, 'b');
  for (; bytes >= some.size() && file; bytes -= some.size())
    file << some;
  file << some.substr(0, bytes);
}

void small_file_system::clear() {
  std::filesystem::remove(*this / ballast);
}

std::uint64_t small_file_system::free_bytes() const {
  struct statvfs found {};
  if (statvfs(mounted_at().c_str(), &found) != 0)
    return 0;
  return std::uint64_t{found.f_bavail} * found.f_frsize;
}

bool small_file_system::remount(bool read_only) {
  unsigned long flags = MS_REMOUNT;
  if (read_only)
    flags |= MS_RDONLY;
  return mount(nullptr, mounted_at().c_str(), nullptr, flags, nullptr) == 0 || failed("remounting");
}

bool small_file_system::break_down() {
  const auto device = device_at(mounted_at());
  std::ofstream at{"/sys/fs/ext4/" + device + "/trigger_fs_error"};
  at << "1" << std::flush;
  if (!at)
    why_not_ = "this system's ext4 can't be asked for an error";
  return static_cast<bool>(at);
}

} // namespace quorate::processes
