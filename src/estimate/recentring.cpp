#include "verimix/estimate/recentring.hpp"

#include <algorithm>
#include <string>

#include "verimix/core/error.hpp"
#include "verimix/distance/line_tails.hpp"

namespace verimix {
namespace {

Rational inner(const Vector<Rational>& a, const Vector<Rational>& b) {
  Rational sum(0);
  for (Index r = 0; r < a.size(); ++r) sum += a(r) * b(r);
  return sum;
}

/// The direction of the line through all columns: the first difference that is not 0, else the first unit vector.
/// Refuses columns that are not on one line.
Vector<Rational> line_direction(const Matrix<Rational>& centers) {
  const Index d = centers.rows();
  Vector<Rational> direction = Vector<Rational>::Constant(d, Rational(0));
  for (Index j = 1; j < centers.cols() && inner(direction, direction) == 0; ++j)
    direction = centers.col(j) - centers.col(0);
  if (inner(direction, direction) == 0) {
    direction(0) = 1;
    return direction;
  }
  for (Index j = 1; j < centers.cols(); ++j) {
    const Vector<Rational> difference = centers.col(j) - centers.col(0);
    const Rational along = inner(difference, direction) / inner(direction, direction);
    for (Index r = 0; r < d; ++r) {
      if (difference(r) != along * direction(r))
        throw InputError("", "centers", "column " + std::to_string(j), "crude means on one line");
    }
  }
  return direction;
}

/// sum_r w_r x_r.
Ball along(const Vector<Ball>& w, const Vector<Ball>& x) {
  Ball sum = 0;
  for (Index r = 0; r < w.size(); ++r) sum += w(r) * x(r);
  return sum;
}

}  // namespace

template <RealScalar T>
Index nearest_center(const Matrix<T>& centers, const Vector<T>& x) {
  require_invariant(centers.cols() >= 1, "there is a crude mean to be the nearest");
  Index best = 0;
  T least = (centers.col(0) - x).squaredNorm();
  for (Index j = 1; j < centers.cols(); ++j) {
    const T distance = (centers.col(j) - x).squaredNorm();
    if (distance < least) {
      least = distance;
      best = j;
    }
  }
  return best;
}

std::vector<std::optional<Slab>> collinear_cells(const Matrix<Rational>& centers) {
  if (centers.cols() < 1 || centers.rows() < 1) throw InputError("", "centers", "none", "at least one crude mean");
  const Vector<Rational> direction = line_direction(centers);
  const Vector<Ball> normal = direction.unaryExpr([](const Rational& x) { return from_rational<Ball>(x); });
  std::vector<Rational> places;
  for (Index j = 0; j < centers.cols(); ++j) places.push_back(inner(direction, centers.col(j)));
  std::vector<std::optional<Slab>> cells;
  for (auto place = places.begin(); place != places.end(); ++place) {
    if (std::find(places.begin(), place, *place) != place) {
      cells.emplace_back(std::nullopt);
      continue;
    }
    std::optional<Rational> below;
    std::optional<Rational> above;
    for (const Rational& other : places) {
      if (other < *place && (!below || other > *below)) below = other;
      if (other > *place && (!above || other < *above)) above = other;
    }
    Slab cell{normal, std::nullopt, std::nullopt};
    if (below) cell.lower = from_rational<Ball>((*below + *place) / 2);
    if (above) cell.upper = from_rational<Ball>((*above + *place) / 2);
    cells.emplace_back(std::move(cell));
  }
  return cells;
}

std::vector<Ball> slab_moments(const GaussianLaw& law, const Slab& slab) {
  constexpr std::size_t count = 5;
  const Ball variance = along(slab.normal, law.covariance * slab.normal);
  const LineComponent line{Ball(1), along(slab.normal, law.mean), variance};
  std::vector<Ball> moments = {Ball(1), Ball(0), variance, Ball(0), 3 * variance * variance};
  if (slab.lower) moments = tail_moments(line, *slab.lower, count);
  if (slab.upper) {
    const std::vector<Ball> beyond = tail_moments(line, *slab.upper, count);
    for (std::size_t j = 0; j < count; ++j) moments[j] -= beyond[j];
  }
  return moments;
}

Ball slab_probability(const GaussianLaw& law, const Slab& slab) { return slab_moments(law, slab).front(); }

template <Scalar T>
T recentring_distance_printed(const T& C, const T& v, Index k, const T& alpha, const T& beta, const T& log_R) {
  const T components(static_cast<int>(k));
  return C * (sqrt(v) + sqrt(T(components * beta)) + sqrt(sqrt(components)) * sqrt(T(alpha * log_R)));
}

template <Scalar T>
T recentring_distance(const T& v, Index k, const T& beta, const T& log_R) {
  require_invariant(k >= 2, "only with two components can one be far from another");
  const T exponent = log(T(static_cast<int>(k - 1)) / T(2)) + T(8) * log_R;
  return T(2) * sqrt(v) + T(2) * sqrt(T(T(2) * beta * exponent));
}

Ball far_cell_probability_upper(Index k, const Ball& delta, const Ball& v, const Ball& beta) {
  const LineComponent standard{Ball(1), Ball(0), Ball(1)};
  return (k - 1) * tail_moments(standard, (delta / 2 - sqrt(v)) / sqrt(beta), 1).front();
}

Ball far_cell_probability(const GaussianLaw& component, const Matrix<Rational>& means, const Matrix<Rational>& centers,
                          Index i, const Ball& delta) {
  const std::vector<std::optional<Slab>> cells = collinear_cells(centers);
  Ball sum = 0;
  for (Index j = 0; j < means.cols(); ++j) {
    const Vector<Rational> difference = means.col(i) - means.col(j);
    const Truth is_near = less(from_rational<Ball>(inner(difference, difference)), delta * delta);
    if (is_near == Truth::unknown)
      throw UndecidedError("balls cannot tell whether two means are at least Delta apart; raise the precision");
    const std::optional<Slab>& cell = cells[static_cast<std::size_t>(j)];
    if (is_near == Truth::no && cell) sum += slab_probability(component, *cell);
  }
  return sum;
}

template Index nearest_center(const Matrix<double>&, const Vector<double>&);
template Index nearest_center(const Matrix<Real50>&, const Vector<Real50>&);
template double recentring_distance_printed(const double&, const double&, Index, const double&, const double&,
                                            const double&);
template Ball recentring_distance_printed(const Ball&, const Ball&, Index, const Ball&, const Ball&, const Ball&);
template double recentring_distance(const double&, Index, const double&, const double&);
template Ball recentring_distance(const Ball&, Index, const Ball&, const Ball&);

}  // namespace verimix
