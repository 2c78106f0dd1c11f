// Eigen for our scalars: full NumTraits, and the names of the shapes. A batch of n points in R^d is a d x n matrix, one
// point a column, so that a point is contiguous in memory.
#pragma once

#include <Eigen/Core>

#include "verimix/core/scalar.hpp"

namespace Eigen {

/// Boost 1.74's own traits lack infinity() and quiet_NaN() and return a wrong lowest(), so they are replaced in full.
template <class Real>
struct VerimixRealTraits : GenericNumTraits<Real> {
  using NonInteger = Real;
  using Nested = Real;
  using Literal = double;
  enum {
    IsInteger = 0,
    IsSigned = 1,
    IsComplex = 0,
    RequireInitialization = 1,
    ReadCost = 4,
    AddCost = 40,
    MulCost = 80
  };
  static Real epsilon() { return std::numeric_limits<Real>::epsilon(); }
  static Real dummy_precision() { return 1000 * epsilon(); }
  static Real highest() { return (std::numeric_limits<Real>::max)(); }
  static Real lowest() { return -(std::numeric_limits<Real>::max)(); }
  static Real infinity() { return std::numeric_limits<Real>::infinity(); }
  static Real quiet_NaN() { return std::numeric_limits<Real>::quiet_NaN(); }
  static int digits10() { return std::numeric_limits<Real>::digits10; }
};
template <>
struct NumTraits<verimix::Real50> : VerimixRealTraits<verimix::Real50> {
  using Real = verimix::Real50;
};
template <>
struct NumTraits<verimix::Real100> : VerimixRealTraits<verimix::Real100> {
  using Real = verimix::Real100;
};

/// Balls take part in sums, products and transposes only; nothing that compares or pivots is given what it would need.
template <>
struct NumTraits<verimix::Ball> {
  using Real = verimix::Ball;
  using NonInteger = verimix::Ball;
  using Nested = verimix::Ball;
  using Literal = int;
  enum {
    IsInteger = 0,
    IsSigned = 1,
    IsComplex = 0,
    RequireInitialization = 1,
    ReadCost = 4,
    AddCost = 40,
    MulCost = 80
  };
};

namespace internal {
/// Eigen's matrix-vector product asks by == whether a factor's imaginary part is 0, which balls don't answer with a
/// bool. A ball has none, so the part gets a type of its own that stands for the number 0.
struct NoImaginaryPart {
  friend bool operator==(NoImaginaryPart, const verimix::Ball& zero) { return arb_is_zero(zero.data()) != 0; }
};
template <>
struct imag_retval<verimix::Ball> {
  using type = NoImaginaryPart;
};
template <>
struct imag_impl<verimix::Ball> {
  static NoImaginaryPart run(const verimix::Ball&) { return {}; }
};
}  // namespace internal

}  // namespace Eigen

namespace verimix {

using Index = Eigen::Index;
template <class T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;
template <class T>
using Vector = Eigen::Matrix<T, Eigen::Dynamic, 1>;
template <class T>
using RowVector = Eigen::Matrix<T, 1, Eigen::Dynamic>;

}  // namespace verimix
