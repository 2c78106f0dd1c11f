// Recentring: statements 17, 18, 20, 22, 23.
#include <fmt/format.h>

#include <algorithm>

#include "check_recentring.hpp"
#include "check_rows.hpp"
#include "verimix/cluster/clustering_error.hpp"
#include "verimix/core/error.hpp"
#include "verimix/estimate/crude_covariances.hpp"
#include "verimix/estimate/recentring.hpp"
#include "verimix/estimate/recentring_errors.hpp"
#include "verimix/estimate/signal_terms.hpp"
#include "verimix/estimate/subspace.hpp"

namespace verimix::checks {
namespace {

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
    pi = in_balls(span_projector(centers, rank));
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
  Vector<Ball> center(Index i) const { return in_balls(Matrix<Rational>(centers.col(i))); }
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

// On the line both sides of Lemma 20 are fractions, and they meet for the widest component: with Pi = 1 (N = 1) block
// 00 (11) is Var z^2 for z ~ N(y, Q), and the others are 0.
std::pair<Rational, Rational> signal_term_on_the_line(const Subject& subject, const Recentring& crude, Block block,
                                                      Index i) {
  const Rational y = subject.exact().means(0, i) - crude.centers(0, i), e = subject.value("mean-error");
  const Rational q = subject.exact().covariances[static_cast<std::size_t>(i)](0, 0);
  const Rational beta = *subject.exact_largest_eigenvalue();
  if (block == Block::psi_01) return {Rational(0), beta * (beta + e * e)};
  const bool is_there = (block == Block::psi_00) == (crude.rank == 1);
  return {is_there ? Rational(2 * q * (q + 2 * y * y)) : Rational(0), 2 * beta * (beta + 2 * e * e)};
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
      if (subject.d() == 1) {
        const auto [term, bound] = signal_term_on_the_line(subject, crude, named.block, i);
        repaired.offer_fractions(index_text(i), term, bound);
      } else {
        repaired.offer(index_text(i), lhs, certified(signal_term_error_upper(named.block, crude.beta, crude.v)));
      }
    }
    rows.hidden(as_printed.part(named.name), as_printed.lhs(), as_printed.rhs());
    rows.plain(with_constants, repaired.part(named.name), repaired.lhs(), repaired.rhs());
  }
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

// E Psi_s(x - muhat(x)) over the mixture, for crude means on a line.
Matrix<Ball> recentred_moment(const Subject& subject, const Recentring& crude, Block block) {
  const auto cells = collinear_cells(crude.centers);
  const Index size = subject.d() * subject.d();
  Matrix<Ball> sum = Matrix<Ball>::Constant(size, size, Ball(0));
  for (Index i = 0; i < subject.k(); ++i) {
    for (Index j = 0; j < subject.k(); ++j) {
      const auto& cell = cells[static_cast<std::size_t>(j)];
      if (cell)
        sum += subject.balls().weights(i) *
               slab_block_moment(block, crude.pi, crude.law(subject, i), crude.center(j), *cell);
    }
  }
  return sum;
}

// The dimension of the matrices L A U, A symmetric, in which a block's moment lives. Eigenvectors of eigenvalue 0
// beyond it see nothing of a signal.
Index support_dimension(Block block, Index d, Index rank) {
  const Index rest = d - rank;
  if (block == Block::psi_01) return rank * rest;
  return block == Block::psi_00 ? rank * (rank + 1) / 2 : rest * (rest + 1) / 2;
}

// The projector on a block's top eigenspace: enclosed, or where no gap below it can be proved the solver's for the
// middles of the balls.
struct BlockSpace {
  Matrix<Ball> projector;
  Evidence evidence = Evidence::certified;

  BlockSpace(const Matrix<Ball>& moment, Index rank) {
    try {
      projector = top_projector(moment, rank);
    } catch (const UndecidedError&) {
      const Matrix<double> middle = moment.unaryExpr([](const Ball& x) { return approximate(x); });
      projector = in_balls(top_eigenspace<double>(middle, rank).projector());
      evidence = Evidence::computed;
    }
  }
};

// Algorithm 3 with exact moments and without nets: the signals vec(G_s) projected on the top eigenspaces, put together.
void lemma_17(const Subject& subject, Rows& rows) {
  if (!has_blocks(subject, rows)) return;
  rows.not_applicable(printed, "",
                      "it lacks lambda_min: refuted by a family in which a component is too light to be drawn "
                      "(covered_share_log2_upper), which one mixture of this size is not");
  const Recentring crude(subject);
  if (!crude.collinear()) return rows.not_applicable(with_constants, "", no_slabs);
  const Index d = subject.d();
  Evidence evidence = Evidence::certified;
  std::vector<Matrix<Ball>> found(static_cast<std::size_t>(subject.k()), Matrix<Ball>::Constant(d, d, Ball(0)));
  for (const NamedBlock& named : blocks) {
    const Index rank = std::min(subject.k(), support_dimension(named.block, d, crude.rank));
    const BlockSpace space(recentred_moment(subject, crude, named.block), rank);
    evidence = weaker(evidence, space.evidence);
    for (Index i = 0; i < subject.k(); ++i) {
      const Gaussian<Ball> law = subject.gaussian(i);
      const Vector<Ball> image =
          space.projector * block_signal<Ball>(named.block, crude.pi, law.mean - crude.center(i), law.covariance);
      const Matrix<Ball> part = Eigen::Map<const Matrix<Ball>>(image.data(), d, d);
      found[static_cast<std::size_t>(i)] += part;
      if (named.block == Block::psi_01) found[static_cast<std::size_t>(i)] += part.transpose();
    }
  }
  // Exact spaces need no room; those of a solver have that of its rounding.
  const Ball room = evidence == Evidence::certified ? Ball(0) : Ball(1e-12);
  WorstCase worst;
  for (Index i = 0; i < subject.k(); ++i) {
    const Matrix<Ball> error = subject.gaussian(i).covariance - found[static_cast<std::size_t>(i)];
    worst.offer(index_text(i), {root(squared_norm(error.reshaped())), evidence},
                {recentred_covariance_error_upper<Ball>(crude.beta, crude.v, room, subject.balls().weights(i), room,
                                                        crude.rank),
                 evidence});
  }
  rows.choose(error_choice(subject) +
              (evidence == Evidence::certified
                   ? "; exact moments"
                   : "; exact moments, eta = mesh = 1e-12; computed: no gap below a block's eigenspace could be "
                     "proved, so that of a solver is taken"));
  rows.plain(with_constants, worst.part("|Q_i - Qhat_i|_F"), worst.lhs(), worst.rhs());
}

}  // namespace

std::vector<CheckEvaluator> recentring_checks() {
  using enum StatementKind;
  const std::vector<StatementForm> both = {printed, with_constants};
  CheckKey error = mean_error_key();
  error.standard = Rational(1, 10);
  return {make_evaluator({lemma, 17}, {with_constants}, {error}, lemma_17),
          make_evaluator({lemma, 18}, both, {error, radius_key()}, lemma_18),
          make_evaluator({lemma, 20}, both, {error}, lemma_20), make_evaluator({lemma, 22}, both, {error}, lemma_22),
          make_evaluator({corollary, 23}, both, {error, radius_key()}, corollary_23)};
}

}  // namespace verimix::checks
