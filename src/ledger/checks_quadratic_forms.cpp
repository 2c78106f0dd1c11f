// Quadratic forms of Gaussians: statements 19, 21.
#include <fmt/format.h>

#include "check_quadratic_forms.hpp"
#include "check_rows.hpp"
#include "verimix/cluster/covariance_statistic.hpp"
#include "verimix/cluster/quadratic_form.hpp"
#include "verimix/core/concentration.hpp"
#include "verimix/estimate/subspace.hpp"

namespace verimix::checks {
namespace {

// x^T A x for A the chosen component's covariance and x ~ N(0, Id).
void fact_19(const Subject& subject, Rows& rows) {
  const Index i = subject.chosen_component(), d = subject.d();
  const Matrix<Ball>& a = subject.balls().covariances[static_cast<std::size_t>(i)];
  Ball trace = 0;
  for (Index r = 0; r < d; ++r) trace += a(r, r);
  const Vector<Ball> zero = Vector<Ball>::Constant(d, Ball(0));
  const auto law = quadratic_law<Ball>(zero, identity_in_balls(d), zero, a);
  const Ball size = frobenius(a), s = subject.ball("s");
  const Ball largest = operator_norm(a);
  const Ball r = size * size / (largest * largest);
  rows.choose(fmt::format("A = Q_{}, s = {}", i + 1, to_text(subject.value("s"))));
  const Ball upper = quadratic_tails(law, trace + s * size).upper;
  const Ball claimed = minimum(s * sqrt(r), s * s);
  rows.hidden("(12) the exponent claimed, and -log P", certified(claimed), certified(-log(upper)));
  rows.plain(with_constants, "(12) upper tail", certified(upper), certified(hanson_wright_upper(s, r)));
  const Ball level = trace - s * size;
  if (less(Ball(0), level) != Truth::yes)
    return rows.plain(with_constants, "(13) lower tail: beyond the support", certified(Ball(0)),
                      certified(hanson_wright_lower_tail_upper(s)));
  const Ball lower = quadratic_tails(law, level).lower;
  rows.hidden("(13) the exponent claimed, and -log P", certified(claimed), certified(-log(lower)));
  rows.plain(with_constants, "(13) lower tail", certified(lower), certified(hanson_wright_lower_tail_upper(s)));
}

// Var x_1 x_d for means x and y: the variance of x^T A x below, as a fraction.
Rational product_variance(const Matrix<Rational>& q, const Rational& x, const Rational& y) {
  const Index last = q.rows() - 1;
  const Rational &first = q(0, 0), &both = q(0, last), &second = q(last, last);
  return first * second + both * both + x * x * second + y * y * first + 2 * x * y * both;
}

// A = e_1 e_d^T, unsymmetric in d >= 2, with |A|_F = 1.
void lemma_21(const Subject& subject, Rows& rows) {
  const Index d = subject.d();
  Matrix<Ball> a = Matrix<Ball>::Constant(d, d, Ball(0));
  a(0, d - 1) = Ball(1);
  const Ball beta = subject.largest_eigenvalue();
  const std::optional<Rational> exact_beta = subject.exact_largest_eigenvalue();
  WorstCase identity, fourteen, explicit_form;
  for (Index i = 0; i < subject.k(); ++i) {
    const Gaussian<Ball> law = subject.gaussian(i);
    const QuadraticForm<Ball> form{a, law.covariance, law.mean};
    // |B|_F^2 - tr B^2 = Q_11 Q_dd - Q_1d^2, exactly.
    const Matrix<Rational>& q = subject.exact().covariances[static_cast<std::size_t>(i)];
    const Rational excess = q(0, 0) * q(d - 1, d - 1) - q(0, d - 1) * q(0, d - 1);
    identity.offer(index_text(i), exactly(excess), exactly(0));
    const Ball a_mu = abs(law.mean(d - 1)), transposed = abs(law.mean(0));
    const Quantity variance = certified(quadratic_form_variance(form));
    fourteen.offer(index_text(i), variance,
                   certified(maximum(beta * beta, beta * maximum(a_mu * a_mu, transposed * transposed))));
    if (!exact_beta) {
      explicit_form.offer(index_text(i), variance, certified(quadratic_form_variance_upper(beta, a_mu, transposed)));
      continue;
    }
    const Rational x = subject.exact().means(0, i), y = subject.exact().means(d - 1, i), slope = abs(x) + abs(y);
    explicit_form.offer_fractions(index_text(i), product_variance(q, x, y),
                                  *exact_beta * (2 * *exact_beta + slope * slope));
  }
  rows.choose("A = e_1 e_d^T");
  rows.plain(printed, identity.part("the printed second moment less the true one is 0"), identity.lhs(),
             identity.rhs());
  rows.hidden(fourteen.part("(14)"), fourteen.lhs(), fourteen.rhs());
  rows.plain(with_constants, explicit_form.part("Var x^T A x"), explicit_form.lhs(), explicit_form.rhs());
}

}  // namespace

std::vector<CheckEvaluator> quadratic_form_checks() {
  using enum StatementKind;
  const std::vector<StatementForm> both = {printed, with_constants};
  const CheckKey s{"s", "the s of Fact 19", Rational(1), Rational(1, 1000000), Rational(1000)};
  return {make_evaluator({fact, 19}, both, {component_key(), s}, fact_19),
          make_evaluator({lemma, 21}, both, {}, lemma_21)};
}

}  // namespace verimix::checks
