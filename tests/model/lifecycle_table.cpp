// Writes the transition table down for the model and for people.
#include "tests/model/table_documents.hpp"

#include <fstream>
#include <iostream>
#include <iterator>

namespace quorate::model {
namespace {

constexpr const char* usage =
  "lifecycle_table --promela | --markdown | --refusals | --mermaid   prints it\n"
  "lifecycle_table --write DIR   brings what is generated in the project at DIR up to date\n";

bool write_file(const std::string& path, const std::string& text) {
  std::ofstream out{path, std::ios::binary};
  out << text;
  return static_cast<bool>(out.flush());
}

int write_all(const std::string& project) {
  const auto page = project + "/docs/membership.md";
  std::ifstream in{page, std::ios::binary};
  const std::string before{std::istreambuf_iterator<char>{in}, {}};
  const auto after = membership_page(before, {});
  if (after.empty()) {
    std::cerr << page << " can't be read, or has lost a marker of what is generated.\n";
    return 1;
  }
  if (write_file(page, after)
      && write_file(project + "/docs/model/transitions.pml", promela_of({})))
    return 0;
  std::cerr << "Something in " << project << "/docs can't be written.\n";
  return 1;
}

int run(const std::string& what, const std::string& project) {
  if (what == "--write" && !project.empty())
    return write_all(project);
  if (what == "--promela")
    std::cout << promela_of({});
  else if (what == "--markdown")
    std::cout << markdown_of({});
  else if (what == "--refusals")
    std::cout << refusals_of({});
  else if (what == "--mermaid")
    std::cout << mermaid_of({});
  else
    return std::cerr << usage, 2;
  return 0;
}

} // namespace
} // namespace quorate::model

int main(int argc, char** argv) {
  return quorate::model::run(argc > 1 ? argv[1] : "", argc > 2 ? argv[2] : "");
}
