#include "runtime/kv/store.hpp"

#include "runtime/base/check.hpp"
#include "runtime/base/codec.hpp"
#include "runtime/base/hash.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/kv/validation.hpp"

#include <utility>
#include <variant>

namespace quorate::kv {

namespace {

constexpr std::uint16_t store_format = 1;

void save_header(base::encoder& out, revision current, std::uint64_t count) {
  out.value(store_format);
  out.value(current);
  // Not as one list or string: their bounds are meant for messages, and a store may be larger.
  out.value(count);
}

void save_entry(base::encoder& out, const std::string& key, const shared_bytes& value,
                revision at) {
  out.value(key);
  out.value(value);
  out.value(at);
}

} // namespace

write_result store::apply(write what) {
  QUORATE_CHECK(check_write(what), "error", to_string(check_write(what).error()));
  auto before = current_;
  auto apply_to = [this](auto& content) {
    auto found = entries_.find(content.key);
    auto at = found == entries_.end() ? revision{} : found->second.at;
    if (!holds(content.pre, at)) {
      if (base::mutated(base::mutant::refusal_takes_revision))
        ++current_.value;
      return refuse(found);
    }
    keep(content.key, found);
    return execute(std::move(content), found);
  };
  auto result = std::visit(apply_to, what);
  QUORATE_CHECK(current_.value - before.value <= 1, "before", before.value, "now", current_.value);
  QUORATE_CHECK(result.at <= current_, "at", result.at.value, "current", current_.value);
  return result;
}

bool store::holds(const precondition& pre, revision found) {
  switch (pre.kind) {
  case condition::none:
    return true;
  case condition::absent:
    return !found;
  case condition::matches:
    return found == pre.expected || base::mutated(base::mutant::condition_ignored);
  }
  QUORATE_CHECK(false, "condition", static_cast<int>(pre.kind));
  return false;
}

write_result store::refuse(map::const_iterator found) const {
  write_result result;
  result.outcome = errc::precondition_failed;
  if (found != entries_.end()) {
    result.at = found->second.at;
    result.current = found->second.value;
  }
  return result;
}

write_result store::execute(put&& what, map::iterator found) {
  ++current_.value;
  auto value = std::move(what.value);
  if (found != entries_.end()) {
    sum_ -= found->second.hash;
    bytes_ += value.size() - found->second.value.size(); // Modulo 2^64, as a whole it's right.
    auto hash = hash_of(found->first, value.view(), current_);
    found->second = entry{std::move(value), current_, hash};
    sum_ += hash;
  } else {
    set(std::move(what.key), std::move(value), current_);
  }
  write_result result;
  result.at = current_;
  return result;
}

write_result store::execute(erase&&, map::iterator found) {
  if (found != entries_.end()) {
    ++current_.value;
    if (!base::mutated(base::mutant::erase_keeps_value)) {
      sum_ -= found->second.hash;
      bytes_ -= found->first.size() + found->second.value.size();
      entries_.erase(found);
    }
  }
  write_result result;
  result.at = current_;
  return result;
}

void store::set(std::string key, shared_bytes value, revision at) {
  auto hash = hash_of(key, value.view(), at);
  bytes_ += key.size() + value.size();
  bool added = entries_.try_emplace(std::move(key), entry{std::move(value), at, hash}).second;
  QUORATE_CHECK(added, "at", at.value);
  sum_ += hash;
}

read_result store::get(std::string_view key) const {
  read_result result;
  result.store = current_;
  auto found = entries_.find(key);
  if (found == entries_.end())
    return result;
  result.value = found->second.value;
  result.at = found->second.at;
  return result;
}

std::uint64_t store::hash_of(std::string_view key, std::string_view value, revision at) {
  base::hasher result;
  result.add(key);
  result.add(value);
  result.add(at.value);
  return result.value();
}

std::uint64_t store::state_hash() const {
  base::hasher result;
  result.add(sum_);
  result.add(entries_.size());
  result.add(current_.value);
  return result.value();
}

// -- snapshots ------------------------------------------------------------------------------------

void store::save(base::encoder& out) const {
  save_header(out, current_, entries_.size());
  for (auto& [key, content] : entries_)
    save_entry(out, key, content.value, content.at);
}

std::size_t store::bytes_saved_max() const noexcept {
  constexpr std::size_t header_max = 32;
  constexpr std::size_t each_max = 2 + 3 + 10; // Lengths of key and value, revision.
  return header_max + bytes_ + entries_.size() * each_max;
}

void store::begin_save() {
  saving_.emplace(current_, entries_.size());
}

/// Before a write that changes `key`, which `found` points at, if it is there.
void store::keep(std::string_view key, map::const_iterator found) {
  if (!saving_ || key < saving_->next || base::mutated(base::mutant::image_of_no_moment))
    return;
  auto& before = saving_->before;
  if (before.find(key) == before.end())
    before.emplace(key,
                   found != entries_.end() ? std::optional<entry>{found->second} : std::nullopt);
}

bool store::save_some(std::string& out, std::size_t bytes_max) {
  QUORATE_CHECK(saving_.has_value());
  base::encoder f{out};
  auto& state = *saving_;
  if (!std::exchange(state.begun, true))
    save_header(f, state.current, state.count);
  const auto until = out.size() + bytes_max;
  auto now = entries_.lower_bound(state.next);
  while (out.size() < until && (now != entries_.end() || !state.before.empty())) {
    auto old = state.before.begin();
    if (old == state.before.end() || (now != entries_.end() && now->first < old->first)) {
      save_entry(f, now->first, now->second.value, now->second.at);
      --state.count;
      state.next = now->first + '\0'; // What comes right behind it.
      ++now;
      continue;
    }
    if (old->second) {
      save_entry(f, old->first, old->second->value, old->second->at);
      --state.count;
    }
    if (now != entries_.end() && now->first == old->first)
      ++now;
    state.next = old->first + '\0';
    state.before.erase(old);
  }
  if (now != entries_.end() || !state.before.empty())
    return false;
  QUORATE_CHECK(state.count == 0 || base::mutated(base::mutant::image_of_no_moment), "left",
                state.count);
  saving_.reset();
  return true;
}

bool store::load(base::decoder& in) {
  store loaded;
  std::uint16_t format = 0;
  std::uint64_t count = 0;
  if (!in.value(format))
    return false;
  if (format != store_format)
    return in.fail("a store of the unknown format " + std::to_string(format));
  if (!in.value(loaded.current_) || !in.value(count))
    return false;
  for (std::uint64_t i = 0; i < count; ++i)
    if (!loaded.load_entry(in))
      return false;
  *this = std::move(loaded);
  return true;
}

bool store::load_entry(base::decoder& in) {
  std::string key;
  shared_bytes value;
  revision at;
  if (!in.value(key) || !in.value(value) || !in.value(at))
    return false;
  if (key.empty())
    return in.fail("a key is empty");
  if (!entries_.empty() && entries_.rbegin()->first >= key)
    return in.fail("the keys don't ascend");
  if (!at || at > current_)
    return in.fail("a value has a revision that the store hasn't reached");
  set(std::move(key), std::move(value), at);
  return true;
}

result<store> store::load(std::string_view in) {
  return base::decode<store>(in);
}

} // namespace quorate::kv
