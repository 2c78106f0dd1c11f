// Covariances in dimensions that no matrix has: the same number on a block of coordinates, few blocks. The exponents of
// Corollaries 30 and 31 say something from d = 730 and d = 10^9 on, so it takes these to check them where they do.
#pragma once

#include <algorithm>
#include <boost/math/special_functions/log1p.hpp>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <vector>

#include "verimix/cluster/partition.hpp"
#include "verimix/cluster/statistic_deviation.hpp"
#include "verimix/core/random.hpp"

namespace verimix::support {

/// Q_i = variances(r, i) on block r of sizes(r) coordinates, K_i the clipped inverse of its estimate in the same way;
/// column i of `means` and `centers` has one coordinate a block, the others are 0.
struct BlockCase {
  DeviationSetting<double> setting;
  double c_prime = 0;
  PartitionPair pair;
  Vector<double> sizes;
  Matrix<double> variances, inverses, means, centers;

  Index components() const { return variances.cols(); }
  double dimension() const { return sizes.sum(); }
  double distance(Index i, Index j) const {
    return (sizes.cwiseSqrt().asDiagonal() * (variances.col(i) - variances.col(j))).norm();
  }
  double gap(Index i, Index j) const {
    double sum = 0;
    for (Index r = 0; r < sizes.size(); ++r)
      sum += sizes(r) * std::pow(variances(r, i) - variances(r, j), 2) / (variances(r, i) * variances(r, j));
    return sum;
  }
  /// Small matrices with the same distances, which are all that the bounds read of the covariances.
  ParameterEstimates<double> with_its_distances() const {
    ParameterEstimates<double> out{means, {}};
    for (Index i = 0; i < components(); ++i)
      out.covariances.emplace_back(sizes.cwiseSqrt().cwiseProduct(variances.col(i)).asDiagonal());
    return out;
  }
};

/// Between the ends over decades, a fifth of the time at one of them.
inline double log_uniform(Stream& stream, double low, double high) {
  const double u = stream.uniform();
  if (u < 0.1) return low;
  if (u < 0.2) return high;
  return low * std::pow(high / low, stream.uniform());
}

/// Labels of first occurrence.
inline std::vector<Index> random_groups(Index k, Stream& stream) {
  std::vector<Index> out(static_cast<std::size_t>(k), 0);
  Index used = 1;
  for (std::size_t i = 1; i < out.size(); ++i) {
    out[i] = static_cast<Index>(stream.uniform() * static_cast<double>(used + 1));
    used = std::max(used, out[i] + 1);
  }
  return out;
}

/// The hypotheses of Corollaries 30 (c <= 1, c' <= 1) and 31 (both <= 1/100) by construction. Covariance group g of n
/// has its variances in [alpha + 2g w, alpha + (2g + 1) w], w = (beta - alpha)/(2n), so that two groups differ by w in
/// every coordinate, and beta >= 1.1 alpha makes that more than alpha/100. Delta is the least distance between groups,
/// ups and the errors of the means are the shares `share` of what the hypotheses allow; a mean group is so narrow that
/// its diameter and the error of the estimates add up to c Delta sqrt(alpha)/beta.
inline BlockCase block_case(Stream& stream, double c_mean, double c_prime, double largest_size) {
  BlockCase out;
  const auto pick = [&](std::initializer_list<double> values) {
    return values.begin()[static_cast<std::size_t>(stream.uniform() * static_cast<double>(values.size()))];
  };
  const Index k = 1 + static_cast<Index>(stream.uniform() * 4);
  const Index blocks = 1 + static_cast<Index>(stream.uniform() * 3);
  out.pair = {random_groups(k, stream), random_groups(k, stream)};
  out.c_prime = c_prime;
  const double alpha = pick({1, 0.5, 1e-3}), beta = alpha * pick({1.1, 1.5, 1.5, 4, 30});
  const auto groups =
      static_cast<double>(1 + *std::max_element(out.pair.covariance_group.begin(), out.pair.covariance_group.end()));
  out.sizes =
      Vector<double>::NullaryExpr(blocks, [&](Index) { return std::floor(log_uniform(stream, 1, largest_size)); });
  const double width = (beta - alpha) / (2 * groups);
  out.variances.resize(blocks, k);
  for (Index i = 0; i < k; ++i) {
    const double low = alpha + 2 * width * static_cast<double>(out.pair.covariance_group[static_cast<std::size_t>(i)]);
    for (Index r = 0; r < blocks; ++r) out.variances(r, i) = low + width * pick({0, 1, stream.uniform()});
  }
  double delta = std::numeric_limits<double>::infinity();
  for (Index i = 0; i < k; ++i) {
    for (Index j = 0; j < i; ++j) {
      if (out.pair.covariance_group[static_cast<std::size_t>(i)] !=
          out.pair.covariance_group[static_cast<std::size_t>(j)])
        delta = std::min(delta, out.distance(i, j));
    }
  }
  if (!std::isfinite(delta)) delta = alpha;  // one group: no pair reads it
  delta *= 1 - 1e-12;
  const double ups = pick({0, 0.5, 1}) * delta / 5 * std::pow(alpha / beta, 3) * (1 - 1e-9);
  out.setting = {alpha, beta, delta, ups, c_mean};
  out.inverses.resize(blocks, k);
  for (Index i = 0; i < k; ++i) {
    Vector<double> share = Vector<double>::NullaryExpr(blocks, [&](Index) { return stream.normal(); });
    share *= ups / share.norm();
    for (Index r = 0; r < blocks; ++r)
      out.inverses(r, i) = 1 / std::max(out.variances(r, i) + share(r) / std::sqrt(out.sizes(r)), alpha / 2);
  }
  const double allowed = c_mean * delta * std::sqrt(alpha) / beta * (1 - 1e-9), inner = pick({0, 0.5, 1});
  out.means = Matrix<double>::Zero(blocks, k);
  out.centers = out.means;
  for (Index i = 0; i < k; ++i) {
    const auto somewhere = [&](double length) {
      return Vector<double>(length *
                            Vector<double>::NullaryExpr(blocks, [&](Index) { return stream.normal(); }).normalized());
    };
    out.means.col(i) = somewhere(inner * allowed / 2);
    out.centers.col(i) = out.means.col(i) + somewhere((1 - inner) * allowed);
  }
  return out;
}

/// log P[T_ij >= y] (side 1) or log P[T_ij <= y] (side -1) from above, by Chernoff, for x ~ N_of about the estimated
/// mean number `center`; 0 where y is not beyond the mean. T_ij = sum_r b_r ((z + u_r)^2 + chi^2 with n_r - 1 degrees -
/// n_r) + <Q_of - Q_i, K_i - K_j>, b_r = q_r (k_ir - k_jr). log(1 - s) + s keeps its digits for the smallest s (boost's
/// log1pmx), which a sum of n_r = 10^12 terms needs.
inline double log_statistic_tail_upper(const BlockCase& c, Index of, Index i, Index j, Index center, double y,
                                       int side) {
  const Index blocks = c.sizes.size();
  Vector<double> b(blocks), shift(blocks);
  double excess = side * y;
  for (Index r = 0; r < blocks; ++r) {
    const double difference = side * (c.inverses(r, i) - c.inverses(r, j));
    b(r) = c.variances(r, of) * difference;
    shift(r) = std::pow(c.means(r, of) - c.centers(r, center), 2) / c.variances(r, of);
    excess -= b(r) * shift(r) + c.sizes(r) * (c.variances(r, of) - c.variances(r, i)) * difference;
  }
  if (!(excess > 0)) return 0;
  const double largest = b.maxCoeff();
  const double variance = ((2 * c.sizes.array() + 4 * shift.array()) * b.array().square()).sum();
  double best = 0;
  // Around the t of a Gaussian, excess/variance, and short of the pole 1/(2 largest).
  for (int step = -40; step <= 40; ++step) {
    double t = excess / variance * std::exp2(step / 8.0);
    if (largest > 0) t = std::min(t, 0.499 / largest * std::exp2(std::min(step, 0) / 8.0));
    double exponent = -t * excess;
    for (Index r = 0; r < blocks; ++r) {
      const double s = 2 * t * b(r);
      exponent += -c.sizes(r) / 2 * boost::math::log1pmx(-s) + t * b(r) * shift(r) * s / (1 - s);
    }
    best = std::min(best, exponent);
  }
  return best;
}

}  // namespace verimix::support
