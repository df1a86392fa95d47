// What `kv_load` is asked to do, and which of it can be done. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace quorate::bench {

/// Wide enough for what people type, so that a wrong number is refused and not wrapped around.
struct load_options {
  std::int64_t nodes = 3;    ///< Members of the cluster.
  std::int64_t clients = 64; ///< Each has one operation under way.
  std::int64_t keys = 0;     ///< 0: 10,000, or 64 with a history, so that clients conflict.
  std::int64_t key_bytes = 10;
  std::int64_t value_bytes = 256;
  std::int64_t read_share = 0; ///< Percent of the operations.
  std::int64_t rate = 0;       ///< Operations a second that are due; 0: a closed loop.
  double zipf = 0;             ///< Exponent of the keys' popularity; 0: all are as popular.
  double seconds = 10;         ///< Measured.
  double warmup_seconds = 1;   ///< Before that, under the same load.
  std::int64_t deadline_ms = 10'000;
  std::int64_t lease_ms = 0;      ///< 0: reads ask a quorum.
  std::int64_t threads = 0;       ///< That run the cluster; 0: as many as there are processors.
  std::int64_t seed = 1;          ///< Of all random choices; 0: drawn from the system.
  std::string storage = "memory"; ///< Or "rocksdb", with a directory.
  std::string data_dir;
  std::string remote; ///< Addresses of a cluster in other processes; empty: one in this process.
  std::string cluster_name;
  std::string tls_ca;
  std::string tls_certificate;
  std::string tls_key;
  bool chaos = false;
  bool json = false;
  std::string history; ///< The file; empty: none.

  bool durable() const noexcept {
    return storage == "rocksdb";
  }
  bool keeps_history() const noexcept {
    return !history.empty();
  }
};

inline constexpr std::int64_t clients_max = 4'096;
inline constexpr std::int64_t keys_max = 10'000'000;
/// The longest unique part of a value, `c4095-4294967295`.
inline constexpr std::int64_t unique_value_bytes = 16;

/// A sentence that says what can't be done and what can, or nothing.
std::optional<std::string> objection(const load_options& options);

/// Fills in what depends on other options.
load_options completed(load_options options);

/// What a command line asks for: to do something, to explain itself (the text), or nothing that
/// makes sense (the sentence).
struct help_text {
  std::string text;
};
struct refusal {
  std::string sentence;
};
std::variant<load_options, help_text, refusal> parse(int argc, const char* const* argv);

} // namespace quorate::bench
