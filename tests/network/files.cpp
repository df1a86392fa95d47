#include "tests/network/files.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>

namespace quorate::network {

namespace {

constexpr std::int64_t day_s = 24 * 3'600;

template <class T>
T must(result<T> x) {
  if (!x)
    ADD_FAILURE() << to_string(x.error());
  return x ? std::move(x).value() : T{};
}

} // namespace

std::int64_t now_s() {
  return static_cast<std::int64_t>(std::time(nullptr));
}

void write_file(const std::string& path, const std::string& content, int mode) {
  const auto next = path + ".next";
  const auto file = ::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                           static_cast<mode_t>(mode));
  EXPECT_GE(file, 0);
  EXPECT_EQ(::write(file, content.data(), content.size()), static_cast<ssize_t>(content.size()));
  EXPECT_EQ(::fchmod(file, static_cast<mode_t>(mode)), 0);
  EXPECT_EQ(::close(file), 0);
  EXPECT_EQ(::rename(next.c_str(), path.c_str()), 0);
}

certificate_files::certificate_files(std::string cluster_name)
  : cluster_name_(std::move(cluster_name)) {
  std::string name = std::filesystem::temp_directory_path() / "quorate_tls_XXXXXX";
  EXPECT_NE(::mkdtemp(name.data()), nullptr);
  directory_ = name;
  authority_ = must(make_authority(cluster_name_, {now_s() - 60 * day_s, 3'650}));
  write_file(directory_ + "/ca.pem", authority_.certificate, 0644);
}

certificate_files::~certificate_files() {
  std::filesystem::remove_all(directory_);
}

tls_options certificate_files::make(certificate_role role, const std::string& name, int days,
                                    int age_days) const {
  const auto made = must(
    issue_certificate(authority_, {cluster_name_, role, name}, {now_s() - age_days * day_s, days}));
  const tls_options out{directory_ + "/ca.pem", directory_ + '/' + name + ".pem",
                        directory_ + '/' + name + ".key"};
  write_file(out.certificate_file, made.certificate, 0644);
  write_file(out.key_file, made.key, 0600);
  return out;
}

} // namespace quorate::network
