// What noise does to the distances between two laws: tv, kl and hellinger2 fall along the flow dx = -x dt + sqrt(2) dw,
// the Fisher divergence need not. Proofs: proofs-notes/distance/data_processing.md.
#pragma once

#include "verimix/core/scalar.hpp"

namespace verimix {

/// c^2 with c = e^{-t} V / (e^{-2t} V + 1 - e^{-2t}), so that
///   E_{P_t} |grad log p_t - grad log q_t|^2 <= c^2 E_P |grad log p - grad log q|^2
/// for every P and every Q that is at least as log-concave as N(0, V Id), that is -Hessian(log q) >= Id / V (a Gaussian
/// Q of covariance <= V Id, for one). Equality for P a shift of Q = N(m, V Id). c <= 1 at every t if and only if V <=
/// 2; else c > 1 for 0 < t < log(V - 1), with its largest value at e^{2t} = V - 1. Domain: V > 0, t >= 0; throws
/// InputError (fields "variance", "time").
template <Scalar T>
T fisher_flow_factor(const T& variance, const T& time);

extern template double fisher_flow_factor(const double&, const double&);
extern template Real50 fisher_flow_factor(const Real50&, const Real50&);
extern template Real100 fisher_flow_factor(const Real100&, const Real100&);
extern template Ball fisher_flow_factor(const Ball&, const Ball&);

}  // namespace verimix
