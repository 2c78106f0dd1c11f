#include "verimix/diffusion/score_enclosure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "verimix/core/cholesky.hpp"
#include "verimix/core/error.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"

namespace verimix {
namespace {

constexpr int most_digits = 10000;

Ball length(const Vector<Ball>& x) {
  Ball sum;
  for (const Ball& entry : x) sum += entry * entry;
  return sqrt(sum);
}

/// Is the width of x at most `relative_width` times its smallest magnitude, or times `terms` if x contains 0?
bool is_narrow(const Ball& x, const Ball& relative_width, const Ball& terms) {
  if (!is_finite(x)) return false;
  if (arb_is_exact(x.data()) != 0) return true;
  Ball width;
  arb_get_rad_arb(width.data(), x.data());
  width *= 2;
  const Ball size = arb_contains_zero(x.data()) != 0 ? terms : abs(x);
  return less(width, relative_width * size) == Truth::yes;
}

/// The mixture at time t in balls of the working precision, and what its enclosures are measured against.
class Enclosures {
 public:
  Enclosures(const ExactMixture& mixture, const Rational& time, const EnclosureRequest& request)
      : mixture_(at_time(round_to<Ball>(mixture), from_rational<Ball>(time))),
        density_(mixture_),
        request_(request),
        relative_width_(Ball(1) / Ball(2)) {
    for (int i = 0; i < request.digits; ++i) relative_width_ /= 10;
    for (std::size_t i = 0; i < mixture_.covariances.size(); ++i) {
      const Cholesky<Ball> factor = cholesky(mixture_.covariances[i]);
      Ball trace;
      if (factor.positive_definite == Truth::yes) {
        const Matrix<Ball> whitening = lower_inverse(factor.lower);
        for (const Ball& entry : whitening.reshaped()) trace += entry * entry;
      }
      inverse_traces_.push_back(trace);
    }
  }

  Evaluation<Ball> evaluate(const Matrix<Ball>& points) const {
    return density_.evaluate(points,
                             {.responsibilities = true, .jacobian = request_.jacobian, .threads = request_.threads});
  }

  /// Is every enclosure of column j narrow enough?
  bool are_narrow(const Evaluation<Ball>& at, const Matrix<Ball>& points, Index j) const {
    Ball score_terms;
    Ball jacobian_terms;
    for (Index i = 0; i < mixture_.size(); ++i) {
      const Ball& trace = inverse_traces_[static_cast<std::size_t>(i)];
      const Ball reach = trace * (length(points.col(j)) + length(mixture_.means.col(i)));
      score_terms += at.responsibilities(i, j) * reach;
      jacobian_terms += at.responsibilities(i, j) * (trace + reach * reach);
    }
    const auto narrow = [&](const Ball& terms) {
      return [&, terms](const Ball& x) { return is_narrow(x, relative_width_, terms); };
    };
    return narrow(1)(at.log_density(j)) && std::ranges::all_of(at.responsibilities.col(j), narrow(1)) &&
           std::ranges::all_of(at.score.col(j), narrow(score_terms)) &&
           (!request_.jacobian ||
            std::ranges::all_of(at.jacobian[static_cast<std::size_t>(j)].reshaped(), narrow(jacobian_terms)));
  }

 private:
  Mixture<Ball> mixture_;
  Density<Ball> density_;
  EnclosureRequest request_;
  Ball relative_width_;
  std::vector<Ball> inverse_traces_;
};

Matrix<Ball> rounded_columns(const Matrix<Rational>& points, const std::vector<Index>& columns) {
  Matrix<Ball> rounded(points.rows(), std::ssize(columns));
  for (Index j = 0; j < rounded.cols(); ++j)
    for (Index m = 0; m < points.rows(); ++m)
      rounded(m, j) = from_rational<Ball>(points(m, columns[static_cast<std::size_t>(j)]));
  return rounded;
}

void copy_column(const Evaluation<Ball>& from, Index j, Evaluation<Ball>& to, Index column) {
  to.log_density(column) = from.log_density(j);
  to.score.col(column) = from.score.col(j);
  to.responsibilities.col(column) = from.responsibilities.col(j);
  if (!from.jacobian.empty())
    to.jacobian[static_cast<std::size_t>(column)] = from.jacobian[static_cast<std::size_t>(j)];
}

/// Evaluates the pending points at the working precision, keeps what is narrow enough, and returns the points that are
/// not.
std::vector<Index> evaluate_pending(const ExactMixture& mixture, const Rational& time, const Matrix<Rational>& points,
                                    const EnclosureRequest& request, const std::vector<Index>& pending,
                                    Evaluation<Ball>& kept) {
  try {
    const Enclosures enclosures(mixture, time, request);
    const Matrix<Ball> rounded = rounded_columns(points, pending);
    const Evaluation<Ball> at = enclosures.evaluate(rounded);
    std::vector<Index> wide;
    for (Index j = 0; j < rounded.cols(); ++j) {
      const Index column = pending[static_cast<std::size_t>(j)];
      if (enclosures.are_narrow(at, rounded, j))
        copy_column(at, j, kept, column);
      else
        wide.push_back(column);
    }
    return wide;
  } catch (const UndecidedError&) {
    return pending;  // a pivot or a logarithm reaches 0 at this precision
  }
}

}  // namespace

EnclosedEvaluation enclose_evaluation(const ExactMixture& mixture, const Rational& time, const Matrix<Rational>& points,
                                      const EnclosureRequest& request) {
  if (request.digits < 1 || request.digits > most_digits)
    throw InputError("", "digits", std::to_string(request.digits), fmt::format("an integer from 1 to {}", most_digits));
  if (points.rows() != mixture.dimension())
    throw InputError("", "points", fmt::format("dimension {}", points.rows()),
                     fmt::format("dimension {}, that of the mixture", mixture.dimension()));
  require_density(mixture, time);
  constexpr double bits_of_a_digit = 3.3219281;
  constexpr long spare_bits = 64;
  EnclosedEvaluation result;
  result.bits = std::min(request.largest_bits, static_cast<long>(request.digits * bits_of_a_digit) + spare_bits);
  result.evaluation.log_density.resize(points.cols());
  result.evaluation.score.resize(points.rows(), points.cols());
  result.evaluation.responsibilities.resize(mixture.size(), points.cols());
  if (request.jacobian) result.evaluation.jacobian.resize(static_cast<std::size_t>(points.cols()));

  std::vector<Index> pending(static_cast<std::size_t>(points.cols()));
  std::iota(pending.begin(), pending.end(), Index{0});
  while (true) {
    const BallPrecision precision(result.bits);
    pending = evaluate_pending(mixture, time, points, request, pending, result.evaluation);
    if (pending.empty()) return result;
    if (result.bits >= request.largest_bits)
      throw UndecidedError(
          fmt::format("row {}: no enclosure of relative width 10^-{} with {} bits: raise --max-bits, or ask "
                      "for fewer --digits",
                      pending.front() + 1, request.digits, result.bits));
    result.bits = std::min(request.largest_bits, 2 * result.bits);
  }
}

void require_density(const ExactMixture& mixture, const Rational& time) {
  if (time < 0) throw InputError("", "time", to_text(time), "a time >= 0");
  if (time > 0) return;
  for (Index i = 0; i < mixture.size(); ++i) {
    const auto place = static_cast<std::size_t>(i);
    if (mixture.weights[place] != 0 && definiteness(mixture.covariances[place]) != Definiteness::definite)
      throw InputError("", fmt::format("components[{}].covariance", i), "a semidefinite matrix",
                       "a positive definite covariance at time 0; with --time > 0 a semidefinite one will do");
  }
}

}  // namespace verimix
