// How often quadratic statistics with exact coefficients are large: what Lemmas 44-46 say is rare.
#pragma once

#include <optional>
#include <vector>

#include "verimix/mixture/mixture.hpp"

namespace verimix::checks {

/// q(x) = x^T A x + 2 <b, x> + c, A symmetric.
struct ExactForm {
  Matrix<Rational> a;
  Vector<Rational> b;
  Rational c;
};
ExactForm operator-(const ExactForm& p, const ExactForm& q);
std::vector<ExactForm> operator-(const std::vector<ExactForm>& p, const std::vector<ExactForm>& q);

/// The statistics for parameters (mu_j, Q_j) and K_j = Q_j^{-1}. Domain: every Q_j is invertible.
class ExactForms {
 public:
  ExactForms(Matrix<Rational> means, std::vector<Matrix<Rational>> covariances);

  /// |x - mu_j|^2_{K_j} - |x - mu_i|^2_{K_i} - <centre, K_j - K_i>.
  ExactForm difference(std::size_t j, std::size_t i, const Matrix<Rational>& centre) const;
  /// V_1^{(j)}: that with i = 1 and the centre Q_1, for all j.
  std::vector<ExactForm> inputs() const;
  /// |(K_j - K_1)(x - mu_j)|^2 for all j.
  std::vector<ExactForm> squared_linear() const;

 private:
  Matrix<Rational> means_;
  std::vector<Matrix<Rational>> covariances_, inverses_;
};

/// P[|q_j(x)| > level for some j], x ~ the mixture, enclosed. On the line: exact up to radii. Else between the largest
/// of P[|q_j| > level] and their sum, each from the law of a quadratic form, or a normal tail where A = 0; nothing
/// where A is singular and not 0 and q has no centre, and where balls cannot decide.
std::optional<Ball> exceedance(const ExactMixture& mixture, const std::vector<ExactForm>& forms, const Ball& level);

}  // namespace verimix::checks
