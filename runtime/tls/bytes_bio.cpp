#include "runtime/tls/bytes_bio.hpp"

#include <openssl/bio.h>

#include <algorithm>

namespace quorate::tls {

namespace {

/// Beyond it, memory that isn't needed at the moment is given back: the longest record is 16 KiB.
constexpr std::size_t kept_bytes_max = std::size_t{32} << 10;

bytes_pipe& pipe_of(BIO* bio) {
  return *static_cast<bytes_pipe*>(BIO_get_data(bio));
}

int write_bytes(BIO* bio, const char* bytes, std::size_t size, std::size_t* written) {
  pipe_of(bio).output.append(bytes, size);
  *written = size;
  return 1;
}

int read_bytes(BIO* bio, char* to, std::size_t size, std::size_t* read) {
  BIO_clear_retry_flags(bio);
  *read = pipe_of(bio).read(to, size);
  if (*read > 0)
    return 1;
  BIO_set_retry_read(bio);
  return 0;
}

long control(BIO*, int what, long, void*) {
  return what == BIO_CTRL_FLUSH ? 1 : 0;
}

/// Made once, and kept until the process ends.
BIO_METHOD* method() {
  static auto* const one = [] {
    auto* out = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "quorate bytes");
    if (out != nullptr
        && (BIO_meth_set_write_ex(out, write_bytes) != 1
            || BIO_meth_set_read_ex(out, read_bytes) != 1
            || BIO_meth_set_ctrl(out, control) != 1)) {
      BIO_meth_free(out);
      out = nullptr;
    }
    return out;
  }();
  return one;
}

} // namespace

bio_ptr bytes_pipe::bio() {
  bio_ptr out{method() != nullptr ? BIO_new(method()) : nullptr};
  if (out) {
    BIO_set_data(out.get(), this);
    BIO_set_init(out.get(), 1);
  }
  return out;
}

void bytes_pipe::feed(std::string_view bytes) {
  if (input_at_ > 0 && input_at_ >= input_.size() / 2) {
    input_.erase(0, input_at_);
    input_at_ = 0;
  }
  input_ += bytes;
}

std::size_t bytes_pipe::read(char* to, std::size_t bytes) {
  const auto taken = std::min(bytes, input_.size() - input_at_);
  std::copy_n(input_.begin() + static_cast<std::ptrdiff_t>(input_at_), taken, to);
  input_at_ += taken;
  if (input_at_ == input_.size()) {
    input_at_ = 0;
    input_.clear();
    if (input_.capacity() > kept_bytes_max)
      input_.shrink_to_fit();
  }
  return taken;
}

} // namespace quorate::tls
