#include "ball_eigen.hpp"

#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

Real100 midpoint(const Ball& x) {
  Real100 value;
  arf_get_mpfr(value.backend().data(), arb_midref(x.data()), MPFR_RNDN);
  return value;
}

Ball point(const Real100& x) {
  Ball value;
  arf_set_mpfr(arb_midref(value.data()), x.backend().data());
  return value;
}

}  // namespace

GuessedEigen guessed_eigen(const Matrix<Ball>& a) {
  for (const Ball& entry : a.reshaped())
    if (!is_finite(entry)) throw UndecidedError("a matrix with an entry that is not bounded has no spectrum");
  const Matrix<Real100> middle = a.unaryExpr([](const Ball& x) { return midpoint(x); });
  const Eigen::SelfAdjointEigenSolver<Matrix<Real100>> solver(middle);
  if (solver.info() != Eigen::Success) throw UndecidedError("the symmetric eigenvalue iteration did not converge");
  return {solver.eigenvalues().unaryExpr([](const Real100& x) { return point(x); }),
          solver.eigenvectors().unaryExpr([](const Real100& x) { return point(x); })};
}

Ball frobenius_norm(const Matrix<Ball>& a) {
  Ball sum = 0;
  for (const Ball& entry : a.reshaped()) sum += entry * entry;
  // The enclosure of a sum of squares near 0 may reach below it.
  arb_sqrtpos(sum.data(), sum.data(), BallPrecision::bits());
  return sum;
}

}  // namespace verimix
