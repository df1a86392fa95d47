// Files of options: what people write into them, and what nobody should.
#include "quorate/option_list.hpp"
#include "runtime/base/random.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace quorate {
namespace {

using node_list = option_list<node_options>;

/// The error of a file with this content; empty: it is read.
std::string error_of(const std::string& content) {
  node_list list;
  const auto read = list.read_text(content, "f");
  return read ? "" : read.error().message;
}

/// A file that is gone at the end.
class temporary_file {
public:
  explicit temporary_file(const std::string& content)
    : path_(testing::TempDir() + "quorate_options_test.conf") {
    std::ofstream{path_, std::ios::binary} << content;
  }
  ~temporary_file() {
    std::remove(path_.c_str());
  }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;

  const std::string& path() const {
    return path_;
  }

private:
  std::string path_;
};

TEST(files, are_read_as_people_write_them) {
  node_list list;
  const auto read = list.read_text("\xEF\xBB\xBF# A node of rack 2.\n"
                                   "\n"
                                   "name=n1\r\n"
                                   "  listen   =  0.0.0.0:7400   # all addresses\n"
                                   "\tadvertise = n1.example:7400\t# its own\n"
                                   "insecure = yes\n"
                                   "#tick = 5s\n"
                                   "seeds = n2:7400\n"
                                   "seed = n3:7400, n4:7400\n"
                                   "data-dir = /srv/a#b = c",
                                   "f");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(list.text("name"), "n1");
  EXPECT_EQ(list.text("listen"), "0.0.0.0:7400");
  EXPECT_EQ(list.text("advertise"), "n1.example:7400");
  EXPECT_EQ(list.text("insecure"), "true");
  EXPECT_EQ(list.text("tick"), "100ms");
  EXPECT_EQ(list.text("seeds"), "n2:7400,n3:7400,n4:7400");
  EXPECT_EQ(list.text("data-dir"), "/srv/a#b = c");
  EXPECT_EQ(list.source("name"), option_source::file);
  EXPECT_TRUE(list.finish());
}

TEST(files, without_a_word_change_nothing) {
  for (const char* content : {"", "\n", "\n\n\r\n", "# a", "   \t  ", "\xEF\xBB\xBF"})
    EXPECT_EQ(error_of(content), "");
}

TEST(files, with_a_mistake_are_told_the_line) {
  EXPECT_EQ(error_of("name = n1\n\nlisen = :1\n"),
            "f:3: there is no option 'lisen'; did you mean 'listen'?");
  EXPECT_EQ(
    error_of("# a\ntick = 5\n"),
    "f:2: tick: '5' has no unit; a duration is written 250ms, 2s, 5m, 1h or 30d; allowed is "
    "1 ms to 1 s.");
  EXPECT_EQ(error_of("seeds = n1:1\nseeds = n2\nseeds = n3:1\n"),
            "f:2: seeds: 'n2' has no port; an address is written host:port.");
  EXPECT_EQ(error_of("tick"), "f:1: 'tick' has no '='; an option is written name = value.");
  EXPECT_EQ(error_of("\n= 5"), "f:2: '= 5' has no name before its '='.");
  EXPECT_EQ(error_of("[node]\n"),
            "f:1: a section; options stand in none, each in a line name = value.");
  EXPECT_EQ(error_of("name = \"n1\"\n"),
            "f:1: 'name' has a value in quotes, which would belong to it; values stand without "
            "them.");
  EXPECT_EQ(error_of("--tick = 5s\n"), "f:1: there is no option '--tick'; did you mean 'tick'?");
}

TEST(files, do_not_give_an_option_twice) {
  EXPECT_EQ(error_of("tick = 5ms\nheartbeat = 1s\ntick = 5ms\n"),
            "f:3: tick: it is given more than once, and only lists may be.");
}

TEST(files, of_nothing_but_seeds_are_not_read_to_their_end) {
  std::string content;
  for (int i = 0; i < 100'000; ++i)
    content += "seed=a:1\n";
  EXPECT_EQ(error_of(content), "f:65: seed: it is given too often; allowed is 0 to 64 addresses, "
                               "host:port or [ipv6]:port.");
}

TEST(files, have_lines_of_a_bounded_length) {
  EXPECT_EQ(error_of("#" + std::string(32'767, 'x') + "\n"), "");
  EXPECT_EQ(error_of("\n#" + std::string(32'768, 'x') + "\n"),
            "f:2: the line is longer than 32 KiB.");
}

TEST(files, with_control_characters_in_a_value_are_refused) {
  EXPECT_EQ(error_of(std::string{"name = n\0001\n", 11}),
            "f:1: name: 'n?1' has a control character in it; allowed is 1 to 255 bytes.");
  EXPECT_EQ(error_of("na\x1b[2Jme = n\n"), "f:1: there is no option 'na?[2Jme'.");
}

TEST(files, on_disk_are_read) {
  const temporary_file file{"name = n1\ntick = 7ms\n"};
  node_list list;
  const auto read = list.read_file(file.path());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(list.text("tick"), "7ms");
}

TEST(files, of_a_mib_are_read_and_longer_ones_are_not) {
  std::string content{"tick = 7ms\n"};
  while (content.size() < std::size_t{1} << 20)
    content += "# eight\n";
  content.resize(std::size_t{1} << 20);
  content.back() = '\n';
  {
    const temporary_file file{content};
    EXPECT_TRUE(node_list{}.read_file(file.path()));
  }
  const temporary_file file{content + "\n"};
  const auto read = node_list{}.read_file(file.path());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message,
            "The file of options '" + file.path() + "' is longer than 1 MiB.");
}

TEST(files, that_can_not_be_read_are_told_by_name) {
  const auto read = node_list{}.read_file("no/such.conf");
  ASSERT_FALSE(read);
  EXPECT_EQ(to_string(read.error()),
            "invalid_argument: The file of options 'no/such.conf' can't be read.");
  EXPECT_FALSE(node_list{}.read_file(testing::TempDir())) << "a directory is read";
  EXPECT_FALSE(node_list{}.read_file("/dev/zero")) << "a file without an end is read";
}

TEST(files, of_random_bytes_are_survived) {
  base::random draw{5};
  const std::vector<std::string> pieces{"tick",   "seeds", "name", "=",  " = ", "\n", "\r\n",
                                        "#",      " #",    "[",    "\"", "5ms", "n1", "a:1,",
                                        "128MiB", "true",  "\t",   "--", "",    ",",  "listen"};
  for (int round = 0; round < 20'000; ++round) {
    std::string content;
    for (auto left = draw.below(30); left > 0; --left)
      content += draw.chance(90) ? pieces[draw.below(pieces.size())]
                                 : std::string(1, static_cast<char>(draw.next()));
    node_list list;
    const auto read = list.read_text(content, "f");
    if (read)
      continue;
    EXPECT_EQ(read.error().code, errc::invalid_argument);
    EXPECT_EQ(read.error().message.substr(0, 2), "f:");
    EXPECT_LT(read.error().message.size(), 400U);
    for (const auto& x : node_list::all())
      EXPECT_EQ(list.source(x.name), option_source::preset) << content;
  }
}

} // namespace
} // namespace quorate
