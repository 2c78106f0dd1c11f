#include "verimix/polynomial/sub_mixture_coefficients.hpp"

#include <algorithm>
#include <cmath>

#include "verimix/core/error.hpp"

namespace verimix {

template <RealScalar T>
T sub_mixture_coefficient_sum_upper(const SubMixtureSizes<T>& sizes, Index dimension, const T& R, int degree,
                                    const T& softmax_sum) {
  require_invariant(dimension >= 1 && degree >= 0 && R >= 0 && softmax_sum >= 0, "dimension >= 1, the rest >= 0");
  const T d(static_cast<int>(dimension)), root = sqrt(d);
  const T inverses = sizes.D / (sizes.alpha * sizes.alpha), means = sizes.D / sizes.alpha;
  const T first = (d * root + root * R) / sizes.alpha;
  if (sizes.D == 0) return first;
  const T shift = R * inverses + means;
  const T linear = d * inverses + root * shift;
  const T input =
      (d * inverses + 2 * root * shift + R * R * inverses + 2 * R * means + root * sizes.beta * inverses) / 2;
  return first + linear * softmax_sum * pow(std::max(T(1), input), degree);
}

template double sub_mixture_coefficient_sum_upper(const SubMixtureSizes<double>&, Index, const double&, int,
                                                  const double&);
template Real50 sub_mixture_coefficient_sum_upper(const SubMixtureSizes<Real50>&, Index, const Real50&, int,
                                                  const Real50&);

}  // namespace verimix
