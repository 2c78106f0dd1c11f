// How far the statistics of the region move when estimates take the place of parameters: [CKS25] Lemma 46 with rates
// that hold. Derivations: proofs-notes/polynomial/estimated_inputs.md.
#pragma once

#include "verimix/polynomial/sub_mixture_score.hpp"

namespace verimix {

/// |muhat_i - mu_i| + |Qhat_i - Q_i|_F + |Khat_i - Q_i^{-1}|_F <= upsilon and |Khat_i|_op <= kappa for all i.
template <Scalar T>
struct EstimateSizes {
  T upsilon, kappa;
};
/// The exact ones.
template <RealScalar T>
EstimateSizes<T> estimate_sizes(const Triplets<T>& truth, const Triplets<T>& estimates);

/// omega_1*: with probability at least 1 - delta over x ~ M(U), |V_1^{(j)} - Vhat_1^{(j)}| is at most this for all j at
/// once. With t = log(4 m/delta), v = upsilon,
///   4 beta v (sqrt t + t) + 4 sqrt(2 beta t) v (D + kappa) + v (2 D + 2 D^2 + D/alpha^2) + 4 kappa v D + (2 kappa + 2)
///   v^2.
/// Linear in v for small v; D/alpha^2 is necessary. Domain: 0 < delta < 1; Khat symmetric.
template <Scalar T>
T input_error_upper(const SubMixtureSizes<T>& sizes, const EstimateSizes<T>& estimates, const T& delta);

/// omega_2* for the paper's squared statistic, V_2 = |(K_j - K_1)(x - mu_j)|^2: with eta = 2 v (sqrt(beta)(1 + sqrt(2
/// t)) + D)
/// + 2 kappa v, t = log(2 m/delta),
///   |V_2^{(j)} - Vhat_2^{(j)}| <= eta (2 z + eta),  z = sqrt(beta) (D/alpha^2)(1 + sqrt(2 t)) + D^2/alpha^2,
/// for all j at once with probability at least 1 - delta. Domain as above.
template <Scalar T>
T squared_linear_error_upper(const SubMixtureSizes<T>& sizes, const EstimateSizes<T>& estimates, const T& delta);

/// The printed omega_1 = (beta D^2 v^2/alpha) log(m/delta) and omega_2 = (beta D^4 v^3/alpha^4) log(m/delta),
/// constants 1.
template <Scalar T>
T printed_input_error(const SubMixtureSizes<T>& sizes, const EstimateSizes<T>& estimates, const T& delta);
template <Scalar T>
T printed_squared_linear_error(const SubMixtureSizes<T>& sizes, const EstimateSizes<T>& estimates, const T& delta);

extern template EstimateSizes<double> estimate_sizes(const Triplets<double>&, const Triplets<double>&);
extern template double input_error_upper(const SubMixtureSizes<double>&, const EstimateSizes<double>&, const double&);
extern template double squared_linear_error_upper(const SubMixtureSizes<double>&, const EstimateSizes<double>&,
                                                  const double&);
extern template double printed_input_error(const SubMixtureSizes<double>&, const EstimateSizes<double>&, const double&);
extern template double printed_squared_linear_error(const SubMixtureSizes<double>&, const EstimateSizes<double>&,
                                                    const double&);
extern template EstimateSizes<Real50> estimate_sizes(const Triplets<Real50>&, const Triplets<Real50>&);
extern template Real50 input_error_upper(const SubMixtureSizes<Real50>&, const EstimateSizes<Real50>&, const Real50&);
extern template Real50 squared_linear_error_upper(const SubMixtureSizes<Real50>&, const EstimateSizes<Real50>&,
                                                  const Real50&);
extern template Real50 printed_input_error(const SubMixtureSizes<Real50>&, const EstimateSizes<Real50>&, const Real50&);
extern template Real50 printed_squared_linear_error(const SubMixtureSizes<Real50>&, const EstimateSizes<Real50>&,
                                                    const Real50&);
extern template Ball input_error_upper(const SubMixtureSizes<Ball>&, const EstimateSizes<Ball>&, const Ball&);
extern template Ball squared_linear_error_upper(const SubMixtureSizes<Ball>&, const EstimateSizes<Ball>&, const Ball&);
extern template Ball printed_input_error(const SubMixtureSizes<Ball>&, const EstimateSizes<Ball>&, const Ball&);
extern template Ball printed_squared_linear_error(const SubMixtureSizes<Ball>&, const EstimateSizes<Ball>&,
                                                  const Ball&);

}  // namespace verimix
