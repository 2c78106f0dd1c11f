#include "verimix/cluster/group_errors.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "verimix/cluster/clustering_error.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

template <Scalar T>
T group_size(const std::vector<Index>& groups, Index i) {
  return T(static_cast<int>(std::count(groups.begin(), groups.end(), groups[static_cast<std::size_t>(i)])));
}

template <RealScalar T>
Matrix<T> covariance_distances(const ParameterEstimates<T>& truth) {
  const auto& q = truth.covariances;
  Matrix<T> table(truth.size(), truth.size());
  for (std::size_t i = 0; i < q.size(); ++i)
    for (std::size_t j = 0; j < q.size(); ++j)
      table(static_cast<Index>(i), static_cast<Index>(j)) = (q[i] - q[j]).norm();
  return table;
}

/// +infinity, as the scalar has it.
template <Scalar T>
T unbounded() {
  return T(std::numeric_limits<double>::infinity());
}

template <Scalar T>
bool certainly_at_most(const T& a, const T& b) {
  return less(b, a) == Truth::no;
}

}  // namespace

template <RealScalar T>
T wrong_group_probability_upper(const ParameterEstimates<T>& truth, const PartitionPair& pair, Index i, Index group,
                                const DeviationSetting<T>& setting, const T& c_prime) {
  return wrong_group_probability_upper(covariance_distances(truth), pair, i, group, setting, c_prime);
}

template <Scalar T>
T wrong_group_probability_upper(const Matrix<T>& distances, const PartitionPair& pair, Index i, Index group,
                                const DeviationSetting<T>& setting, const T& c_prime) {
  validate(pair, distances.rows());
  require_component(i, distances.rows());
  const std::vector<Index>& groups = pair.covariance_group;
  if (group == groups[static_cast<std::size_t>(i)] || std::count(groups.begin(), groups.end(), group) == 0)
    throw InputError("", "group", std::to_string(group), "a covariance group that is not the component's own");
  T sum(0);
  for (std::size_t j = 0; j < groups.size(); ++j) {
    if (groups[j] != group) continue;
    const T& distance = distances(i, static_cast<Index>(j));
    if (!lower_deviation_hypothesis(setting, distance, c_prime).empty()) return unbounded<T>();
    sum += lower_deviation_probability_upper(setting, distance, c_prime);
  }
  return group_size<T>(pair.mean_group, i) * sum;
}

template <RealScalar T>
T no_group_probability_upper(const ParameterEstimates<T>& truth, const PartitionPair& pair, Index i,
                             const DeviationSetting<T>& setting, const T& c_prime) {
  return no_group_probability_upper(covariance_distances(truth), pair, i, setting, c_prime);
}

template <Scalar T>
T no_group_probability_upper(const Matrix<T>& distances, const PartitionPair& pair, Index i,
                             const DeviationSetting<T>& setting, const T& c_prime) {
  validate(pair, distances.rows());
  require_component(i, distances.rows());
  const T hundredth = T(1) / T(100);
  T sum(0);
  for (std::size_t j = 0; j < pair.covariance_group.size(); ++j) {
    if (pair.covariance_group[j] == pair.covariance_group[static_cast<std::size_t>(i)]) continue;
    const T& distance = distances(i, static_cast<Index>(j));
    if (!lower_deviation_hypothesis(setting, distance, c_prime).empty() || !certainly_at_most(setting.c, hundredth) ||
        !certainly_at_most(c_prime, hundredth) || !certainly_at_most(T(hundredth * setting.alpha), setting.delta_out)) {
      return unbounded<T>();
    }
    const T xi = setting.alpha * setting.alpha * distance / (setting.beta * setting.beta * setting.beta);
    sum += certainly_at_most(T(20), xi) ? upper_deviation_probability_upper<T>(xi / T(20)) : T(1);
  }
  return group_size<T>(pair.mean_group, i) * sum;
}

template <RealScalar T>
T conditional_factor(Index k) {
  if (k < 1) throw InputError("", "components", std::to_string(k), "a number >= 1");
  const T size(static_cast<int>(k));
  return T(1) / (T(1) - (size - T(1)) * normal_upper_tail<T>(2 * sqrt(size)));
}

template <RealScalar T>
T printed_clustering_error_upper(const Separation<T>& separation, const T& alpha, const T& beta, const T& ups_mean,
                                 const T& ups_cov, Index k) {
  const T infinity = std::numeric_limits<T>::infinity();
  const T hundredth = T(1) / T(100);
  const T ratio = beta / alpha;
  const T error = sqrt(ups_mean);
  const T& out = separation.out_covariance;
  if (separation.out_mean < 6 * error || out < 5 * ratio * ratio * ratio * ups_cov || out < hundredth * alpha)
    return infinity;
  if (is_finite(out) && error + separation.in_mean > hundredth * out * sqrt(alpha) / beta) return infinity;
  const T size(static_cast<int>(k));
  T bound(0);
  if (is_finite(separation.out_mean)) bound += (size - T(1)) * pairwise_mean_error_upper<T>(separation.out_mean, beta);
  if (is_finite(out)) {
    const T xi = alpha * alpha * out / (beta * beta * beta);
    bound += size * (size - T(1)) * (exp(T(-xi * xi / 160000)) + exp(T(-xi / 2400)));
  }
  return bound;
}

template double wrong_group_probability_upper(const ParameterEstimates<double>&, const PartitionPair&, Index, Index,
                                              const DeviationSetting<double>&, const double&);
template Real50 wrong_group_probability_upper(const ParameterEstimates<Real50>&, const PartitionPair&, Index, Index,
                                              const DeviationSetting<Real50>&, const Real50&);
template double no_group_probability_upper(const ParameterEstimates<double>&, const PartitionPair&, Index,
                                           const DeviationSetting<double>&, const double&);
template Real50 no_group_probability_upper(const ParameterEstimates<Real50>&, const PartitionPair&, Index,
                                           const DeviationSetting<Real50>&, const Real50&);
template Ball wrong_group_probability_upper(const Matrix<Ball>&, const PartitionPair&, Index, Index,
                                            const DeviationSetting<Ball>&, const Ball&);
template Ball no_group_probability_upper(const Matrix<Ball>&, const PartitionPair&, Index,
                                         const DeviationSetting<Ball>&, const Ball&);
template double conditional_factor(Index);
template Real50 conditional_factor(Index);
template double printed_clustering_error_upper(const Separation<double>&, const double&, const double&, const double&,
                                               const double&, Index);
template Real50 printed_clustering_error_upper(const Separation<Real50>&, const Real50&, const Real50&, const Real50&,
                                               const Real50&, Index);

}  // namespace verimix
