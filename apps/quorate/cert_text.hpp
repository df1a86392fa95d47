// What `quorate cert show` says. Pure.
#pragma once

#include "quorate/certificates.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace quorate::app {

/// `2026-11-27T05:37:00Z`.
std::string utc_text(std::int64_t seconds);

/// Whole days until it expires; negative if it has.
std::int64_t days_left(const certificate_description& of, std::int64_t now_s);

/// One fact a line.
std::vector<std::string> lines_of(const certificate_description& of, std::int64_t now_s);

/// One JSON object.
std::string json_of(const certificate_description& of, std::int64_t now_s);

} // namespace quorate::app
