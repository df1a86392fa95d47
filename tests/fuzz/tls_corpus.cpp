// What honest ends say, and show of themselves.
#include "runtime/tls/certificate.hpp"
#include "runtime/tls/openssl.hpp"
#include "tests/fuzz/corpora.hpp"
#include "tests/tls/connected.hpp"

#include <openssl/pem.h>

namespace quorate::fuzz {

std::vector<std::string> identity_corpus() {
  return {"quorate://c/node/n", "quorate://cluster/operator/some%20one",
          "quorate://a%2Fb/client/%00%FF", "quorate://c"};
}

std::vector<std::string> certificate_corpus() {
  std::vector<std::string> out;
  const auto files = tls::files_of(tls::node("n"));
  for (const auto& pem : {files.ca, files.certificate}) {
    out.push_back(pem);
    unsigned char* bytes = nullptr;
    const auto size = i2d_X509(tls::read_certificates(pem)->front().get(), &bytes);
    out.emplace_back(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
  }
  out.push_back(files.certificate + files.key);
  return out;
}

/// What both ends say in a handshake with others.
std::vector<std::string> handshake_corpus() {
  tls::connection x{tls::credentials_of(tls::node("a")), tls::credentials_of(tls::node("b"))};
  x.dialer.start();
  const auto hello = x.dialer.take_output();
  static_cast<void>(x.acceptor.received(hello));
  const auto answer = x.acceptor.take_output();
  static_cast<void>(x.dialer.received(answer));
  const auto end = x.dialer.take_output();
  return {hello, answer, hello + end, std::string{"\x15\x03\x03\0\2\2\x30", 7}};
}

std::vector<std::string> established_corpus() {
  auto x = tls::established();
  std::vector<std::string> out;
  for (const auto size : {1, 100, 20'000}) {
    static_cast<void>(x.dialer.write(std::string(static_cast<std::size_t>(size), 'x')));
    out.push_back(x.dialer.take_output());
  }
  x.dialer.close();
  out.push_back(x.dialer.take_output());
  return out;
}

} // namespace quorate::fuzz
