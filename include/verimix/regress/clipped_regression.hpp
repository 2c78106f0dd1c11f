// How far the clipped denoising loss may be from its mean on a sample, uniformly over piecewise polynomials: [CKS25]
// Lemma 50 (p. 61). Derivations: proofs-notes/regress/clipped_regression.md.
#pragma once

#include "verimix/core/linear_algebra.hpp"

namespace verimix {

/// The functions s(x) = p_c(x) on cell c of a partition of R^d into `cells` cells, each p_c of degree <= l with the
/// sizes of its coefficients (of all monomials and outputs) summing to at most M; and the loss
///   L(s; x, z) = |s(x) + z/sigma|^2 1{|x| <= R_x, |z| <= R_z}.
/// The fallbacks of [CKS25] are cells with a polynomial that is not fitted: 2 n_c cells in all.
template <Scalar T>
struct ClippedClass {
  Index dimension = 1;
  int degree = 0;
  Index cells = 1;
  /// M >= 0.
  T coefficient_sum;
  T radius_x, radius_z;
  /// sigma^2 = 1 - e^{-2t}, in (0, 1].
  T noise_variance;
};

// Below Phi = max(1, R_x)^l, Z = R_z/sigma, N_l = binom(d + l, l). All throw InputError naming the field that is
// certainly out of its domain: dimension >= 1, degree >= 0, cells >= 1, M >= 0, radii > 0, sigma^2 > 0, samples >= 1,
// delta in (0, 1), epsilon > 0. Floating point: a few (l + d) unit roundoffs, relative.

/// sup L = (M Phi + Z)^2 at most.
template <Scalar T>
T clipped_loss_upper(const ClippedClass<T>& of);

/// Lemma 50 with its constants. With probability at least 1 - delta over n independent (x_i, z_i), for all functions of
/// the class together,
///   E L - (1/n) sum_i L(s; x_i, z_i) <= (sqrt(C) K + (M Phi + Z)^2 sqrt(log(1/delta)/2))/sqrt(n),   C = cells,
///   K = 4 M Z Phi sqrt(2 log 2 d N_l) + 2 M^2 Phi^2 sqrt(2 log 2 N_2l),
/// and the same for the difference of the opposite sign. Deviation: the printed lemma has no lower bound on M and none
/// on sigma in the place of sqrt(t_min), and is false without them; cells enter by sqrt(C), not by a union.
template <Scalar T>
T lemma_50_upper(const ClippedClass<T>& of, const T& samples, const T& delta);

/// For one function that the sample did not choose: (M Phi + Z)^2 sqrt(log(1/delta)/(2 n)), either sign.
template <Scalar T>
T fixed_function_upper(const ClippedClass<T>& of, const T& samples, const T& delta);

/// The n (not rounded) from which lemma_50_upper is at most epsilon.
template <Scalar T>
T lemma_50_samples(const ClippedClass<T>& of, const T& epsilon, const T& delta);

/// The n of the printed proof, (d M R_z)^4 (d R_x)^{4l} log(1/delta)/(t_min^2 epsilon^2). False: it falls to 0 with M
/// and as t_min grows. `of` gives d, l, M and the radii.
template <Scalar T>
T lemma_50_printed_samples(const ClippedClass<T>& of, const T& t_min, const T& epsilon, const T& delta);

/// The printed proof's bound on the gradient in the coefficients, d M R_z (d R_x)^l/sqrt(1 - e^{-2t}). False.
template <Scalar T>
T lemma_50_printed_gradient(const ClippedClass<T>& of);

/// 1 - e^{-2t} >= (1 - e^{-2}) min(1, t_min) for all t >= t_min; 1 - e^{-2} is attained at t = t_min = 1. Takes the
/// place of the printed t_min. Domain: t_min > 0.
template <Scalar T>
T noise_variance_lower(const T& t_min);

/// 1 + W(-2 e^{-2})/2 = 0.7968..., the t where 1 - e^{-2t} = t: the printed step sqrt(1 - e^{-2t}) >= sqrt(t_min) holds
/// for all t >= t_min if and only if t_min is not above it.
Ball largest_printed_time();

extern template double clipped_loss_upper(const ClippedClass<double>&);
extern template double lemma_50_upper(const ClippedClass<double>&, const double&, const double&);
extern template double fixed_function_upper(const ClippedClass<double>&, const double&, const double&);
extern template double lemma_50_samples(const ClippedClass<double>&, const double&, const double&);
extern template double lemma_50_printed_samples(const ClippedClass<double>&, const double&, const double&,
                                                const double&);
extern template double lemma_50_printed_gradient(const ClippedClass<double>&);
extern template double noise_variance_lower(const double&);
extern template Real50 clipped_loss_upper(const ClippedClass<Real50>&);
extern template Real50 lemma_50_upper(const ClippedClass<Real50>&, const Real50&, const Real50&);
extern template Real50 fixed_function_upper(const ClippedClass<Real50>&, const Real50&, const Real50&);
extern template Real50 lemma_50_samples(const ClippedClass<Real50>&, const Real50&, const Real50&);
extern template Real50 lemma_50_printed_samples(const ClippedClass<Real50>&, const Real50&, const Real50&,
                                                const Real50&);
extern template Real50 lemma_50_printed_gradient(const ClippedClass<Real50>&);
extern template Real50 noise_variance_lower(const Real50&);
extern template Ball clipped_loss_upper(const ClippedClass<Ball>&);
extern template Ball lemma_50_upper(const ClippedClass<Ball>&, const Ball&, const Ball&);
extern template Ball fixed_function_upper(const ClippedClass<Ball>&, const Ball&, const Ball&);
extern template Ball lemma_50_samples(const ClippedClass<Ball>&, const Ball&, const Ball&);
extern template Ball lemma_50_printed_samples(const ClippedClass<Ball>&, const Ball&, const Ball&, const Ball&);
extern template Ball lemma_50_printed_gradient(const ClippedClass<Ball>&);
extern template Ball noise_variance_lower(const Ball&);

}  // namespace verimix
