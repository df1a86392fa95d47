#include "quorate/node_options.hpp"
namespace quorate {
result<void> node_options::validate() const {
  return {};
}
result<void> remote_options::validate() const {
  return {};
}
} // namespace quorate
