// What peers say, and what operators write.
#include "quorate/option_list.hpp"
#include "tests/fuzz/corpora.hpp"
#include "tests/fuzz/greetings.hpp"
#include "tests/wire/examples.hpp"

namespace quorate::fuzz {

std::vector<std::string> frames_corpus() {
  std::vector<std::string> out;
  std::string all;
  for (const auto& x : wire::examples()) {
    out.push_back(wire::frame_of(x.content));
    all += out.back();
  }
  out.push_back(all);
  // A kind that only a later minor version knows.
  out.push_back(out.front() + std::string{"\3\0\0\0\1\1\xC8\0abc", 11} + out.back());
  return out;
}

std::vector<std::string> messages_corpus() {
  std::vector<std::string> out;
  for (const auto& x : wire::examples())
    out.push_back(wire::frame_of(x.content).substr(5, 2)
                  + wire::frame_of(x.content).substr(wire::frame_header_bytes));
  return out;
}

std::vector<std::string> link_corpus() {
  std::vector<std::string> out;
  const auto greeting = greeting_of("another");
  const auto hello = wire::frame_of(greeting);
  const auto answer = wire::frame_of(wire::hello_ack{greeting});
  for (const auto& x : wire::examples()) {
    out.push_back('\x16' + hello + wire::frame_of(x.content));
    out.push_back('\x17' + answer + wire::frame_of(x.content));
  }
  return out;
}

std::vector<std::string> options_corpus() {
  std::string all;
  for (const auto& x : option_list<node_options>::all())
    all += x.name + " = " + x.preset + '\n';
  return {"name = n1\nlisten = 127.0.0.1:7101\n# a comment\nseeds = a:1, b:2\n",
          "\xEF\xBB\xBF"
          "tick = 50ms\r\nsnapshot-bytes = 64MiB # behind\n",
          all};
}

} // namespace quorate::fuzz
