// Certificates on disk, for one test.
#pragma once

#include "quorate/certificates.hpp"
#include "quorate/tls.hpp"

#include <string>

namespace quorate::network {

/// A directory with a cluster's authority, and files by it. Gone with this object.
class certificate_files {
public:
  explicit certificate_files(std::string cluster_name = "test");
  ~certificate_files();

  certificate_files(const certificate_files&) = delete;
  certificate_files& operator=(const certificate_files&) = delete;

  /// Files of that owner, made `age_days` ago and valid for `days`. Made again, they replace those
  /// before.
  tls_options make(certificate_role role, const std::string& name, int days = 30,
                   int age_days = 0) const;

  const std::string& directory() const noexcept {
    return directory_;
  }

private:
  std::string directory_;
  std::string cluster_name_;
  certificate_pem authority_;
};

/// The real time.
std::int64_t now_s();

void write_file(const std::string& path, const std::string& content, int mode);

} // namespace quorate::network
