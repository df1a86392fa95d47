#include "bench/snapshot_pause/writers.hpp"

#include <algorithm>
#include <future>
#include <thread>
#include <utility>

namespace quorate::snapshot_pause {

std::string key_of(std::uint32_t number) {
  auto digits = std::to_string(number);
  return "key" + std::string(9 - digits.size(), '0') + digits;
}

result<void> fill(const client& into, const shape& of) {
  constexpr std::size_t under_way_max = 256; // As many answers as a session keeps.
  const std::string value(of.value_bytes, 'v');
  std::deque<std::future<result<revision>>> under_way;
  auto writer = into;
  for (std::uint32_t key = 0; key < of.keys || !under_way.empty(); ++key) {
    if (key < of.keys)
      under_way.push_back(writer.async_put(key_of(key), value));
    if (key < of.keys && under_way.size() < under_way_max)
      continue;
    auto written = under_way.front().get();
    under_way.pop_front();
    if (!written)
      return written.error();
  }
  return {};
}

writers::writers(std::vector<client> clients, const shape& of)
  : shape_(of),
    value_(of.value_bytes, 'w') {
  const auto apart = of.keys / static_cast<std::uint32_t>(std::max<std::size_t>(clients.size(), 1));
  for (auto& each : clients)
    all_.push_back({std::move(each), apart * static_cast<std::uint32_t>(all_.size()), {}, {}});
}

void writers::start() {
  stopping_ = false;
  under_way_ = all_.size();
  for (auto& each : all_)
    put(each);
}

void writers::put(one& by) {
  by.began = clock::now();
  by.next = (by.next + 1) % shape_.keys;
  by.cluster.put(key_of(by.next), value_, {}, [this, &by](const result<revision>& answer) {
    by.done.push_back({by.began, clock::now() - by.began, static_cast<bool>(answer)});
    if (!answer)
      ++failed_;
    if (stopping_)
      --under_way_;
    else
      put(by);
  });
}

bool writers::stop() {
  stopping_ = true;
  while (under_way_ != 0) // Each is answered within its deadline.
    std::this_thread::yield();
  return failed_ == 0;
}

std::vector<sample> writers::samples() const {
  std::vector<sample> out;
  for (const auto& each : all_)
    out.insert(out.end(), each.done.begin(), each.done.end());
  return out;
}

} // namespace quorate::snapshot_pause
