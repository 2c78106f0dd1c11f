// Recentring and quadratic forms: statements 17-23.
#include <fmt/format.h>

#include <algorithm>

#include "check_recentring.hpp"
#include "check_rows.hpp"
#include "verimix/cluster/clustering_error.hpp"
#include "verimix/cluster/covariance_statistic.hpp"
#include "verimix/cluster/quadratic_form.hpp"
#include "verimix/core/concentration.hpp"
#include "verimix/estimate/crude_covariances.hpp"
#include "verimix/estimate/recentring.hpp"
#include "verimix/estimate/recentring_errors.hpp"
#include "verimix/estimate/signal_terms.hpp"
#include "verimix/estimate/subspace.hpp"

namespace verimix::checks {
namespace {

// The projector on the span of the columns, exactly: Gram-Schmidt without roots. `rank` is set.
Matrix<Rational> span_projector(const Matrix<Rational>& columns, Index& rank) {
  Matrix<Rational> projector = Matrix<Rational>::Constant(columns.rows(), columns.rows(), Rational(0));
  rank = 0;
  for (Index c = 0; c < columns.cols(); ++c) {
    Vector<Rational> w = columns.col(c);
    const Vector<Rational> image = projector * w;
    w -= image;
    const Rational square = w.dot(w);
    if (square == 0) continue;
    for (Index a = 0; a < w.size(); ++a)
      for (Index b = 0; b < w.size(); ++b) projector(a, b) += w(a) * w(b) / square;
    ++rank;
  }
  return projector;
}

Matrix<Ball> matrix_of(const Matrix<Rational>& a) {
  Matrix<Ball> result(a.rows(), a.cols());
  for (Index c = 0; c < a.cols(); ++c)
    for (Index r = 0; r < a.rows(); ++r) result(r, c) = in_balls(a(r, c));
  return result;
}

// What Lemmas 18, 20, 22 and Corollary 23 share.
struct Recentring {
  Matrix<Rational> centers;
  Matrix<Ball> pi;
  Index rank = 0;
  /// v >= |mu_i - muhat_i|^2, beta >= every eigenvalue.
  Ball v, beta;

  explicit Recentring(const Subject& subject) : centers(subject.exact().means) {
    const Rational e = subject.value("mean-error");
    for (Index i = 0; i < subject.k(); ++i) centers(0, i) += (i % 2 == 0 ? 1 : -1) * e;
    pi = matrix_of(span_projector(centers, rank));
    v = in_balls(e * e);
    beta = subject.largest_eigenvalue();
  }

  /// sum_i |N muhat_i|^2, exactly: 0, which makes N(x - muhat) the same for every crude mean.
  Rational outside() const {
    Index ignored = 0;
    const Matrix<Rational> inside = span_projector(centers, ignored) * centers;
    Rational sum = 0;
    for (Index i = 0; i < centers.cols(); ++i) {
      const Vector<Rational> rest = centers.col(i) - inside.col(i);
      sum += rest.dot(rest);
    }
    return sum;
  }

  bool collinear() const {
    Matrix<Rational> steps = centers;
    for (Index i = 0; i < steps.cols(); ++i) steps.col(i) -= centers.col(0);
    Index directions = 0;
    span_projector(steps, directions);
    return directions <= 1;
  }
  GaussianLaw law(const Subject& subject, Index i) const {
    return {subject.gaussian(i).mean, subject.gaussian(i).covariance};
  }
  Vector<Ball> center(Index i) const { return matrix_of(centers.col(i)); }
};

struct NamedBlock {
  Block block;
  const char* name;
};
constexpr NamedBlock blocks[] = {{Block::psi_00, "(i) 00"}, {Block::psi_01, "(ii) 01"}, {Block::psi_11, "(iii) 11"}};

// Blocks are d^2 x d^2 matrices of balls.
constexpr Index largest_block_dimension = 10;

bool has_blocks(const Subject& subject, Rows& rows) {
  if (subject.d() <= largest_block_dimension) return true;
  for (const StatementForm form : {printed, with_constants})
    rows.not_applicable(form, "", "d <= 10 fails: the blocks of d^2 x d^2 balls are not formed");
  return false;
}

std::string error_choice(const Subject& subject) {
  return "|muhat_i - mu_i| = " + to_text(subject.value("mean-error"));
}

constexpr const char* nothing_far = "no two means are Delta or more apart";

bool is_far(const Subject& subject, Index i, Index j, const Ball& delta) {
  return i != j && less(subject.mean_distance(i, j), delta) != Truth::yes;
}

bool any_far(const Subject& subject, const Ball& delta) {
  for (Index i = 0; i < subject.k(); ++i)
    for (Index j = 0; j < i; ++j)
      if (is_far(subject, i, j, delta)) return true;
  return false;
}

// P_{N_i}[x in a cell K_j with |mu_i - mu_j| >= Delta]: by slabs where the crude means lie on a line, else between 0
// and the sum of the chances of being nearer to muhat_j than to muhat_i.
Quantity far_probability(const Subject& subject, const Recentring& crude, Index i, const Ball& delta) {
  if (crude.collinear())
    return certified(far_cell_probability(crude.law(subject, i), subject.exact().means, crude.centers, i, delta));
  Ball sum = 0;
  for (Index j = 0; j < subject.k(); ++j) {
    if (!is_far(subject, i, j, delta)) continue;
    const Gaussian<Ball> law = subject.gaussian(i);
    sum += pairwise_mean_error(law.mean, law.covariance, crude.center(i), crude.center(j));
  }
  return certified(hull(Ball(0), sum));
}

void lemma_18(const Subject& subject, Rows& rows) {
  if (subject.k() < 2) {
    for (const StatementForm form : {printed, with_constants})
      rows.not_applicable(form, "", "k >= 2 fails: no component is far");
    return;
  }
  const std::string why = subject.R_hypothesis();
  if (!why.empty()) {
    for (const StatementForm form : {printed, with_constants}) rows.not_applicable(form, "", why);
    return;
  }
  const Recentring crude(subject);
  rows.choose(error_choice(subject));
  const auto eighth = [](const Ball& R) { return exp(-8 * log(R)); };
  rows.attempt(printed, "R^-8", [&] {
    const Ball C = subject.set("C") ? subject.ball("C") : Ball(1);
    const Ball delta =
        recentring_distance_printed(C, crude.v, subject.k(), subject.least_eigenvalue(), crude.beta, log(subject.R()));
    if (!any_far(subject, delta)) return rows.not_applicable(printed, "R^-8", nothing_far);
    WorstCase worst;
    for (Index i = 0; i < subject.k(); ++i)
      worst.offer(index_text(i), far_probability(subject, crude, i, delta), certified(eighth(subject.R())));
    const std::string part =
        worst.part(subject.set("C") ? "Delta with the C that was set" : "Delta with C = 1, which is hidden");
    // The hidden constant is in Delta, not in front of R^-8.
    if (subject.set("C"))
      rows.plain(printed, part, worst.lhs(), worst.rhs());
    else
      rows.without_constant(part, worst.lhs(), worst.rhs());
  });
  const Ball e = exp(Ball(1));
  const Ball R = less(subject.R(), e) == Truth::no ? subject.R() : e;
  const Ball delta = recentring_distance(crude.v, subject.k(), crude.beta, log(R));
  rows.choose(error_choice(subject) + fmt::format(", R = {:.6g}, Delta = {:.6g}", approximate(R), approximate(delta)));
  if (!any_far(subject, delta)) return rows.not_applicable(with_constants, "", nothing_far);
  WorstCase tail, power;
  for (Index i = 0; i < subject.k(); ++i) {
    const Quantity far = far_probability(subject, crude, i, delta);
    tail.offer(index_text(i), far, certified(far_cell_probability_upper(subject.k(), delta, crude.v, crude.beta)));
    power.offer(index_text(i), far, certified(eighth(R)));
  }
  rows.plain(with_constants, tail.part("(k - 1) Qf((Delta/2 - sqrt v)/sqrt beta)"), tail.lhs(), tail.rhs());
  rows.plain(with_constants, power.part("R^-8"), power.lhs(), power.rhs());
}

// x^T A x for A the chosen component's covariance and x ~ N(0, Id).
void fact_19(const Subject& subject, Rows& rows) {
  const Index i = subject.chosen_component(), d = subject.d();
  const Matrix<Ball>& a = subject.balls().covariances[static_cast<std::size_t>(i)];
  Matrix<Ball> identity = Matrix<Ball>::Constant(d, d, Ball(0));
  Ball trace = 0;
  for (Index r = 0; r < d; ++r) {
    identity(r, r) = Ball(1);
    trace += a(r, r);
  }
  const Vector<Ball> zero = Vector<Ball>::Constant(d, Ball(0));
  const auto law = quadratic_law<Ball>(zero, identity, zero, a);
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

void lemma_20(const Subject& subject, Rows& rows) {
  if (!has_blocks(subject, rows)) return;
  const Recentring crude(subject);
  rows.choose(error_choice(subject));
  for (const NamedBlock& named : blocks) {
    WorstCase as_printed, repaired;
    for (Index i = 0; i < subject.k(); ++i) {
      const Gaussian<Ball> law = subject.gaussian(i);
      const Vector<Ball> y = law.mean - crude.center(i);
      const Quantity lhs = certified(operator_norm(block_covariance<Ball>(named.block, crude.pi, y, law.covariance)));
      as_printed.offer(index_text(i), lhs, certified(crude.beta * crude.beta + crude.beta * crude.v));
      repaired.offer(index_text(i), lhs, certified(signal_term_error_upper(named.block, crude.beta, crude.v)));
    }
    rows.hidden(as_printed.part(named.name), as_printed.lhs(), as_printed.rhs());
    rows.plain(with_constants, repaired.part(named.name), repaired.lhs(), repaired.rhs());
  }
}

// A = e_1 e_d^T, unsymmetric in d >= 2, with |A|_F = 1.
void lemma_21(const Subject& subject, Rows& rows) {
  const Index d = subject.d();
  Matrix<Ball> a = Matrix<Ball>::Constant(d, d, Ball(0));
  a(0, d - 1) = Ball(1);
  const Ball beta = subject.largest_eigenvalue();
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
    explicit_form.offer(index_text(i), variance, certified(quadratic_form_variance_upper(beta, a_mu, transposed)));
  }
  rows.choose("A = e_1 e_d^T");
  rows.plain(printed, identity.part("the printed second moment less the true one is 0"), identity.lhs(),
             identity.rhs());
  rows.hidden(fourteen.part("(14)"), fourteen.lhs(), fourteen.rhs());
  rows.plain(with_constants, explicit_form.part("Var x^T A x"), explicit_form.lhs(), explicit_form.rhs());
}

constexpr const char* no_slabs =
    "the crude means are not on one line: their cells are no slabs, and nothing encloses it";

void lemma_22(const Subject& subject, Rows& rows) {
  if (!has_blocks(subject, rows)) return;
  const Recentring crude(subject);
  if (subject.k() < 2 || !crude.collinear()) {
    for (const StatementForm form : {printed, with_constants})
      rows.not_applicable(form, "", subject.k() < 2 ? "k >= 2 fails: there is one cell" : no_slabs);
    return;
  }
  rows.choose(error_choice(subject) + "; close case, Delta = the largest distance of two means");
  Ball delta = 0;
  for (Index i = 0; i < subject.k(); ++i)
    for (Index j = 0; j < i; ++j) delta = maximum(delta, subject.mean_distance(i, j));
  const auto cells = collinear_cells(crude.centers);
  for (const NamedBlock& named : blocks) {
    WorstCase as_printed, repaired;
    for (Index i = 0; i < subject.k(); ++i) {
      for (Index j = 0; j < subject.k(); ++j) {
        const auto& cell = cells[static_cast<std::size_t>(j)];
        if (j == i || !cell) continue;
        // (iii) says 0, which balls cannot prove of a norm; it is 0 because N muhat = 0.
        const Quantity lhs = named.block == Block::psi_11
                                 ? exactly(crude.outside())
                                 : certified(recentring_error(named.block, crude.pi, crude.law(subject, i), *cell,
                                                              crude.center(i), crude.center(j)));
        as_printed.offer(indices_text(i, j), lhs,
                         certified(recentring_error_printed(named.block, subject.k(), crude.beta, delta)));
        repaired.offer(indices_text(i, j), lhs,
                       certified(close_recentring_error_upper(named.block, crude.beta, crude.v, delta, crude.rank)));
      }
    }
    if (repaired.empty()) {
      rows.not_applicable(with_constants, named.name, "the crude means agree: there is one cell");
      continue;
    }
    rows.hidden(as_printed.part(named.name), as_printed.lhs(), as_printed.rhs());
    rows.plain(with_constants, repaired.part(named.name), repaired.lhs(), repaired.rhs());
  }
}

void corollary_23(const Subject& subject, Rows& rows) {
  if (!has_blocks(subject, rows)) return;
  const Recentring crude(subject);
  if (!crude.collinear()) {
    for (const StatementForm form : {printed, with_constants}) rows.not_applicable(form, "", no_slabs);
    return;
  }
  const std::string why = subject.R_hypothesis();
  if (!why.empty()) return rows.not_applicable(printed, "", why);
  const Ball e = exp(Ball(1));
  const Ball R = less(subject.R(), e) == Truth::no ? subject.R() : e;
  const Ball delta = maximum(Ball(1), recentring_distance_printed(Ball(1), crude.v, subject.k(),
                                                                  subject.least_eigenvalue(), crude.beta, log(R)));
  rows.choose(error_choice(subject) + fmt::format("; Delta of (8) with C = 1: {:.6g}", approximate(delta)));
  for (const NamedBlock& named : blocks) {
    WorstCase as_printed, repaired;
    for (Index i = 0; i < subject.k(); ++i) {
      const Quantity lhs =
          certified(recentred_signal_error(named.block, crude.pi, crude.law(subject, i), crude.centers, i));
      as_printed.offer(index_text(i), lhs,
                       certified(recentred_signal_error_printed(named.block, subject.k(), crude.beta, crude.v, delta)));
      repaired.offer(index_text(i), lhs,
                     certified(recentred_signal_error_upper(named.block, crude.beta, crude.v, crude.rank)));
    }
    rows.hidden(as_printed.part(named.name), as_printed.lhs(), as_printed.rhs());
    rows.plain(with_constants, repaired.part(named.name), repaired.lhs(), repaired.rhs());
  }
}

// E Psi_s(x - muhat(x)) over the mixture, for crude means on a line, in double.
Matrix<double> recentred_moment(const Subject& subject, const Recentring& crude, Block block) {
  const auto cells = collinear_cells(crude.centers);
  const Index size = subject.d() * subject.d();
  Matrix<double> sum = Matrix<double>::Zero(size, size);
  for (Index i = 0; i < subject.k(); ++i) {
    const double weight = from_rational<double>(subject.exact().weights[static_cast<std::size_t>(i)]);
    for (Index j = 0; j < subject.k(); ++j) {
      const auto& cell = cells[static_cast<std::size_t>(j)];
      if (!cell) continue;
      const Matrix<Ball> part = slab_block_moment(block, crude.pi, crude.law(subject, i), crude.center(j), *cell);
      sum += weight * part.unaryExpr([](const Ball& x) { return approximate(x); });
    }
  }
  return sum;
}

// Algorithm 3 with exact moments and without nets: the signals vec(G_s) projected on the top eigenspaces, put together.
void lemma_17(const Subject& subject, Rows& rows) {
  if (!has_blocks(subject, rows)) return;
  rows.not_applicable(printed, "",
                      "it lacks lambda_min: refuted by a family in which a component is too light to be drawn "
                      "(covered_share_log2_upper), which one mixture of this size is not");
  const Recentring crude(subject);
  if (!crude.collinear()) return rows.not_applicable(with_constants, "", no_slabs);
  const Index d = subject.d();
  std::vector<Matrix<double>> found(static_cast<std::size_t>(subject.k()), Matrix<double>::Zero(d, d));
  for (const NamedBlock& named : blocks) {
    const auto space =
        top_eigenspace<double>(recentred_moment(subject, crude, named.block), std::min(subject.k(), d * d));
    for (Index i = 0; i < subject.k(); ++i) {
      const Gaussian<Ball> law = subject.gaussian(i);
      const Vector<double> signal =
          block_signal<Ball>(named.block, crude.pi, law.mean - crude.center(i), law.covariance)
              .unaryExpr([](const Ball& x) { return approximate(x); });
      const Vector<double> image = space.basis * (space.basis.transpose() * signal);
      const Matrix<double> part = Eigen::Map<const Matrix<double>>(image.data(), d, d);
      found[static_cast<std::size_t>(i)] += part;
      if (named.block == Block::psi_01) found[static_cast<std::size_t>(i)] += part.transpose();
    }
  }
  const Mixture<double> rounded = round_to<double>(subject.exact());
  WorstCase worst;
  for (Index i = 0; i < subject.k(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    const double bound = recentred_covariance_error_upper<double>(
        approximate(crude.beta) * (1 + 1e-12), approximate(crude.v), 1e-12, rounded.weights(i), 1e-12, crude.rank);
    worst.offer(index_text(i), computed((rounded.covariances[at] - found[at]).norm()), computed(bound));
  }
  rows.choose(error_choice(subject) + "; exact moments, eta = mesh = 1e-12 for their rounding");
  rows.plain(with_constants, worst.part("|Q_i - Qhat_i|_F"), worst.lhs(), worst.rhs());
}

}  // namespace

std::vector<CheckEvaluator> recentring_checks() {
  using enum StatementKind;
  const std::vector<StatementForm> both = {printed, with_constants};
  CheckKey error = mean_error_key();
  error.standard = Rational(1, 10);
  const CheckKey s{"s", "the s of Fact 19", Rational(1), Rational(1, 1000000), Rational(1000)};
  return {make_evaluator({lemma, 17}, {with_constants}, {error}, lemma_17),
          make_evaluator({lemma, 18}, both, {error, radius_key()}, lemma_18),
          make_evaluator({fact, 19}, both, {component_key(), s}, fact_19),
          make_evaluator({lemma, 20}, both, {error}, lemma_20),
          make_evaluator({lemma, 21}, both, {}, lemma_21),
          make_evaluator({lemma, 22}, both, {error}, lemma_22),
          make_evaluator({corollary, 23}, both, {error, radius_key()}, corollary_23)};
}

}  // namespace verimix::checks
