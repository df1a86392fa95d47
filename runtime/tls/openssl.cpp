#include "runtime/tls/openssl.hpp"

#include "runtime/base/limits.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <utility>

namespace quorate::tls {

namespace {

/// Without it OpenSSL would ask at the terminal.
int no_password(char*, int, int, void*) {
  return -1;
}

result<bio_ptr> reader_of(std::string_view pem) {
  if (pem.size() > limits::pem_bytes_max)
    return make_error(errc::malformed, "A PEM file has 256 KiB at most.");
  if (pem.empty())
    return make_error(errc::malformed, "There is nothing in it.");
  bio_ptr out{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  if (!out)
    return make_error(errc::malformed, "It can't be read: " + last_words() + '.');
  return out;
}

} // namespace

clean_errors::clean_errors() {
  ERR_clear_error();
}

clean_errors::~clean_errors() {
  ERR_clear_error();
}

std::string last_words() {
  const auto* words = ERR_reason_error_string(ERR_peek_last_error());
  return words != nullptr ? words : "no reason is given";
}

result<std::vector<certificate_ptr>> read_certificates(std::string_view pem) {
  const clean_errors queue;
  const auto in = reader_of(pem);
  if (!in)
    return in.error();
  std::vector<certificate_ptr> out;
  for (;;) {
    certificate_ptr next{PEM_read_bio_X509(in->get(), nullptr, no_password, nullptr)};
    if (!next)
      break;
    if (out.size() == limits::pem_certificates_max)
      return make_error(errc::malformed, "There are more than 16 certificates in it.");
    out.push_back(std::move(next));
  }
  // The end is told as the absence of a further one.
  const auto why = ERR_peek_last_error();
  if (ERR_GET_LIB(why) != ERR_LIB_PEM || ERR_GET_REASON(why) != PEM_R_NO_START_LINE)
    return make_error(errc::malformed,
                      "There is a certificate in it that can't be read: " + last_words() + '.');
  if (out.empty())
    return make_error(errc::malformed, "There is no certificate in it.");
  return out;
}

result<key_ptr> read_key(std::string_view pem) {
  const clean_errors queue;
  const auto in = reader_of(pem);
  if (!in)
    return in.error();
  key_ptr out{PEM_read_bio_PrivateKey(in->get(), nullptr, no_password, nullptr)};
  if (out)
    return out;
  if (pem.find("ENCRYPTED") != pem.npos)
    return make_error(errc::malformed,
                      "The key is encrypted; it has to be plain, in a file that only its owner "
                      "reads.");
  return make_error(errc::malformed,
                    "There is no private key in it that can be read: " + last_words() + '.');
}

} // namespace quorate::tls
