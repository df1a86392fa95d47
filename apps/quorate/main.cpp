// The command `quorate`: what it has from outside, and which verbs run something in this process.
#include "apps/quorate/cert_command.hpp"
#include "apps/quorate/command/command.hpp"
#include "apps/quorate/command/verbs.hpp"
#include "apps/quorate/connection.hpp"
#include "apps/quorate/demo_command.hpp"
#include "apps/quorate/recover_command.hpp"
#include "apps/quorate/serve_command.hpp"

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

namespace {

namespace app = quorate::app;

} // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  app::own_verbs own;
  own.cert = app::cert_command;
  own.demo = app::demo_command;
  own.recover = app::recover_command;
  own.serve = app::serve_command;
  const auto table = app::all_verbs(own);
  const auto environment = [](const char* name) -> const char* { return std::getenv(name); };
  const int code = app::run_command(
    words, {std::cin, std::cout, std::cerr, environment, app::connect_remotely, table});
  // What couldn't be written, onto a full disk or so, wasn't told to anybody.
  if (!std::cout.flush() && code == app::exit_ok)
    return app::exit_failed;
  return code;
}
