// What a top eigenspace forgets: statements 15, 16. Lists of guesses are in checks_crude_list.cpp, statements 17-23 in
// checks_recentring.cpp and checks_quadratic_forms.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "check_crude_list.hpp"
#include "check_quadratic_forms.hpp"
#include "check_recentring.hpp"
#include "check_rows.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/roots.hpp"
#include "verimix/estimate/crude_means.hpp"
#include "verimix/estimate/moments.hpp"
#include "verimix/estimate/subspace.hpp"

namespace verimix::checks {
namespace {

// A symmetric matrix and |mu_i - Pi mu_i|^2 for the projector Pi on its top eigenspace of dimension min(d, k).
class MeanLoss {
 public:
  // Where no gap below the eigenspace can be proved, one is made: the blocks of A on the solver's space and on its
  // complement, and a little more of the former. The statements are about any matrix, so they are checked for this one.
  MeanLoss(const Subject& subject, Matrix<Ball> a) : subject_(&subject), matrix_(std::move(a)) {
    const Index rank = std::min(subject.d(), subject.k());
    if (rank == subject.d()) return;
    try {
      projector_ = top_projector(matrix_, rank);
    } catch (const UndecidedError&) {
      split(rank);
      projector_ = top_projector(matrix_, rank);
    }
  }

  const Matrix<Ball>& matrix() const { return matrix_; }
  bool is_split() const { return split_; }
  // Exactly 0 where the space is all of R^d.
  Ball operator()(Index i) const {
    if (!projector_) return 0;
    const Vector<Ball> mu = subject_->gaussian(i).mean;
    return squared_norm(mu - *projector_ * mu);
  }
  std::string text() const {
    return split_ ? "; its eigenvalues tie there: 2^-30 |A|_F more on one of the eigenspaces" : "";
  }

 private:
  void split(Index rank) {
    const Matrix<double> middle = matrix_.unaryExpr([](const Ball& x) { return approximate(x); });
    const Matrix<double> basis = top_eigenspace<double>(middle, rank).basis;
    const Matrix<Rational> exact = basis.unaryExpr([](double x) { return to_rational(x); });
    Index ignored = 0;
    const Matrix<Ball> inside = in_balls(span_projector(exact, ignored));
    const Matrix<Ball> outside = identity_in_balls(middle.rows()) - inside;
    const Ball more(std::ldexp(middle.norm(), -30));
    matrix_ = inside * matrix_ * inside + outside * matrix_ * outside + more * inside;
    split_ = true;
  }

  const Subject* subject_;
  Matrix<Ball> matrix_;
  std::optional<Matrix<Ball>> projector_;
  bool split_ = false;
};

// Both sides may be 0 up to the radius of a ball; then points stand for them, with room for rounding.
void offer_bound(WorstCase& worst, const std::string& at, const Ball& lhs, const Ball& rhs) {
  if (compare(certified(lhs), certified(rhs)).verdict != Verdict::undecided)
    return worst.offer(at, certified(lhs), certified(rhs));
  worst.offer(at + ", computed: both are 0 up to rounding, for which 1e-24 is added", computed(approximate(lhs)),
              computed(approximate(rhs) + 1e-24));
}

// Largest less least eigenvalue of E = sum lambda_i Q_i, exactly where E is diagonal.
std::optional<Rational> exact_spread(const ExactMixture& mixture) {
  Matrix<Rational> sum = Matrix<Rational>::Constant(mixture.dimension(), mixture.dimension(), Rational(0));
  for (Index i = 0; i < mixture.size(); ++i)
    sum += mixture.covariances[static_cast<std::size_t>(i)] * mixture.weights[static_cast<std::size_t>(i)];
  Rational least = sum(0, 0), largest = least;
  for (Index r = 0; r < sum.rows(); ++r) {
    for (Index c = 0; c < r; ++c)
      if (sum(r, c) != 0) return std::nullopt;
    least = std::min(least, sum(r, r));
    largest = std::max(largest, sum(r, r));
  }
  return largest - least;
}

// The same of any matrix; it is not negative.
Ball spread(const Matrix<Ball>& a) {
  const EigenvalueRange range = eigenvalue_range(a);
  const Ball found = subspace_error_squared_upper(range.largest, range.least);
  return less(Ball(0), found) == Truth::yes ? found : hull(Ball(0), upper_end(found));
}

// Lemma 15 for A = E x x^T: v_i = sqrt(lambda_i) mu_i, E = sum lambda_i Q_i.
void lemma_15(const Subject& subject, Rows& rows) {
  const Mixture<Ball>& mixture = subject.balls();
  const MeanLoss loss(subject, second_moment(mixture));
  Matrix<Ball> error = loss.matrix();
  for (Index i = 0; i < subject.k(); ++i) {
    const Vector<Ball> mu = subject.gaussian(i).mean;
    error -= mixture.weights(i) * mu * mu.transpose();
  }
  const auto exact = loss.is_split() ? std::nullopt : exact_spread(subject.exact());
  const Ball largest = operator_norm(error), sharp = exact ? in_balls(*exact) : spread(error);
  WorstCase as_printed, sharper;
  for (Index i = 0; i < subject.k(); ++i) {
    const Ball lhs = mixture.weights(i) * loss(i);
    as_printed.offer(index_text(i), certified(lhs), certified(2 * largest));
    offer_bound(sharper, index_text(i), lhs, sharp);
  }
  rows.choose("A = E x x^T, v_i = sqrt(lambda_i) mu_i, E = sum lambda_i Q_i" + loss.text());
  rows.plain(printed, as_printed.part(""), as_printed.lhs(), as_printed.rhs());
  rows.plain(with_constants, sharper.part("largest minus least eigenvalue of E"), sharper.lhs(), sharper.rhs());
}

void lemma_16(const Subject& subject, Rows& rows) {
  const Ball beta = subject.largest_eigenvalue();
  const Matrix<Ball> truth = second_moment(subject.balls());
  Matrix<Ball> moment = truth;
  moment(subject.d() - 1, subject.d() - 1) += subject.ball("eta") * beta;
  const MeanLoss loss(subject, moment);
  const Ball eta = upper_end(operator_norm(loss.matrix() - truth));
  WorstCase as_printed, repaired;
  for (Index i = 0; i < subject.k(); ++i) {
    const Ball lhs = loss(i);
    as_printed.offer(index_text(i), certified(lhs), certified(beta / subject.sizes().lambda_min));
    // A beta a little above the largest eigenvalue, since beta - alpha may be 0.
    offer_bound(repaired, index_text(i), lhs,
                mean_subspace_error_squared_upper<Ball>(subject.least_eigenvalue(), beta * (1 + Ball(0x1p-60)), eta,
                                                        subject.balls().weights(i)));
  }
  rows.choose(fmt::format("Mhat = M + eta beta e_d e_d^T, eta = {}", to_text(subject.value("eta"))) + loss.text());
  rows.hidden(as_printed.part(""), as_printed.lhs(), as_printed.rhs());
  rows.plain(with_constants, repaired.part(""), repaired.lhs(), repaired.rhs());
}

}  // namespace

std::vector<CheckEvaluator> estimate() {
  using enum StatementKind;
  const std::vector<StatementForm> both = {printed, with_constants};
  const CheckKey eta{"eta", "|Mhat - M|_op in units of beta", Rational(1, 10), Rational(0), Rational(1000)};
  std::vector<CheckEvaluator> evaluators = {make_evaluator({lemma, 15}, both, {}, lemma_15),
                                            make_evaluator({lemma, 16}, both, {eta}, lemma_16)};
  for (auto more : {crude_list_checks(), recentring_checks(), quadratic_form_checks()})
    std::ranges::move(more, std::back_inserter(evaluators));
  return evaluators;
}

}  // namespace verimix::checks
