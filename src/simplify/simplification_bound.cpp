#include "verimix/simplify/simplification_bound.hpp"

#include <algorithm>
#include <string>

#include "arguments.hpp"
#include "verimix/simplify/score_removal.hpp"

namespace verimix {
namespace {

using simplify_detail::described;
using simplify_detail::even_root;
using simplify_detail::require_not_negative;
using simplify_detail::require_positive;
using simplify_detail::smaller;

/// p^{1 - 1/m} = p^{1/2} p^{1/4} ... p^{1/m} for m a power of 2.
template <Scalar T>
T hoelder_power(const T& p, int m) {
  T result(1);
  for (int root = 2; root <= m; root *= 2) result *= even_root(p, root);
  return result;
}

/// min over m of p^{1 - 1/m} B_{2m}^{1/m}, a bound on E_{N_i}[ |s - s_U|^2 1{c = t} ].
template <Scalar T>
T misclassified_upper(const Mixture<T>& mixture, const Removal& removal, const T& p) {
  T best = removal_moment_upper(mixture, removal, 2);
  for (const int m : {2, 4, 8})
    best = smaller<T>(best, hoelder_power(p, m) * even_root(removal_moment_upper(mixture, removal, 2 * m), m));
  return best;
}

template <Scalar T>
void require_sizes(const SimplificationSizes<T>& sizes) {
  if (sizes.k < 1) throw InputError("", "k", std::to_string(sizes.k), "at least 1");
  if (sizes.cells < 1 || sizes.cells > sizes.k)
    throw InputError("", "cells", std::to_string(sizes.cells), "from 1 to " + std::to_string(sizes.k));
  require_positive(sizes.alpha, "alpha");
  if (less(T(1), sizes.alpha) == Truth::yes) throw InputError("", "alpha", described(sizes.alpha), "at most 1");
  require_not_negative(sizes.beta, "beta");
  if (less(sizes.beta, T(1)) == Truth::yes) throw InputError("", "beta", described(sizes.beta), "at least 1");
  require_not_negative(sizes.R, "R");
  require_not_negative(sizes.separation, "separation");
  require_not_negative(sizes.epsilon, "epsilon");
}

/// 32' with `scale` for R/alpha^3 and `root_b` for sqrt(b).
template <Scalar T>
SimplificationBound<T> assembled(const SimplificationSizes<T>& sizes, const T& scale, const T& root_b) {
  const T constant = 4 * even_root<T>(T(105) / T(2), 4);
  const T misclassified =
      constant * T(sizes.cells - 1) * even_root<T>(T(sizes.k - 1), 4) * hoelder_power(sizes.epsilon, 4);
  const T overlap = sizes.cells == 1 ? T(0) : T(T(5) / T(3) * T(sizes.k) * root_b);
  return {misclassified * scale, overlap * scale};
}

template <Scalar T>
T cube(const T& x) {
  return x * x * x;
}

}  // namespace

template <Scalar T>
SimplificationBound<T> simplification_instance_upper(const Mixture<T>& mixture,
                                                     const std::vector<std::vector<Index>>& cells,
                                                     const Matrix<T>& probability) {
  const Index k = mixture.size();
  simplify_detail::require_partition(cells, k);
  if (probability.rows() != k || probability.cols() != static_cast<Index>(cells.size()))
    throw InputError("", "probability", std::to_string(probability.rows()) + " x " + std::to_string(probability.cols()),
                     "a row for each component, a column for each cell");
  std::vector<Index> all;
  for (Index i = 0; i < k; ++i) all.push_back(i);
  SimplificationBound<T> bound{T(0), T(0)};
  for (Index i = 0; i < k; ++i)
    for (std::size_t t = 0; t < cells.size(); ++t) {
      const Removal removal{all, cells[t], i};
      if (std::find(cells[t].begin(), cells[t].end(), i) != cells[t].end()) {
        bound.overlap += mixture.weights(i) * removal_moment_upper(mixture, removal, 2);
        continue;
      }
      const T& p = probability(i, static_cast<Index>(t));
      require_not_negative(p, "probability");
      bound.misclassified += mixture.weights(i) * misclassified_upper(mixture, removal, p);
    }
  return bound;
}

template <Scalar T>
SimplificationBound<T> simplification_upper(const SimplificationSizes<T>& sizes) {
  require_sizes(sizes);
  const T root_b = exp(-(sizes.separation / (32 * sizes.beta * sizes.beta)));
  return assembled<T>(sizes, sizes.R / cube(sizes.alpha), root_b);
}

template <Scalar T>
T simplification_printed_upper(const SimplificationSizes<T>& sizes) {
  require_sizes(sizes);
  const T beta_squared = sizes.beta * sizes.beta, k(sizes.k);
  const T ratio = beta_squared * beta_squared * sizes.beta / (cube(sizes.alpha) * cube(sizes.alpha));
  return k * even_root(k, 4) * sizes.R * ratio * even_root(sizes.epsilon, 2);
}

template <Scalar T>
SimplificationBound<T> informal_simplification_upper(const SimplificationSizes<T>& sizes) {
  require_sizes(sizes);
  const T root_b = exp(-(sizes.separation * sizes.separation / (64 * sizes.beta * sizes.beta)));
  return assembled<T>(sizes, 4 * sizes.R * sizes.R / cube(sizes.alpha), root_b);
}

template SimplificationBound<double> simplification_instance_upper(const Mixture<double>&,
                                                                   const std::vector<std::vector<Index>>&,
                                                                   const Matrix<double>&);
template SimplificationBound<double> simplification_upper(const SimplificationSizes<double>&);
template double simplification_printed_upper(const SimplificationSizes<double>&);
template SimplificationBound<double> informal_simplification_upper(const SimplificationSizes<double>&);
template SimplificationBound<Real50> simplification_instance_upper(const Mixture<Real50>&,
                                                                   const std::vector<std::vector<Index>>&,
                                                                   const Matrix<Real50>&);
template SimplificationBound<Real50> simplification_upper(const SimplificationSizes<Real50>&);
template Real50 simplification_printed_upper(const SimplificationSizes<Real50>&);
template SimplificationBound<Real50> informal_simplification_upper(const SimplificationSizes<Real50>&);
template SimplificationBound<Ball> simplification_instance_upper(const Mixture<Ball>&,
                                                                 const std::vector<std::vector<Index>>&,
                                                                 const Matrix<Ball>&);
template SimplificationBound<Ball> simplification_upper(const SimplificationSizes<Ball>&);
template Ball simplification_printed_upper(const SimplificationSizes<Ball>&);
template SimplificationBound<Ball> informal_simplification_upper(const SimplificationSizes<Ball>&);

}  // namespace verimix
