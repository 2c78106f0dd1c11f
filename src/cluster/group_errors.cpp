#include "verimix/cluster/group_errors.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "verimix/cluster/clustering_error.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

template <RealScalar T>
T group_size(const std::vector<Index>& groups, Index i) {
  return T(static_cast<int>(std::count(groups.begin(), groups.end(), groups[static_cast<std::size_t>(i)])));
}

template <RealScalar T>
T covariance_distance(const ParameterEstimates<T>& truth, Index i, std::size_t j) {
  return (truth.covariances[static_cast<std::size_t>(i)] - truth.covariances[j]).norm();
}

}  // namespace

template <RealScalar T>
T wrong_group_probability_upper(const ParameterEstimates<T>& truth, const PartitionPair& pair, Index i, Index group,
                                const DeviationSetting<T>& setting, const T& c_prime) {
  validate(pair, truth.size());
  require_component(i, truth.size());
  const std::vector<Index>& groups = pair.covariance_group;
  if (group == groups[static_cast<std::size_t>(i)] || std::count(groups.begin(), groups.end(), group) == 0)
    throw InputError("", "group", std::to_string(group), "a covariance group that is not the component's own");
  T sum(0);
  for (std::size_t j = 0; j < groups.size(); ++j) {
    if (groups[j] != group) continue;
    const T distance = covariance_distance(truth, i, j);
    if (!lower_deviation_hypothesis(setting, distance, c_prime).empty()) return std::numeric_limits<T>::infinity();
    sum += lower_deviation_probability_upper(setting, distance, c_prime);
  }
  return group_size<T>(pair.mean_group, i) * sum;
}

template <RealScalar T>
T no_group_probability_upper(const ParameterEstimates<T>& truth, const PartitionPair& pair, Index i,
                             const DeviationSetting<T>& setting, const T& c_prime) {
  validate(pair, truth.size());
  require_component(i, truth.size());
  const T hundredth = T(1) / T(100);
  T sum(0);
  for (std::size_t j = 0; j < pair.covariance_group.size(); ++j) {
    if (pair.covariance_group[j] == pair.covariance_group[static_cast<std::size_t>(i)]) continue;
    const T distance = covariance_distance(truth, i, j);
    if (!lower_deviation_hypothesis(setting, distance, c_prime).empty() || setting.c > hundredth ||
        c_prime > hundredth || setting.delta_out < hundredth * setting.alpha) {
      return std::numeric_limits<T>::infinity();
    }
    const T xi = setting.alpha * setting.alpha * distance / (setting.beta * setting.beta * setting.beta);
    sum += xi < T(20) ? T(1) : upper_deviation_probability_upper<T>(xi / T(20));
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
template double conditional_factor(Index);
template Real50 conditional_factor(Index);
template double printed_clustering_error_upper(const Separation<double>&, const double&, const double&, const double&,
                                               const double&, Index);
template Real50 printed_clustering_error_upper(const Separation<Real50>&, const Real50&, const Real50&, const Real50&,
                                               const Real50&, Index);

}  // namespace verimix
