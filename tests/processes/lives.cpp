#include "tests/processes/lives.hpp"

#include "tests/processes/lines.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <utility>

namespace quorate::processes {

namespace {

std::string quoted(const std::string& word) {
  return word == "-" ? "null" : '"' + word + '"';
}

} // namespace

void lives::begin_life() {
  goes_on_ = false;
  replicas_.clear();
  highest_before_ = highest_;
}

void lives::hear(const std::string& line) {
  std::istringstream words{line};
  std::string what;
  words >> what;
  if (what == "S")
    started(words);
  else if (what == "A")
    answered(words);
  else if (what == "F")
    ended(words);
  else if (what == "R")
    goes_on_ = true;
  else if (what != "E")
    words.setstate(std::ios::failbit);
  if (what == "E" || words.fail())
    wrong_.push_back("it says: " + line);
}

void lives::end_life() {
  for (const auto& [client, x] : under_way_) {
    if (x.kind == "get")
      continue; // It did nothing, and said nothing.
    const answer none;
    count(x, none);
    write(client, x, none);
  }
  under_way_.clear();
  compare_replicas();
}

void lives::started(std::istream& words) {
  std::uint32_t client = 0;
  operation x;
  if (!(words >> client >> x.kind >> x.key >> x.value >> x.pre >> x.expect >> x.call_ns))
    return;
  if (!under_way_.emplace(client, std::move(x)).second)
    wrong_.push_back("client " + std::to_string(client) + " does two things at once");
}

void lives::answered(std::istream& words) {
  std::uint32_t client = 0;
  answer y;
  std::string why;
  if (!(words >> client >> y.outcome >> y.revision >> y.value >> y.return_ns >> why))
    return;
  const auto found = under_way_.find(client);
  if (found == under_way_.end()) {
    wrong_.push_back("client " + std::to_string(client) + " is answered unasked");
    return;
  }
  look_at_revision(found->second, y);
  count(found->second, y);
  write(client, found->second, y);
  under_way_.erase(found);
}

void lives::ended(std::istream& words) {
  replica x;
  if (words >> x.name >> x.applied >> x.hash >> x.revision >> x.keys)
    replicas_.push_back(std::move(x));
}

void lives::look_at_revision(const operation& x, const answer& y) {
  if (y.outcome != "ok")
    return;
  // An erase that finds nothing is told the store's revision, which it leaves as it is.
  if ((x.kind == "put" && y.revision <= highest_before_)
      || (x.kind == "erase" && y.revision < highest_before_))
    wrong_.push_back("a write of a later life has revision " + std::to_string(y.revision)
                     + ", and one of an earlier life was told " + std::to_string(highest_before_));
  highest_ = std::max(highest_, y.revision);
}

void lives::count(const operation& x, const answer& y) {
  if (!is_counter(x.key))
    return;
  auto& one = counters_[x.key];
  if (x.kind == "put" && y.outcome == "ok")
    ++one.acknowledged;
  if (x.kind == "put" && y.outcome == "unknown")
    ++one.unknown;
  if (x.kind == "get" && y.outcome == "ok")
    one.last_read = y.value == "-" ? 0 : std::strtoull(y.value.c_str(), nullptr, 10);
}

void lives::judge_counters() {
  for (const auto& [key, x] : counters_)
    if (x.last_read < x.acknowledged || x.last_read > x.acknowledged + x.unknown)
      wrong_.push_back(key + " is " + std::to_string(x.last_read) + ", after "
                       + std::to_string(x.acknowledged) + " acknowledged and "
                       + std::to_string(x.unknown) + " unknown writes");
}

void lives::write(std::uint32_t client, const operation& x, const answer& y) {
  ++operations_;
  const bool open = y.outcome == "unknown";
  unknown_ += open ? 1 : 0;
  *history_ << R"({"client":)" << client << R"(,"op":")" << x.kind << R"(","key":")" << x.key
            << R"(","value":)" << quoted(x.kind == "get" ? y.value : x.value) << R"(,"pre":")"
            << x.pre << R"(","expect":)" << x.expect << R"(,"call":)" << x.call_ns
            << R"(,"return":)" << (open ? "null" : std::to_string(y.return_ns)) << R"(,"outcome":")"
            << y.outcome << R"(","revision":)" << y.revision << "}\n";
}

void lives::compare_replicas() {
  for (const auto& x : replicas_) {
    const auto& first = replicas_.front();
    if (x.applied != first.applied || x.hash != first.hash || x.revision != first.revision)
      wrong_.push_back(x.name + " differs from " + first.name + " at index "
                       + std::to_string(x.applied));
    if (x.revision < highest_)
      wrong_.push_back(x.name + " is at revision " + std::to_string(x.revision)
                       + ", and somebody was told " + std::to_string(highest_));
  }
}

} // namespace quorate::processes
