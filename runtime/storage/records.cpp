#include "runtime/storage/records.hpp"

#include "runtime/base/hash.hpp"

#include <charconv>
#include <cstddef>
#include <system_error>

namespace quorate::storage {

namespace {

constexpr std::size_t checksum_bytes = 8;
constexpr char entry_letter = 'e';
constexpr std::string_view image_prefix = "image-";

std::uint64_t seal_of(std::string_view key, std::string_view content) {
  base::hasher sum;
  sum.add(key);
  sum.add(content);
  return sum.value();
}

} // namespace

// -- keys -----------------------------------------------------------------------------------------

std::string entry_key(log_index index) {
  std::string out(1, entry_letter);
  for (int shift = 56; shift >= 0; shift -= 8) // Highest first: in the order of the log.
    out.push_back(static_cast<char>(index.value >> shift));
  return out;
}

std::optional<log_index> index_of(std::string_view key) {
  if (key.size() != 9 || key.front() != entry_letter)
    return std::nullopt;
  std::uint64_t out = 0;
  for (auto c : key.substr(1))
    out = out << 8 | static_cast<unsigned char>(c);
  return log_index{out};
}

std::string image_file(std::uint64_t number) {
  return std::string{image_prefix} + std::to_string(number);
}

std::optional<std::uint64_t> number_of(std::string_view file) {
  if (file.substr(0, image_prefix.size()) != image_prefix)
    return std::nullopt;
  const auto digits = file.substr(image_prefix.size());
  std::uint64_t out = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (problem != std::errc{} || end != digits.data() + digits.size())
    return std::nullopt;
  return out;
}

std::uint64_t checksum_of(std::string_view bytes) {
  base::hasher sum;
  sum.add(bytes);
  return sum.value();
}

void append_fixed(std::string& to, std::uint64_t x) {
  for (int shift = 0; shift < 64; shift += 8)
    to.push_back(static_cast<char>(x >> shift));
}

std::uint64_t fixed_at(std::string_view from, std::size_t at) {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < 8; ++i)
    out |= static_cast<std::uint64_t>(static_cast<unsigned char>(from[at + i])) << (8 * i);
  return out;
}

std::uint64_t digest(const small_records& x) {
  base::hasher sum;
  for (const auto each : {x.identity, x.state, x.floor, x.begin, x.image})
    sum.add(each);
  return sum.value();
}

// -- records --------------------------------------------------------------------------------------

std::string sealed(std::string_view key, std::string content) {
  append_fixed(content, seal_of(key, content));
  return content;
}

result<std::string_view> unsealed(std::string_view key, std::string_view record) {
  if (record.size() < 1 + checksum_bytes)
    return make_error(errc::storage_corrupt, "a record is cut short.");
  const auto content = record.substr(0, record.size() - checksum_bytes);
  if (fixed_at(record, content.size()) != seal_of(key, content))
    return make_error(errc::storage_corrupt, "a record's checksum disagrees.");
  const auto format = static_cast<std::uint8_t>(content.front());
  if (format > record_format)
    return make_error(errc::storage_format_newer,
                      "a record has format " + std::to_string(format)
                        + ", and this build knows those up to " + std::to_string(record_format)
                        + ": start a build as new as the one that wrote it.");
  if (format != record_format)
    return make_error(errc::storage_corrupt, "a record has no format.");
  return content.substr(1);
}

} // namespace quorate::storage
