// What a node's process writes down: one line for each thing that happened, `key=value` for people
// or JSON for programs. Quiet: nothing is written while nothing changes.
//
// Values come from elsewhere (names, sentences, reasons), so a value never ends its line or looks
// like another key: in text it is quoted and escaped unless it is a plain word. Long ones are cut.
#pragma once

#include <quorate/events.hpp>
#include <quorate/history.hpp>
#include <quorate/membership.hpp>
#include <quorate/result.hpp>
#include <quorate/status.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace quorate::service {

enum class log_format : std::uint8_t {
  text = 1,       ///< `time=… level=info event=transition version=7 …`
  json_lines = 2, ///< One object a line, with the same keys.
};

struct log_options {
  log_format format = log_format::text;
  /// Where lines go, without their end; called by one thread at a time. Empty: standard error.
  std::function<void(std::string_view line)> to;
  /// Lines that wait for a slow reader, 1 to 65,536; beyond them the oldest are lost, and `lost`
  /// counts them.
  std::size_t waiting_max = 4'096;
  /// Refusals that are written in a second, 1 to 1,000: a client that asks again and again is one
  /// thing to know, and not thousands.
  std::uint32_t refusals_per_second = 5;

  /// `invalid_argument`, naming the option and its range.
  result<void> validate() const;
};

/// What is known when a node starts.
struct start_facts {
  std::string version; ///< Of the program.
  std::string name;    ///< Of the node.
  std::string cluster_name;
  std::string address;
  std::string data_dir;
  bool tls = false;
};

/// Thread safety: all methods may be called from any thread, except the destructor and moves. None
/// of them waits for whoever reads the lines; the destructor does.
class service_log {
public:
  /// Errors: `invalid_argument`.
  static result<service_log> make(log_options options = {});

  service_log(service_log&&) noexcept;
  service_log& operator=(service_log&&) noexcept;
  ~service_log();

  /// `start`, and a warning if others than this machine reach the node without TLS.
  void started(const start_facts& facts);
  /// `http`: where the service answers, and a warning if that is for others, too.
  void listens(const std::string& address, bool loopback);
  void stopping(const std::string& why);
  void stopped(const result<void>& how);

  /// What `node::subscribe` tells: a transition is one line; a table in place of transitions that
  /// were missed is one line, too, and says nodes' names.
  void event(const membership_event& x);
  void changed(const transition& x);
  /// What `node::subscribe_refusals` tells.
  void refused(const refusal_record& x, std::uint64_t left_out);

  /// Compares the status with the one before it: a line for another leader, for a disk that fills
  /// up, and for a node that halted.
  void looked(const node_status& x);

  /// Compares why renewed certificates aren't used with the reason before: a line for another one,
  /// and one when they are used again.
  void certificate(const error& failure);

  /// Anything else that went wrong.
  void failed(const std::string& what, const error& why);

  std::uint64_t lost() const;

private:
  class state;
  explicit service_log(std::unique_ptr<state> from);

  std::unique_ptr<state> state_;
};

} // namespace quorate::service
