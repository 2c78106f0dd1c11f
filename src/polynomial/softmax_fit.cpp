#include "verimix/polynomial/softmax_fit.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/random.hpp"
#include "verimix/mixture/density.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/polynomial/region.hpp"
#include "verimix/polynomial/softmax_polynomial.hpp"

namespace verimix {
namespace {

// g_i(x) = (K_i - K_1)(x - mu_i) - K_1 (mu_i - mu_1).
Matrix<double> linear_function(const Triplets<double>& of, Index i, const Matrix<double>& points) {
  const Matrix<double>& first = of.inverses.front();
  const Matrix<double> change = of.inverses[static_cast<std::size_t>(i)] - first;
  const Vector<double> constant = change * of.means.col(i) + first * (of.means.col(i) - of.means.col(0));
  return (change * points).colwise() - constant;
}

Matrix<double> first_score(const Triplets<double>& of, const Matrix<double>& points) {
  return -of.inverses.front() * (points.colwise() - of.means.col(0));
}

double quantile(std::vector<double> values, double order) {
  const auto rank = static_cast<std::ptrdiff_t>(quantile_rank(order, static_cast<Index>(values.size()))) - 1;
  std::ranges::nth_element(values, values.begin() + rank);
  return values[static_cast<std::size_t>(rank)];
}

// The largest entry of each column.
std::vector<double> column_maxima(const Matrix<double>& values) {
  std::vector<double> out;
  for (Index i = 0; i < values.cols(); ++i) out.push_back(values.col(i).maxCoeff());
  return out;
}

Matrix<double> columns_where(const Matrix<double>& points, const std::vector<bool>& chosen) {
  Matrix<double> out(points.rows(), std::ranges::count(chosen, true));
  for (Index i = 0, next = 0; i < points.cols(); ++i)
    if (chosen[static_cast<std::size_t>(i)]) out.col(next++) = points.col(i);
  return out;
}

ChebyshevBasis<double> input_basis(Index inputs, double L, int degree) {
  return {Vector<double>::Constant(inputs, -L), Vector<double>::Constant(inputs, L), degree};
}

}  // namespace

SubMixturePolynomial::SubMixturePolynomial(const Mixture<double>& mixture, int degree, double delta, Index draws,
                                           std::uint64_t seed)
    : mixture_(mixture), triplets_(triplets(mixture)), degree_(degree) {
  require_invariant(mixture.size() >= 2 && delta > 0 && delta < 1 && degree >= 0, "two components, 0 < delta < 1");
  const Index size = basis_size(mixture.size() - 1, degree);
  if (draws < 2 * size) throw InputError("", "draws", std::to_string(draws), "at least " + std::to_string(2 * size));
  const Matrix<double> drawn = draw(mixture, draws, seed).points;
  const SubMixtureSizes<double> sizes = sub_mixture_sizes(mixture);
  L_ =
      std::min(quantile(column_maxima(inputs(drawn).cwiseAbs()), 1 - delta / 2), softmax_input_upper(sizes, delta) / 2);
  linear_ =
      std::min(quantile(column_maxima(linear_terms(triplets_, drawn)), 1 - delta / 2), linear_term_upper(sizes, delta));
  fit(draws, seed);
}

void SubMixturePolynomial::fit(Index draws, std::uint64_t seed) {
  const Index later = mixture_.size() - 1;
  const Vector<double> theta = softmax_offsets(mixture_);
  Matrix<double> y(later, draws), weights(later, draws);
  Stream stream(seed, Purpose::subsample, 0);
  for (Index i = 0; i < draws; ++i) {
    Vector<double> all = Vector<double>::Zero(later + 1);
    for (Index j = 1; j <= later; ++j) all(j) = L_ * std::cos(std::numbers::pi * stream.uniform());
    y.col(i) = all.tail(later);
    weights.col(i) = softmax<double>(all, theta).tail(later);
  }
  const Matrix<double> design = input_basis(later, L_, degree_).values(y).transpose();
  coefficients_ = Eigen::HouseholderQR<Matrix<double>>(design).solve(weights.transpose()).transpose();
}

Matrix<double> SubMixturePolynomial::inputs(const Matrix<double>& points) const {
  return softmax_inputs(triplets_, points).bottomRows(triplets_.size() - 1) / -2;
}

std::vector<bool> SubMixturePolynomial::inside(const Matrix<double>& points) const {
  const Matrix<double> r = inputs(points).cwiseAbs(), linear = linear_terms(triplets_, points);
  std::vector<bool> out;
  for (Index i = 0; i < points.cols(); ++i)
    out.push_back(r.col(i).maxCoeff() <= L_ && linear.col(i).maxCoeff() <= linear_);
  return out;
}

Matrix<double> SubMixturePolynomial::operator()(const Matrix<double>& points) const {
  Matrix<double> out = first_score(triplets_, points);
  const std::vector<bool> in = inside(points);
  const Matrix<double> own = columns_where(points, in);
  if (own.cols() == 0) return out;
  const Matrix<double> q = coefficients_ * input_basis(triplets_.size() - 1, L_, degree_).values(inputs(own));
  Matrix<double> sum = Matrix<double>::Zero(own.rows(), own.cols());
  for (Index i = 1; i < triplets_.size(); ++i) sum += linear_function(triplets_, i, own) * q.row(i - 1).asDiagonal();
  for (Index i = 0, next = 0; i < points.cols(); ++i)
    if (in[static_cast<std::size_t>(i)]) out.col(i) -= sum.col(next++);
  return out;
}

MeasuredApproximation measured_approximation(const SubMixturePolynomial& polynomial, Index draws, std::uint64_t seed) {
  require_invariant(draws >= 1, "something is measured");
  const Matrix<double> points = draw(polynomial.mixture(), draws, seed).points;
  const Vector<double> squares =
      (Density<double>(polynomial.mixture()).evaluate(points).score - polynomial(points)).colwise().squaredNorm();
  const std::vector<bool> in = polynomial.inside(points);
  double largest = 0;
  for (Index i = 0; i < draws; ++i)
    if (in[static_cast<std::size_t>(i)]) largest = std::max(largest, squares(i));
  const auto out = static_cast<double>(std::ranges::count(in, false));
  return {std::sqrt(largest), squares.mean(), out / static_cast<double>(draws)};
}

}  // namespace verimix
