#include "runtime/machine/machine.hpp"

#include "runtime/base/check.hpp"
#include "runtime/base/codec.hpp"
#include "runtime/base/hash.hpp"
#include "runtime/base/mutants.hpp"
#include "runtime/kv/commands.hpp"

#include <algorithm>
#include <utility>

namespace quorate::machine {

namespace {

/// Of the image. Part by part behind it: log time, store, sessions, nodes table.
constexpr std::uint16_t image_format = 1;

} // namespace

void machine::write_head(base::encoder& f) const {
  f.value(image_format);
  f.value(log_time_ms_);
}

void machine::write_tail(base::encoder& f) const {
  f.value(base::mutated(base::mutant::sessions_not_in_snapshot) ? kv::sessions{} : sessions_);
  f.value(nodes_.table());
}

std::string machine::image() const {
  std::string out;
  base::encoder f{out};
  write_head(f);
  f.value(store_);
  write_tail(f);
  return out;
}

void machine::begin_image() {
  constexpr std::size_t head_max = 32;
  image_.emplace();
  image_->at = applied_.index;
  base::encoder tail{image_->tail};
  write_tail(tail);
  // It never grows: to copy a hundred megabytes takes as long as a thousand writes.
  image_->bytes.reserve(head_max + store_.bytes_saved_max() + image_->tail.size());
  base::encoder head{image_->bytes};
  write_head(head);
  store_.begin_save();
}

std::optional<std::pair<log_index, std::string>> machine::continue_image(std::size_t bytes_max) {
  QUORATE_CHECK(image_.has_value());
  if (!store_.save_some(image_->bytes, bytes_max))
    return std::nullopt;
  QUORATE_CHECK(image_->bytes.size() + image_->tail.size() <= image_->bytes.capacity(), "bytes",
                image_->bytes.size(), "of", image_->bytes.capacity());
  image_->bytes += image_->tail;
  std::pair<log_index, std::string> out{image_->at, std::move(image_->bytes)};
  image_.reset();
  return out;
}

result<machine> machine::load(std::string_view image, raft::log_position at) {
  base::decoder f{image};
  std::uint16_t format = 0;
  if (f.value(format) && format != image_format)
    return make_error(errc::malformed, "the snapshot has format " + std::to_string(format)
                                         + ", and this build knows format "
                                         + std::to_string(image_format));
  machine out;
  membership::nodes_table table;
  static_cast<void>(f.value(out.log_time_ms_) && f.value(out.store_) && f.value(out.sessions_)
                    && f.value(table)); // `finish` says what failed, and where.
  if (auto whole = f.finish(); !whole)
    return whole.error();
  auto nodes = membership::nodes_config::load(table);
  if (!nodes)
    return nodes.error();
  out.nodes_ = std::move(nodes).value();
  out.applied_ = at;
  return out;
}

outcome machine::apply(const raft::entry& next) {
  QUORATE_CHECK(next.index.value == applied_.index.value + 1, "next", next.index.value, "applied",
                applied_.index.value);
  QUORATE_CHECK(next.entry_term >= applied_.entry_term, "index", next.index.value);
  outcome what;
  switch (next.kind) {
  case raft::entry_kind::noop:
    break;
  case raft::entry_kind::command:
    what = apply_command(next);
    break;
  case raft::entry_kind::membership:
    what = apply_membership(next);
    break;
  }
  applied_ = {next.index, next.entry_term};
  return what;
}

outcome machine::apply_command(const raft::entry& next) {
  auto command = kv::read_command(next.payload);
  QUORATE_CHECK(command, "index", next.index.value, to_string(command.error()));
  log_time_ms_ = base::mutated(base::mutant::log_time_falls)
                   ? next.log_time_ms
                   : std::max(log_time_ms_, next.log_time_ms);
  if (std::holds_alternative<kv::open_session>(command->content)) {
    const kv::session_id id{next.index.value};
    sessions_.open(id, log_time_ms_);
    return kv::session_opened{id};
  }
  auto& write = std::get<kv::session_write>(command->content);
  return sessions_.execute(std::move(write), log_time_ms_, store_);
}

outcome machine::apply_membership(const raft::entry& next) {
  auto change = base::decode<membership::delta>(next.payload.view());
  QUORATE_CHECK(change, "index", next.index.value, to_string(change.error()));
  QUORATE_CHECK(next.config != nullptr && *next.config == change->config, "index",
                next.index.value);
  log_time_ms_ = std::max(log_time_ms_, change->log_time_ms);
  config_changed out;
  out.moves = nodes_.moves_of(*change);
  auto done = nodes_.apply(*change);
  QUORATE_CHECK(done, "index", next.index.value, to_string(done.error()));
  out.done = std::move(done).value();
  out.change = std::make_shared<const membership::delta>(std::move(change).value());
  return out;
}

void machine::replace_nodes(membership::nodes_config nodes, raft::log_position at) {
  QUORATE_CHECK(at.index.value == applied_.index.value + 1, "at", at.index.value, "applied",
                applied_.index.value);
  QUORATE_CHECK(at.entry_term > applied_.entry_term, "at", at.index.value);
  QUORATE_CHECK(nodes.version() > nodes_.version() && !image_.has_value(), "version",
                nodes.version().value);
  nodes_ = std::move(nodes);
  applied_ = at;
}

std::uint64_t machine::state_hash() const {
  base::hasher sum;
  sum.add(applied_.index.value);
  sum.add(log_time_ms_);
  sum.add(store_.state_hash());
  sum.add(sessions_.state_hash());
  sum.add(nodes_.current_digest().value);
  return sum.value();
}

} // namespace quorate::machine
