#include "verimix/mixture/draw.hpp"

#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/core/parallel.hpp"
#include "verimix/core/random.hpp"

namespace verimix {

namespace {

constexpr Index rows_per_block = 1024;

/// S with S S^T = Q up to d u |Q|: from P Q P^T = L D L^T with pivoting, S = P^T L D^{1/2}.
Matrix<double> square_root(const Matrix<double>& covariance, Index component) {
  const Eigen::LDLT<Matrix<double>> factor(covariance);
  Vector<double> pivots = factor.vectorD();
  const double rounding = 16 * static_cast<double>(covariance.rows()) * std::numeric_limits<double>::epsilon();
  if (!(pivots.minCoeff() >= -rounding * pivots.cwiseAbs().maxCoeff())) {
    throw InputError("", "components[" + std::to_string(component) + "].covariance",
                     "pivot " + to_text(pivots.minCoeff()), "a positive semidefinite covariance");
  }
  pivots = pivots.cwiseMax(0.0).cwiseSqrt();
  Matrix<double> root = factor.matrixL();
  root = root * pivots.asDiagonal();
  return factor.transpositionsP().transpose() * root;
}

/// The first component at which the running sum of the weights passes u times their total; never one of weight 0.
Index choose(const Vector<double>& weights, double u) {
  double remaining = u * weights.sum();
  Index chosen = -1;
  for (Index i = 0; i < weights.size(); ++i) {
    if (weights(i) == 0) continue;
    chosen = i;
    if (remaining < weights(i)) break;
    remaining -= weights(i);
  }
  return chosen;
}

}  // namespace

Draws draw(const Mixture<double>& mixture, Index count, std::uint64_t seed, std::uint64_t first) {
  require_invariant(count >= 0, "a number of draws is not negative");
  if (!(mixture.weights.sum() > 0)) throw InputError("", "components[*].weight", "0", "a total weight > 0");
  std::vector<Matrix<double>> roots;
  for (Index i = 0; i < mixture.size(); ++i) {
    roots.push_back(square_root(mixture.covariances[static_cast<std::size_t>(i)], i));
  }
  Draws draws;
  draws.points.resize(mixture.dimension(), count);
  draws.components.resize(static_cast<std::size_t>(count));
  parallel_blocks(count, rows_per_block, [&](Index begin, Index end) {
    Vector<double> noise(mixture.dimension());
    for (Index row = begin; row < end; ++row) {
      const std::uint64_t index = first + static_cast<std::uint64_t>(row);
      const Index i = choose(mixture.weights, Stream(seed, Purpose::component_choice, index).uniform());
      Stream normals(seed, Purpose::component_noise, index);
      for (double& z : noise) z = normals.normal();
      draws.points.col(row) = mixture.means.col(i) + roots[static_cast<std::size_t>(i)] * noise;
      draws.components[static_cast<std::size_t>(row)] = i;
    }
  });
  return draws;
}

}  // namespace verimix
