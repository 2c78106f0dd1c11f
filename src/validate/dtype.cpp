#include "verimix/validate/dtype.hpp"

#include <cmath>

#include "verimix/core/error.hpp"

namespace verimix {

const DtypeModel& model_of(Dtype dtype) {
  static constexpr std::array<DtypeModel, dtypes.size()> models{{
      {"float64", 0x1p-53, 0x1p-53, 0x1p-1022, 0x1.fffffffffffffp1023},
      {"float32", 0x1p-24, 0x1p-24, 0x1p-126, 0x1.fffffep127},
      {"bfloat16", 0x1p-8, 0x1p-24, 0x1p-126, 0x1.fep127},
  }};
  return models.at(static_cast<std::size_t>(dtype));
}

bool holds(Dtype dtype, const Rational& value) {
  const auto nearest = from_rational<double>(value);
  if (!std::isfinite(nearest) || to_rational(nearest) != value) return false;
  int exponent = 0;
  const double scaled = std::frexp(nearest, &exponent) / model_of(dtype).storage_roundoff;
  return scaled == std::nearbyint(scaled);
}

Dtype parse_dtype(const std::string& name) {
  for (const Dtype dtype : dtypes)
    if (model_of(dtype).name == name) return dtype;
  throw InputError("", "dtype", name, "float64, float32 or bfloat16");
}

}  // namespace verimix
