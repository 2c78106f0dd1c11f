#include "verimix/mixture/density.hpp"

#include <algorithm>
#include <type_traits>

#include "verimix/core/cholesky.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/parallel.hpp"
#include "whitened_tile.hpp"

namespace verimix {

namespace {

/// Points a block of work: fixed, so that no result depends on the number of threads.
template <Scalar T>
constexpr Index points_per_block = std::is_same_v<T, double> ? 1024 : 8;

template <Scalar T>
struct PointEvaluation {
  T log_density;
  Vector<T> score;
  /// Of the whitened components, in their order.
  Vector<T> responsibilities;
};

/// sum_r a[r a_step] b[r b_step].
template <Scalar T>
T inner_product(const T* a, Index a_step, const T* b, Index b_step, Index count) {
  if constexpr (std::is_same_v<T, Ball>) {
    static_assert(sizeof(Ball) == sizeof(arb_struct), "an array of balls is an array of arb_struct");
    Ball sum;
    if (count > 0) {
      arb_dot(sum.data(), nullptr, 0, a->data(), a_step, b->data(), b_step, count, BallPrecision::bits());
    }
    return sum;
  } else {
    T sum(0);
    for (Index r = 0; r < count; ++r) sum += a[r * a_step] * b[r * b_step];
    return sum;
  }
}

/// W z for a lower triangular W.
template <Scalar T>
Vector<T> lower_times(const Matrix<T>& w, const Vector<T>& z) {
  const Index d = w.rows();
  Vector<T> y(d);
  for (Index j = 0; j < d; ++j) y(j) = inner_product(w.data() + j, d, z.data(), 1, j + 1);
  return y;
}

/// W^T y for a lower triangular W.
template <Scalar T>
Vector<T> transposed_lower_times(const Matrix<T>& w, const Vector<T>& y) {
  const Index d = w.rows();
  Vector<T> g(d);
  for (Index m = 0; m < d; ++m) g(m) = inner_product(w.data() + m * d + m, 1, y.data() + m, 1, d - m);
  return g;
}

/// One point in any scalar. The weights stay outside of the logarithms: a ball of weights may reach 0.
template <Scalar T>
PointEvaluation<T> evaluate_point(const std::vector<WhitenedComponent<T>>& components, const Vector<T>& x) {
  const auto k = std::ssize(components);
  std::vector<Vector<T>> whitened;
  Vector<T> logs(k);
  Index pivot = 0;
  for (Index i = 0; i < k; ++i) {
    const WhitenedComponent<T>& c = components[static_cast<std::size_t>(i)];
    whitened.push_back(lower_times<T>(c.whitening, x - c.mean));
    const Vector<T>& y = whitened.back();
    logs(i) = c.log_peak - inner_product(y.data(), 1, y.data(), 1, y.size()) / T(2);
    if (&larger_midpoint(logs(pivot), logs(i)) == &logs(i)) pivot = i;
  }
  PointEvaluation<T> result;
  result.responsibilities.resize(k);
  T sum(0);
  for (Index i = 0; i < k; ++i) {
    const T& weight = components[static_cast<std::size_t>(i)].weight;
    result.responsibilities(i) = i == pivot ? weight : weight * exp(logs(i) - logs(pivot));
    sum += result.responsibilities(i);
  }
  result.log_density = logs(pivot) + log(sum);
  result.score = Vector<T>::Constant(x.size(), T(0));
  for (Index i = 0; i < k; ++i) {
    T& w = result.responsibilities(i);
    w /= sum;
    const auto place = static_cast<std::size_t>(i);
    const Vector<T> g = transposed_lower_times(components[place].whitening, whitened[place]);
    for (Index m = 0; m < x.size(); ++m) result.score(m) -= w * g(m);
  }
  return result;
}

/// Ds(x) by the centred form, from the responsibilities (all of the mixture's) at x.
template <Scalar T>
Matrix<T> score_jacobian(const std::vector<WhitenedComponent<T>>& components, const std::vector<Matrix<T>>& precisions,
                         const Vector<T>& x, const Vector<T>& responsibilities) {
  const Index d = x.size();
  std::vector<Vector<T>> g;
  Vector<T> mean = Vector<T>::Constant(d, T(0));
  for (const WhitenedComponent<T>& c : components) {
    g.push_back(transposed_lower_times<T>(c.whitening, lower_times<T>(c.whitening, x - c.mean)));
    for (Index m = 0; m < d; ++m) mean(m) += responsibilities(c.component) * g.back()(m);
  }
  Matrix<T> jacobian = Matrix<T>::Constant(d, d, T(0));
  for (std::size_t i = 0; i < components.size(); ++i) {
    const T& w = responsibilities(components[i].component);
    const Vector<T> centred = g[i] - mean;
    for (Index c = 0; c < d; ++c) {
      const T scaled = w * centred(c);
      for (Index r = c; r < d; ++r) jacobian(r, c) += centred(r) * scaled - w * precisions[i](r, c);
    }
  }
  for (Index c = 0; c < d; ++c) {
    for (Index r = c + 1; r < d; ++r) jacobian(c, r) = jacobian(r, c);
  }
  return jacobian;
}

/// Q^{-1} = W^T W, lower triangle.
template <Scalar T>
Matrix<T> precision_matrix(const Matrix<T>& w) {
  const Index d = w.rows();
  Matrix<T> precision = Matrix<T>::Constant(d, d, T(0));
  for (Index c = 0; c < d; ++c) {
    for (Index r = c; r < d; ++r) {
      precision(r, c) = inner_product(w.data() + r * d + r, 1, w.data() + c * d + r, 1, d - r);
    }
  }
  return precision;
}

/// Why a point has no answer: the point itself, or the scalar.
template <Scalar T>
[[noreturn]] void refuse(const Matrix<T>& points, Index begin, Index end) {
  for (Index j = begin; j < end; ++j) {
    for (Index m = 0; m < points.rows(); ++m) {
      if (!is_finite(points(m, j))) {
        throw InputError("", "points", "row " + std::to_string(j + 1), "finite numbers");
      }
    }
  }
  throw UndecidedError("the log-density at a point among rows " + std::to_string(begin + 1) + " to " + std::to_string(end) +
                       " overflows or is not bounded at this precision: use --precision 50 (balls: raise --digits)");
}

template <Scalar T>
[[noreturn]] void refuse_covariance(const Matrix<T>& covariance, Truth positive_definite, Index component) {
  const std::string field = "components[" + std::to_string(component) + "].covariance";
  if constexpr (RealScalar<T>) {
    Matrix<Rational> exact_entries(covariance.rows(), covariance.cols());
    for (Index j = 0; j < covariance.cols(); ++j) {
      for (Index i = 0; i < covariance.rows(); ++i) {
        if (!is_finite(covariance(i, j))) throw InputError("", field, "not finite", "finite numbers");
        exact_entries(i, j) = to_rational(covariance(i, j));
      }
    }
    positive_definite = definiteness(exact_entries) == Definiteness::definite ? Truth::unknown : Truth::no;
  }
  if (positive_definite == Truth::no) {
    throw InputError("", field, "a matrix that is not positive definite",
                     "a positive definite covariance (a semidefinite one only at a time > 0)");
  }
  throw UndecidedError(field + " is too ill-conditioned to factor at this precision: use --precision 50 (balls: raise --digits)");
}

template <Scalar T>
void evaluate_block(const std::vector<WhitenedComponent<T>>& components, const Matrix<T>& points, Index begin, Index end,
                    Evaluation<T>& out) {
  for (Index j = begin; j < end; ++j) {
    const PointEvaluation<T> at = evaluate_point<T>(components, points.col(j));
    if (!is_finite(at.log_density)) refuse(points, j, j + 1);
    out.log_density(j) = at.log_density;
    out.score.col(j) = at.score;
    if (out.responsibilities.size() == 0) continue;
    for (std::size_t i = 0; i < components.size(); ++i) {
      out.responsibilities(components[i].component, j) = at.responsibilities(static_cast<Index>(i));
    }
  }
}

void evaluate_block(const std::vector<WhitenedComponent<double>>& components, const Matrix<double>& points, Index begin,
                    Index end, Evaluation<double>& out) {
  WhitenedTile tile(points.rows(), std::ssize(components));
  Vector<double> log_weights(std::ssize(components));
  for (std::size_t i = 0; i < components.size(); ++i) log_weights(static_cast<Index>(i)) = log(components[i].weight);
  for (Index j = begin; j < end; j += WhitenedTile::width) {
    const Index stop = std::min(end, j + WhitenedTile::width);
    if (!tile.evaluate(components, log_weights, points, j, stop, out)) refuse(points, j, stop);
  }
}

}  // namespace

template <Scalar T>
Density<T>::Density(const Mixture<T>& mixture) : dimension_(mixture.dimension()), size_(mixture.size()) {
  const T log_two_pi = log(T(2) * pi<T>());
  for (Index i = 0; i < size_; ++i) {
    if (equal(mixture.weights(i), T(0)) == Truth::yes) continue;
    const Matrix<T>& covariance = mixture.covariances[static_cast<std::size_t>(i)];
    const Cholesky<T> factor = cholesky(covariance);
    if (factor.positive_definite != Truth::yes) refuse_covariance(covariance, factor.positive_definite, i);
    const T log_peak = -(T(static_cast<int>(dimension_)) * log_two_pi + log_determinant(factor)) / T(2);
    components_.push_back({i, mixture.weights(i), mixture.means.col(i), lower_inverse(factor.lower), log_peak});
  }
  if (components_.empty()) throw InputError("", "components[*].weight", "0", "a component of positive weight");
}

template <Scalar T>
Evaluation<T> Density<T>::evaluate(const Matrix<T>& points, const EvaluationRequest& request) const {
  if (points.rows() != dimension_) {
    throw InputError("", "points", std::to_string(points.rows()) + " coordinates a row",
                     "the mixture's dimension " + std::to_string(dimension_));
  }
  Evaluation<T> out;
  out.log_density.resize(points.cols());
  out.score.resize(dimension_, points.cols());
  if (request.responsibilities || request.jacobian) {
    out.responsibilities = Matrix<T>::Constant(size_, points.cols(), T(0));
  }
  std::vector<Matrix<T>> precisions;
  if (request.jacobian) {
    for (const WhitenedComponent<T>& c : components_) precisions.push_back(precision_matrix(c.whitening));
    out.jacobian.resize(static_cast<std::size_t>(points.cols()));
  }
  parallel_blocks(points.cols(), points_per_block<T>, [&](Index begin, Index end) {
    evaluate_block(components_, points, begin, end, out);
    if (!request.jacobian) return;
    for (Index j = begin; j < end; ++j) {
      out.jacobian[static_cast<std::size_t>(j)] =
          score_jacobian<T>(components_, precisions, points.col(j), out.responsibilities.col(j));
    }
  }, request.threads);
  if (!request.responsibilities) out.responsibilities.resize(0, 0);
  return out;
}

template class Density<double>;
template class Density<Real50>;
template class Density<Real100>;
template class Density<Ball>;

}  // namespace verimix
