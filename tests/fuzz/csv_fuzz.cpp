// Any bytes either are refused with an InputError, or are points that are written and read back bit for bit.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "verimix/core/error.hpp"
#include "verimix/core/table.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace verimix;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const auto points = parse_csv_points<double>(text);
    require_invariant(points.allFinite() && points.size() > 0, "points that are accepted are finite");
    require_invariant(parse_csv_points<double>(csv_bytes(points)) == points, "written points read back");
    const auto exact = parse_csv_points<Rational>(text);
    for (Index j = 0; j < points.cols(); ++j)
      for (Index i = 0; i < points.rows(); ++i)
        require_invariant(from_rational<double>(exact(i, j)) == points(i, j), "both paths round to nearest");
  } catch (const InputError&) {
  }
  try {
    csv_header(text);
  } catch (const InputError&) {
  }
  return 0;
}
