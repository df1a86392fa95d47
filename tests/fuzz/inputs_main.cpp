// fuzz_inputs DIR: writes every input that is known for each target, into a directory of its name.
#include "tests/fuzz/corpora.hpp"

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: fuzz_inputs DIR\n";
    return 2;
  }
  for (const auto& each : quorate::fuzz::targets()) {
    const auto directory = std::filesystem::path{argv[1]} / each.name;
    std::filesystem::create_directories(directory);
    std::size_t number = 0;
    for (const auto& inputs : {each.corpus(), quorate::fuzz::learned(each.name)})
      for (const auto& input : inputs) {
        std::ofstream file{directory / ("known-" + std::to_string(number++)), std::ios::binary};
        if (!(file << input).flush()) {
          std::cerr << "fuzz_inputs: " << directory << ": this can't be written.\n";
          return 1;
        }
      }
  }
}
