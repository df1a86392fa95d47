#include "actors/directory_copy.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace quorate::actors {

namespace {

namespace fs = std::filesystem;

error failed(const std::string& what, const std::error_code& why) {
  return make_error(errc::storage_failed, what + " failed: " + why.message() + '.');
}

/// Of a file, or of the names in a directory.
result<void> sync(const fs::path& what) {
  const int file = ::open(what.c_str(), O_RDONLY | O_CLOEXEC);
  const bool done = file >= 0 && ::fsync(file) == 0;
  const std::error_code why{errno, std::generic_category()};
  if (file >= 0)
    ::close(file);
  return done ? result<void>{} : failed("syncing " + what.string(), why);
}

result<void> sync_all(const fs::path& root) {
  std::error_code problem;
  fs::recursive_directory_iterator at{root, problem};
  for (; !problem && at != fs::recursive_directory_iterator{}; at.increment(problem))
    if (auto done = sync(at->path()); !done)
      return done;
  return problem ? result<void>{failed("reading " + root.string(), problem)} : sync(root);
}

result<void> make_copy(const std::string& from, const std::string& partial, const std::string& to,
                       const std::function<result<void>(const std::string& copy)>& check) {
  std::error_code problem;
  fs::copy(from, partial, fs::copy_options::recursive | fs::copy_options::copy_symlinks, problem);
  if (problem)
    return failed("copying " + from + " to " + partial, problem);
  if (auto good = check(partial); !good)
    return make_error(good.error().code,
                      "the copy " + partial + " is of no use: " + good.error().message);
  if (auto done = sync_all(partial); !done) // What was opened may have been written to.
    return done;
  fs::rename(partial, to, problem);
  if (problem)
    return failed("renaming " + partial, problem);
  return sync(fs::absolute(to).parent_path());
}

} // namespace

result<void> copy_directory(const std::string& from, const std::string& to,
                            const std::function<result<void>(const std::string& copy)>& check) {
  const auto partial = to + ".partial";
  std::error_code problem;
  fs::remove_all(partial, problem);
  if (problem)
    return failed("removing " + partial, problem);
  auto done = make_copy(from, partial, to, check);
  if (!done)
    fs::remove_all(partial, problem); // The reason counts, not what is left.
  return done;
}

} // namespace quorate::actors
