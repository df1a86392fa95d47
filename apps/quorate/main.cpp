// The command `quorate`: finds the verb, and leaves the rest to it.
#include "apps/quorate/cert_command.hpp"
#include "apps/quorate/demo.hpp"
#include "apps/quorate/demo_command.hpp"
#include "apps/quorate/recover_command.hpp"

#include <iostream>
#include <string_view>

namespace {

constexpr std::string_view
  usage = "usage: quorate VERB [OPTIONS]\n"
          "\n"
          "Verbs:\n"
          "  cert       the certificates for a cluster's connections\n"
          "  demo       a cluster in this process, act by act, and a verdict\n"
          "  recover    a cluster out of what a lost majority has left\n"
          "\n"
          "  --help     this text; 'quorate VERB --help' for a verb's own\n"
          "  --version  the version\n";

} // namespace

int main(int argc, char** argv) {
  using namespace quorate::app;
  const std::string_view verb = argc > 1 ? argv[1] : "";
  if (verb == "--help" || verb == "-h") {
    std::cout << usage;
    return exit_ok;
  }
  if (verb == "--version") {
    std::cout << "quorate " QUORATE_VERSION "\n";
    return exit_ok;
  }
  if (verb == "cert")
    return cert_command(argc - 1, argv + 1);
  if (verb == "demo")
    return demo_command(argc - 1, argv + 1);
  if (verb == "recover")
    return recover_command(argc - 1, argv + 1);
  if (verb.empty())
    std::cerr << "quorate: which verb?\n\n" << usage;
  else
    std::cerr << "quorate: unknown verb '" << verb << "'.\n\n" << usage;
  return exit_usage;
}
