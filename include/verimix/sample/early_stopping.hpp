// What stopping the reverse process delta early costs, in transport distance ([CKS25] Remark 4, p. 8) and in divergence
// (the proof of Theorem 11, p. 24), and what starting it from N(0, Id) costs. Proofs:
// proofs-notes/sample/early_stopping.md.
#pragma once

#include <vector>

#include "verimix/mixture/mixture.hpp"

namespace verimix {

/// What these bounds read of a component N(mu, Q): |mu|^2 and the eigenvalues q_j of Q, in any order.
template <Scalar T>
struct ComponentSpectrum {
  T weight, mean_squared;
  Vector<T> variances;
};

/// Of the components of positive weight, by Eigen's symmetric solver. Tiny negative eigenvalues of semidefinite
/// covariances, which are rounding, are given as 0.
template <RealScalar T>
std::vector<ComponentSpectrum<T>> spectra(const Mixture<T>& mixture);

// Domain of all functions below: variances >= 0 (> 0 where said), delta >= 0; InputError naming the field where that
// certainly fails. They use that M_delta has the means e^{-delta} mu_i and the variances e^{-2 delta} q + 1 - e^{-2
// delta}. Floating point: a few u, relative. With Ball, enclosures.

/// W_2(N, N_delta)^2 = (1 - e^{-delta})^2 |mu|^2 + sum_j (sqrt(v_j) - sqrt(q_j))^2, v_j = e^{-2 delta} q_j + 1 - e^{-2
/// delta}, exact for a single Gaussian in any dimension, degenerate or not. The difference of roots is formed without
/// cancellation.
template <Scalar T>
T early_stopping_w2_squared(const ComponentSpectrum<T>& component, const T& stop);

/// W_2(M, M_delta)^2 <= sum_i lambda_i [ (1 - e^{-delta})^2 |mu_i|^2 + (1 - e^{-2 delta}) sum_j |1 - q_ij| ] for every
/// mixture, degenerate or not; at most the largest of the brackets. Equality for a point mass at 0.
template <Scalar T>
T degenerate_w2_squared_upper(const std::vector<ComponentSpectrum<T>>& mixture, const T& stop);

/// W_2(M, M_delta) <= (1 - e^{-delta}) R/sqrt(alpha) <= delta R/sqrt(alpha) for alpha Id <= Q_i, alpha <= 1, |mu_i| +
/// |Q_i
/// - Id|_F <= R. Equality for Q = Id. Domain: 0 < alpha <= 1, R >= 0.
template <Scalar T>
T definite_w2_upper(const T& alpha, const T& radius, const T& stop);

/// Remark 4 (c) as printed, delta (R + (beta/alpha)^power), with its hidden constant 1. No constant and no power makes
/// it a bound. Domain: 0 < alpha <= beta.
template <Scalar T>
T printed_w2_upper(const T& alpha, const T& beta, const T& radius, int power, const T& stop);

/// KL(N(0, r) || N(0, 1)) = (r - 1 - log r)/2, with an absolute error of a few u |r - 1|, and its bound (r - 1)^2 / (4
/// min(1, r)). Domain: r > 0.
template <Scalar T>
T variance_ratio_kl(const T& ratio);
template <Scalar T>
T variance_ratio_kl_upper(const T& ratio);

/// KL(q_delta || q_0) <= sum_i lambda_i [ sinh^2(delta) sum_j (1 - q_ij)^2/q_ij^2 + (1 - e^{-delta})^2 |mu_i|^2/(2
/// min_j q_ij) ]. Domain: variances > 0.
template <Scalar T>
T early_stopping_kl_upper(const std::vector<ComponentSpectrum<T>>& mixture, const T& stop);

/// KL(q_delta || q_0) <= sinh^2(delta) R^2/alpha^2 and TV(q_0, q_delta) <= sinh(delta) R/(sqrt2 alpha), with alpha and
/// R as above. The first is sharp as delta -> 0.
template <Scalar T>
T early_stopping_kl_upper(const T& alpha, const T& radius, const T& stop);
template <Scalar T>
T early_stopping_tv_upper(const T& alpha, const T& radius, const T& stop);

/// KL(q_T || N(0, Id)) <= sum_i lambda_i [ e^{-2T} |mu_i|^2/2 + e^{-4T} |Q_i - Id|_F^2/(4 (1 - e^{-2T})) ] for every
/// mixture, degenerate or not. Domain: T > 0.
template <Scalar T>
T forward_kl_upper(const std::vector<ComponentSpectrum<T>>& mixture, const T& horizon);

/// KL(q_T || N(0, Id)) <= e^{-2T} R^2/2. Domain: T >= 1, R >= 0.
template <Scalar T>
T forward_kl_upper(const T& radius, const T& horizon);

extern template std::vector<ComponentSpectrum<double>> spectra(const Mixture<double>&);
extern template std::vector<ComponentSpectrum<Real50>> spectra(const Mixture<Real50>&);
extern template double early_stopping_w2_squared(const ComponentSpectrum<double>&, const double&);
extern template double degenerate_w2_squared_upper(const std::vector<ComponentSpectrum<double>>&, const double&);
extern template double definite_w2_upper(const double&, const double&, const double&);
extern template double printed_w2_upper(const double&, const double&, const double&, int, const double&);
extern template double variance_ratio_kl(const double&);
extern template double variance_ratio_kl_upper(const double&);
extern template double early_stopping_kl_upper(const std::vector<ComponentSpectrum<double>>&, const double&);
extern template double early_stopping_kl_upper(const double&, const double&, const double&);
extern template double early_stopping_tv_upper(const double&, const double&, const double&);
extern template double forward_kl_upper(const std::vector<ComponentSpectrum<double>>&, const double&);
extern template double forward_kl_upper(const double&, const double&);
extern template Real50 early_stopping_w2_squared(const ComponentSpectrum<Real50>&, const Real50&);
extern template Real50 degenerate_w2_squared_upper(const std::vector<ComponentSpectrum<Real50>>&, const Real50&);
extern template Real50 definite_w2_upper(const Real50&, const Real50&, const Real50&);
extern template Real50 printed_w2_upper(const Real50&, const Real50&, const Real50&, int, const Real50&);
extern template Real50 variance_ratio_kl(const Real50&);
extern template Real50 variance_ratio_kl_upper(const Real50&);
extern template Real50 early_stopping_kl_upper(const std::vector<ComponentSpectrum<Real50>>&, const Real50&);
extern template Real50 early_stopping_kl_upper(const Real50&, const Real50&, const Real50&);
extern template Real50 early_stopping_tv_upper(const Real50&, const Real50&, const Real50&);
extern template Real50 forward_kl_upper(const std::vector<ComponentSpectrum<Real50>>&, const Real50&);
extern template Real50 forward_kl_upper(const Real50&, const Real50&);
extern template Real100 early_stopping_w2_squared(const ComponentSpectrum<Real100>&, const Real100&);
extern template Real100 degenerate_w2_squared_upper(const std::vector<ComponentSpectrum<Real100>>&, const Real100&);
extern template Real100 definite_w2_upper(const Real100&, const Real100&, const Real100&);
extern template Real100 printed_w2_upper(const Real100&, const Real100&, const Real100&, int, const Real100&);
extern template Real100 variance_ratio_kl(const Real100&);
extern template Real100 variance_ratio_kl_upper(const Real100&);
extern template Real100 early_stopping_kl_upper(const std::vector<ComponentSpectrum<Real100>>&, const Real100&);
extern template Real100 early_stopping_kl_upper(const Real100&, const Real100&, const Real100&);
extern template Real100 early_stopping_tv_upper(const Real100&, const Real100&, const Real100&);
extern template Real100 forward_kl_upper(const std::vector<ComponentSpectrum<Real100>>&, const Real100&);
extern template Real100 forward_kl_upper(const Real100&, const Real100&);
extern template Ball early_stopping_w2_squared(const ComponentSpectrum<Ball>&, const Ball&);
extern template Ball degenerate_w2_squared_upper(const std::vector<ComponentSpectrum<Ball>>&, const Ball&);
extern template Ball definite_w2_upper(const Ball&, const Ball&, const Ball&);
extern template Ball printed_w2_upper(const Ball&, const Ball&, const Ball&, int, const Ball&);
extern template Ball variance_ratio_kl(const Ball&);
extern template Ball variance_ratio_kl_upper(const Ball&);
extern template Ball early_stopping_kl_upper(const std::vector<ComponentSpectrum<Ball>>&, const Ball&);
extern template Ball early_stopping_kl_upper(const Ball&, const Ball&, const Ball&);
extern template Ball early_stopping_tv_upper(const Ball&, const Ball&, const Ball&);
extern template Ball forward_kl_upper(const std::vector<ComponentSpectrum<Ball>>&, const Ball&);
extern template Ball forward_kl_upper(const Ball&, const Ball&);

}  // namespace verimix
