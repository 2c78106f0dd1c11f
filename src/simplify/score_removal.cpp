#include "verimix/simplify/score_removal.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "arguments.hpp"
#include "verimix/simplify/overlap.hpp"
#include "verimix/simplify/score_difference.hpp"

namespace verimix {
namespace {

using simplify_detail::even_root;
using simplify_detail::power;
using simplify_detail::require_not_negative;
using simplify_detail::require_positive;
using simplify_detail::smaller;
using simplify_detail::sum_of_squares;

bool holds(const std::vector<Index>& set, Index i) { return std::find(set.begin(), set.end(), i) != set.end(); }

/// max over t in [0, 1] of t^{n - a} (1 - t)^a for a = 1/parts, attained at t = 1 - a/n.
template <Scalar T>
T ratio_maximum(int n, int parts) {
  const T a = T(1) / T(parts);
  const T rest = a / T(n);
  return exp((T(n) - a) * log1p(T(-rest)) + a * log(rest));
}
/// c_n and e_n of the header.
template <Scalar T>
T half_constant(int n) {
  return ratio_maximum<T>(n, 2);
}
template <Scalar T>
T quarter_constant(int n) {
  return ratio_maximum<T>(n, 4) * ratio_maximum<T>(1, 4);
}

/// What is known of the pair (i, j): T_ij, and |g_i - g_j|^n and |g_i - g_j|^{2n} in the mean over N_i and over r.
template <Scalar T>
struct PairTerms {
  T overlap, moment, moment_double, tilted, tilted_double;
};

/// Squared distances of means and of covariances.
template <Scalar T>
std::pair<T, T> squared_distances(const Mixture<T>& mixture, Index i, Index j) {
  const Matrix<T> shift = mixture.means.col(i) - mixture.means.col(j);
  const Matrix<T> covariances =
      mixture.covariances[static_cast<std::size_t>(i)] - mixture.covariances[static_cast<std::size_t>(j)];
  return {sum_of_squares(shift), sum_of_squares(covariances)};
}

/// (X^{1/n} + Y^{1/n})^n, with `terms` for the pairs (i, j).
template <Scalar T, class Terms>
T combined_upper(const Mixture<T>& mixture, const Removal& removal, int n, const Terms& terms) {
  validate(removal, mixture.size());
  const Index i = removal.component;
  const auto present = [&](Index j) { return less(T(0), mixture.weights(j)) == Truth::yes; };
  const auto absent = [&](Index j) { return equal(mixture.weights(j), T(0)) == Truth::yes; };
  const bool in_before = present(i) && holds(removal.before, i), in_after = present(i) && holds(removal.after, i);
  T x(0), y(0), total(0), doubles(0);
  for (const Index j : removal.before) {
    if (j == i || absent(j) || holds(removal.after, j)) continue;
    const PairTerms<T> pair = terms(j);
    x += in_before ? smaller<T>(pair.moment, half_constant<T>(n) * pair.overlap * pair.tilted) : pair.moment;
    total += pair.overlap;
  }
  for (const Index l : removal.after) {
    if (l == i || absent(l)) continue;
    const PairTerms<T> pair = terms(l);
    if (in_after) {
      const T both = quarter_constant<T>(n) * even_root<T>(total * pair.overlap * pair.tilted_double, 2);
      y += smaller<T>(pair.moment, smaller<T>(pair.overlap * pair.tilted / T(2), both));
      doubles += pair.moment_double;
    } else {
      y += pair.moment;
    }
  }
  if (in_after) y = smaller<T>(y, even_root<T>(half_constant<T>(2 * n) * total * doubles, 2));
  const T norm = even_root(x, n) + even_root(y, n);
  T power = norm;
  for (int m = 1; m < n; m *= 2) power = power * power;
  return power;
}

void require_moment(int n) {
  if (n != 2 && n != 4 && n != 8 && n != 16) throw InputError("", "n", std::to_string(n), "2, 4, 8 or 16");
}

/// T_ij; where lam_i may be 0 it is not read.
template <Scalar T>
T overlap_factor(const Mixture<T>& mixture, Index i, Index j) {
  const T affinity = exp(log_affinity(component(mixture, i), component(mixture, j)));
  if (less(T(0), mixture.weights(i)) != Truth::yes) return affinity;
  return even_root<T>(mixture.weights(j) / mixture.weights(i), 2) * affinity;
}

template <Scalar T>
void require_at_most_one(const T& x, const char* field) {
  if (less(T(1), x) == Truth::yes) throw InputError("", field, simplify_detail::described(x), "a number at most 1");
}

template <Scalar T>
void require_sizes(const RemovalSizes<T>& sizes, const std::vector<T>& distances) {
  require_positive(sizes.alpha, "alpha");
  require_positive(sizes.beta, "beta");
  require_positive(sizes.weight, "weight");
  require_at_most_one(sizes.weight, "weight");
  for (const T& distance : distances) require_not_negative(distance, "distance");
}

/// alpha <= 1 <= beta, 0 < theta <= 1.
template <Scalar T>
void require_normalised(const RemovalSizes<T>& sizes, const T& theta) {
  require_positive(theta, "theta");
  require_at_most_one(theta, "theta");
  require_at_most_one(sizes.alpha, "alpha");
  if (less(sizes.beta, T(1)) == Truth::yes)
    throw InputError("", "beta", simplify_detail::described(sizes.beta), "a number at least 1");
}

/// sum exp(-rate D_p).
template <Scalar T>
T decay(const std::vector<T>& distances, const T& rate) {
  T sum(0);
  for (const T& distance : distances) sum += exp(-(rate * distance));
  return sum;
}

/// (64/(e theta))^2 beta^4 alpha^{-6} lam^{-theta/2} sum exp(-theta D_p/(32 beta^2)).
template <Scalar T>
T absorbed(const RemovalSizes<T>& sizes, const std::vector<T>& removed, const T& theta) {
  const T peak = T(64) / (theta * exp(T(1)));
  const T scale = peak * peak * power(sizes.beta, 4) / power(sizes.alpha, 6);
  return scale * exp(-(theta * log(sizes.weight) / T(2))) * decay<T>(removed, theta / (32 * sizes.beta * sizes.beta));
}

}  // namespace

void validate(const Removal& removal, Index k) {
  const auto refuse = [](Index value, const char* expected) {
    throw InputError("", "removal", std::to_string(value), expected);
  };
  for (const Index j : removal.before) {
    if (j < 0 || j >= k) refuse(j, "components of the mixture");
    if (std::count(removal.before.begin(), removal.before.end(), j) > 1) refuse(j, "each component once");
  }
  if (removal.after.empty()) refuse(0, "at least one component that stays");
  for (const Index l : removal.after) {
    if (!holds(removal.before, l)) refuse(l, "components that were there before");
    if (std::count(removal.after.begin(), removal.after.end(), l) > 1) refuse(l, "each component once");
  }
  if (removal.component < 0 || removal.component >= k) refuse(removal.component, "a component of the mixture");
}

template <Scalar T>
T squared_distance(const Mixture<T>& mixture, Index i, Index j) {
  const auto [means, covariances] = squared_distances(mixture, i, j);
  return means + covariances;
}

template <Scalar T>
T removal_moment_upper(const Mixture<T>& mixture, const Removal& removal, int n) {
  require_moment(n);
  const Index i = removal.component;
  return combined_upper(mixture, removal, n, [&](Index j) {
    const Gaussian<T> one = component(mixture, i), two = component(mixture, j);
    return PairTerms<T>{overlap_factor(mixture, i, j), score_difference_moment(one, two, n / 2),
                        score_difference_moment(one, two, n), tilted_score_difference_moment(one, two, n / 2),
                        tilted_score_difference_moment(one, two, n)};
  });
}

template <Scalar T>
T removal_moment_scale_upper(const Mixture<T>& mixture, const Removal& removal, int n, const T& alpha) {
  require_moment(n);
  const Index i = removal.component;
  return combined_upper(mixture, removal, n, [&](Index j) {
    const auto [means, covariances] = squared_distances(mixture, i, j);
    const T scale = score_difference_scale(means, covariances, alpha);
    const T moment = score_difference_moment_upper(scale, n / 2);
    const T twice = score_difference_moment_upper(scale, n);
    return PairTerms<T>{overlap_factor(mixture, i, j), moment, twice, moment, twice};
  });
}

template <Scalar T>
T kept_fourth_upper(const RemovalSizes<T>& sizes, int kept, const std::vector<T>& removed, const T& theta) {
  require_sizes(sizes, removed);
  require_normalised(sizes, theta);
  if (kept < 1) throw InputError("", "kept", std::to_string(kept), "at least 1");
  const T cross = quarter_constant<T>(4) * even_root<T>(T(105), 2) / T(3);
  return 24 * exp(theta * log(cross)) * T(kept) * absorbed(sizes, removed, theta);
}

template <Scalar T>
T removed_fourth_upper(const RemovalSizes<T>& sizes, const std::vector<T>& kept, const std::vector<T>& removed,
                       const T& theta) {
  require_sizes(sizes, kept);
  require_sizes(sizes, removed);
  require_normalised(sizes, theta);
  T squares(0);
  for (const T& distance : kept) squares += distance * distance;
  const T factor = exp(theta * log(half_constant<T>(4)));
  return T(removed.empty() ? 3 : 24) / power(sizes.alpha, 6) * squares + 24 * factor * absorbed(sizes, removed, theta);
}

template <Scalar T>
T kept_fourth_printed(const RemovalSizes<T>& sizes, int k, const std::vector<T>& removed, const T& c) {
  require_sizes(sizes, removed);
  require_positive(c, "c");
  if (k < 1) throw InputError("", "k", std::to_string(k), "at least 1");
  const T rate = c * power(sizes.alpha, 2) / power(sizes.beta, 4);
  return T(k) * power(sizes.beta, 10) / (even_root(sizes.weight, 2) * power(sizes.alpha, 12)) * decay(removed, rate);
}

template <Scalar T>
T removed_fourth_printed(const RemovalSizes<T>& sizes, int k, const std::vector<T>& all, const std::vector<T>& removed,
                         const T& c) {
  require_sizes(sizes, all);
  T sum(0);
  for (const T& distance : all) sum += distance * distance + distance;
  return power(sizes.beta, 2) / power(sizes.alpha, 8) * sum + kept_fourth_printed(sizes, k, removed, c);
}

template double squared_distance(const Mixture<double>&, Index, Index);
template double removal_moment_upper(const Mixture<double>&, const Removal&, int);
template double removal_moment_scale_upper(const Mixture<double>&, const Removal&, int, const double&);
template double kept_fourth_upper(const RemovalSizes<double>&, int, const std::vector<double>&, const double&);
template double removed_fourth_upper(const RemovalSizes<double>&, const std::vector<double>&,
                                     const std::vector<double>&, const double&);
template double kept_fourth_printed(const RemovalSizes<double>&, int, const std::vector<double>&, const double&);
template double removed_fourth_printed(const RemovalSizes<double>&, int, const std::vector<double>&,
                                       const std::vector<double>&, const double&);
template Real50 squared_distance(const Mixture<Real50>&, Index, Index);
template Real50 removal_moment_upper(const Mixture<Real50>&, const Removal&, int);
template Real50 removal_moment_scale_upper(const Mixture<Real50>&, const Removal&, int, const Real50&);
template Real50 kept_fourth_upper(const RemovalSizes<Real50>&, int, const std::vector<Real50>&, const Real50&);
template Real50 removed_fourth_upper(const RemovalSizes<Real50>&, const std::vector<Real50>&,
                                     const std::vector<Real50>&, const Real50&);
template Real50 kept_fourth_printed(const RemovalSizes<Real50>&, int, const std::vector<Real50>&, const Real50&);
template Real50 removed_fourth_printed(const RemovalSizes<Real50>&, int, const std::vector<Real50>&,
                                       const std::vector<Real50>&, const Real50&);
template Ball squared_distance(const Mixture<Ball>&, Index, Index);
template Ball removal_moment_upper(const Mixture<Ball>&, const Removal&, int);
template Ball removal_moment_scale_upper(const Mixture<Ball>&, const Removal&, int, const Ball&);
template Ball kept_fourth_upper(const RemovalSizes<Ball>&, int, const std::vector<Ball>&, const Ball&);
template Ball removed_fourth_upper(const RemovalSizes<Ball>&, const std::vector<Ball>&, const std::vector<Ball>&,
                                   const Ball&);
template Ball kept_fourth_printed(const RemovalSizes<Ball>&, int, const std::vector<Ball>&, const Ball&);
template Ball removed_fourth_printed(const RemovalSizes<Ball>&, int, const std::vector<Ball>&, const std::vector<Ball>&,
                                     const Ball&);

}  // namespace verimix
