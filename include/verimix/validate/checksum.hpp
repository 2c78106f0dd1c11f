// SHA-256 of bytes, to freeze files.
#pragma once

#include <string>
#include <string_view>

namespace verimix {

/// The digest in lower-case hexadecimal (by libgcrypt).
std::string sha256(std::string_view bytes);

}  // namespace verimix
