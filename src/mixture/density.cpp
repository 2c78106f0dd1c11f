#include "verimix/mixture/density.hpp"

#include <algorithm>
#include <type_traits>

#include "fused_tile.hpp"
#include "point_evaluator.hpp"
#include "verimix/core/cholesky.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/parallel.hpp"
#include "whitened_tile.hpp"

namespace verimix {

namespace {

/// Points a block of work: fixed, so that no result depends on the number of threads.
template <Scalar T>
constexpr Index points_per_block = std::is_same_v<T, double> ? 1024 : 64;

template <class T>
concept MpfrNumber = Scalar<T> &&(std::is_same_v<T, Real50> || std::is_same_v<T, Real100>);

/// Ds(x) by the centred form, from the responsibilities (all of the mixture's) at x.
template <Scalar T>
Matrix<T> score_jacobian(const std::vector<WhitenedComponent<T>>& components, const std::vector<Matrix<T>>& precisions,
                         const Vector<T>& x, const Vector<T>& responsibilities) {
  const Index d = x.size();
  std::vector<Vector<T>> g;
  Vector<T> mean = Vector<T>::Constant(d, T(0));
  Vector<T> whitened(d);
  for (const WhitenedComponent<T>& c : components) {
    const Vector<T> centred = x - c.mean;
    set_lower_times(whitened.data(), c.whitening, centred.data());
    g.emplace_back(d);
    set_transposed_lower_times(g.back().data(), c.whitening, whitened.data());
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
      set_inner_product(precision(r, c), w.data() + r * d + r, 1, w.data() + c * d + r, 1, d - r);
    }
  }
  return precision;
}

/// Why a point has no answer: the point itself, or the scalar.
template <Scalar T>
[[noreturn]] void refuse(const T* points, Index d, Index begin, Index end) {
  for (Index j = begin; j < end; ++j) {
    for (Index m = 0; m < d; ++m) {
      if (!is_finite(points[j * d + m])) {
        throw InputError("", "points", "row " + std::to_string(j + 1), "finite numbers");
      }
    }
  }
  throw UndecidedError("the log-density at a point among rows " + std::to_string(begin + 1) + " to " +
                       std::to_string(end) +
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
  throw UndecidedError(
      field + " is too ill-conditioned to factor at this precision: use --precision 50 (balls: raise --digits)");
}

template <Rigour rigour, Scalar T>
void evaluate_one_by_one(const std::vector<WhitenedComponent<T>>& components, const Matrix<T>& points, Index begin,
                         Index end, Evaluation<T>& out) {
  PointEvaluator<T, rigour> at(components);
  for (Index j = begin; j < end; ++j) {
    at.evaluate(points.data() + j * points.rows());
    if (!is_finite(at.log_density)) refuse(points.data(), points.rows(), j, j + 1);
    out.log_density(j) = at.log_density;
    out.score.col(j) = at.score;
    if (out.responsibilities.size() == 0) continue;
    at.normalise_responsibilities();
    for (std::size_t i = 0; i < components.size(); ++i) {
      out.responsibilities(components[i].component, j) = at.responsibilities(static_cast<Index>(i));
    }
  }
}

template <Scalar T>
void evaluate_block(const std::vector<WhitenedComponent<T>>& components, const Matrix<T>& points, Index begin,
                    Index end, Evaluation<T>& out) {
  evaluate_one_by_one<Rigour::enclosing>(components, points, begin, end, out);
}

Ball exact_ball(const auto& x) {
  Ball value;
  arf_set_mpfr(arb_midref(value.data()), x.backend().data());
  return value;
}

/// MPFR numbers go through Arb with 8 bits more than their own and are rounded at the end: its exponential and its
/// inner products are several times as fast as MPFR's. (Another 8 bits would push the inner products of Real50 into a
/// fourth word.)
template <MpfrNumber T>
void evaluate_block(const std::vector<WhitenedComponent<T>>& components, const Matrix<T>& points, Index begin,
                    Index end, Evaluation<T>& out) {
  const auto own_bits = static_cast<long>(mpfr_get_prec(components.front().log_peak.backend().data()));
  const BallPrecision precision(own_bits + 8);
  const auto to_ball = [](const T& x) { return exact_ball(x); };
  const auto to_real = [](const Ball& x) {
    T value;
    arf_get_mpfr(value.backend().data(), arb_midref(x.data()), MPFR_RNDN);
    return value;
  };
  std::vector<WhitenedComponent<Ball>> enclosed;
  for (const WhitenedComponent<T>& c : components) {
    enclosed.push_back({c.component, to_ball(c.weight), c.mean.unaryExpr(to_ball), c.whitening.unaryExpr(to_ball),
                        to_ball(c.log_peak)});
  }
  const Matrix<Ball> block = points.middleCols(begin, end - begin).unaryExpr(to_ball);
  Evaluation<Ball> result;
  result.log_density.resize(block.cols());
  result.score.resize(block.rows(), block.cols());
  result.responsibilities.resize(out.responsibilities.rows(), out.responsibilities.size() == 0 ? 0 : block.cols());
  evaluate_one_by_one<Rigour::midpoints>(enclosed, block, 0, block.cols(), result);
  out.log_density.segment(begin, block.cols()) = result.log_density.unaryExpr(to_real);
  out.score.middleCols(begin, block.cols()) = result.score.unaryExpr(to_real);
  if (out.responsibilities.size() == 0) return;
  out.responsibilities.middleCols(begin, block.cols()) = result.responsibilities.unaryExpr(to_real);
}

void evaluate_in_few_dimensions(const std::vector<WhitenedComponent<double>>& components, const double* points,
                                Index begin, Index end, Index size, const EvaluationMemory& out) {
  const Index reached = FusedTile(components).evaluate(points, begin, end, size, out);
  if (reached < end) refuse(points, components.front().mean.size(), reached, std::min(end, reached + FusedTile::lanes));
}

void evaluate_block(const std::vector<WhitenedComponent<double>>& components, const double* points, Index begin,
                    Index end, Index size, const EvaluationMemory& out) {
  const Index d = components.front().mean.size();
  if (d <= FusedTile::largest_dimension) {
    return evaluate_in_few_dimensions(components, points, begin, end, size, out);
  }
  WhitenedTile tile(d, std::ssize(components));
  Vector<double> log_weights(std::ssize(components));
  for (std::size_t i = 0; i < components.size(); ++i) log_weights(static_cast<Index>(i)) = log(components[i].weight);
  for (Index j = begin; j < end; j += WhitenedTile::width) {
    const Index stop = std::min(end, j + WhitenedTile::width);
    if (!tile.evaluate(components, log_weights, points, j, stop, size, out)) refuse(points, d, j, stop);
  }
}

void evaluate_block(const std::vector<WhitenedComponent<double>>& components, const Matrix<double>& points, Index begin,
                    Index end, Evaluation<double>& out) {
  const bool weights_too = out.responsibilities.size() != 0;
  evaluate_block(components, points.data(), begin, end, out.responsibilities.rows(),
                 {out.log_density.data(), out.score.data(), weights_too ? out.responsibilities.data() : nullptr});
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
  parallel_blocks(
      points.cols(), points_per_block<T>,
      [&](Index begin, Index end) {
        evaluate_block(components_, points, begin, end, out);
        if (!request.jacobian) return;
        for (Index j = begin; j < end; ++j) {
          out.jacobian[static_cast<std::size_t>(j)] =
              score_jacobian<T>(components_, precisions, points.col(j), out.responsibilities.col(j));
        }
      },
      request.threads);
  if (!request.responsibilities) out.responsibilities.resize(0, 0);
  return out;
}

void evaluate_in_place(const Density<double>& density, const double* points, Index count, const EvaluationMemory& out,
                       unsigned threads) {
  const Index d = density.dimension();
  const Index k = density.size();
  std::vector<Matrix<double>> precisions;
  if (out.jacobian != nullptr) {
    for (const WhitenedComponent<double>& c : density.components()) precisions.push_back(precision_matrix(c.whitening));
  }
  EvaluationMemory memory = out;
  Matrix<double> own_responsibilities;
  if (out.jacobian != nullptr && out.responsibilities == nullptr) {
    own_responsibilities.resize(k, count);
    memory.responsibilities = own_responsibilities.data();
  }
  if (memory.responsibilities != nullptr) std::fill_n(memory.responsibilities, k * count, 0.0);
  parallel_blocks(
      count, points_per_block<double>,
      [&](Index begin, Index end) {
        evaluate_block(density.components(), points, begin, end, k, memory);
        if (out.jacobian == nullptr) return;
        for (Index j = begin; j < end; ++j) {
          Eigen::Map<Matrix<double>>(out.jacobian + j * d * d, d, d) = score_jacobian<double>(
              density.components(), precisions, Eigen::Map<const Vector<double>>(points + j * d, d),
              Eigen::Map<const Vector<double>>(memory.responsibilities + j * k, k));
        }
      },
      threads);
}

template class Density<double>;
template class Density<Real50>;
template class Density<Real100>;
template class Density<Ball>;

}  // namespace verimix
