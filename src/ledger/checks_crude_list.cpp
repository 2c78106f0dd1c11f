// Crude estimates and their lists: statements 9, 13, 14, algorithms 2-4.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "check_crude_list.hpp"
#include "check_rows.hpp"
#include "verimix/cluster/covariance_statistic.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/estimate/crude_covariances.hpp"
#include "verimix/estimate/crude_estimate.hpp"
#include "verimix/estimate/crude_means.hpp"
#include "verimix/estimate/moments.hpp"
#include "verimix/estimate/signal_terms.hpp"
#include "verimix/estimate/subspace.hpp"
#include "verimix/mixture/draw.hpp"

namespace verimix::checks {
namespace {

// The sides of Lemmas 13 and 14 that the mixture's sizes alone decide: a list with a member has a length >= 1, an error
// is >= 0.
void printed_sizes(const Subject& subject, Rows& rows, bool with_covariances) {
  const std::string why = subject.R_hypothesis();
  if (!why.empty()) return rows.not_applicable(printed, "", why);
  const Ball log_R = log(subject.R());
  const auto& sizes = subject.sizes();
  if (with_covariances)
    rows.hidden("0 <= |Q_i - Qhat_i|_F, and its bound", certified(Ball(0)),
                certified(crude_covariance_printed(subject.k(), sizes.alpha, sizes.beta, log_R, sizes.lambda_min)));
  if (subject.d() == 1) {
    const Index k = with_covariances ? subject.k() : 1;
    rows.hidden("0 <= log |W|, and its bound", certified(Ball(0)),
                certified(log_list_size_printed(1, k, sizes.beta, log_R)));
  } else {
    rows.not_applicable(printed, "log |W|", "in d >= 2 the hidden exponents decide whether the bound is positive");
  }
}

// Alpha and beta a little beyond the extreme eigenvalues, since beta - alpha may be 0.
Ball below_alpha(const Subject& subject) { return subject.least_eigenvalue() * (1 - Ball(0x1p-60)); }
Ball above_beta(const Subject& subject) { return subject.largest_eigenvalue() * (1 + Ball(0x1p-60)); }

Vector<Ball> net_point(const Vector<Real50>& v) {
  return v.unaryExpr([](const Real50& x) { return in_balls(to_rational(x)); });
}

void lemma_14(const Subject& subject, Rows& rows) {
  rows.attempt(printed, "", [&] { printed_sizes(subject, rows, false); });
  const auto mixture = round_to<Real50>(subject.exact());
  const auto space = top_eigenspace<Real50>(second_moment(mixture), std::min(subject.d(), subject.k()));
  Real50 radius = 1;
  for (Index i = 0; i < subject.k(); ++i) radius = std::max(radius, Real50(mixture.means.col(i).norm()));
  const Real50 mesh = sqrt(Real50(approximate(subject.largest_eigenvalue())));
  const BallNet<Real50> net(space.basis, radius, mesh);
  WorstCase as_printed, repaired;
  for (Index i = 0; i < subject.k(); ++i) {
    const Vector<Ball> point = net_point(net[net.nearest(mixture.means.col(i))]);
    const Quantity lhs = certified(squared_norm(subject.gaussian(i).mean - point));
    as_printed.offer(index_text(i), lhs, certified(subject.largest_eigenvalue() / subject.sizes().lambda_min));
    repaired.offer(
        index_text(i), lhs,
        certified(crude_mean_error_squared_upper<Ball>(below_alpha(subject), above_beta(subject), Ball(0),
                                                       subject.balls().weights(i), in_balls(to_rational(mesh)))));
  }
  rows.choose(
      "exact second moment, net of mesh sqrt(beta) and of the least radius that holds the means (at least 1), its "
      "points "
      "as 50 digits give them");
  rows.hidden(as_printed.part("|mu_i - muhat|^2"), as_printed.lhs(), as_printed.rhs());
  rows.plain(with_constants, repaired.part("|mu_i - muhat|^2"), repaired.lhs(), repaired.rhs());
}

CrudeScales<double> crude_scales(const Subject& subject) {
  const auto& sizes = subject.sizes();
  return {approximate(sizes.alpha) * (1 - 1e-12), approximate(sizes.beta) * (1 + 1e-12),
          std::max(1.0, approximate(sizes.R) * (1 + 1e-12)), approximate(sizes.lambda_min) * (1 - 1e-12)};
}

// Two independent halves of a sample: d x (samples/2) each.
std::array<Matrix<double>, 2> sample_halves(const Subject& subject) {
  const CheckSettings& settings = subject.settings();
  const Matrix<double> points = draw(round_to<double>(subject.exact()), settings.samples, settings.seed).points;
  const Index half = settings.samples / 2;
  return {points.leftCols(half), points.rightCols(half)};
}

// A sample's moments are enclosed where that takes so many products of balls at most: about a second.
constexpr double most_products = 2e7;
bool encloses_second(const Subject& subject, Index count) {
  const auto d = static_cast<double>(subject.d());
  return static_cast<double>(count) * d * d <= most_products;
}
bool encloses_fourth(const Subject& subject, Index count) {
  const auto size = static_cast<double>(subject.d() * (subject.d() + 1) / 2);
  return static_cast<double>(count) * size * size / 2 <= most_products;
}
constexpr const char* not_enclosed = "; computed: too many draws in this dimension for their moments in balls";

// |Mhat - M|_op and |C11hat - C11|_op for the draws as exact numbers; N = Id - pi.
Ball second_moment_error(const Subject& subject, const Matrix<double>& points) {
  return operator_norm(enclosed_second_moment(points) - second_moment(subject.balls()));
}
Ball fourth_moment_error(const Subject& subject, const Matrix<double>& points, const Matrix<Ball>& pi) {
  const Matrix<Ball> v = block_projection(Block::psi_11, pi);
  const Matrix<Ball> error =
      enclosed_fourth_moment(points) - fourth_moment<Ball>(subject.balls(), identity_in_balls(subject.d()));
  return operator_norm(v * error * v.transpose());
}

// A list's guess beside the truth: by component the two errors and their bounds, and the first hypothesis that does not
// hold for this sample.
struct CrudeReading {
  struct Component {
    Quantity mean, mean_upper, covariance, covariance_upper;
  };
  std::vector<Component> components;
  std::string missing;
};

CrudeReading computed_reading(const CrudeAnalysis<double>& analysis) {
  CrudeReading out;
  for (const auto& choice : analysis.choices)
    out.components.push_back({computed(choice.mean_error), computed(choice.mean_error_upper),
                              computed(choice.covariance_error), computed(choice.covariance_error_upper)});
  const auto fails = std::ranges::find_if(analysis.hypotheses, [](const auto& h) { return !h.holds(); });
  if (fails != analysis.hypotheses.end()) out.missing = fails->name;
  return out;
}

// What Lemma 13's bounds read, from the draws and from the list's subspace of means as exact numbers.
struct CrudePerturbation {
  Ball eta_mean, eta_covariance, v = 0;
  Index rank = 0;

  CrudePerturbation(const Subject& subject, const CrudeList<double>& list, const Matrix<double>& first,
                    const Matrix<double>& second) {
    const Matrix<double>& basis = list.means().subspace.basis;
    const Matrix<Ball> pi = in_balls(span_projector(basis.unaryExpr([](double x) { return to_rational(x); }), rank));
    eta_mean = second_moment_error(subject, first);
    eta_covariance = fourth_moment_error(subject, second, pi);
    for (Index i = 0; i < subject.k(); ++i) {
      const Vector<Ball> mu = subject.gaussian(i).mean;
      // With a basis of all of R^d nothing is left of it.
      if (rank < subject.d()) v = maximum(v, squared_norm(mu - pi * mu));
    }
  }
};

std::string missing_hypothesis(const Subject& subject, const CrudeScales<Ball>& scales,
                               const CrudePerturbation& found) {
  Ball longest = 0;
  for (Index i = 0; i < subject.k(); ++i) longest = maximum(longest, norm(subject.gaussian(i).mean));
  const auto below = [](const Ball& a, const Ball& b) { return less(b, a) == Truth::no; };
  if (!below(found.eta_mean, scales.beta / 2)) return "|Mhat - M|_op <= beta/2";
  if (!below(found.eta_covariance, scales.beta * scales.beta / 2)) return "|C11hat - C11|_op <= beta^2/2";
  if (!below(found.v, 2 * scales.beta / scales.lambda_min)) return "|N mu_i|^2 <= 2 beta/lambda_min";
  if (!below(longest, scales.R)) return "|mu_i| <= R";
  if (!below(scales.alpha, subject.least_eigenvalue())) return "alpha Id <= Q_i";
  if (!below(subject.largest_eigenvalue(), scales.beta)) return "Q_i <= beta Id";
  return below(scales.lambda_min, subject.sizes().lambda_min) ? "" : "lambda_min <= lambda_i";
}

CrudeReading certified_reading(const Subject& subject, const CrudeList<double>& list, const CrudeScales<Ball>& scales,
                               const ParameterEstimates<double>& guess, const CrudePerturbation& found) {
  CrudeReading out;
  out.missing = missing_hypothesis(subject, scales, found);
  for (Index i = 0; i < subject.k(); ++i) {
    const Gaussian<Ball> law = subject.gaussian(i);
    const Ball lambda = subject.balls().weights(i);
    const Vector<Ball> mean_error = law.mean - in_balls(Matrix<double>(guess.means.col(i)));
    const Matrix<Ball> error = law.covariance - in_balls(guess.covariances[static_cast<std::size_t>(i)]);
    const Ball signal =
        sqrt(signal_error_squared_upper<Ball>(scales.alpha, scales.beta, found.v, found.eta_covariance, lambda));
    out.components.push_back(
        {certified(norm(mean_error)),
         certified(sqrt(crude_mean_error_squared_upper<Ball>(scales.alpha, scales.beta, found.eta_mean, lambda,
                                                             Ball(list.means().net.mesh())))),
         certified(root(squared_norm(error.reshaped()))),
         certified(projected_covariance_error_upper<Ball>(signal, Ball(list.covariances().net().mesh()), found.v,
                                                          scales.alpha, scales.beta, found.rank))});
  }
  return out;
}

// Algorithm 4's list from a sample, read where the truth points: the errors that Lemma 13 promises.
void read_crude_list(const Subject& subject, Rows& rows) {
  const CrudeScales<double> scales = crude_scales(subject);
  const CrudeScales<Ball> in_ball{Ball(scales.alpha), Ball(scales.beta), Ball(scales.R), Ball(scales.lambda_min)};
  const auto [first, second] = sample_halves(subject);
  const CrudeList<double> list(first, second, subject.k(), scales);
  const auto analysis = analyse(list, first, second, round_to<double>(subject.exact()));
  const bool enclosed = encloses_fourth(subject, second.cols());
  const CrudeReading reading = enclosed ? certified_reading(subject, list, in_ball, analysis.estimates,
                                                            CrudePerturbation(subject, list, first, second))
                                        : computed_reading(analysis);
  rows.choose(fmt::format("two samples of {} draws, seed {}; the list as double makes it{}", first.cols(),
                          subject.settings().seed, enclosed ? "" : not_enclosed));
  if (!reading.missing.empty())
    return rows.not_applicable(with_constants, "", reading.missing + " fails for this sample");
  const Evidence evidence = enclosed ? Evidence::certified : Evidence::computed;
  WorstCase mean, covariance, mean_promise, covariance_promise;
  for (std::size_t i = 0; i < reading.components.size(); ++i) {
    const CrudeReading::Component& one = reading.components[i];
    const std::string at = index_text(static_cast<Index>(i));
    mean.offer(at, one.mean, one.mean_upper);
    covariance.offer(at, one.covariance, one.covariance_upper);
    mean_promise.offer(at, {one.mean.value * one.mean.value, evidence}, {crude_mean_promise(in_ball), evidence});
    covariance_promise.offer(at, one.covariance, {crude_covariance_promise(in_ball), evidence});
  }
  rows.plain(with_constants, mean.part("|mu_i - muhat_i|, measured perturbation"), mean.lhs(), mean.rhs());
  rows.plain(with_constants, covariance.part("|Q_i - Qhat_i|_F, measured perturbation"), covariance.lhs(),
             covariance.rhs());
  rows.plain(with_constants, mean_promise.part("|mu_i - muhat_i|^2 <= 5.83 beta/lambda_min"), mean_promise.lhs(),
             mean_promise.rhs());
  rows.plain(with_constants, covariance_promise.part("|Q_i - Qhat_i|_F <= 6.4 beta/lambda_min"),
             covariance_promise.lhs(), covariance_promise.rhs());
}

void lemma_13(const Subject& subject, Rows& rows) {
  rows.attempt(printed, "", [&] { printed_sizes(subject, rows, true); });
  read_crude_list(subject, rows);
}

void algorithm_4(const Subject& subject, Rows& rows) {
  rows.not_applicable(printed, "", "an algorithm; what it promises is Lemma 13");
  read_crude_list(subject, rows);
}

double computed_norm(const Matrix<double>& error) {
  const Eigen::SelfAdjointEigenSolver<Matrix<double>> solver(error, Eigen::EigenvaluesOnly);
  return solver.eigenvalues().cwiseAbs().maxCoeff();
}

// What Algorithms 2 and 3 ask of a sample of the size that is needed: `error` of all draws, enclosed or computed.
template <class Error>
void sampled_moment(const Subject& subject, Rows& rows, const std::string& route, double needed, bool enclosed,
                    const std::string& part, const Ball& allowed, const Error& error) {
  const CheckSettings& settings = subject.settings();
  rows.choose(fmt::format("{}{} draws, seed {}, failure probability {}{}", route, settings.samples, settings.seed,
                          to_text(subject.value("failure")), enclosed ? "" : not_enclosed));
  // The size is a product of a few doubles.
  if (static_cast<double>(settings.samples) < needed * (1 + 1e-12))
    return rows.not_applicable(with_constants, "", fmt::format("N >= {} fails: raise --samples", needed));
  const Matrix<double> points = draw(round_to<double>(subject.exact()), settings.samples, settings.seed).points;
  rows.likely(part, error(points), enclosed ? certified(allowed) : computed(approximate(allowed)),
              to_text(subject.value("failure")));
}

void algorithm_2(const Subject& subject, Rows& rows) {
  rows.not_applicable(printed, "", "poly(dR/beta) samples with a hidden polynomial; what they are for is Lemma 14");
  const CrudeScales<double> scales = crude_scales(subject);
  const double needed =
      crude_mean_sample_size(subject.d(), scales.beta, scales.R, from_rational<double>(subject.value("failure")));
  const bool enclosed = encloses_second(subject, subject.settings().samples);
  sampled_moment(
      subject, rows, "", needed, enclosed, "|Mhat - M|_op <= beta/2", Ball(scales.beta) / 2,
      [&](const Matrix<double>& points) {
        return enclosed
                   ? certified(second_moment_error(subject, points))
                   : computed(computed_norm(second_moment(points) - second_moment(round_to<double>(subject.exact()))));
      });
}

void algorithm_3(const Subject& subject, Rows& rows) {
  rows.not_applicable(printed, "", "poly(dR/beta) samples with a hidden polynomial; what they are for is Lemma 17");
  const CrudeScales<double> scales = crude_scales(subject);
  const Index d = subject.d();
  const auto mixture = round_to<double>(subject.exact());
  const double v = mixture.means.colwise().squaredNorm().maxCoeff();
  const double needed =
      crude_covariance_sample_size(d, scales.beta, v, from_rational<double>(subject.value("failure")));
  const bool enclosed = encloses_fourth(subject, subject.settings().samples);
  sampled_moment(subject, rows, "plain route, ", needed, enclosed, "|C11hat - C11|_op <= beta^2/2",
                 Ball(scales.beta) * Ball(scales.beta) / 2, [&](const Matrix<double>& points) {
                   if (enclosed)
                     return certified(fourth_moment_error(subject, points, Matrix<Ball>::Constant(d, d, Ball(0))));
                   const Matrix<double> all = Matrix<double>::Identity(d, d);
                   return computed(computed_norm(fourth_moment(points, all) - fourth_moment(mixture, all)));
                 });
}

}  // namespace

std::vector<CheckEvaluator> crude_list_checks() {
  using enum StatementKind;
  const std::vector<StatementForm> both = {printed, with_constants};
  const CheckKey failure{"failure", "the failure probability of the sample size", Rational(1, 10), Rational(1, 1000000),
                         Rational(1)};
  return {make_evaluator({lemma, 9}, both, {radius_key()}, lemma_13),
          make_evaluator({lemma, 13}, both, {radius_key()}, lemma_13),
          make_evaluator({lemma, 14}, both, {radius_key()}, lemma_14),
          make_evaluator({algorithm, 2}, {with_constants}, {failure}, algorithm_2),
          make_evaluator({algorithm, 3}, {with_constants}, {failure}, algorithm_3),
          make_evaluator({algorithm, 4}, {with_constants}, {}, algorithm_4)};
}

}  // namespace verimix::checks
