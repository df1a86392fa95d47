// Which operations a client does. Pure: the same seed and the same answers give the same
// operations.
#pragma once

#include "quorate/types.hpp"
#include "runtime/base/random.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quorate::bench {

enum class op_kind : std::uint8_t { get, put, erase };
enum class pre_kind : std::uint8_t { none, absent, matches };

std::string_view to_string(op_kind x) noexcept;
std::string_view to_string(pre_kind x) noexcept;

/// One operation, as short as it can be: keys and values are numbers until they are sent.
struct operation {
  op_kind kind = op_kind::get;
  pre_kind pre = pre_kind::none;
  std::uint32_t key = 0;
  std::uint32_t value = 0; ///< Of a put: how many the client has done, from 1.
  revision expected{};     ///< With `matches`.
};

/// What all clients have in common.
struct workload_shape {
  std::uint32_t keys = 1;
  std::uint32_t key_bytes = 10;
  std::uint32_t value_bytes = 256;
  std::uint32_t read_percent = 0;
  double zipf_exponent = 0; ///< Below 1; 0: every key as often.
  /// Of the writes, in percent.
  std::uint32_t erase_percent = 0;
  std::uint32_t conditional_percent = 0;

  /// Some of everything that the store can do, for a history that is checked.
  void mix_in_all() noexcept {
    erase_percent = 10;
    conditional_percent = 20;
  }
};

/// The choices of one client.
///
/// Thread safety: none.
class workload {
public:
  workload(const workload_shape& shape, base::random rng);

  operation next();

  /// What an answer said of the key: the revision of its value, or 0 if it has none. Conditional
  /// writes expect it.
  void saw(std::uint32_t key, revision at);

private:
  operation next_write();
  std::uint32_t draw_key();

  workload_shape shape_;
  base::random rng_;
  std::uint32_t values_ = 0;
  std::uint32_t last_seen_ = 0;
  std::vector<revision> seen_; ///< By key; empty if nothing is conditional.
};

// -- as text --------------------------------------------------------------------------------------

/// `k` and the number with leading zeros, of that size.
std::string key_text(std::uint32_t key, std::uint32_t bytes);

/// Whose value it is, and that client's which one, from 1; 0: none.
struct value_name {
  std::uint32_t client = 0;
  std::uint32_t number = 0;

  friend bool operator==(value_name a, value_name b) {
    return a.client == b.client && a.number == b.number;
  }
};

/// `c3-17`: no two values of a run have the same.
std::string to_string(value_name x);

/// The name, filled up with dots to that size. Cut off if it is too small, which makes it useless
/// for telling values apart.
std::string value_text(value_name x, std::uint32_t bytes);

/// Whose value the text is, if it is exactly what `value_text` makes.
std::optional<value_name> parse_value(std::string_view text, std::uint32_t bytes);

} // namespace quorate::bench
