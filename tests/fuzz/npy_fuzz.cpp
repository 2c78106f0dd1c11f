// Any bytes either are refused with an InputError, or are points that are written and read back bit for bit.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "verimix/core/error.hpp"
#include "verimix/core/table.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace verimix;
  try {
    const auto points = parse_npy_points({reinterpret_cast<const char*>(data), size});
    require_invariant(points.allFinite() && points.size() > 0, "points that are accepted are finite");
    require_invariant(parse_npy_points(npy_bytes(points)) == points, "written points read back");
  } catch (const InputError&) {
  }
  return 0;
}
