// Clients of the store: sessions, retries, and a check of every answer.
//
// Thread safety: none.
#pragma once

#include "messages/kv.hpp"
#include "tests/sim/caller.hpp"
#include "tests/sim/recorder.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace quorate::sim {

/// What all clients know together: the simulator's outside view.
struct workload {
  std::size_t keys = 5;
  micros pause = ms(100);
  micros patience = ms(800);
  revision newest_acknowledged{};            ///< Nobody who asks from now on may see less.
  std::map<std::string, revision> last_seen; ///< Of each key, by anybody: for preconditions.
  std::uint64_t next_value = 1;
  recorder* notes = nullptr;    ///< Of what everybody sees, for a second opinion.
  bool trusting = false;        ///< Reads aren't checked here: to see whether others would find it.
  std::uint64_t operations = 0; ///< Begun.
  std::uint64_t acknowledged = 0;
};

class client final : public caller {
public:
  client(world& in, base::random draw, workload& shared, std::uint32_t number)
    : caller(in, draw),
      shared_(shared),
      number_(number) {
    // nop
  }

  void begin();
  /// It finishes what it has begun, and begins nothing new.
  void stop() {
    stopped_ = true;
  }

private:
  void next();
  void pause();

  void open();
  void write();
  void attempt_write();
  void write_answered(const driver::reply_body& said);
  void written(const kv::write_result& result);
  void write_failed(const error& refusal);
  void give_up_write();
  void read();
  void read_answered(const driver::reply_body& said, kv::consistency level, revision at_least);
  kv::write draw_write();
  std::string draw_key();

  workload& shared_;
  std::uint32_t number_;
  std::size_t noted_ = 0; ///< The number of the operation in the notes.
  kv::session_id session_{};
  std::uint64_t sequence_ = 0;
  kv::write content_;
  std::uint64_t attempts_ = 0;
  bool maybe_done_ = false; ///< One of the attempts may have taken effect.
  revision at_least_{};     ///< What was acknowledged when the write began.
  std::string key_;
};

} // namespace quorate::sim
