// Recentring at the nearest crude mean: [CKS25] (8), (9), (11) and Lemma 18.
#pragma once

#include <optional>
#include <vector>

#include "verimix/core/linear_algebra.hpp"
#include "verimix/core/rational.hpp"

namespace verimix {

/// muhat(x) of (9), by its number: the column of `centers` nearest to x. The columns lie in the range of Pi, so Pi x
/// and x have the same nearest one. Ties and repeated columns: the lowest number wins, so the cells K_1, ..., K_k are a
/// partition; the paper's, made of the values muhat(x), is not one where two crude means agree. Domain: at least one
/// column.
template <RealScalar T>
Index nearest_center(const Matrix<T>& centers, const Vector<T>& x);

/// N(mean, covariance), enclosed.
struct GaussianLaw {
  Vector<Ball> mean;
  Matrix<Ball> covariance;
};

/// {x : lower <= <normal, x> <= upper}; an end that is missing is infinite.
struct Slab {
  Vector<Ball> normal;
  std::optional<Ball> lower, upper;
};

/// The cells K_1, ..., K_k of crude means (columns) that lie on one line, as they do for k <= 2: each is a slab, or
/// empty for a column that repeats an earlier one. Borders, of probability 0, belong to both sides. Throws InputError
/// (field "centers") if the columns are not on one line or there is none.
std::vector<std::optional<Slab>> collinear_cells(const Matrix<Rational>& centers);

/// int of t^j over the part of N(0, variance) with <normal, x> in the slab, t = <normal, x - mean>, j = 0 .. 4. Domain:
/// normal^T Q normal > 0.
std::vector<Ball> slab_moments(const GaussianLaw& law, const Slab& slab);

/// P[x in the slab]: the first of them.
Ball slab_probability(const GaussianLaw& law, const Slab& slab);

/// Delta of (8) as printed, C (sqrt(v) + sqrt(k beta) + k^{1/4} sqrt(alpha log R)), v = ups_mean.
template <Scalar T>
T recentring_distance_printed(const T& C, const T& v, Index k, const T& alpha, const T& beta, const T& log_R);

/// Delta as repaired: 2 sqrt(v) + 2 sqrt(2 beta (log((k - 1)/2) + 8 log R)). Domain: k >= 2, log R >= 1.
template <Scalar T>
T recentring_distance(const T& v, Index k, const T& beta, const T& log_R);

/// Lemma 18, repaired, for crude means with |mu_l - muhat_l|^2 <= v, Q_i <= beta Id and Delta > 2 sqrt(v):
///   P_{N_i}[x in K_j for some j with |mu_i - mu_j| >= Delta] <= (k - 1) P[N(0, 1) > (Delta/2 - sqrt(v))/sqrt(beta)].
/// Attained for k = 2. For Delta = recentring_distance it is at most R^{-8}.
Ball far_cell_probability_upper(Index k, const Ball& delta, const Ball& v, const Ball& beta);

/// The left side, exactly, for crude means on a line: the sum of slab_probability over the cells j with |mu_i - mu_j|
/// >= Delta. `means` d x k are the true means. Throws UndecidedError where balls cannot tell on which side of Delta a
/// distance is.
Ball far_cell_probability(const GaussianLaw& component, const Matrix<Rational>& means, const Matrix<Rational>& centers,
                          Index i, const Ball& delta);

extern template Index nearest_center(const Matrix<double>&, const Vector<double>&);
extern template Index nearest_center(const Matrix<Real50>&, const Vector<Real50>&);
extern template double recentring_distance_printed(const double&, const double&, Index, const double&, const double&,
                                                   const double&);
extern template Ball recentring_distance_printed(const Ball&, const Ball&, Index, const Ball&, const Ball&,
                                                 const Ball&);
extern template double recentring_distance(const double&, Index, const double&, const double&);
extern template Ball recentring_distance(const Ball&, Index, const Ball&, const Ball&);

}  // namespace verimix
