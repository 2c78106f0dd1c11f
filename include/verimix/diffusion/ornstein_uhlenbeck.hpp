// The forward process dx = -x dt + sqrt(2) dw ([CKS25] (1), (4)): x_t = e^{-t} x_0 + sqrt(1 - e^{-2t}) z.
#pragma once

#include "verimix/mixture/mixture.hpp"

namespace verimix {

/// e^{-t}. Domain: t >= 0.
template <Scalar T>
T signal_scale(const T& time);

/// sigma_t^2 = 1 - e^{-2t} = -expm1(-2t), never by subtraction. Domain: t >= 0.
template <Scalar T>
T noise_variance(const T& time);

/// The law q_t of the process started from the mixture: weights lambda_i, means e^{-t} mu_i, covariances
/// e^{-2t} Q_i + (1 - e^{-2t}) Id. q_0 is the mixture itself, bit for bit, and q_{s+t} = (q_s)_t. Domain: t >= 0;
/// throws InputError (field "time") if t is certainly negative or not finite.
template <Scalar T>
Mixture<T> at_time(const Mixture<T>& mixture, const T& time);

extern template double signal_scale(const double&);
extern template Real50 signal_scale(const Real50&);
extern template Real100 signal_scale(const Real100&);
extern template Ball signal_scale(const Ball&);
extern template double noise_variance(const double&);
extern template Real50 noise_variance(const Real50&);
extern template Real100 noise_variance(const Real100&);
extern template Ball noise_variance(const Ball&);
extern template Mixture<double> at_time(const Mixture<double>&, const double&);
extern template Mixture<Real50> at_time(const Mixture<Real50>&, const Real50&);
extern template Mixture<Real100> at_time(const Mixture<Real100>&, const Real100&);
extern template Mixture<Ball> at_time(const Mixture<Ball>&, const Ball&);

}  // namespace verimix
