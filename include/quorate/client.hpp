// The key-value store of a cluster, as its users see it.
#pragma once

#include <quorate/export.hpp>
#include <quorate/result.hpp>
#include <quorate/types.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>

namespace quorate {

/// A value and the revision of its last write.
struct versioned_value {
  std::string value;
  quorate::revision revision;
};

/// What must hold of a key for a write to happen.
class condition {
public:
  enum class kind : std::uint8_t { any, absent, matches };

  constexpr condition() = default;

  static constexpr condition require_absent() {
    return condition{kind::absent, revision{}};
  }
  static constexpr condition require(revision at) {
    return condition{kind::matches, at};
  }
  constexpr kind what() const noexcept {
    return kind_;
  }
  constexpr revision expected() const noexcept {
    return expected_;
  }

private:
  constexpr condition(kind what, revision expected) : kind_(what), expected_(expected) {
    // nop
  }

  kind kind_ = kind::any;
  revision expected_{};
};

/// Write in any case.
inline constexpr condition any{};
/// Write only if the key has no value.
inline constexpr condition absent = condition::require_absent();
/// Write only if the key's value was last written at this revision.
constexpr condition matches(revision at) {
  return condition::require(at);
}

enum class read_level : std::uint8_t {
  linearizable, ///< Sees every write that was acknowledged before the read began.
  local,        ///< What the asked node has applied; may be stale.
};

/// Finds the leader, follows it, and retries until the deadline; each write takes effect at most
/// once, however often it is retried, because it belongs to a session (Ongaro's thesis,
/// section 6.3).
///
/// Thread safety: all methods may be called from any thread; copies share one session. A callback
/// runs on a thread of the actor system that serves other clients of the process, too: it must be
/// short, and must not block.
///
/// Errors: `deadline_exceeded` and `overloaded` (nothing happened), `outcome_unknown` (a write may
/// have happened), `precondition_failed`, `key_empty`, `key_too_large`, `value_too_large`,
/// `shutting_down`.
///
/// Limits: keys of 1 byte to 1 KiB, values of up to 1 MiB; 128 writes of one client are under way
/// at a time, more wait.
class QUORATE_EXPORT client {
public:
  template <class T>
  using callback = std::function<void(result<T>)>;

  class QUORATE_LOCAL state;
  explicit client(std::shared_ptr<state> from);

  /// The revision of this write.
  result<revision> put(std::string key, std::string value, condition pre = any);
  std::future<result<revision>> async_put(std::string key, std::string value, condition pre = any);
  void put(std::string key, std::string value, condition pre, callback<revision> done);

  /// Nothing if the key has no value.
  result<std::optional<versioned_value>> get(std::string key,
                                             read_level level = read_level::linearizable);
  std::future<result<std::optional<versioned_value>>> async_get(
    std::string key, read_level level = read_level::linearizable);
  void get(std::string key, read_level level, callback<std::optional<versioned_value>> done);

  /// The store's revision after it. Erasing a key without a value succeeds and changes nothing.
  result<revision> erase(std::string key, condition pre = any);
  std::future<result<revision>> async_erase(std::string key, condition pre = any);
  void erase(std::string key, condition pre, callback<revision> done);

private:
  std::shared_ptr<state> state_;
};

} // namespace quorate
