#include "form_exceedance.hpp"

#include <algorithm>
#include <utility>

#include "check_support.hpp"
#include "verimix/cluster/clustering_error.hpp"
#include "verimix/cluster/quadratic_form.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/roots.hpp"
#include "verimix/distance/line_mixture.hpp"

namespace verimix::checks {
namespace {

// A solution of A X = B by Gauss and Jordan, free variables 0; nothing where there is none.
std::optional<Matrix<Rational>> solved(Matrix<Rational> a, Matrix<Rational> b) {
  const Index n = a.rows();
  std::vector<Index> pivots;
  for (Index column = 0; column < n; ++column) {
    const auto row = static_cast<Index>(pivots.size());
    Index found = row;
    while (found < n && a(found, column) == 0) ++found;
    if (found == n) continue;
    a.row(found).swap(a.row(row));
    b.row(found).swap(b.row(row));
    const Rational pivot = a(row, column);
    a.row(row) /= pivot;
    b.row(row) /= pivot;
    for (Index other = 0; other < n; ++other) {
      const Rational factor = a(other, column);
      if (other == row || factor == 0) continue;
      a.row(other) -= factor * a.row(row);
      b.row(other) -= factor * b.row(row);
    }
    pivots.push_back(column);
  }
  Matrix<Rational> x = Matrix<Rational>::Constant(n, b.cols(), Rational(0));
  for (std::size_t row = 0; row < pivots.size(); ++row) x.row(pivots[row]) = b.row(static_cast<Index>(row));
  for (Index row = static_cast<Index>(pivots.size()); row < n; ++row)
    for (Index c = 0; c < b.cols(); ++c)
      if (b(row, c) != 0) return std::nullopt;
  return x;
}

bool vanishes(const Matrix<Rational>& a) {
  return std::ranges::all_of(a.reshaped(), [](const Rational& x) { return x == 0; });
}

// The places where q(x) = value, as balls; more of them than there are does no harm.
void add_places(const ExactForm& q, const Ball& value, std::vector<Ball>& out) {
  const Ball a = in_balls(q.a(0, 0)), b = 2 * in_balls(q.b(0)), c = in_balls(q.c) - value;
  if (q.a(0, 0) == 0) {
    if (q.b(0) != 0) out.push_back(-c / b);
    return;
  }
  const Ball discriminant = b * b - 4 * a * c;
  if (less(discriminant, Ball(0)) == Truth::yes) return;
  const Ball step = root(discriminant);
  out.push_back((-b - step) / (2 * a));
  out.push_back((-b + step) / (2 * a));
}

// Rising, overlapping ones joined.
std::vector<Ball> in_order(std::vector<Ball> places) {
  std::ranges::sort(places, {}, [](const Ball& x) { return approximate(x); });
  std::vector<Ball> out;
  for (const Ball& place : places) {
    out.push_back(place);
    while (out.size() >= 2 && less(out[out.size() - 2], out.back()) != Truth::yes) {
      const Ball last = out.back();
      out.pop_back();
      out.back() = hull(out.back(), last);
    }
  }
  return out;
}

// P[a < X < b] from the tail that is smaller; missing ends are infinite.
Ball mass_between(const LineMixture& law, const std::optional<Ball>& a, const std::optional<Ball>& b) {
  if (!a && !b) return 1;
  if (!a) return law.cdf(*b);
  if (!b) return law.upper_tail(*a);
  const Ball below = law.cdf(*b) - law.cdf(*a), above = law.upper_tail(*a) - law.upper_tail(*b);
  return radius_upper(below) < radius_upper(above) ? below : above;
}

Truth one_is_large(const std::vector<ExactForm>& forms, const Ball& x, const Ball& level) {
  Truth found = Truth::no;
  for (const ExactForm& q : forms) {
    const Truth large = less(level, abs(in_balls(q.c) + x * (2 * in_balls(q.b(0)) + x * in_balls(q.a(0, 0)))));
    if (large == Truth::yes) return Truth::yes;
    if (large == Truth::unknown) found = Truth::unknown;
  }
  return found;
}

// The places where one of the forms meets +-level cut the line, and between two of them one exact point decides.
Ball line_exceedance(const LineMixture& law, const std::vector<ExactForm>& forms, const Ball& level) {
  std::vector<Ball> places;
  for (const ExactForm& q : forms)
    for (const int sign : {-1, 1}) add_places(q, Ball(sign) * level, places);
  places = in_order(std::move(places));
  Ball sum = 0;
  for (std::size_t n = 0; n <= places.size(); ++n) {
    std::optional<Ball> lower, upper;
    if (n > 0) lower = upper_end(places[n - 1]);
    if (n < places.size()) upper = lower_end(places[n]);
    Ball point = 0;
    if (lower && upper)
      point = (*lower + *upper) / 2;
    else if (lower || upper)
      point = lower ? *lower + 1 : *upper - 1;
    const Truth large = one_is_large(forms, centre_of(point), level);
    if (large != Truth::no) {
      const Ball mass = mass_between(law, lower, upper);
      sum += large == Truth::yes ? mass : hull(Ball(0), mass);
    }
    // Within a place anything may be.
    if (upper) sum += hull(Ball(0), mass_between(law, upper, upper_end(places[n])));
  }
  return sum;
}

// P[q(x) > level] for x ~ N(mu, Q).
std::optional<Ball> upper_tail(const ExactForm& q, const Gaussian<Ball>& law, const Ball& level) {
  const Vector<Ball> b = q.b.unaryExpr([](const Rational& x) { return in_balls(x); });
  if (vanishes(q.a)) {
    if (vanishes(q.b)) {
      const Truth large = less(level, in_balls(q.c));
      return large == Truth::unknown ? hull(Ball(0), Ball(1)) : Ball(large == Truth::yes ? 1 : 0);
    }
    const Vector<Ball> image = law.covariance * b;
    Ball along = 0, variance = 0;
    for (Index r = 0; r < b.size(); ++r) {
      along += b(r) * law.mean(r);
      variance += b(r) * image(r);
    }
    return normal_upper_tail<Ball>((level - in_balls(q.c) - 2 * along) / (2 * sqrt(variance)));
  }
  const auto centre = solved(q.a, -q.b);
  if (!centre) return std::nullopt;
  // q(x) = (x - m)^T A (x - m) + c + <b, m> for A m = -b.
  const Rational constant = q.c + q.b.dot(centre->col(0));
  const Vector<Ball> m = in_balls(*centre);
  return quadratic_tails(quadratic_law<Ball>(law.mean, law.covariance, m, in_balls(q.a)), level - in_balls(constant))
      .upper;
}

std::optional<Ball> in_space(const ExactMixture& mixture, const std::vector<ExactForm>& forms, const Ball& level) {
  const Mixture<Ball> balls = round_to<Ball>(mixture);
  Ball largest = 0, sum = 0;
  for (const ExactForm& q : forms) {
    const ExactForm opposite{-q.a, -q.b, -q.c};
    Ball probability = 0;
    for (Index i = 0; i < mixture.size(); ++i) {
      if (mixture.weights[static_cast<std::size_t>(i)] == 0) continue;
      const Gaussian<Ball> law = component(balls, i);
      const auto above = upper_tail(q, law, level), below = upper_tail(opposite, law, level);
      if (!above || !below) return std::nullopt;
      probability += balls.weights(i) * (*above + *below);
    }
    largest = maximum(largest, probability);
    sum += probability;
  }
  return hull(largest, sum);
}

}  // namespace

ExactForm operator-(const ExactForm& p, const ExactForm& q) { return {p.a - q.a, p.b - q.b, p.c - q.c}; }

std::vector<ExactForm> operator-(const std::vector<ExactForm>& p, const std::vector<ExactForm>& q) {
  std::vector<ExactForm> out;
  for (std::size_t j = 0; j < p.size(); ++j) out.push_back(p[j] - q[j]);
  return out;
}

ExactForms::ExactForms(Matrix<Rational> means, std::vector<Matrix<Rational>> covariances)
    : means_(std::move(means)), covariances_(std::move(covariances)) {
  Matrix<Rational> identity = Matrix<Rational>::Constant(means_.rows(), means_.rows(), Rational(0));
  for (Index r = 0; r < means_.rows(); ++r) identity(r, r) = 1;
  for (const Matrix<Rational>& q : covariances_) {
    const auto inverse = solved(q, identity);
    require_invariant(inverse.has_value(), "a covariance that is positive definite has an inverse");
    inverses_.push_back(*inverse);
  }
}

ExactForm ExactForms::difference(std::size_t j, std::size_t i, const Matrix<Rational>& centre) const {
  const auto form = [&](std::size_t l) {
    const Vector<Rational> mu = means_.col(static_cast<Index>(l)), image = inverses_[l] * mu;
    Rational middle = 0;
    for (Index c = 0; c < centre.cols(); ++c) middle += centre.col(c).dot(inverses_[l].col(c));
    return ExactForm{inverses_[l], -image, mu.dot(image) - middle};
  };
  return form(j) - form(i);
}

std::vector<ExactForm> ExactForms::inputs() const {
  std::vector<ExactForm> out;
  for (std::size_t j = 0; j < inverses_.size(); ++j) out.push_back(difference(j, 0, covariances_.front()));
  return out;
}

std::vector<ExactForm> ExactForms::squared_linear() const {
  std::vector<ExactForm> out;
  for (std::size_t j = 0; j < inverses_.size(); ++j) {
    const Matrix<Rational> difference = inverses_[j] - inverses_.front(), square = difference * difference;
    const Vector<Rational> mu = means_.col(static_cast<Index>(j)), image = square * mu;
    out.push_back({square, -image, mu.dot(image)});
  }
  return out;
}

std::optional<Ball> exceedance(const ExactMixture& mixture, const std::vector<ExactForm>& forms, const Ball& level) {
  if (mixture.dimension() == 1) return line_exceedance(LineMixture{LineLaw(mixture)}, forms, level);
  try {
    return in_space(mixture, forms, level);
  } catch (const UndecidedError&) {
    return std::nullopt;
  }
}

}  // namespace verimix::checks
