#include "service/log.hpp"

#include <quorate/errc.hpp>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "service/http_socket.hpp"
#include "service/log_fields.hpp"

namespace quorate::service {

namespace {

using level = spdlog::level::level_enum;
using clock = std::chrono::steady_clock;

/// Hands lines to the embedder.
class function_sink : public spdlog::sinks::base_sink<std::mutex> {
public:
  explicit function_sink(std::function<void(std::string_view)> to) : to_(std::move(to)) {
    // nop
  }

private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    to_(std::string_view{line.data(), line.size()});
  }
  void flush_() override {
    // nop
  }

  std::function<void(std::string_view)> to_;
};

std::shared_ptr<spdlog::sinks::sink> sink_of(const log_options& options) {
  if (options.to)
    return std::make_shared<function_sink>(options.to);
  return std::make_shared<spdlog::sinks::stderr_sink_mt>();
}

std::unique_ptr<spdlog::formatter> formatter_of(const log_options& options) {
  const std::string pattern = options.format == log_format::json_lines
                                ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                                : "time=%Y-%m-%dT%H:%M:%S.%eZ level=%l %v";
  return std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc,
                                                     options.to ? "" : "\n");
}

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

} // namespace

result<void> log_options::validate() const {
  if (waiting_max < 1 || waiting_max > 65'536)
    return make_error(errc::invalid_argument, "log_options.waiting_max is 1 to 65536.");
  if (refusals_per_second < 1 || refusals_per_second > 1'000)
    return make_error(errc::invalid_argument, "log_options.refusals_per_second is 1 to 1000.");
  return {};
}

class service_log::state {
public:
  explicit state(log_options options)
    : options_(std::move(options)),
      pool_(std::make_shared<spdlog::details::thread_pool>(options_.waiting_max, 1)),
      logger_(std::make_shared<spdlog::async_logger>(
        "quorate", sink_of(options_), pool_, spdlog::async_overflow_policy::overrun_oldest)) {
    logger_->set_formatter(formatter_of(options_));
    // Standard error may be a file with a buffer of its own.
    logger_->flush_on(level::info);
  }

  /// Lines that wait are written first, and nobody else has the logger when it goes.
  ~state() {
    pool_.reset();
  }

  void write(level what, const json& fields) {
    const auto text = log_text(fields, options_.format);
    logger_->log(what, spdlog::string_view_t{text.data(), text.size()});
  }

  void event(const membership_event& x) {
    if (const auto* table = std::get_if<nodes_view>(&x))
      see(*table);
    else
      changed(std::get<transition>(x));
  }

  void changed(const transition& x) {
    json fields{{"event", "transition"},
                {"version", x.version.value},
                {"what", text_of(to_string(x.event))},
                {"node", to_string(x.node)}};
    if (auto name = name_of(x.node))
      fields["name"] = *name;
    if (x.nodes.size() > 1)
      fields["nodes"] = ids_text(x.nodes);
    fields["from"] = or_dash(x.from);
    fields["to"] = or_dash(x.to);
    fields["by"] = text_of(to_string(x.by));
    fields["why"] = x.why;
    if (x.op)
      fields["op"] = to_string(x.op);
    write(level::info, fields);
  }

  void refused(const refusal_record& x, std::uint64_t left_out) {
    std::uint64_t unsaid = 0;
    if (!may_write_refusal(left_out, unsaid))
      return;
    json fields{
      {"event", "refusal"}, {"what", text_of(to_string(x.event))}, {"node", to_string(x.node)}};
    if (!x.who.empty())
      fields["name"] = x.who;
    else if (auto name = name_of(x.node))
      fields["name"] = *name;
    fields["by"] = text_of(to_string(x.by));
    fields["code"] = text_of(to_string(x.code));
    fields["why"] = x.sentence;
    if (x.op)
      fields["op"] = to_string(x.op);
    fields["times"] = x.times;
    fields["left_out"] = unsaid;
    write(level::warn, fields);
  }

  void looked(const node_status& x) {
    std::optional<node_status> before;
    {
      std::lock_guard<std::mutex> guard{mutex_};
      before = std::move(seen_);
      seen_ = x;
      seen_->counters.clear();
    }
    if (x.leader && (!before || before->leader != x.leader)) {
      json fields{{"event", "leader"}, {"leader", to_string(x.leader)}};
      if (auto name = name_of(x.leader))
        fields["name"] = *name;
      fields["term"] = x.current_term.value;
      fields["here"] = x.leader == x.id;
      write(level::info, fields);
    }
    if (before && before->leader && !x.leader)
      write(level::warn, {{"event", "no_leader"}, {"before", to_string(before->leader)}});
    if (x.room != (before ? before->room : disk_room::enough))
      write(x.room == disk_room::enough ? level::info : level::warn,
            {{"event", "disk"}, {"room", text_of(to_string(x.room))}});
    if (x.halted.code != errc::none && (!before || before->halted.code != x.halted.code))
      write(level::err, {{"event", "halted"},
                         {"code", text_of(to_string(x.halted.code))},
                         {"why", x.halted.message}});
  }

  void certificate(const error& failure) {
    {
      std::lock_guard<std::mutex> guard{mutex_};
      if (failure.message == certificate_failure_)
        return;
      certificate_failure_ = failure.message;
    }
    if (failure.code == errc::none)
      write(level::info, {{"event", "certificate_renewed"}});
    else
      write(level::warn, {{"event", "certificate_unusable"},
                          {"code", text_of(to_string(failure.code))},
                          {"why", failure.message}});
  }

  std::uint64_t lost() const {
    return pool_->overrun_counter();
  }

private:
  void see(const nodes_view& x) {
    {
      std::lock_guard<std::mutex> guard{mutex_};
      names_.clear();
      for (const auto& row : x.rows)
        names_[row.record.id] = row.record.name;
    }
    write(level::info,
          {{"event", "table"}, {"version", x.version.value}, {"nodes", x.rows.size()}});
  }

  std::optional<std::string> name_of(node_id id) const {
    std::lock_guard<std::mutex> guard{mutex_};
    const auto found = names_.find(id);
    return found == names_.end() ? std::nullopt : std::optional<std::string>{found->second};
  }

  static std::string ids_text(const std::vector<node_id>& nodes) {
    constexpr std::size_t shown_max = 16;
    std::string out;
    for (std::size_t i = 0; i < nodes.size() && i < shown_max; ++i)
      out += (i == 0 ? "" : ",") + to_string(nodes[i]);
    if (nodes.size() > shown_max)
      out += ",+" + std::to_string(nodes.size() - shown_max);
    return out;
  }

  /// `unsaid`: how many refusals weren't written since the last that was.
  bool may_write_refusal(std::uint64_t left_out, std::uint64_t& unsaid) {
    std::lock_guard<std::mutex> guard{mutex_};
    refusals_unsaid_ += left_out;
    const auto now = clock::now();
    if (now - refusal_second_ >= std::chrono::seconds{1}) {
      refusal_second_ = now;
      refusals_in_second_ = 0;
    }
    if (refusals_in_second_ >= options_.refusals_per_second) {
      ++refusals_unsaid_;
      return false;
    }
    ++refusals_in_second_;
    unsaid = std::exchange(refusals_unsaid_, 0);
    return true;
  }

  const log_options options_;
  std::shared_ptr<spdlog::details::thread_pool> pool_;
  const std::shared_ptr<spdlog::async_logger> logger_;
  mutable std::mutex mutex_; ///< Of what follows.
  std::map<node_id, std::string> names_;
  std::optional<node_status> seen_;
  std::string certificate_failure_;
  clock::time_point refusal_second_;
  std::uint32_t refusals_in_second_ = 0;
  std::uint64_t refusals_unsaid_ = 0;
};

result<service_log> service_log::make(log_options options) {
  if (auto valid = options.validate(); !valid)
    return valid.error();
  return service_log{std::make_unique<state>(std::move(options))};
}

service_log::service_log(std::unique_ptr<state> from) : state_(std::move(from)) {
  // nop
}

service_log::service_log(service_log&&) noexcept = default;
service_log& service_log::operator=(service_log&&) noexcept = default;
service_log::~service_log() = default;

void service_log::started(const start_facts& facts) {
  state_->write(level::info, {{"event", "start"},
                              {"version", facts.version},
                              {"name", facts.name},
                              {"cluster", facts.cluster_name},
                              {"address", facts.address},
                              {"data_dir", facts.data_dir.empty() ? "memory" : facts.data_dir},
                              {"tls", facts.tls}});
  const auto address = parse_address(facts.address);
  if (!facts.tls && !(address && is_loopback(*address)))
    state_->write(level::warn,
                  {{"event", "plain"},
                   {"address", facts.address},
                   {"why", "Connections are plain: whoever reaches the port may do everything."}});
}

void service_log::listens(const std::string& address, bool loopback) {
  state_->write(level::info, {{"event", "http"}, {"address", address}});
  if (!loopback)
    state_->write(level::warn,
                  {{"event", "http_open"},
                   {"address", address},
                   {"why", "Whoever reaches the address may read the status of the node."}});
}

void service_log::stopping(const std::string& why) {
  state_->write(level::info, {{"event", "stopping"}, {"why", why}});
}

void service_log::stopped(const result<void>& how) {
  if (how)
    state_->write(level::info, {{"event", "stop"}});
  else
    failed("stop", how.error());
}

void service_log::event(const membership_event& x) {
  state_->event(x);
}

void service_log::changed(const transition& x) {
  state_->changed(x);
}

void service_log::refused(const refusal_record& x, std::uint64_t left_out) {
  state_->refused(x, left_out);
}

void service_log::looked(const node_status& x) {
  state_->looked(x);
}

void service_log::certificate(const error& failure) {
  state_->certificate(failure);
}

void service_log::failed(const std::string& what, const error& why) {
  state_->write(level::err, {{"event", "failure"},
                             {"what", what},
                             {"code", text_of(to_string(why.code))},
                             {"why", why.message}});
}

std::uint64_t service_log::lost() const {
  return state_->lost();
}

} // namespace quorate::service
