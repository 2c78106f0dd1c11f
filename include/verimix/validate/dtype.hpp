// The number types that an implementation under test may work in, as what their roundings cost.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "verimix/core/rational.hpp"

namespace verimix {

enum class Dtype { float64, float32, bfloat16 };

/// The numbers of a question and of its answer are stored with unit roundoff `storage_roundoff`; all between is
/// computed with `arithmetic_roundoff`. bfloat16 stores 8 bits and computes in float32; the others store what they
/// compute. `least` is the smallest normal number, `largest` the largest.
struct DtypeModel {
  std::string_view name;
  double storage_roundoff;
  double arithmetic_roundoff;
  double least;
  double largest;
};

inline constexpr std::array dtypes{Dtype::float64, Dtype::float32, Dtype::bfloat16};

/// The model of a dtype; its place in `dtypes` is static_cast<std::size_t>(dtype).
const DtypeModel& model_of(Dtype dtype);
/// Is the number one of those that the dtype's significand holds, so that storing it does not round? (Its range is
/// unbounded here.)
bool holds(Dtype dtype, const Rational& value);
/// The dtype of a name; InputError (field "dtype") for another one.
Dtype parse_dtype(const std::string& name);

}  // namespace verimix
