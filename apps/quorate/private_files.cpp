#include "apps/quorate/private_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace quorate::app {

namespace {

constexpr mode_t public_mode = 0644;

error system_error(const std::string& path, const char* what) {
  const std::error_code why{errno, std::generic_category()};
  return make_error(errc::invalid_argument, path + ": " + what + ": " + why.message() + '.');
}

error exists(const std::string& path) {
  return make_error(errc::invalid_argument,
                    path
                      + " is there already; it is left as it is. Choose another place with "
                        "--out, or replace it with --force.");
}

std::string folder_of(const std::string& path) {
  const auto folder = std::filesystem::path{path}.parent_path().string();
  return folder.empty() ? "." : folder;
}

/// A file beside the one that it becomes. Gone with its owner if it hasn't become that one.
class draft_file {
public:
  draft_file() = default;
  draft_file(draft_file&& other) noexcept : path_(std::exchange(other.path_, {})) {
    // nop
  }
  draft_file& operator=(draft_file&&) = delete;
  ~draft_file() {
    if (!path_.empty())
      ::unlink(path_.c_str());
  }

  result<void> write(const new_file& from) {
    path_ = folder_of(from.path) + "/.quorate-XXXXXX";
    const auto fd = ::mkostemp(path_.data(), O_CLOEXEC); // O_EXCL, and for the owner only.
    if (fd < 0) {
      path_.clear();
      return system_error(from.path, "it can't be made");
    }
    const bool done = write_all(fd, from.content) && (from.secret || ::fchmod(fd, mode()) == 0)
                      && ::fsync(fd) == 0;
    const auto why = errno;
    ::close(fd);
    errno = why;
    return done ? result<void>{} : system_error(from.path, "it can't be written");
  }

  result<void> become(const std::string& path, bool replace) {
    // A link, because it never replaces what is there.
    if (!replace && ::link(path_.c_str(), path.c_str()) != 0)
      return errno == EEXIST ? exists(path) : system_error(path, "it can't be made");
    if (replace && ::rename(path_.c_str(), path.c_str()) != 0)
      return system_error(path, "it can't be replaced");
    if (!replace)
      ::unlink(path_.c_str());
    path_.clear();
    return {};
  }

private:
  static mode_t mode() {
    const auto mask = ::umask(0);
    ::umask(mask);
    return public_mode & ~mask;
  }

  static bool write_all(int fd, const std::string& content) {
    for (std::size_t at = 0; at < content.size();) {
      const auto written = ::write(fd, content.data() + at, content.size() - at);
      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return false;
      at += static_cast<std::size_t>(written);
    }
    return true;
  }

  std::string path_;
};

/// Best effort: the files themselves are synced, and not every file system has this.
void sync_folder(const std::string& path) {
  const auto fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return;
  ::fsync(fd);
  ::close(fd);
}

} // namespace

result<void> write_files(const std::vector<new_file>& files, bool replace) {
  struct stat found {};
  for (const auto& x : files)
    if (!replace && ::lstat(x.path.c_str(), &found) == 0)
      return exists(x.path);
  std::vector<draft_file> drafts;
  for (const auto& x : files) {
    const auto written = drafts.emplace_back().write(x);
    if (!written)
      return written;
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto done = drafts[i].become(files[i].path, replace);
    if (done)
      continue;
    // One without the others would only be in the way of the next attempt.
    for (std::size_t made = 0; made < i && !replace; ++made)
      ::unlink(files[made].path.c_str());
    return done;
  }
  for (const auto& x : files)
    sync_folder(folder_of(x.path));
  return {};
}

result<std::string> read_small_file(const std::string& path, std::size_t bytes_max) {
  std::error_code why;
  const auto kind = std::filesystem::status(path, why);
  if (!std::filesystem::exists(kind))
    return make_error(errc::invalid_argument, path + ": there is no such file.");
  if (!std::filesystem::is_regular_file(kind))
    return make_error(errc::invalid_argument, path + ": this is no regular file.");
  std::ifstream in{path, std::ios::binary};
  std::string out;
  if (in) {
    out.resize(bytes_max + 1);
    in.read(out.data(), static_cast<std::streamsize>(out.size()));
    out.resize(static_cast<std::size_t>(in.gcount()));
  }
  if (!in.is_open() || in.bad())
    return make_error(errc::invalid_argument, path + ": it can't be read; are you its owner?");
  if (out.size() > bytes_max)
    return make_error(errc::invalid_argument,
                      path + ": it is too long to be a certificate or a key.");
  return out;
}

result<void> make_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST)
    return {};
  return system_error(path, "the directory can't be made");
}

std::string file_name_of(const std::string& name) {
  constexpr auto hexadecimal = "0123456789ABCDEF";
  std::string out;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                       || c == '_' || c == '-' || (c == '.' && !out.empty());
    if (plain) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += hexadecimal[byte / 16];
    out += hexadecimal[byte % 16];
  }
  return out;
}

} // namespace quorate::app
