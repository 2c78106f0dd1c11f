#include "supported_points.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "verimix/core/decompositions.hpp"
#include "verimix/estimate/crude_covariances.hpp"
#include "verimix/estimate/moments.hpp"

namespace verimix::detail {
namespace {

/// How far down a ranking `diverse` looks.
constexpr std::size_t groups_looked_at = 3000;

/// The points of the net whose cells hold points of the sample, the most populated `limit` of them in the order of the
/// net.
Matrix<double> populated_points(const BallNet<double>& net, const Matrix<double>& points, Index limit) {
  std::map<std::uint64_t, Index> population;
  for (Index j = 0; j < points.cols(); ++j) ++population[net.nearest(points.col(j))];
  std::vector<std::pair<std::uint64_t, Index>> cells(population.begin(), population.end());
  std::stable_sort(cells.begin(), cells.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  cells.resize(std::min(cells.size(), static_cast<std::size_t>(limit)));
  std::sort(cells.begin(), cells.end());
  Matrix<double> out(points.rows(), static_cast<Index>(cells.size()));
  for (std::size_t c = 0; c < cells.size(); ++c) out.col(static_cast<Index>(c)) = net[cells[c].first];
  return out;
}

Matrix<double> squared_distances(const Matrix<double>& points, const Matrix<double>& centers) {
  Matrix<double> out(points.cols(), centers.cols());
  for (Index c = 0; c < centers.cols(); ++c) {
    out.col(c) = (points.colwise() - centers.col(c)).colwise().squaredNorm().transpose();
  }
  return out;
}

double log_determinant(const Matrix<double>& positive) {
  return 2 * Eigen::LLT<Matrix<double>>(positive).matrixLLT().diagonal().array().log().sum();
}

/// Groups and pooled covariance for the subset of centers.
MeanTuple mean_tuple(const Matrix<double>& points, const Matrix<double>& centers, const Matrix<double>& distances,
                     const std::vector<Index>& subset, double ridge) {
  const Index n = points.cols();
  MeanTuple out;
  out.groups.resize(static_cast<std::size_t>(n));
  Matrix<double> residuals(points.rows(), n);
  for (Index j = 0; j < n; ++j) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < subset.size(); ++i) {
      if (distances(j, subset[i]) < distances(j, subset[best])) best = i;
    }
    out.groups[static_cast<std::size_t>(j)] = static_cast<Index>(best);
    residuals.col(j) = points.col(j) - centers.col(subset[best]);
  }
  out.pooled = second_moment(residuals, 1);
  out.pooled.diagonal().array() += ridge;
  out.log_determinant = log_determinant(out.pooled);
  out.means = centers(Eigen::all, subset);
  return out;
}

/// The log_determinant of mean_tuple without the groups: from the groups' sizes n_g and sums s_g and total = sum x x^T,
/// as sum (x - mu_g)(x - mu_g)^T = total - sum_g (s_g mu_g^T + mu_g s_g^T - n_g mu_g mu_g^T). Infinite for an empty
/// group.
double pooled_log_determinant(const Matrix<double>& points, const Matrix<double>& centers,
                              const Matrix<double>& distances, const Matrix<double>& total,
                              const std::vector<Index>& subset, double ridge) {
  const Index d = points.rows();
  const auto k = static_cast<Index>(subset.size());
  Matrix<double> sums = Matrix<double>::Zero(d, k);
  Vector<double> sizes = Vector<double>::Zero(k);
  for (Index j = 0; j < points.cols(); ++j) {
    Index best = 0;
    for (Index i = 1; i < k; ++i) {
      if (distances(j, subset[static_cast<std::size_t>(i)]) < distances(j, subset[static_cast<std::size_t>(best)])) {
        best = i;
      }
    }
    sizes(best) += 1;
    for (Index r = 0; r < d; ++r) sums(r, best) += points(r, j);
  }
  if (sizes.minCoeff() == 0) return std::numeric_limits<double>::infinity();
  const Matrix<double> means = centers(Eigen::all, subset);
  const Matrix<double> cross = sums * means.transpose();
  Matrix<double> pooled = total - cross - cross.transpose() + means * sizes.asDiagonal() * means.transpose();
  pooled /= static_cast<double>(points.cols());
  pooled.diagonal().array() += ridge;
  return log_determinant(pooled);
}

/// exp of the log-densities with each row's maximum taken out; a row belongs to a point, a column to a choice.
Matrix<double> scaled_densities(const Matrix<double>& points, const std::vector<Matrix<double>>& choices) {
  Matrix<double> table(points.cols(), static_cast<Index>(choices.size()));
  const Vector<double> origin = Vector<double>::Zero(points.rows());
  for (std::size_t c = 0; c < choices.size(); ++c)
    table.col(static_cast<Index>(c)) = log_gaussian(points, origin, choices[c]);
  table.colwise() -= table.rowwise().maxCoeff().eval();
  return table.array().exp();
}

/// The `limit` columns of largest weight in the mixture of all of them, in rising order.
std::vector<Index> screened(const Matrix<double>& densities, Index limit) {
  const Index choices = densities.cols();
  Vector<double> weights = Vector<double>::Constant(choices, 1.0 / static_cast<double>(choices));
  for (int update = 0; update < 20; ++update) {
    const Vector<double> inverse = (densities * weights).cwiseInverse();
    weights = weights.cwiseProduct(densities.transpose() * inverse) / static_cast<double>(densities.rows());
  }
  std::vector<Index> order(static_cast<std::size_t>(choices));
  std::iota(order.begin(), order.end(), Index{0});
  std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return weights(a) > weights(b); });
  order.resize(static_cast<std::size_t>(std::min(choices, limit)));
  std::sort(order.begin(), order.end());
  return order;
}

}  // namespace

Vector<double> log_gaussian(const Matrix<double>& points, const Vector<double>& mean,
                            const Matrix<double>& covariance) {
  const Eigen::LLT<Matrix<double>> factor(covariance);
  const Matrix<double> whitened = factor.matrixL().solve(points.colwise() - mean);
  const double log_root = factor.matrixLLT().diagonal().array().log().sum();
  return (-0.5 * whitened.colwise().squaredNorm().array() - log_root).matrix().transpose();
}

std::vector<Index> in_order_of_occurrence(const std::vector<Index>& groups) {
  std::map<Index, Index> names;
  std::vector<Index> out;
  out.reserve(groups.size());
  for (const Index g : groups) out.push_back(names.try_emplace(g, static_cast<Index>(names.size())).first->second);
  return out;
}

std::vector<std::size_t> diverse(const std::vector<std::vector<Index>>& groups, std::size_t limit) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < std::min(groups.size(), groups_looked_at) && chosen.size() < limit; ++i) {
    const std::size_t least = std::max<std::size_t>(1, groups[i].size() / 50);
    const bool is_new = std::all_of(chosen.begin(), chosen.end(), [&](std::size_t c) {
      std::size_t differences = 0;
      for (std::size_t j = 0; j < groups[i].size(); ++j) differences += groups[i][j] != groups[c][j] ? 1U : 0U;
      return differences >= least;
    });
    if (is_new) chosen.push_back(i);
  }
  return chosen;
}

Index pool_size(Index k) {
  const auto subsets = [k](Index m) {
    double count = 1;
    for (Index i = 0; i < k; ++i) count = count * static_cast<double>(m - i) / static_cast<double>(i + 1);
    return count;
  };
  Index size = 64;
  while (size > k && subsets(size) > 5000) --size;
  return std::max(size, k);
}

void for_each_subset(Index n, Index k, const std::function<void(const std::vector<Index>&)>& visit) {
  if (k > n) return;
  std::vector<Index> subset(static_cast<std::size_t>(k));
  std::iota(subset.begin(), subset.end(), Index{0});
  for (;;) {
    visit(subset);
    Index last = k - 1;
    while (last >= 0 && subset[static_cast<std::size_t>(last)] == n - k + last) --last;
    if (last < 0) return;
    ++subset[static_cast<std::size_t>(last)];
    for (Index i = last + 1; i < k; ++i)
      subset[static_cast<std::size_t>(i)] = subset[static_cast<std::size_t>(i - 1)] + 1;
  }
}

std::vector<MeanTuple> mean_tuples(const Matrix<double>& points, Index k, double beta, std::size_t limit) {
  const Index d = points.rows();
  // In three dimensions or fewer the whole space costs nothing and cannot miss a direction of small variance.
  const Subspace<double> space = top_eigenspace(second_moment(points), std::min(d, std::max<Index>(k, 3)));
  const double farthest = std::sqrt(points.colwise().squaredNorm().maxCoeff());
  const double radius = std::min(farthest, 4 * std::sqrt(static_cast<double>(space.basis.cols()) * beta));
  struct Scale {
    Matrix<double> centers, distances;
  };
  struct Ranked {
    double log_determinant;
    std::size_t scale;
    std::vector<Index> subset;
  };
  // The ridge keeps the determinant of a group that is one repeated point away from 0.
  const double ridge = 1e-9 * beta;
  const Matrix<double> total = points * points.transpose();
  std::vector<Scale> scales;
  std::vector<Ranked> order;
  for (double mesh = std::sqrt(beta); mesh > 0.1 * std::sqrt(beta); mesh /= 2) {
    const Matrix<double> centers = populated_points(BallNet<double>(space.basis, radius, mesh), points, pool_size(k));
    scales.push_back({centers, squared_distances(points, centers)});
    for_each_subset(centers.cols(), k, [&](const std::vector<Index>& subset) {
      const double rank = pooled_log_determinant(points, centers, scales.back().distances, total, subset, ridge);
      // A determinant that rounding made 0 or negative has no logarithm and no rank.
      if (std::isfinite(rank)) order.push_back({rank, scales.size() - 1, subset});
    });
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const Ranked& a, const Ranked& b) { return a.log_determinant < b.log_determinant; });
  order.resize(std::min(order.size(), groups_looked_at));
  std::vector<MeanTuple> best;
  std::vector<std::vector<Index>> groups;
  for (const Ranked& tuple : order) {
    best.push_back(mean_tuple(points, scales[tuple.scale].centers, scales[tuple.scale].distances, tuple.subset, ridge));
    groups.push_back(in_order_of_occurrence(best.back().groups));
  }
  std::vector<MeanTuple> out;
  for (const std::size_t i : diverse(groups, limit)) out.push_back(best[i]);
  return out;
}

std::vector<Matrix<double>> covariance_points(const Matrix<double>& points, Index k) {
  const Index d = points.rows();
  const Vector<double> origin = Vector<double>::Zero(d);
  // sum lambda_i G_i = M, so |G_i| <= |M|/lambda_i, and equal weights are assumed.
  const double largest = static_cast<double>(k) * second_moment(points).norm();
  std::vector<Matrix<double>> out;
  if (!(largest > 0)) return out;
  const Index rank = std::min(k, d * (d + 1) / 2);
  double radius = largest;
  for (int scale = 0; scale < 3; ++scale, radius /= 4) {
    // Finer in fewer dimensions: some hundred points a scale.
    const double mesh = radius / (rank <= 2 ? 8 : rank == 3 ? 6 : 4);
    const CrudeCovariances<double> crude(points, k, CovarianceRoute::plain, {}, radius, mesh);
    for (std::uint64_t i = 0; i < crude.net().size(); ++i) {
      const Matrix<double> q = crude.covariance(i, origin, mesh / 2, 2 * largest);
      // What is shorter than the mesh in every direction belongs to a finer scale.
      if (crude.signal(i).trace() > mesh && q.norm() > mesh) out.push_back(q);
    }
  }
  return out;
}

std::vector<std::vector<Index>> covariance_subsets(const Matrix<double>& points,
                                                   const std::vector<Matrix<double>>& choices, Index k,
                                                   std::size_t limit) {
  if (static_cast<Index>(choices.size()) < k || points.cols() == 0) return {};
  const Matrix<double> densities = scaled_densities(points, choices);
  const std::vector<Index> kept = screened(densities, pool_size(k));
  const Matrix<double> pool = densities(Eigen::all, kept);
  std::vector<std::pair<double, std::vector<Index>>> ranked;
  for_each_subset(pool.cols(), k, [&](const std::vector<Index>& subset) {
    Vector<double> sum = Vector<double>::Zero(pool.rows());
    for (const Index c : subset) sum += pool.col(c);
    ranked.emplace_back(sum.array().log().sum(), subset);
  });
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  ranked.resize(std::min(ranked.size(), limit));
  std::vector<std::vector<Index>> out;
  for (const auto& [likelihood, subset] : ranked) {
    std::vector<Index> named;
    for (const Index c : subset) named.push_back(kept[static_cast<std::size_t>(c)]);
    out.push_back(std::move(named));
  }
  return out;
}

}  // namespace verimix::detail
