#include "examples/work_queue/queue.hpp"

#include <functional>
#include <sstream>
#include <utility>

namespace work_queue {

namespace {

using quorate::errc;
using quorate::make_error;
using quorate::result;

std::string shard_key(std::size_t which) {
  return "work_queue/shard/" + std::to_string(which);
}

const std::string assignment_key = "work_queue/assignment";

std::string life_key(const std::string& node) {
  return "work_queue/life/" + node;
}

std::string text_of(const shard& x) {
  auto out = std::to_string(x.done) + '\n';
  for (const auto& job : x.waiting)
    out += job + '\n';
  return out;
}

shard shard_from(const quorate::versioned_value& from) {
  shard out;
  out.at = from.revision;
  std::istringstream in{from.value};
  in >> out.done;
  in.ignore();
  for (std::string job; std::getline(in, job);)
    out.waiting.push_back(job);
  return out;
}

} // namespace

result<std::size_t> queue::add(const std::string& job) {
  if (job.empty() || job.size() > job_bytes_max || job.find('\n') != std::string::npos)
    return make_error(errc::invalid_argument, "A job is one line of 1 to 512 bytes.");
  const auto which = std::hash<std::string>{}(job) % shards;
  for (;;) {
    auto now = look(which);
    if (!now)
      return now.error();
    if (now->waiting.size() >= waiting_max)
      return make_error(errc::overloaded, "Too many jobs wait.");
    now->waiting.push_back(job);
    const auto stored = put_if(shard_key(which), text_of(*now), now->at);
    if (!stored)
      return stored.error();
    if (*stored)
      return which;
  }
}

result<shard> queue::look(std::size_t which) {
  const auto found = store_.get(shard_key(which));
  if (!found)
    return found.error();
  return *found ? shard_from(**found) : shard{};
}

result<bool> queue::finish_oldest(std::size_t which, shard as_seen) {
  as_seen.waiting.erase(as_seen.waiting.begin());
  ++as_seen.done;
  return put_if(shard_key(which), text_of(as_seen), as_seen.at);
}

result<assignment> queue::who_works() {
  const auto found = store_.get(assignment_key);
  if (!found)
    return found.error();
  assignment out;
  if (!*found)
    return out;
  out.at = (*found)->revision;
  std::istringstream in{(*found)->value};
  in >> out.token;
  std::size_t which = 0;
  for (std::string node; in >> which >> node;)
    out.nodes[which] = node;
  return out;
}

result<bool> queue::assign(const assignment& wanted) {
  auto text = std::to_string(wanted.token);
  for (const auto& [which, node] : wanted.nodes)
    text += ' ' + std::to_string(which) + ' ' + node;
  return put_if(assignment_key, std::move(text), wanted.at);
}

result<void> queue::sign_of_life(const std::string& node, std::uint64_t count) {
  const auto stored = store_.put(life_key(node), std::to_string(count));
  return stored ? result<void>{} : stored.error();
}

result<std::string> queue::last_sign(const std::string& node) {
  const auto found = store_.get(life_key(node));
  if (!found)
    return found.error();
  return *found ? (*found)->value : std::string{};
}

result<bool> queue::put_if(const std::string& key, std::string value, quorate::revision at) {
  const auto stored = store_.put(key, std::move(value),
                                 at ? quorate::matches(at) : quorate::absent);
  if (stored)
    return true;
  if (stored.error().code == errc::precondition_failed)
    return false;
  return stored.error();
}

} // namespace work_queue
