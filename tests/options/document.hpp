// docs/options.md, from the tables.
#pragma once

#include <string>

namespace quorate {

/// `page` with its tables written anew. Empty: a place for one is missing.
std::string options_page(const std::string& page);

} // namespace quorate
