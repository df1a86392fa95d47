#include "actors/tls_files.hpp"

#include "actors/sockets.hpp"
#include "runtime/base/limits.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <string>
#include <utility>

namespace quorate::actors {

namespace {

error unusable(const char* option, const std::string& path, const std::string& what) {
  return make_error(errc::tls_unusable, std::string{option} + ": " + path + ' ' + what + '.');
}

/// Closes it at the end of a scope.
struct open_file {
  int number;
  ~open_file() {
    if (number >= 0)
      ::close(number);
  }
};

result<std::string> content_of(const char* option, const std::string& path, bool is_secret) {
  if (path.empty())
    return make_error(errc::tls_unusable, std::string{option}
                                            + ": missing. TLS wants all three: ca_file, "
                                              "certificate_file and key_file.");
  const open_file file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  struct stat facts {};
  if (file.number < 0 || ::fstat(file.number, &facts) != 0)
    return unusable(option, path, "can't be read: " + message_of(errno));
  if (!S_ISREG(facts.st_mode))
    return unusable(option, path, "is no file");
  if (is_secret && (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return unusable(option, path, "is open to others than its owner: chmod 600 " + path);
  std::string out;
  std::array<char, 4'096> piece{};
  for (;;) {
    const auto got = ::read(file.number, piece.data(), piece.size());
    if (got == 0)
      return out;
    if (got < 0)
      return unusable(option, path, "can't be read: " + message_of(errno));
    out.append(piece.data(), static_cast<std::size_t>(got));
    if (out.size() > limits::pem_bytes_max)
      return unusable(option, path,
                      "is longer than " + std::to_string(limits::pem_bytes_max) + " bytes");
  }
}

} // namespace

tls_files::tls_files(tls_options where) : where_(std::move(where)) {
  // nop
}

result<std::shared_ptr<tls_files>> tls_files::open(const tls_options& where) {
  const std::shared_ptr<tls_files> out{new tls_files(where)};
  out->seen_ = out->stamps_now(); // Before they are read: what changes meanwhile is read again.
  auto found = out->read();
  if (!found)
    return found.error();
  out->current_ = std::move(*found);
  out->looked_ = std::chrono::steady_clock::now();
  return out;
}

std::shared_ptr<const tls::credentials> tls_files::current() {
  const std::lock_guard guard{mutex_};
  const auto now = std::chrono::steady_clock::now();
  if (now - looked_ < look_again)
    return current_;
  looked_ = now;
  const auto now_seen = stamps_now();
  bool changed = false;
  for (std::size_t i = 0; i < now_seen.size(); ++i)
    changed = changed || now_seen[i] != seen_[i];
  if (!changed)
    return current_;
  auto found = read();
  if (!found) {
    // Perhaps between two of the files; so the stamps aren't kept, and they are read again.
    failure_ = found.error();
    return current_;
  }
  seen_ = now_seen;
  if ((*found)->self() != current_->self()) {
    failure_ = unusable("certificate_file", where_.certificate_file,
                        "is now that of " + tls::to_uri((*found)->self()) + ", and this is "
                          + tls::to_uri(current_->self()));
    return current_;
  }
  failure_ = error{};
  current_ = std::move(*found);
  return current_;
}

void tls_files::look_again_now() {
  const std::lock_guard guard{mutex_};
  looked_ -= look_again;
}

error tls_files::failure() const {
  const std::lock_guard guard{mutex_};
  return failure_;
}

tls_files::stamp tls_files::stamp_of(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0)
    return {};
  return {static_cast<std::uint64_t>(facts.st_dev), static_cast<std::uint64_t>(facts.st_ino),
          static_cast<std::int64_t>(facts.st_size),
          static_cast<std::int64_t>(facts.st_mtim.tv_sec) * 1'000'000'000 + facts.st_mtim.tv_nsec};
}

tls_files::stamps tls_files::stamps_now() const {
  return {stamp_of(where_.ca_file), stamp_of(where_.certificate_file), stamp_of(where_.key_file)};
}

result<std::shared_ptr<const tls::credentials>> tls_files::read() const {
  auto ca = content_of("ca_file", where_.ca_file, false);
  if (!ca)
    return ca.error();
  auto certificate = content_of("certificate_file", where_.certificate_file, false);
  if (!certificate)
    return certificate.error();
  auto key = content_of("key_file", where_.key_file, true);
  if (!key)
    return key.error();
  return tls::credentials::make({std::move(*ca), std::move(*certificate), std::move(*key)},
                                static_cast<std::int64_t>(std::time(nullptr)));
}

} // namespace quorate::actors
