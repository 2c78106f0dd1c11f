#include "verimix/cluster/clustering.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/core/parallel.hpp"

namespace verimix {
namespace {

constexpr Index labelled_block = 512;

/// <A, B> = tr(A^T B).
template <RealScalar T>
T inner_product(const Matrix<T>& a, const Matrix<T>& b) {
  return a.cwiseProduct(b).sum();
}

template <RealScalar T>
void validate_options(const ClusteringOptions<T>& options) {
  const auto require = [](bool ok, const char* field, const T& value, const char* expected) {
    if (!ok || !is_finite(value)) throw InputError("", field, to_text(value), expected);
  };
  require(options.alpha > T(0), "alpha", options.alpha, "a finite number > 0");
  require(options.beta > T(0), "beta", options.beta, "a finite number > 0");
  require(options.upsilon >= T(0), "upsilon", options.upsilon, "a finite number >= 0");
  require(options.c >= T(0), "c", options.c, "a finite number >= 0");
  require(options.c_prime >= T(0), "c_prime", options.c_prime, "a finite number >= 0");
}

/// The smallest Frobenius distance of clipped covariances of different groups; 0 if there is one group, where it is not
/// used.
template <RealScalar T>
T covariance_gap(const std::vector<ClippedInverse<T>>& clipped, const std::vector<Index>& groups) {
  T least(0);
  bool found = false;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (groups[i] == groups[j]) continue;
      const T distance = (clipped[i].covariance - clipped[j].covariance).norm();
      if (!found || distance < least) least = distance;
      found = true;
    }
  }
  return least;
}

template <RealScalar T>
T threshold(const ClippedInverse<T>& i, const ClippedInverse<T>& j, const ClusteringOptions<T>& options,
            const T& delta_out) {
  if (options.policy == ThresholdPolicy::log_det) return j.log_determinant - i.log_determinant;
  const Matrix<T> difference = i.inverse - j.inverse;
  if (options.policy == ThresholdPolicy::midpoint) {
    // <Q_i, B> + <Q_j - Q_i, B>/2, written so that t_ij + t_ji is exactly 0.
    return inner_product<T>(i.covariance + j.covariance, difference) / T(2);
  }
  const T distance = (j.covariance - i.covariance).norm();
  const T beta_squared = options.beta * options.beta;
  const T slack = 2 * (options.c * options.c + options.c_prime) * distance * distance / beta_squared +
                  4 * options.upsilon * distance / (options.alpha * options.alpha);
  const T eta = delta_out * delta_out / (100 * beta_squared);
  return inner_product<T>(j.covariance, difference) - slack - eta;
}

}  // namespace

template <RealScalar T>
Clustering<T>::Clustering(const ParameterEstimates<T>& estimates, const PartitionPair& pair,
                          const ClusteringOptions<T>& options)
    : means_(estimates.means), pair_(pair) {
  validate(estimates);
  validate(pair, estimates.size());
  validate_options(options);
  refinement_ = common_refinement(pair);
  for (const Matrix<T>& q : estimates.covariances) clipped_.push_back(clipped_inverse(q, options.alpha));
  const Index k = estimates.size();
  const T delta_out = covariance_gap(clipped_, pair.covariance_group);
  thresholds_ = Matrix<T>::Zero(k, k);
  for (Index i = 0; i < k; ++i) {
    for (Index j = 0; j < k; ++j) {
      if (i != j) {
        thresholds_(i, j) =
            threshold(clipped_[static_cast<std::size_t>(i)], clipped_[static_cast<std::size_t>(j)], options, delta_out);
      }
    }
  }
  covariance_groups_ = 1 + *std::max_element(pair.covariance_group.begin(), pair.covariance_group.end());
  cell_of_.setConstant(1 + *std::max_element(pair.mean_group.begin(), pair.mean_group.end()), covariance_groups_,
                       Index{-1});
  for (std::size_t t = 0; t < refinement_.size(); ++t) {
    const auto member = static_cast<std::size_t>(refinement_[t].front());
    cell_of_(pair.mean_group[member], pair.covariance_group[member]) = static_cast<Index>(t);
  }
}

template <RealScalar T>
Clustering<T>::Clustering(const ParameterEstimates<T>& estimates, const PartitionPair& pair,
                          const ClusteringOptions<T>& options, const Matrix<T>& thresholds)
    : Clustering(estimates, pair, options) {
  const Index k = components();
  if (thresholds.rows() != k || thresholds.cols() != k) {
    throw InputError("", "thresholds", std::to_string(thresholds.rows()) + " x " + std::to_string(thresholds.cols()),
                     std::to_string(k) + " x " + std::to_string(k) + ", one a pair of components");
  }
  for (Index i = 0; i < k; ++i) {
    for (Index j = 0; j < k; ++j) {
      const bool read =
          pair.covariance_group[static_cast<std::size_t>(i)] != pair.covariance_group[static_cast<std::size_t>(j)];
      if (read && !is_finite(thresholds(i, j))) {
        throw InputError("", "thresholds(" + std::to_string(i) + ", " + std::to_string(j) + ")",
                         to_text(thresholds(i, j)), "a finite number");
      }
      thresholds_(i, j) = read ? thresholds(i, j) : T(0);
    }
  }
}

template <RealScalar T>
std::vector<Index> Clustering<T>::labels(const Matrix<T>& points, unsigned threads) const {
  return assign(points, threads).labels;
}

template <RealScalar T>
void Clustering<T>::require_dimension(const Matrix<T>& points) const {
  if (points.rows() != dimension()) {
    throw InputError("", "points", "dimension " + std::to_string(points.rows()),
                     "dimension " + std::to_string(dimension()));
  }
}

template <RealScalar T>
ClusterAssignment Clustering<T>::assign(const Matrix<T>& points, unsigned threads) const {
  require_dimension(points);
  const auto n = static_cast<std::size_t>(points.cols());
  ClusterAssignment out{std::vector<Index>(n), std::vector<Index>(n), std::vector<Index>(n),
                        std::vector<ClusterStatus>(n)};
  parallel_blocks(
      points.cols(), labelled_block, [&](Index begin, Index end) { assign_block(points, begin, end, out); }, threads);
  return out;
}

template <RealScalar T>
void Clustering<T>::assign_block(const Matrix<T>& points, Index begin, Index end, ClusterAssignment& out) const {
  const Index k = components();
  const Index count = end - begin;
  const auto x = points.middleCols(begin, count);
  // Row i of these: |x - muhat_i|^2, and y^T Khat_i y with y = x - muhat(x).
  Matrix<T> distances(k, count);
  for (Index i = 0; i < k; ++i) distances.row(i) = (x.colwise() - means_.col(i)).colwise().squaredNorm();
  std::vector<Index> nearest(static_cast<std::size_t>(count), 0);
  Matrix<T> y(dimension(), count);
  for (Index j = 0; j < count; ++j) {
    Index& best = nearest[static_cast<std::size_t>(j)];
    for (Index i = 1; i < k; ++i) {
      if (distances(i, j) < distances(best, j)) best = i;
    }
    y.col(j) = x.col(j) - means_.col(best);
  }
  Matrix<T> forms(k, count);
  for (Index i = 0; i < k; ++i) {
    forms.row(i) = (clipped_[static_cast<std::size_t>(i)].inverse * y).cwiseProduct(y).colwise().sum();
  }
  for (Index j = 0; j < count; ++j) {
    out.mean_group[static_cast<std::size_t>(begin + j)] =
        pair_.mean_group[static_cast<std::size_t>(nearest[static_cast<std::size_t>(j)])];
    decide(forms.col(j).data(), points, begin + j, out);
  }
}

template <RealScalar T>
void Clustering<T>::decide(const T* forms, const Matrix<T>& points, Index at, ClusterAssignment& out) const {
  const Index k = components();
  const std::vector<Index>& group = pair_.covariance_group;
  Index accepted = -1;
  bool several = false;
  for (Index i = 0; i < k; ++i) {
    const Index own = group[static_cast<std::size_t>(i)];
    bool passes = true;
    for (Index j = 0; j < k && passes; ++j) {
      passes = group[static_cast<std::size_t>(j)] == own || forms[i] - forms[j] < thresholds_(i, j);
    }
    if (!passes || own == accepted) continue;
    several = several || accepted >= 0;
    accepted = accepted < 0 ? own : std::min(accepted, own);
  }
  const auto row = static_cast<std::size_t>(at);
  out.covariance_group[row] = accepted;
  const Index cell = accepted < 0 ? -1 : cell_of_(out.mean_group[row], accepted);
  if (cell >= 0) {
    out.labels[row] = cell;
    out.status[row] = several ? ClusterStatus::multi : ClusterStatus::ok;
    return;
  }
  out.status[row] = accepted < 0 ? ClusterStatus::none : ClusterStatus::empty_intersection;
  const auto likely = static_cast<std::size_t>(most_likely_component(points, at));
  out.labels[row] = cell_of_(pair_.mean_group[likely], group[likely]);
}

template <RealScalar T>
std::vector<Index> Clustering<T>::likeliest_components(const Matrix<T>& points) const {
  require_dimension(points);
  std::vector<Index> out;
  for (Index j = 0; j < points.cols(); ++j) out.push_back(most_likely_component(points, j));
  return out;
}

template <RealScalar T>
Matrix<T> Clustering<T>::centred(const Matrix<T>& points) const {
  require_dimension(points);
  Matrix<T> out(points.rows(), points.cols());
  for (Index j = 0; j < points.cols(); ++j) {
    Index nearest = 0;
    (means_.colwise() - points.col(j)).colwise().squaredNorm().minCoeff(&nearest);
    out.col(j) = points.col(j) - means_.col(nearest);
  }
  return out;
}

template <RealScalar T>
Index Clustering<T>::most_likely_component(const Matrix<T>& points, Index at) const {
  Index best = 0;
  T lowest(0);
  for (Index i = 0; i < components(); ++i) {
    const ClippedInverse<T>& q = clipped_[static_cast<std::size_t>(i)];
    // As expressions: points between cells are many, and a vector each would cost more than the form.
    const auto y = points.col(at) - means_.col(i);
    // -2 log N(muhat_i, Q'_i; x) without its constant.
    const T cost = y.dot(q.inverse.lazyProduct(y)) + q.log_determinant;
    if (i == 0 || cost < lowest) {
      lowest = cost;
      best = i;
    }
  }
  return best;
}

namespace {

// The value of rank ceil(order n), at least 1.
template <RealScalar T>
T sample_quantile(std::vector<T> values, double order) {
  const auto n = static_cast<double>(values.size());
  const auto rank =
      std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(std::ceil(order * n)), 1, std::ssize(values));
  std::nth_element(values.begin(), values.begin() + (rank - 1), values.end());
  return values[static_cast<std::size_t>(rank - 1)];
}

}  // namespace

template <RealScalar T>
Matrix<T> quantile_thresholds(const ParameterEstimates<T>& estimates, const PartitionPair& pair,
                              const ClusteringOptions<T>& options, const Matrix<T>& sample, double tail) {
  if (!(tail > 0 && tail <= 0.5)) throw InputError("", "tail", to_text(tail), "a number in (0, 1/2]");
  ClusteringOptions<T> midpoint = options;
  midpoint.policy = ThresholdPolicy::midpoint;
  const Clustering<T> clustering(estimates, pair, midpoint);
  const std::vector<Index> likeliest = clustering.likeliest_components(sample);
  const Index k = clustering.components();
  std::vector<Matrix<T>> forms(static_cast<std::size_t>(k));
  Matrix<T> thresholds = clustering.thresholds();
  const Matrix<T> centred = clustering.centred(sample);
  for (Index i = 0; i < k; ++i)
    forms[static_cast<std::size_t>(i)] =
        (clustering.clipped()[static_cast<std::size_t>(i)].inverse * centred).cwiseProduct(centred).colwise().sum();
  const auto values = [&](Index of, Index i, Index j) {
    std::vector<T> out;
    for (Index at = 0; at < sample.cols(); ++at)
      if (likeliest[static_cast<std::size_t>(at)] == of)
        out.push_back(forms[static_cast<std::size_t>(i)](at) - forms[static_cast<std::size_t>(j)](at));
    return out;
  };
  for (Index i = 0; i < k; ++i) {
    for (Index j = 0; j < i; ++j) {
      const std::vector<T> own = values(i, i, j);
      const std::vector<T> other = values(j, i, j);
      if (tail * static_cast<double>(std::min(own.size(), other.size())) < 1) continue;
      thresholds(i, j) = (sample_quantile(own, 1 - tail) + sample_quantile(other, tail)) / T(2);
      thresholds(j, i) = -thresholds(i, j);
    }
  }
  return thresholds;
}

template Matrix<double> quantile_thresholds(const ParameterEstimates<double>&, const PartitionPair&,
                                            const ClusteringOptions<double>&, const Matrix<double>&, double);
template Matrix<Real50> quantile_thresholds(const ParameterEstimates<Real50>&, const PartitionPair&,
                                            const ClusteringOptions<Real50>&, const Matrix<Real50>&, double);
template class Clustering<double>;
template class Clustering<Real50>;

}  // namespace verimix
