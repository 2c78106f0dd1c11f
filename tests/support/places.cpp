#include "support/places.hpp"

namespace verimix::support {

std::filesystem::path test_data() { return source_root() / "tests" / "data"; }
std::filesystem::path peers() { return source_root() / "tests" / "support" / "peers"; }
std::filesystem::path source_root() { return VERIMIX_SOURCE_ROOT; }
std::filesystem::path program() { return VERIMIX_PROGRAM; }
std::filesystem::path mpirun() { return VERIMIX_MPIRUN; }

}  // namespace verimix::support
