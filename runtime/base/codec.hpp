// Whole messages to bytes, back, and to text. The bytes go to disk, to the wire and into hashes.
//
//   std::string bytes = encode(command);
//   result<kv::command> again = decode<kv::command>(bytes);
//   log(describe_fields(*again)); // {format: 1, content: open_session{}}
//
// Thread safety: free functions without shared state.
#pragma once

#include "quorate/result.hpp"
#include "runtime/base/decoder.hpp"
#include "runtime/base/describer.hpp"
#include "runtime/base/encoder.hpp"

#include <string>
#include <string_view>

namespace quorate::base {

/// The one encoding of a value; see encoder.hpp for the format.
template <class T>
std::string encode(const T& x) {
  std::string out;
  encoder f{out};
  f.value(x);
  return out;
}

/// The value, provided that `in` is exactly its encoding. Else `malformed`, with a sentence that
/// says where. Takes any input.
template <class T>
result<T> decode(std::string_view in) {
  T x{};
  decoder f{in};
  f.value(x); // A failure is remembered by the decoder.
  auto done = f.finish();
  if (!done)
    return done.error();
  return x;
}

/// Likewise, but the byte strings in the value share those of `in` instead of copying them.
template <class T>
result<T> decode_sharing(const shared_bytes& in) {
  T x{};
  decoder f{in};
  f.value(x);
  auto done = f.finish();
  if (!done)
    return done.error();
  return x;
}

/// `{id: n3, state: member}`.
template <class T>
std::string describe_fields(const T& x) {
  std::string out;
  describer f{out};
  f.value(x);
  return out;
}

} // namespace quorate::base
