#include "verimix/validate/checksum.hpp"

#include <fmt/format.h>
#include <gcrypt.h>

#include <array>

#include "verimix/core/error.hpp"

namespace verimix {

std::string sha256(std::string_view bytes) {
  // The library wants to be asked for its version before it is used.
  static const bool ready = gcry_check_version(GCRYPT_VERSION) != nullptr;
  require_invariant(ready, "libgcrypt is at least the version that we were compiled with");
  constexpr std::size_t length = 32;
  std::array<unsigned char, length> digest{};
  gcry_md_hash_buffer(GCRY_MD_SHA256, digest.data(), bytes.data(), bytes.size());
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

}  // namespace verimix
