// Lemmas 16, 14, 13, 9, 18, 20, 22 and Corollary 23: crude estimates.
#include <Eigen/Eigenvalues>

#include "hunt_problems.hpp"
#include "verimix/cluster/clustering_error.hpp"
#include "verimix/estimate/crude_estimate.hpp"
#include "verimix/estimate/recentring_errors.hpp"

namespace verimix::hunt_catalogue {
namespace {

constexpr StatementId lemma_9{StatementKind::lemma, 9}, lemma_13{StatementKind::lemma, 13},
    lemma_14{StatementKind::lemma, 14}, lemma_16{StatementKind::lemma, 16}, lemma_18{StatementKind::lemma, 18},
    lemma_20{StatementKind::lemma, 20}, lemma_22{StatementKind::lemma, 22}, corollary_23{StatementKind::corollary, 23};

/// Two components in R^3: N((x, y, 0), diag(p, q, 1)) of weight lambda and N((0, 0, z), diag(u, w, 1)), and Mhat = M +
/// beta E, E in the first two coordinates. Where M_33 is above the smaller eigenvalue of the other block, the top two
/// directions are e_3 and the leading one of the block.
template <class T>
struct SpannedMeans {
  T missed, beta, alpha, eta, weight, least_weight;
  std::string broken;

  explicit SpannedMeans(std::span<const T> v) : weight(v[0]), least_weight(smaller(v[0], T(1 - v[0]))) {
    const T other = 1 - v[0];
    beta = larger(larger(larger(v[4], v[5]), larger(v[6], v[7])), T(1));
    alpha = smaller(smaller(smaller(v[4], v[5]), smaller(v[6], v[7])), T(1));
    const auto [low, high] = eigenvalues(v[8], v[9], v[10]);
    const T size = larger(abs(low), abs(high));
    if (!at_most(size, T(1))) broken = "|Mhat - M| <= beta";
    if (less(weight, T(1)) != Truth::yes) broken = "lambda < 1";
    eta = size * beta;
    const T a = weight * (v[4] + v[1] * v[1]) + other * v[6] + beta * v[8], b = weight * v[1] * v[2] + beta * v[9],
            c = weight * (v[5] + v[2] * v[2]) + other * v[7] + beta * v[10];
    const auto [second, first] = eigenvalues(a, b, c);
    if (less(second, T(1 + other * v[3] * v[3])) != Truth::yes || less(second, first) != Truth::yes)
      broken = "the third coordinate is among the top two";
    // |m|^2 minus <m, e>^2 for the leading e: (|m|^2 - m^T (2 A - tr A) m/(first - second))/2.
    const T x = v[1], y = v[2], along = ((a - c) * (x * x - y * y) + 4 * b * x * y) / (first - second);
    missed = (x * x + y * y - along) / 2;
  }
};

struct PrintedSpan {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const SpannedMeans<T> of(v);
    return {of.missed, of.beta / of.least_weight, false, of.broken};
  }
};
/// mean_subspace_error_squared_upper, which balls are not made for: (beta - alpha + 2 eta)/lambda.
struct Span {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    const SpannedMeans<T> of(v);
    return {of.missed, (of.beta - of.alpha + 2 * of.eta) / of.weight, false, of.broken};
  }
};

std::vector<HuntParameter> span_parameters() {
  return {logarithmic("lambda", "1/1024", "15/16"),
          linear("x", "-8", "8"),
          linear("y", "-8", "8"),
          logarithmic("z", "1", "1024"),
          logarithmic("p", "1/16", "16"),
          logarithmic("q", "1/16", "16"),
          logarithmic("u", "1/16", "16"),
          logarithmic("w", "1/16", "16"),
          linear("e11", "-1", "1"),
          linear("e12", "-1", "1"),
          linear("e22", "-1", "1")};
}

/// N(0, 1) is (1, beta, R)-well-conditioned for every R > 0 and beta >= 1: no error is below 0.
struct PrintedCovarianceError {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    return {T(0), crude_covariance_printed(1, T(1), v[1], T(log(v[0])), T(1)), false, ""};
  }
};
/// A list with a member is no shorter than 1.
struct PrintedListLength {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    return {T(1), v[0] / sqrt(v[1]), false, ""};
  }
};

/// Two components diag(beta, alpha) at 0 and at m e_1, exact crude means; m is the Delta of (8) with the constant C.
/// Where P[x in K_2] > R^-8, the constant must exceed the ratio of m to the rest of (8).
struct PrintedFarCell {
  HuntSides<Ball> operator()(std::span<const Ball> v) const {
    const Ball &log_r = v[0], &alpha = v[1], &beta = v[2];
    if (!at_most(alpha, Ball(1)) || !at_most(Ball(1), beta)) return outside<Ball>("alpha <= 1 <= beta");
    const Ball m = v[3] * sqrt(beta * log_r);
    const Ball tail = normal_upper_tail<Ball>(m / (2 * sqrt(beta)));
    if (less(exp(-8 * log_r), tail) != Truth::yes) return outside<Ball>("P[x in K_2] > R^-8");
    if (!at_most<Ball>(m + beta + 1, exp(log_r))) return outside<Ball>("|mu| + |Q - Id|_F <= R");
    return {m, recentring_distance_printed<Ball>(Ball(1), Ball(0), 2, alpha, beta, log_r), false, ""};
  }
};
/// N(0, q) on the line, the other true mean at m, crude means c1 and m + c2.
struct FarCell {
  HuntSides<Ball> operator()(std::span<const Ball> v) const {
    const auto one = [](const Ball& x) { return Vector<Ball>(Vector<Ball>::Constant(1, x)); };
    const Ball error = larger(v[2] * v[2], v[3] * v[3]);
    if (less(2 * sqrt(error), v[1]) != Truth::yes) return outside<Ball>("Delta > 2 sqrt(v)");
    const Matrix<Ball> q = Matrix<Ball>::Constant(1, 1, v[0]);
    return {pairwise_mean_error<Ball>(one(Ball(0)), q, one(v[2]), one(v[1] + v[3])),
            far_cell_probability_upper(2, v[1], error, v[0]), false, ""};
  }
};

double norm_of(const Matrix<double>& a) {
  return Eigen::SelfAdjointEigenSolver<Matrix<double>>(a, Eigen::EigenvaluesOnly).eigenvalues().cwiseAbs().maxCoeff();
}
Ball norm_of(const Matrix<Ball>& a) { return operator_norm(a); }

template <class T>
Matrix<T> first_axis() {
  Matrix<T> pi = Matrix<T>::Constant(2, 2, T(0));
  pi(0, 0) = T(1);
  return pi;
}

/// y = (v0, v1), Q = ((v2, v3), (v3, v4)) in the plane.
template <Block block, bool with_constants>
struct Signal {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    Matrix<T> q(2, 2);
    q << v[2], v[3], v[3], v[4];
    const auto [low, beta] = eigenvalues(v[2], v[3], v[4]);
    if (less(T(0), low) != Truth::yes) return outside<T>("Q is positive definite");
    Vector<T> y(2);
    y << v[0], v[1];
    const T error = v[0] * v[0] + v[1] * v[1];
    return {norm_of(block_covariance(block, first_axis<T>(), y, q)),
            with_constants ? signal_term_error_upper(block, beta, error) : T(beta * beta + beta * error), false, ""};
  }
};

/// N_i = N((x, y), diag(q1, q2)), N_j at 0 with the same covariance, crude means (h, 0) and 0: v = (x - h)^2 + y^2.
struct RecentredPair {
  Ball v, beta, distance, delta;
  GaussianLaw law;
  Matrix<Rational> centers = Matrix<Rational>::Constant(2, 2, Rational(0));

  explicit RecentredPair(std::span<const Rational> p) {
    const auto ball = [&](std::size_t i) { return from_rational<Ball>(p[i]); };
    const Ball x = ball(0), y = ball(1), h = ball(2), q1 = ball(3), q2 = ball(4);
    v = (x - h) * (x - h) + y * y;
    beta = larger(larger(q1, q2), Ball(1));
    const Ball alpha = smaller(smaller(q1, q2), Ball(1));
    distance = sqrt(x * x + y * y);
    // R >= e and at least |mu| + |Q - Id|_F.
    const Ball log_r = log(3 + distance + abs(q1 - 1) + abs(q2 - 1));
    delta = recentring_distance_printed<Ball>(Ball(1), v, 2, alpha, beta, log_r);
    law.mean = Vector<Ball>(2);
    law.mean << x, y;
    law.covariance = Matrix<Ball>::Constant(2, 2, Ball(0));
    law.covariance(0, 0) = q1;
    law.covariance(1, 1) = q2;
    centers(0, 0) = p[2];
  }
};

using RecentredSides = HuntSides<Ball> (*)(const RecentredPair&);

template <Block block>
HuntSides<Ball> printed_signal(const RecentredPair& of) {
  return {recentred_signal_error(block, first_axis<Ball>(), of.law, of.centers, 0),
          recentred_signal_error_printed(block, 2, of.beta, of.v, of.delta), false, ""};
}
template <Block block>
HuntSides<Ball> explicit_signal(const RecentredPair& of) {
  return {recentred_signal_error(block, first_axis<Ball>(), of.law, of.centers, 0),
          recentred_signal_error_upper(block, of.beta, of.v, 1), false, ""};
}
/// Lemma 22's left side on the cell of the second crude mean, muhat and muhat' the two.
template <Block block>
Ball recentring(const RecentredPair& of) {
  const auto cells = collinear_cells(of.centers);
  const auto column = [&](Index j) {
    return Vector<Ball>(of.centers.col(j).unaryExpr([](const Rational& x) { return from_rational<Ball>(x); }));
  };
  return recentring_error(block, first_axis<Ball>(), of.law, *cells[1], column(0), column(1));
}
template <Block block>
HuntSides<Ball> printed_recentring(const RecentredPair& of) {
  if (!at_most(of.distance, of.delta)) return outside<Ball>("|mu_i - mu_j| <= Delta");
  return {recentring<block>(of), recentring_error_printed(block, 2, of.beta, of.delta), false, ""};
}
template <Block block>
HuntSides<Ball> explicit_recentring(const RecentredPair& of) {
  return {recentring<block>(of), close_recentring_error_upper(block, of.beta, of.v, of.distance, 1), false, ""};
}

HuntProblem recentred(StatementId statement, StatementForm form, std::string part, RecentredSides sides) {
  HuntProblem made =
      framed({statement,
              form,
              form == printed,
              std::move(part),
              {logarithmic("x", "1/16", "64"), logarithmic("y", "1/16", "64"), logarithmic("h", "1/16", "64"),
               logarithmic("q1", "1/16", "16"), logarithmic("q2", "1/16", "16")},
              "two components in the plane, N_i = N((x, y), diag(q1, q2)), N_j at 0, crude means (h, 0) "
              "and 0, Delta of (8) with the constant 1"});
  made.quick = [sides](std::span<const double> values) {
    // Fourth moments of members far out cancel.
    const BallPrecision precision(256);
    std::vector<Rational> exact;
    for (const double x : values) exact.push_back(to_rational(x));
    return log_ratio(sides(RecentredPair(exact)));
  };
  made.certified = [sides](std::span<const Rational> values) { return comparison(sides(RecentredPair(values))); };
  made.draws = 24;
  made.local_evaluations = 60;
  made.directions = 60;
  return made;
}

template <Block block>
void add_signal(std::vector<HuntProblem>& all, const std::string& part) {
  const std::vector<HuntParameter> plane{logarithmic("y1", "1/16", "16"), logarithmic("y2", "1/16", "16"),
                                         logarithmic("q11", "1/16", "16"), linear("q12", "-4", "4"),
                                         logarithmic("q22", "1/16", "16")};
  const std::string instances = "one component in the plane, Pi the first axis, v = |y|^2";
  all.push_back(problem({lemma_20, printed, true, part, plane, instances}, Signal<block, false>{}));
  all.push_back(problem({lemma_20, explicit_form, false, part, plane, instances}, Signal<block, true>{}));
  all.push_back(recentred(corollary_23, printed, part, printed_signal<block>));
  all.push_back(recentred(corollary_23, explicit_form, part, explicit_signal<block>));
}

}  // namespace

std::vector<HuntProblem> estimate() {
  std::vector<HuntProblem> all;
  const std::string span = "two components in R^3, Mhat - M in the first two coordinates, third variance 1";
  all.push_back(problem({lemma_16, printed, true, "", span_parameters(), span}, PrintedSpan{}));
  all.push_back(problem({lemma_16, explicit_form, false, "", span_parameters(), span}, Span{}));
  const std::vector<HuntParameter> scales{logarithmic("R", "1/16", "16"), logarithmic("beta", "1", "16")};
  for (const StatementId id : {lemma_9, lemma_13})
    all.push_back(problem({id, printed, true, "the error of the covariances is not negative", scales,
                           "N(0, 1), which every R > 0 and beta >= 1 fit"},
                          PrintedCovarianceError{}));
  all.push_back(problem({lemma_14, printed, false, "1 <= |W| <= (R/sqrt(beta))^(c k), c = 1", scales,
                         "N(0, 1), which every R > 0 and beta >= 1 fit; any c > 0 is on the same side of 1"},
                        PrintedListLength{}));
  all.push_back(ball_problem({lemma_18,
                              printed,
                              true,
                              "the constant of Delta in (8), where P[x in K_2] > R^-8",
                              {logarithmic("log_R", "1", "64"), logarithmic("alpha", "1/64", "1"),
                               logarithmic("beta", "1", "16"), logarithmic("m_over_root_beta_log_R", "1/16", "16")},
                              "two components in the plane, diag(beta, alpha), means 0 and m e_1, exact crude means"},
                             PrintedFarCell{}));
  all.push_back(ball_problem({lemma_18,
                              explicit_form,
                              false,
                              "",
                              {logarithmic("q", "1/16", "16"), logarithmic("Delta", "1/16", "64"),
                               linear("c1", "-4", "4"), linear("c2", "-4", "4")},
                              "two components on the line at distance Delta, crude means off by c1 and c2"},
                             FarCell{}));
  add_signal<Block::psi_00>(all, "(i), block 00");
  add_signal<Block::psi_01>(all, "(ii), block 01");
  add_signal<Block::psi_11>(all, "(iii), block 11");
  all.push_back(recentred(lemma_22, printed, "(i), block 00, close case", printed_recentring<Block::psi_00>));
  all.push_back(recentred(lemma_22, printed, "(ii), block 01, close case", printed_recentring<Block::psi_01>));
  all.push_back(
      recentred(lemma_22, explicit_form, "(i), block 00, Delta = |mu_i - mu_j|", explicit_recentring<Block::psi_00>));
  all.push_back(
      recentred(lemma_22, explicit_form, "(ii), block 01, Delta = |mu_i - mu_j|", explicit_recentring<Block::psi_01>));
  return all;
}

}  // namespace verimix::hunt_catalogue
