// Symmetric positive definite matrices with exact rational entries and an exactly known determinant.
#pragma once

#include <rapidcheck.h>

#include <vector>

#include "support/numbers.hpp"
#include "verimix/core/linear_algebra.hpp"
#include "verimix/core/rational.hpp"

namespace verimix::support {

/// A = L D L^T with L unit lower triangular (entries k/8, |k| <= 16) and D diagonal, D_jj = 2^e_j: positive definite by
/// construction, det A = prod D_jj, and every entry is dyadic.
struct SpdMatrix {
  Matrix<Rational> entries;
  Rational determinant;

  template <Scalar T>
  Matrix<T> as() const {
    return entries.unaryExpr([](const Rational& q) { return from_rational<T>(q); });
  }
};

inline void showValue(const SpdMatrix& a, std::ostream& out) {
  for (Index i = 0; i < a.entries.rows(); ++i) {
    for (Index j = 0; j < a.entries.cols(); ++j) out << to_text(a.entries(i, j)) << ' ';
    out << "; ";
  }
}

/// `unit_lower` and `exponents` of the factors, in reading order.
inline SpdMatrix spd_of_factors(Index d, const std::vector<long>& unit_lower, const std::vector<long>& exponents) {
  Matrix<Rational> l = Matrix<Rational>::Constant(d, d, Rational(0));
  std::size_t next = 0;
  for (Index i = 0; i < d; ++i) {
    l(i, i) = 1;
    for (Index j = 0; j < i; ++j) l(i, j) = Rational(unit_lower.at(next++), 8);
  }
  SpdMatrix a{Matrix<Rational>::Constant(d, d, Rational(0)), Rational(1)};
  for (Index r = 0; r < d; ++r) {
    const Rational pivot = to_rational(std::ldexp(1.0, static_cast<int>(exponents.at(static_cast<std::size_t>(r)))));
    a.determinant *= pivot;
    for (Index i = 0; i < d; ++i)
      for (Index j = 0; j < d; ++j) a.entries(i, j) += l(i, r) * pivot * l(j, r);
  }
  return a;
}

/// d from 1 to `largest`; the pivots' exponents are within +-3 or, one time in three, within +-`extreme`.
inline rc::Gen<SpdMatrix> spd_matrices(Index largest, long extreme = 20) {
  return rc::gen::exec([largest, extreme] {
    const Index d = *rc::gen::inRange<Index>(1, largest + 1);
    const long reach = *rc::gen::element(3L, 3L, extreme);
    const auto size = static_cast<std::size_t>(d);
    const auto unit_lower = *rc::gen::container<std::vector<long>>(size * (size - 1) / 2, integers(16));
    const auto exponents = *rc::gen::container<std::vector<long>>(size, integers(reach));
    return spd_of_factors(d, unit_lower, exponents);
  });
}

}  // namespace verimix::support
