// What freezing the score on the steps of a grid costs: the discretisation error D of [CKS25] Lemma 12, with constants.
#pragma once

#include "verimix/diffusion/time_grid.hpp"

namespace verimix {

/// With X the reverse process, Y_t = grad log q_{T-t}(X_t) its exact score and I(t) = E|Y_t|^2, for a run that freezes
/// the score on each step [t_l, t_{l+1}] the path-wise divergence grows by
///   D = sum_l int_{t_l}^{t_{l+1}} E|Y_t - Y_{t_l}|^2 dt
///     = sum_l int_{t_l}^{t_{l+1}} {I(t) - I(t_l) + 2 (1 - e^{-(t - t_l)}) I(t_l)} dt,
/// and KL(q_delta | p) <= KL(q_T | N(0, Id)) + (eps_s + sqrt D)^2 <= KL(q_T | N(0, Id)) + 2 eps_s^2 + 2 D.
///
/// gaussian_discretisation_error is D >= 0 for q_0 = N(mu, v) in one dimension, in closed form from I(t) = 1/(1 +
/// e^{-2s}(v - 1)), s = T - t; in R^d D is the sum over the eigenvalues v of the covariance. v = 0 is a point mass, the
/// worst case of all laws: I = 1/sigma_s^2. Rounding: N (1 + 1/kappa_2) unit roundoffs relative to D at most, since a
/// step's terms cancel to its second order. Domain: v >= 0; throws InputError ("variance") otherwise.
template <Scalar T>
T gaussian_discretisation_error(const TimeGrid<T>& grid, const T& variance);

/// kappa d (2.23 T + log(1/delta)/2 + 1.54) >= D for every law of finite second moment in R^d and every grid with T >=
/// 1, 0 < delta < 1 and gamma_l <= kappa min(1, T - t_{l+1}): [CKS25] Lemma 12, whose constants are hidden (T >= 1
/// makes it at most kappa d (3.77 T + log(1/delta)/2), the printed shape). Proof and the constants' origin:
/// proofs-notes/diffusion/discretisation.md. In floating point it is rounded to nearest, for Ball an enclosure. Domain
/// as stated, and kappa > 0, dimension >= 1; throws InputError naming the one that fails.
template <Scalar T>
T discretisation_upper(const T& kappa, int dimension, const T& horizon, const T& stop);

/// N = 2 ceil(max(T - 1, 1.4427 log(1/delta))/kappa): with so many steps time_grid(T, delta, N) has kappa_1 and kappa_2
/// <= kappa (1/log 2 = 1.44269...). A double, since it may be beyond any integer. Domain: T >= 1, 0 < delta < 1, 0 <
/// kappa <= 1; throws InputError naming the one that fails.
double steps_for_kappa(double kappa, double horizon, double stop);

extern template double gaussian_discretisation_error(const TimeGrid<double>&, const double&);
extern template Real50 gaussian_discretisation_error(const TimeGrid<Real50>&, const Real50&);
extern template Real100 gaussian_discretisation_error(const TimeGrid<Real100>&, const Real100&);
extern template Ball gaussian_discretisation_error(const TimeGrid<Ball>&, const Ball&);
extern template double discretisation_upper(const double&, int, const double&, const double&);
extern template Real50 discretisation_upper(const Real50&, int, const Real50&, const Real50&);
extern template Real100 discretisation_upper(const Real100&, int, const Real100&, const Real100&);
extern template Ball discretisation_upper(const Ball&, int, const Ball&, const Ball&);

}  // namespace verimix
