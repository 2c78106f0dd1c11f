#include "verimix/simplify/score_simplification.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "arguments.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/simplify/score_difference.hpp"

namespace verimix {
namespace {

/// Points of a Monte Carlo sum that are held at once; part of the result's last bits.
constexpr Index points_at_once = 8192;

/// The column numbers of each cell.
std::vector<std::vector<Index>> columns_by_cell(const std::vector<Index>& labels, Index cells) {
  std::vector<std::vector<Index>> out(static_cast<std::size_t>(cells));
  for (std::size_t j = 0; j < labels.size(); ++j) {
    if (labels[j] < 0 || labels[j] >= cells) {
      throw InputError("", "labels", std::to_string(labels[j]), "a cell below " + std::to_string(cells));
    }
    out[static_cast<std::size_t>(labels[j])].push_back(static_cast<Index>(j));
  }
  return out;
}

Mixture<Ball> exactly(const Mixture<double>& m) {
  const auto balls = [](const auto& a) { return a.unaryExpr([](double x) { return Ball(x); }).eval(); };
  Mixture<Ball> out{m.name, balls(m.weights), balls(m.means), {}};
  for (const Matrix<double>& q : m.covariances) out.covariances.push_back(balls(q));
  return out;
}

/// The cap B and the order m that make the width for draws of which none has F > 0, kappa B/n + a_m K_m B^{1-m}, least,
/// a_m = (m-1)^{m-1}/m^m: at B = ((m-1) a_m K_m n/kappa)^{1/m}. Cap 0 where F = 0 everywhere.
SimplificationEstimate chosen_cap(const Mixture<double>& mixture, const std::vector<std::vector<Index>>& cells,
                                  Index count, double confidence) {
  constexpr double roundoff = 1e-9, least = 1e-280;  // of the powers below, with room; far from underflow
  const double per_draw = empirical_bernstein_halfwidth(0, count, confidence);
  const Mixture<Ball> balls = exactly(mixture);
  SimplificationEstimate best;
  for (const int m : {2, 3, 4, 6, 8}) {
    const Ball moment = simplification_power_upper(balls, cells, m);
    if (arb_is_zero(moment.data()) != 0) return {};
    const double upper = std::max(approximate(moment) + radius_upper(moment), least);
    const double factor = std::pow(m - 1, m - 1) / std::pow(m, m);
    const double cap = std::pow((m - 1) * factor * upper / per_draw, 1.0 / m);
    const double tail = factor * upper * std::pow(cap, 1 - m) * (1 + roundoff);
    if (!std::isfinite(tail)) continue;
    if (best.order > 0 && per_draw * cap + tail >= per_draw * best.cap + best.tail_upper) continue;
    best.cap = cap;
    best.order = m;
    best.tail_upper = tail;
  }
  if (best.order == 0) throw UndecidedError("the moments of the differences of scores overflow double");
  return best;
}

}  // namespace

template <RealScalar T>
SimplifiedScore<T>::SimplifiedScore(const Mixture<T>& mixture, const Clustering<T>& clustering)
    : mixture_(mixture), clustering_(clustering), whole_(mixture) {
  if (mixture.size() != clustering.components() || mixture.dimension() != clustering.dimension()) {
    throw InputError(
        "", "clustering",
        std::to_string(clustering.components()) + " components of dimension " + std::to_string(clustering.dimension()),
        "the size and dimension of the mixture");
  }
  for (const std::vector<Index>& cell : clustering.refinement()) cells_.emplace_back(sub_mixture(mixture, cell));
  for (const Matrix<T>& q : mixture.covariances) {
    inverses_.push_back(Eigen::LLT<Matrix<T>>(q).solve(Matrix<T>::Identity(q.rows(), q.rows())));
  }
}

template <RealScalar T>
Matrix<T> SimplifiedScore<T>::evaluate(const Matrix<T>& points) const {
  return evaluate(points, clustering_.labels(points));
}

template <RealScalar T>
Matrix<T> SimplifiedScore<T>::evaluate(const Matrix<T>& points, const std::vector<Index>& labels) const {
  if (static_cast<Index>(labels.size()) != points.cols()) {
    throw InputError("", "labels", std::to_string(labels.size()) + " labels",
                     std::to_string(points.cols()) + ", one a point");
  }
  const std::vector<std::vector<Index>> columns = columns_by_cell(labels, clustering_.cells());
  Matrix<T> out(points.rows(), points.cols());
  for (std::size_t t = 0; t < columns.size(); ++t) {
    const Matrix<T> members = points(Eigen::all, columns[t]);
    if (members.cols() > 0) out(Eigen::all, columns[t]) = cells_[t].evaluate(members).score;
  }
  return out;
}

template <RealScalar T>
Matrix<T> SimplifiedScore<T>::difference(const Matrix<T>& points) const {
  const Index k = mixture_.size();
  const std::vector<std::vector<Index>> columns = columns_by_cell(clustering_.labels(points), clustering_.cells());
  EvaluationRequest request;
  request.responsibilities = true;
  Matrix<T> out(points.rows(), points.cols());
  for (std::size_t t = 0; t < columns.size(); ++t) {
    if (columns[t].empty()) continue;
    const std::vector<Index>& cell = clustering_.refinement()[t];
    const Matrix<T> x = points(Eigen::all, columns[t]);
    const Matrix<T> p = whole_.evaluate(x, request).responsibilities;
    const Matrix<T> q = cells_[t].evaluate(x, request).responsibilities;
    const auto g = [&](Index i) -> Matrix<T> {
      return inverses_[static_cast<std::size_t>(i)] * (x.colwise() - mixture_.means.col(i));
    };
    // sum_{l in U} q_l g_l, and then sum_{j not in U} p_j (that - g_j).
    Matrix<T> inside = Matrix<T>::Zero(x.rows(), x.cols());
    for (std::size_t l = 0; l < cell.size(); ++l) inside += g(cell[l]) * q.row(static_cast<Index>(l)).asDiagonal();
    Matrix<T> sum = Matrix<T>::Zero(x.rows(), x.cols());
    for (Index j = 0; j < k; ++j) {
      if (std::find(cell.begin(), cell.end(), j) == cell.end()) sum += (inside - g(j)) * p.row(j).asDiagonal();
    }
    out(Eigen::all, columns[t]) = sum;
  }
  return out;
}

template <RealScalar T>
T softmax_difference_fourth_power_upper(const Vector<T>& p, const Vector<T>& q, const Matrix<T>& g) {
  T sum(0);
  for (Index j = 0; j < p.size(); ++j) {
    if (q(j) > T(0)) continue;
    T inner(0);
    for (Index l = 0; l < q.size(); ++l) {
      const T squared = (g.col(j) - g.col(l)).squaredNorm();
      inner += q(l) * squared * squared;
    }
    sum += p(j) * inner;
  }
  return sum;
}

template <Scalar T>
T simplification_power_upper(const Mixture<T>& mixture, const std::vector<std::vector<Index>>& cells, int m) {
  simplify_detail::require_partition(cells, mixture.size());
  T sum(0);
  for (const std::vector<Index>& cell : cells)
    for (const Index j : cell)
      for (Index l = 0; l < mixture.size(); ++l) {
        if (std::find(cell.begin(), cell.end(), l) != cell.end()) continue;
        sum += mixture.weights(j) * score_difference_moment(component(mixture, j), component(mixture, l), m);
      }
  return sum;
}

SimplificationEstimate simplification_error(const Mixture<double>& mixture, const Clustering<double>& clustering,
                                            Index count, std::uint64_t seed, double confidence) {
  if (count < 2) throw InputError("", "samples", std::to_string(count), "at least 2");
  if (!(confidence > 0 && confidence < 1))
    throw InputError("", "confidence", to_text(confidence), "a number between 0 and 1");
  const SimplifiedScore<double> simplified(mixture, clustering);
  SimplificationEstimate out = chosen_cap(mixture, clustering.refinement(), count, confidence);
  out.samples = count;
  if (out.cap == 0) return out;
  Vector<double> shares(count);
  for (Index begin = 0; begin < count; begin += points_at_once) {
    const Index size = std::min(points_at_once, count - begin);
    const Draws draws = draw(mixture, size, seed, static_cast<std::uint64_t>(begin));
    const Vector<double> squares = simplified.difference(draws.points).colwise().squaredNorm().transpose();
    out.capped += (squares.array() > out.cap).count();
    shares.segment(begin, size) = (squares / out.cap).cwiseMin(1.0);
  }
  const double mean = shares.mean();
  const double variance = (shares.array() - mean).square().sum() / static_cast<double>(count - 1);
  const double halfwidth = empirical_bernstein_halfwidth(variance, count, confidence);
  out.error = {mean * out.cap, std::max(0.0, mean - halfwidth) * out.cap,
               std::min(1.0, mean + halfwidth) * out.cap + out.tail_upper};
  return out;
}

template double simplification_power_upper(const Mixture<double>&, const std::vector<std::vector<Index>>&, int);
template Ball simplification_power_upper(const Mixture<Ball>&, const std::vector<std::vector<Index>>&, int);
template class SimplifiedScore<double>;
template class SimplifiedScore<Real50>;
template double softmax_difference_fourth_power_upper(const Vector<double>&, const Vector<double>&,
                                                      const Matrix<double>&);
template Real50 softmax_difference_fourth_power_upper(const Vector<Real50>&, const Vector<Real50>&,
                                                      const Matrix<Real50>&);

}  // namespace verimix
