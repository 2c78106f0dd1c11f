#include "verimix/estimate/recentring_errors.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/estimate/moments.hpp"
#include "verimix/estimate/subspace.hpp"
#include "verimix/mixture/draw.hpp"

namespace verimix {
namespace {

/// E vec(z z^T) vec(z z^T)^T, z ~ N(y, P).
Matrix<Ball> full_moment(const Vector<Ball>& y, const Matrix<Ball>& p) {
  const Matrix<Ball> g = p + y * y.transpose();
  const Eigen::Map<const Vector<Ball>> vec_g(g.data(), g.size());
  return square_covariance(y, p) + vec_g * vec_g.transpose();
}

/// Row j: the weights with which the values of a polynomial of degree 4 at -2, -1, 0, 1, 2 make its coefficient j,
/// times 24.
constexpr std::array<std::array<int, 5>, 5> interpolation_weights = {
    {{0, 0, 24, 0, 0}, {2, -16, 0, 16, -2}, {-1, 16, -30, 16, -1}, {-2, 4, 0, -4, 2}, {1, -4, 6, -4, 1}}};

template <Scalar T>
T square(const T& x) {
  return x * x;
}

template <Scalar T>
T integer(Index n) {
  return T(static_cast<int>(n));
}

}  // namespace

Matrix<Ball> slab_block_moment(Block block, const Matrix<Ball>& pi, const GaussianLaw& law, const Vector<Ball>& center,
                               const Slab& slab) {
  const Vector<Ball> slope_numerator = law.covariance * slab.normal;
  Ball variance = 0;
  for (Index r = 0; r < slab.normal.size(); ++r) variance += slab.normal(r) * slope_numerator(r);
  // Given t = <normal, x - mean>, x is N(mean + slope t, rest).
  const Vector<Ball> slope = slope_numerator.unaryExpr([&](const Ball& s) { return s / variance; });
  const Matrix<Ball> rest = law.covariance - slope * slope_numerator.transpose();
  const Vector<Ball> y = law.mean - center;
  const std::vector<Ball> moments = slab_moments(law, slab);
  const Index size = y.size() * y.size();
  Matrix<Ball> sum = Matrix<Ball>::Constant(size, size, Ball(0));
  for (int node = 0; node < 5; ++node) {
    Ball weight = 0;
    for (std::size_t j = 0; j < 5; ++j) weight += interpolation_weights[j][static_cast<std::size_t>(node)] * moments[j];
    const Vector<Ball> at = y + Ball(node - 2) * slope;
    sum += (weight / 24) * full_moment(at, rest);
  }
  const Matrix<Ball> v = block_projection(block, pi);
  return v * sum * v.transpose();
}

Ball recentring_error(Block block, const Matrix<Ball>& pi, const GaussianLaw& law, const Slab& cell,
                      const Vector<Ball>& center, const Vector<Ball>& other_center) {
  const Matrix<Ball> difference =
      slab_block_moment(block, pi, law, center, cell) - slab_block_moment(block, pi, law, other_center, cell);
  return operator_norm(difference);
}

Ball recentred_signal_error(Block block, const Matrix<Ball>& pi, const GaussianLaw& law,
                            const Matrix<Rational>& centers, Index i) {
  const Matrix<Ball> enclosed = centers.unaryExpr([](const Rational& x) { return from_rational<Ball>(x); });
  const std::vector<std::optional<Slab>> cells = collinear_cells(centers);
  const Vector<Ball> g = block_signal<Ball>(block, pi, law.mean - enclosed.col(i), law.covariance);
  Matrix<Ball> sum = -(g * g.transpose());
  for (Index j = 0; j < centers.cols(); ++j) {
    const std::optional<Slab>& cell = cells[static_cast<std::size_t>(j)];
    if (cell) sum += slab_block_moment(block, pi, law, enclosed.col(j), *cell);
  }
  return operator_norm(sum);
}

template <Scalar T>
T close_recentring_error_upper(Block block, const T& beta, const T& v, const T& delta, Index rank) {
  const T b = delta + sqrt(v);
  const T root = sqrt(integer<T>(rank));
  if (block == Block::psi_00) return T(2) * beta * beta + T(4) * beta * b * b + square<T>(root * beta + b * b);
  if (block == Block::psi_01) return beta * beta + beta * (b * b + v) + square<T>(root * beta / T(2) + b * sqrt(v));
  return T(0);
}

template <Scalar T>
T far_recentring_error_upper(Block block, const T& beta, const T& v, const T& R, Index rank) {
  return T(9) * close_recentring_error_upper<T>(block, beta, v, T(2) * R, rank) / square<T>(R * R);
}

template <Scalar T>
T recentred_signal_error_upper(Block block, const T& beta, const T& v, Index rank) {
  const T r = integer<T>(rank);
  if (block == Block::psi_00) return square<T>(r * beta + v) + T(2) * r * beta * beta + T(4) * beta * v;
  if (block == Block::psi_01) return (r + T(1) / T(2)) * beta * beta + (r + T(1)) * beta * v + v * v / T(4);
  return signal_term_error_upper(block, beta, v);
}

template <Scalar T>
T recentring_error_printed(Block block, Index k, const T& beta, const T& delta) {
  if (block == Block::psi_00) return square<T>(beta * integer<T>(k)) + square<T>(delta * delta);
  if (block == Block::psi_01) return beta * sqrt(beta) * delta + beta * delta * delta;
  return T(0);
}

template <Scalar T>
T recentred_signal_error_printed(Block block, Index k, const T& beta, const T& v, const T& delta) {
  const T components = integer<T>(k);
  if (block == Block::psi_00)
    return beta * v + beta * beta * components * components * components + components * square<T>(delta * delta);
  const T common = beta * beta + beta * v;
  if (block == Block::psi_01) return common + components * (beta * sqrt(beta) * delta + beta * delta * delta);
  return common;
}

double eighth_moment(const Vector<double>& mean, const Matrix<double>& covariance) {
  std::array<double, 5> cumulant{};
  Matrix<double> power = Matrix<double>::Identity(mean.size(), mean.size());
  double factor = 1;  // 2^{n-1} (n-1)!
  for (int n = 1; n <= 4; ++n) {
    const double at_mean = mean.dot(power * mean);
    power *= covariance;
    cumulant[static_cast<std::size_t>(n)] = factor * (power.trace() + n * at_mean);
    factor *= 2 * n;
  }
  const double k1 = cumulant[1];
  const double k2 = cumulant[2];
  return cumulant[4] + 4 * cumulant[3] * k1 + 3 * k2 * k2 + 6 * k2 * k1 * k1 + k1 * k1 * k1 * k1;
}

ConfidenceInterval sampled_recentring_error(const RecentringQuery& query, Index count, double confidence,
                                            std::uint64_t seed) {
  const Index d = query.mean.size();
  const Matrix<double> n = Matrix<double>::Identity(d, d) - query.pi;
  const Matrix<double>& left = query.block == Block::psi_11 ? n : query.pi;
  const Matrix<double>& right = query.block == Block::psi_00 ? query.pi : n;
  const Matrix<double> points = draw({"", Vector<double>::Ones(1), query.mean, {query.covariance}}, count, seed).points;
  Matrix<double> sum = Matrix<double>::Zero(d * d, d * d);
  double bound = 0;
  for (const auto& [center, sign] : {std::pair(query.center, 1.0), std::pair(query.other_center, -1.0)}) {
    const Vector<double> y = query.mean - query.centers.col(center);
    // |Psi|_F = |L z|^2 |U z|^2, and |Psi - Psi'|_F^2 <= |Psi|_F^2 + |Psi'|_F^2 since both are positive.
    bound += std::sqrt(eighth_moment(left * y, left * query.covariance * left) *
                       eighth_moment(right * y, right * query.covariance * right));
    for (Index j = 0; j < count; ++j) {
      if (nearest_center<double>(query.centers, query.pi * points.col(j)) != query.cell) continue;
      const Vector<double> z = points.col(j) - query.centers.col(center);
      const Matrix<double> a = (left * z) * (right * z).transpose();
      const Eigen::Map<const Vector<double>> vec_a(a.data(), a.size());
      sum.selfadjointView<Eigen::Lower>().rankUpdate(vec_a, sign);
    }
  }
  sum /= static_cast<double>(count);
  const Eigen::SelfAdjointEigenSolver<Matrix<double>> solver(sum, Eigen::EigenvaluesOnly);
  const double estimate = solver.eigenvalues().cwiseAbs().maxCoeff();
  const double halfwidth = std::sqrt(bound / (static_cast<double>(count) * (1 - confidence)));
  return {estimate, std::max(0.0, estimate - halfwidth), estimate + halfwidth};
}

template double close_recentring_error_upper(Block, const double&, const double&, const double&, Index);
template Ball close_recentring_error_upper(Block, const Ball&, const Ball&, const Ball&, Index);
template double far_recentring_error_upper(Block, const double&, const double&, const double&, Index);
template Ball far_recentring_error_upper(Block, const Ball&, const Ball&, const Ball&, Index);
template double recentred_signal_error_upper(Block, const double&, const double&, Index);
template Real50 recentred_signal_error_upper(Block, const Real50&, const Real50&, Index);
template Ball recentred_signal_error_upper(Block, const Ball&, const Ball&, Index);
template double recentring_error_printed(Block, Index, const double&, const double&);
template Ball recentring_error_printed(Block, Index, const Ball&, const Ball&);
template double recentred_signal_error_printed(Block, Index, const double&, const double&, const double&);
template Ball recentred_signal_error_printed(Block, Index, const Ball&, const Ball&, const Ball&);

}  // namespace verimix
