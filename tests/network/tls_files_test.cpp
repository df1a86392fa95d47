// Renewed certificates.
#include "actors/tls_files.hpp"

#include "tests/network/files.hpp"

#include <gtest/gtest.h>

namespace quorate::network {
namespace {

using actors::tls_files;

TEST(tls_files, are_as_they_were_until_they_change) {
  const certificate_files files;
  auto subject = tls_files::open(files.make(certificate_role::node, "n1"));
  ASSERT_TRUE(subject) << to_string(subject.error());
  const auto first = (*subject)->current();
  EXPECT_EQ((*subject)->current(), first);
  (*subject)->look_again_now();
  EXPECT_EQ((*subject)->current(), first);
}

TEST(tls_files, are_read_again_when_they_are_renewed) {
  const certificate_files files;
  auto subject = tls_files::open(files.make(certificate_role::node, "n1", 30));
  ASSERT_TRUE(subject);
  const auto first = (*subject)->current();
  files.make(certificate_role::node, "n1", 60);
  EXPECT_EQ((*subject)->current(), first) << "not each time";
  (*subject)->look_again_now();
  EXPECT_GT((*subject)->current()->expires_s(), first->expires_s());
  EXPECT_EQ((*subject)->failure().code, errc::none);
}

TEST(tls_files, that_are_spoiled_leave_those_before_in_use) {
  const certificate_files files;
  const auto where = files.make(certificate_role::node, "n1");
  auto subject = tls_files::open(where);
  ASSERT_TRUE(subject);
  const auto first = (*subject)->current();
  write_file(where.certificate_file, "no certificate", 0644);
  (*subject)->look_again_now();
  EXPECT_EQ((*subject)->current(), first);
  EXPECT_EQ((*subject)->failure().code, errc::tls_unusable);
  files.make(certificate_role::node, "n1");
  (*subject)->look_again_now();
  EXPECT_NE((*subject)->current(), first);
  EXPECT_EQ((*subject)->failure().code, errc::none);
}

TEST(tls_files, of_somebody_else_are_not_taken) {
  const certificate_files files;
  const auto where = files.make(certificate_role::node, "n1");
  auto subject = tls_files::open(where);
  ASSERT_TRUE(subject);
  const auto first = (*subject)->current();
  const auto other = files.make(certificate_role::node, "n2");
  ASSERT_EQ(::rename(other.certificate_file.c_str(), where.certificate_file.c_str()), 0);
  ASSERT_EQ(::rename(other.key_file.c_str(), where.key_file.c_str()), 0);
  (*subject)->look_again_now();
  EXPECT_EQ((*subject)->current(), first);
  EXPECT_EQ((*subject)->failure().code, errc::tls_unusable);
}

} // namespace
} // namespace quorate::network
