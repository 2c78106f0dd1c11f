#include "verimix/polynomial/jackson.hpp"

#include <algorithm>
#include <boost/math/special_functions/bessel.hpp>
#include <cmath>
#include <numbers>

#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/polynomial/minimax.hpp"
#if __has_include(<flint/arb_hypgeom.h>)
#include <flint/arb_hypgeom.h>
#else
#include <arb_hypgeom.h>
#endif

namespace verimix {
namespace {

constexpr int largest_dimension = 1000, largest_size = 2000;

// b_j of the polynomials orthonormal for (1 - t^2)^{lambda - 1/2}, lambda = (n - 1)/2:
// b_j^2 = j (j + 2 lambda - 1) / (4 (j + lambda) (j + lambda - 1)), and 1/2 for j = 1, lambda = 0.
std::vector<double> gegenbauer_recurrence(int dimension, int count) {
  const double lambda = (dimension - 1) / 2.0;
  std::vector<double> b;
  for (int j = 1; j <= count; ++j)
    b.push_back(j == 1 && dimension == 1 ? std::sqrt(0.5)
                                         : std::sqrt(j * (j + 2 * lambda - 1) / (4 * (j + lambda) * (j + lambda - 1))));
  return b;
}

// Nodes by falling size and weights (sum 1) of the Gauss rule with N points.
struct GaussRule {
  Vector<double> nodes, weights;
};

GaussRule gauss_rule(int dimension, int size, bool weights = true) {
  const std::vector<double> b = gegenbauer_recurrence(dimension, std::max(size - 1, 0));
  Vector<double> diagonal = Vector<double>::Zero(size), off = Vector<double>::Zero(std::max(size - 1, 0));
  for (int j = 0; j + 1 < size; ++j) off(j) = b[static_cast<std::size_t>(j)];
  Eigen::SelfAdjointEigenSolver<Matrix<double>> solver;
  solver.computeFromTridiagonal(diagonal, off, weights ? Eigen::ComputeEigenvectors : Eigen::EigenvaluesOnly);
  GaussRule rule{solver.eigenvalues().reverse(), {}};
  if (weights) rule.weights = solver.eigenvectors().row(0).array().square().transpose().reverse();
  return rule;
}

// The points and weights (sum 1) of a rule on S^n that is exact for degree 2 N - 1 and symmetric under a change of sign
// of the last coordinate: Gauss rules in the first n - 1 heights, equal angles on the last circle.
void sphere_rule(int dimension, int size, Matrix<double>& nodes, Vector<double>& weights) {
  const int angles = 2 * size;
  Index count = angles;
  for (int i = 1; i < dimension; ++i) count *= size;
  nodes = Matrix<double>::Zero(dimension + 1, count);
  weights = Vector<double>::Constant(count, 1.0 / angles);
  std::vector<GaussRule> rules;
  for (int i = dimension; i >= 2; --i) rules.push_back(gauss_rule(i, size));
  for (Index c = 0; c < count; ++c) {
    Index rest = c;
    double scale = 1;
    for (int i = 0; i + 1 < dimension; ++i) {
      const GaussRule& rule = rules[static_cast<std::size_t>(i)];
      const Index pick = rest % size;
      rest /= size;
      nodes(i, c) = scale * rule.nodes(pick);
      scale *= std::sqrt(std::max(0.0, 1 - rule.nodes(pick) * rule.nodes(pick)));
      weights(c) *= rule.weights(pick);
    }
    const double angle = 2 * std::numbers::pi * (static_cast<double>(rest) + 0.5) / angles;
    nodes(dimension - 1, c) = scale * std::cos(angle);
    nodes(dimension, c) = scale * std::sin(angle);
  }
}

int half_degree(int degree) { return degree / 2 + 1; }

void require_domain(int dimension, int degree) {
  if (dimension < 1 || dimension > largest_dimension)
    throw InputError("", "dimension", std::to_string(dimension),
                     "a dimension from 1 to " + std::to_string(largest_dimension));
  if (degree < 0 || half_degree(degree) > largest_size)
    throw InputError("", "degree", std::to_string(degree),
                     "a degree from 0 to " + std::to_string(2 * largest_size - 1));
}

}  // namespace

Ball bessel_zero_upper(int dimension) {
  require_domain(dimension, 0);
  if (dimension == 1) return pi<Ball>() / 2;
  // The series of J_nu near its first zero loses about as many bits as the order.
  const BallPrecision precision(128 + 4L * dimension);
  const double order = (dimension - 2) / 2.0, guess = boost::math::cyl_bessel_j_zero(order, 1);
  for (double slack = 1e-13; slack < 1e-6; slack *= 4) {
    const Ball at(guess * (1 + slack)), nu(order);
    Ball value;
    arb_hypgeom_bessel_j(value.data(), nu.data(), at.data(), BallPrecision::bits());
    // J_nu > 0 just right of 0, so a negative value stands behind the first zero.
    if (less(value, Ball(0)) == Truth::yes) return at;
  }
  throw UndecidedError("the first zero of a Bessel function is not bounded");
}

Ball jackson_constant(int dimension) { return 1 + 2 * bessel_zero_upper(dimension) / dimension; }

Ball jackson_error_upper(int dimension, int degree, const Ball& lipschitz, const Ball& radius) {
  require_domain(dimension, degree);
  require_invariant(degree >= 1, "Jackson's bound needs a degree of at least 1");
  return 2 * bessel_zero_upper(dimension) * lipschitz * radius / degree;
}

double jackson_angle(int dimension, int degree) {
  require_domain(dimension, degree);
  const int size = half_degree(degree);
  if (dimension == 1) return std::numbers::pi / (2.0 * size);
  return std::acos(gauss_rule(dimension, size, false).nodes(0));
}

JacksonApproximation::JacksonApproximation(const Function& f, int dimension, double radius, int degree)
    : dimension_(dimension), degree_(degree), radius_(radius), unit_error_(0) {
  require_domain(dimension, degree);
  if (!(radius > 0)) throw InputError("", "radius", std::to_string(radius), "a radius > 0");
  const int size = half_degree(degree);
  const double count = 2 * std::pow(static_cast<double>(size), dimension);
  if (count > largest_point_count)
    throw InputError("", "degree", std::to_string(degree),
                     "at most 4000000 points of the sphere, where this degree takes " + to_text(Rational(count)));
  const double pole = std::cos(jackson_angle(dimension, degree));
  unit_error_ = std::sqrt(2 * (1 - pole));
  recurrence_ = gegenbauer_recurrence(dimension, size);
  // p_0 = 1 for the measure of mass 1.
  double before = 0, now = 1, square = 0;
  for (int j = 0; j < size; ++j) {
    pole_values_.push_back(now);
    square += now * now;
    const double next = (pole * now - (j > 0 ? recurrence_[static_cast<std::size_t>(j) - 1] * before : 0)) /
                        recurrence_[static_cast<std::size_t>(j)];
    before = now;
    now = next;
  }
  for (double& value : pole_values_) value /= std::sqrt(square);
  Vector<double> weights;
  sphere_rule(dimension, size, nodes_, weights);
  for (Index c = 0; c < nodes_.cols(); ++c) {
    const Vector<double> value = f(radius * nodes_.col(c).head(dimension));
    if (c == 0) weighted_values_.resize(value.size(), nodes_.cols());
    weighted_values_.col(c) = weights(c) * value;
  }
}

double JacksonApproximation::kernel(double t) const {
  double before = 0, now = 1, q = 0;
  for (std::size_t j = 0; j < pole_values_.size(); ++j) {
    q += pole_values_[j] * now;
    const double next = (t * now - (j > 0 ? recurrence_[j - 1] * before : 0)) / recurrence_[j];
    before = now;
    now = next;
  }
  return q * q;
}

Vector<double> JacksonApproximation::operator()(const Vector<double>& x) const {
  constexpr double slack = 1e-12;
  require_invariant(x.size() == dimension_, "a point has the dimension of the ball");
  const double norm = x.norm() / radius_;
  if (!(norm <= 1 + slack)) throw InputError("", "points", std::to_string(x.norm()), "points in the ball");
  Vector<double> lifted(dimension_ + 1);
  lifted.head(dimension_) = x / radius_;
  lifted(dimension_) = std::sqrt(std::max(0.0, 1 - norm * norm));
  Vector<double> sum = Vector<double>::Zero(weighted_values_.rows());
  for (Index c = 0; c < nodes_.cols(); ++c) sum += kernel(lifted.dot(nodes_.col(c))) * weighted_values_.col(c);
  return sum;
}

LinePolynomial JacksonApproximation::line_polynomial(Index output) const {
  require_invariant(dimension_ == 1, "coefficients on the line");
  const Rational radius = to_rational(radius_);
  return chebyshev_interpolant([&](double x) { return (*this)(Vector<double>::Constant(1, x))(output); },
                               {-radius, radius}, degree_);
}

}  // namespace verimix
