#include "verimix/cluster/quadratic_form.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ball_eigen.hpp"
#include "verimix/core/cholesky.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/integral.hpp"

namespace verimix {
namespace {

// The law in double, to choose points on the real line by; nothing certified rests on it.
struct Sketch {
  Vector<double> b, u;

  // K'(s).
  double slope(double s) const {
    double sum = 0;
    for (Index r = 0; r < b.size(); ++r) {
      const double factor = 1 - 2 * s * b(r);
      sum += b(r) / factor + b(r) * u(r) * u(r) / (factor * factor);
    }
    return sum;
  }
  // The interval in which K is finite.
  double highest() const {
    const double largest = b.maxCoeff();
    return largest > 0 ? 1 / (2 * largest) : std::numeric_limits<double>::infinity();
  }
  double lowest() const {
    const double least = b.minCoeff();
    return least < 0 ? 1 / (2 * least) : -std::numeric_limits<double>::infinity();
  }
};

template <Scalar T>
Sketch sketch(const QuadraticLaw<T>& form) {
  const auto to_double = [](const T& x) { return approximate(x); };
  return {form.eigenvalues.unaryExpr(to_double), form.shifts.unaryExpr(to_double)};
}

// The zero of an increasing function between `inner` (not negative side first) and `outer`, which may be infinite.
template <class Function>
double bisect(const Function& increasing, double inner, double outer) {
  double step = std::abs(inner) + 1e-300;
  double far = outer;
  if (!std::isfinite(outer)) {
    step = 1;
    far = outer > 0 ? inner + step : inner - step;
    while (std::isfinite(far) && (increasing(far) < 0) == (outer > 0)) {
      step *= 2;
      far = outer > 0 ? inner + step : inner - step;
    }
  }
  double low = std::min(inner, far);
  double high = std::max(inner, far);
  constexpr int halvings = 100;
  for (int i = 0; i < halvings; ++i) {
    const double middle = low + (high - low) / 2;
    (increasing(middle) < 0 ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

template <Scalar T>
T cumulant(const QuadraticLaw<T>& form, const T& t) {
  T sum(0);
  for (Index r = 0; r < form.eigenvalues.size(); ++r) {
    const T& b = form.eigenvalues(r);
    const T twice = 2 * t * b;
    sum += -log1p(T(-twice)) / T(2) + t * b * form.shifts(r) * form.shifts(r) / (T(1) - twice);
  }
  return sum;
}

/// psi(t) = sum_r [ -log(1 - 2 t b_r)/2 - t b_r + 2 t^2 w_r^2/(1 - 2 t b_r) ], the log moment generating function of
/// z^T B z + 2 <w, z> - tr B, B = diag(b). Domain: 2 t b_r < 1 for every r.
template <RealScalar T>
T log_moment_generating(const Vector<T>& b, const Vector<T>& w, const T& t) {
  T sum(0);
  for (Index r = 0; r < b.size(); ++r) {
    const T twice = 2 * t * b(r);
    sum += -log1p(T(-twice)) / T(2) - t * b(r) + 2 * t * t * w(r) * w(r) / (T(1) - twice);
  }
  return sum;
}

template <Scalar T>
Matrix<T> positive_factor(const Matrix<T>& covariance) {
  const Cholesky<T> factor = cholesky(covariance);
  if (factor.positive_definite == Truth::no) throw InputError("", "covariance", "", "a positive definite matrix");
  if (factor.positive_definite == Truth::unknown)
    throw UndecidedError("a covariance cannot be told from a singular one at this precision");
  return factor.lower;
}

// The rays s = c + t e^{i phi} with cos phi = 5/13 and sin phi = 12/13: steeper than the diagonal, so that a Gaussian
// peak at c falls along them, and turned to the right, so that e^{-s level} does.
struct Ray {
  Ball start;
  const QuadraticLaw<Ball>& form;
  const Ball& level;

  static Ball cosine() { return Ball(5) / Ball(13); }
  static Ball sine() { return Ball(12) / Ball(13); }

  // -i e^{i phi} e^{K(s) - s level}/s.
  ComplexBall operator()(const ComplexBall& t) const {
    const ComplexBall s = ComplexBall(start) + t * ComplexBall(cosine(), sine());
    ComplexBall exponent = -(s * level);
    for (Index r = 0; r < form.eigenvalues.size(); ++r) {
      const ComplexBall sb = s * form.eigenvalues(r);
      const ComplexBall factor = ComplexBall(1) - 2 * sb;
      exponent += ComplexBall(Ball(-1) / Ball(2)) * log(factor);
      if (arb_is_zero(form.shifts(r).data()) == 0) exponent += sb * (form.shifts(r) * form.shifts(r)) / factor;
    }
    return exp(exponent) * ComplexBall(sine(), -cosine()) / s;
  }

  // A bound on the integral of the modulus from t = end on.
  Ball beyond(const Ball& end) const {
    Ball exponent = -(level * (start + cosine() * end));
    for (Index r = 0; r < form.eigenvalues.size(); ++r) {
      // |1 - 2 s b| >= sin(phi) min(1, 1 - 2 c b) on the ray, and >= 2 |b| t sin(phi).
      Ball least = Ball(1) - 2 * start * form.eigenvalues(r);
      arb_min(least.data(), least.data(), Ball(1).data(), BallPrecision::bits());
      const Ball later = 2 * abs(form.eigenvalues(r)) * end;
      arb_max(least.data(), least.data(), later.data(), BallPrecision::bits());
      least *= sine();
      const Ball square = form.shifts(r) * form.shifts(r);
      exponent += -log(least) / Ball(2) - square / Ball(2) + square / (2 * least);
    }
    return exp(exponent) / (level * cosine() * end * sine());
  }
};

// Both tails for level > 0.
QuadraticTails positive_level_tails(const QuadraticLaw<Ball>& form, const Ball& level) {
  const auto positive = [](const Ball& b) { return less(Ball(0), b) != Truth::no; };
  if (std::none_of(form.eigenvalues.begin(), form.eigenvalues.end(), positive)) return {Ball(0), Ball(1)};
  const Sketch law = sketch(form);
  if (law.b.maxCoeff() <= 0) {
    const Ball upper = hull(Ball(0), quadratic_tail_upper(form, level));
    return {upper, Ball(1) - upper};
  }
  const double target = approximate(level);
  const bool to_the_right = target > law.slope(0);
  // The minimum of K(s) - s level - log|s|, which is convex on either side of 0.
  const auto slope = [&](double s) { return law.slope(s) - target - 1 / s; };
  const double tiny = 1e-12 / (std::abs(target) + law.b.cwiseAbs().maxCoeff());
  const double saddle = to_the_right ? bisect(slope, tiny, law.highest() * (1 - 1e-12))
                                     : bisect(slope, -tiny, law.lowest() * (1 - 1e-12));
  const Ray ray{Ball(saddle), form, level};
  for (const Ball& b : form.eigenvalues)
    if (less(Ball(0), Ball(1) - 2 * ray.start * b) != Truth::yes)
      throw UndecidedError("the law of a quadratic form is enclosed too widely: raise the precision");
  const long bits = BallPrecision::bits();
  Ball wanted = exp(cumulant(form, ray.start) - ray.start * level);
  arb_mul_2exp_si(wanted.data(), wanted.data(), -bits);
  Ball end = Ball(1) / abs(ray.start);
  Ball rest = ray.beyond(end);
  constexpr int doublings = 200;
  for (int i = 0; i < doublings && less(rest, wanted) != Truth::yes; ++i) {
    end += end;
    rest = ray.beyond(end);
  }
  const Integral inside = integrate([&](const ComplexBall& t, bool) { return ray(t); }, Ball(0), end,
                                    {.absolute_goal = 0, .relative_bits = bits, .evaluations = 0});
  const Ball value = widened(inside.value, rest) / pi<Ball>();
  return to_the_right ? QuadraticTails{value, Ball(1) - value} : QuadraticTails{Ball(1) + value, -value};
}

Ball within_unit(const Ball& x) {
  Ball unit;
  arb_set_str(unit.data(), "0.5 +/- 0.5", BallPrecision::bits());
  Ball meet;
  return arb_intersection(meet.data(), x.data(), unit.data(), BallPrecision::bits()) != 0 ? meet : x;
}

}  // namespace

template <Scalar T>
QuadraticLaw<T> quadratic_law(const Vector<T>& mean, const Matrix<T>& covariance, const Vector<T>& center,
                              const Matrix<T>& a) {
  const Matrix<T> lower = positive_factor(covariance);
  const Matrix<T> inner = lower.transpose() * a * lower;
  const Eigen::SelfAdjointEigenSolver<Matrix<T>> solver(inner);
  if (solver.info() != Eigen::Success)
    throw UndecidedError("the symmetric eigenvalue iteration did not converge; raise the precision");
  return {solver.eigenvalues(), solver.eigenvectors().transpose() * (lower_inverse(lower) * (mean - center))};
}

template <>
QuadraticLaw<Ball> quadratic_law(const Vector<Ball>& mean, const Matrix<Ball>& covariance, const Vector<Ball>& center,
                                 const Matrix<Ball>& a) {
  const Matrix<Ball> lower = positive_factor(covariance);
  const Matrix<Ball> inner = lower.transpose() * a * lower;
  const Vector<Ball> shift = lower_inverse(lower) * (mean - center);
  const GuessedEigen guess = guessed_eigen(inner);
  const Matrix<Ball>& v = guess.vectors;
  // The orthogonal factor O of V = O (V^T V)^{1/2} is within |E|_F of V, and O^T B O within `off` of diag(values).
  Matrix<Ball> e = v.transpose() * v;
  for (Index r = 0; r < e.rows(); ++r) e(r, r) -= Ball(1);
  const Ball skew = frobenius_norm(e);
  const Matrix<Ball> scaled = v * guess.values.asDiagonal();
  const Ball off =
      frobenius_norm(inner - scaled * v.transpose()) + frobenius_norm(guess.values) * skew * (Ball(2) + skew);
  QuadraticLaw<Ball> form{guess.values, v.transpose() * shift};
  const Ball turned = skew * frobenius_norm(shift);
  for (Index r = 0; r < form.shifts.size(); ++r) {
    form.eigenvalues(r) = widened(form.eigenvalues(r), off);
    if (arb_is_zero(turned.data()) == 0) form.shifts(r) = widened(form.shifts(r), turned);
  }
  return form;
}

template <Scalar T>
QuadraticLaw<T> opposite(const QuadraticLaw<T>& form) {
  return {-form.eigenvalues, form.shifts};
}

template <Scalar T>
T mean(const QuadraticLaw<T>& form) {
  T sum(0);
  for (Index r = 0; r < form.eigenvalues.size(); ++r)
    sum += form.eigenvalues(r) * (T(1) + form.shifts(r) * form.shifts(r));
  return sum;
}

template <Scalar T>
T quadratic_tail_upper(const QuadraticLaw<T>& form, const T& level) {
  const Sketch law = sketch(form);
  const double target = approximate(level);
  const double center = law.slope(0);
  if (!(target > center) || less(mean(form), level) != Truth::yes) return T(1);
  const double highest = law.highest();
  // Without a positive eigenvalue K(t) - t level falls for ever if level >= 0; any large t will do.
  constexpr double far_deviations = 1000;
  const double t = !std::isfinite(highest) && target >= 0
                       ? far_deviations / (target - center)
                       : bisect([&](double s) { return law.slope(s) - target; }, 0, highest * (1 - 1e-9));
  const T bound = exp(cumulant(form, T(t)) - T(t) * level);
  return is_finite(bound) ? bound : T(1);
}

template <RealScalar T>
T quadratic_tail_upper(const Matrix<T>& b, const Vector<T>& w, const T& level) {
  if (!(level > T(0))) return T(1);
  const Eigen::SelfAdjointEigenSolver<Matrix<T>> solver(b);
  const Vector<T> rotated = solver.eigenvectors().transpose() * w;
  const Vector<T>& spectrum = solver.eigenvalues();
  const T largest = spectrum(spectrum.size() - 1);
  // psi(t) <= t^2 V/(1 - 2 t b_max): without b_max the best t is level/(2V), and with it 1/(2 b_max) is never passed.
  const T v = b.squaredNorm() + 2 * w.squaredNorm();
  if (!(v > T(0))) return T(0);
  const T limit = level / (2 * v);
  const T end = largest > T(0) ? limit / (T(1) + 2 * limit * largest) : limit;
  const T farthest = largest > T(0) ? T(1) / (2 * largest) : 4 * limit;
  T least(0);
  constexpr int steps_inside = 64;
  for (int s = 1; s < 2 * steps_inside; ++s) {
    // Half of the steps lie below the t of the closed form and half between it and the pole; every t gives a bound.
    const T t = s <= steps_inside ? end * T(s) / T(steps_inside)
                                  : end + (farthest - end) * T(s - steps_inside) / T(steps_inside);
    const T exponent = log_moment_generating(spectrum, rotated, t) - t * level;
    if (exponent < least) least = exponent;
  }
  return exp(least);
}

template <Scalar T>
T quadratic_tail_level(const T& v, const T& largest, const T& x) {
  return 2 * sqrt(T(v * x)) + 2 * largest * x;
}

QuadraticTails quadratic_tails(const QuadraticLaw<Ball>& form, const Ball& level) {
  QuadraticTails tails;
  if (less(Ball(0), level) == Truth::yes) {
    tails = positive_level_tails(form, level);
  } else if (less(level, Ball(0)) == Truth::yes) {
    const QuadraticTails flipped = positive_level_tails(opposite(form), -level);
    tails = {flipped.lower, flipped.upper};
  } else {
    throw UndecidedError("the level of a quadratic form cannot be told from 0 at this precision");
  }
  return {within_unit(tails.upper), within_unit(tails.lower)};
}

LadderResult quadratic_upper_tail(const QuadraticEvent& event, int digits, const LadderBudget& budget) {
  return climb_precision(
      digits,
      [&](const Rung&) {
        const auto [form, level] = event();
        return quadratic_tails(form, level).upper;
      },
      budget);
}

template QuadraticLaw<double> quadratic_law(const Vector<double>&, const Matrix<double>&, const Vector<double>&,
                                            const Matrix<double>&);
template QuadraticLaw<Real50> quadratic_law(const Vector<Real50>&, const Matrix<Real50>&, const Vector<Real50>&,
                                            const Matrix<Real50>&);
template QuadraticLaw<double> opposite(const QuadraticLaw<double>&);
template QuadraticLaw<Real50> opposite(const QuadraticLaw<Real50>&);
template QuadraticLaw<Ball> opposite(const QuadraticLaw<Ball>&);
template double mean(const QuadraticLaw<double>&);
template Real50 mean(const QuadraticLaw<Real50>&);
template Ball mean(const QuadraticLaw<Ball>&);
template double quadratic_tail_upper(const QuadraticLaw<double>&, const double&);
template Real50 quadratic_tail_upper(const QuadraticLaw<Real50>&, const Real50&);
template Ball quadratic_tail_upper(const QuadraticLaw<Ball>&, const Ball&);
template double quadratic_tail_upper(const Matrix<double>&, const Vector<double>&, const double&);
template Real50 quadratic_tail_upper(const Matrix<Real50>&, const Vector<Real50>&, const Real50&);
template double quadratic_tail_level(const double&, const double&, const double&);
template Real50 quadratic_tail_level(const Real50&, const Real50&, const Real50&);
template Ball quadratic_tail_level(const Ball&, const Ball&, const Ball&);

}  // namespace verimix
