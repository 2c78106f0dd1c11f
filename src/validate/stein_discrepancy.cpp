#include "verimix/validate/stein_discrepancy.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "verimix/core/error.hpp"
#include "verimix/core/parallel.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/validate/projection.hpp"

namespace verimix {
namespace {

// The reference reads rows far beyond those of any sample, so that a sampler which is verimix itself with the same seed
// is still independent of it.
constexpr std::uint64_t first_reference_row = std::uint64_t{1} << 48;

// The kernel sees the sample at the scale on which it spreads.
double spread(const Mixture<double>& truth) {
  return std::sqrt(law_covariance(truth).trace() / static_cast<double>(truth.dimension()));
}

// The pairs of one point with all before it side by side, one coordinate after the other: almost all the time of a
// battery is spent here.
double block_mean(const Matrix<double>& x, const Matrix<double>& s, double inverse_scale2) {
  const Matrix<double> points = x.transpose();
  const Matrix<double> scores = s.transpose();
  const Index n = points.rows();
  const auto d = static_cast<double>(points.cols());
  Eigen::ArrayXd apart(n), r2(n), inner(n), cross(n), k2(n);
  double sum = 0;
  for (Index j = 1; j < n; ++j) {
    for (Eigen::ArrayXd* total : {&r2, &inner, &cross}) total->head(j).setZero();
    for (Index a = 0; a < points.cols(); ++a) {
      apart.head(j) = points.col(a).head(j).array() - points(j, a);
      r2.head(j) += apart.head(j).square() * inverse_scale2;
      inner.head(j) += scores.col(a).head(j).array() * scores(j, a);
      cross.head(j) += (scores.col(a).head(j).array() - scores(j, a)) * apart.head(j);
    }
    k2.head(j) = (1 + r2.head(j)).inverse();
    // grad_y k = -grad_x k = k^3 (x - y)/scale^2.
    sum += (k2.head(j).sqrt() *
            (inner.head(j) + k2.head(j) * inverse_scale2 * (cross.head(j) + d - 3 * r2.head(j) * k2.head(j))))
               .sum();
  }
  return 2 * sum / (static_cast<double>(n) * static_cast<double>(n - 1));
}

}  // namespace

double stein_discrepancy(const Matrix<double>& points, const Matrix<double>& scores, double scale, Index block) {
  if (points.cols() < 2) throw InputError("", "points", std::to_string(points.cols()), "at least 2 points");
  require_invariant(scores.cols() == points.cols() && scores.rows() == points.rows(), "a score for every point");
  require_invariant(block >= 2 && scale > 0, "a block of pairs and a positive scale");
  const Index length = std::min(block, points.cols());
  const Index blocks = points.cols() / length;
  double sum = 0;
  for (Index b = 0; b < blocks; ++b)
    sum +=
        block_mean(points.middleCols(b * length, length), scores.middleCols(b * length, length), 1 / (scale * scale));
  return sum / static_cast<double>(blocks);
}

SteinTest::SteinTest(const Mixture<double>& truth, Index count, Index replicates, std::uint64_t seed, unsigned threads)
    : density_(truth), points_(std::min(count, max_points)), scale_(spread(truth)) {
  if (count < 2) throw InputError("", "points", std::to_string(count), "at least 2 points");
  require_invariant(replicates >= 1, "a reference");
  reference_.resize(static_cast<std::size_t>(replicates));
  parallel_blocks(
      replicates, 8,
      [&](Index begin, Index end) {
        for (Index b = begin; b < end; ++b) {
          const std::uint64_t first = first_reference_row + static_cast<std::uint64_t>(b * points_);
          reference_[static_cast<std::size_t>(b)] = statistic(draw(truth, points_, seed, first).points);
        }
      },
      threads);
  std::sort(reference_.begin(), reference_.end());
}

double SteinTest::statistic(const Matrix<double>& points) const {
  EvaluationRequest request;
  request.threads = 1;
  return stein_discrepancy(points, density_.evaluate(points, request).score, scale_, block);
}

SteinTest::Outcome SteinTest::check(const Matrix<double>& points) const {
  require_invariant(points.cols() >= points_, "as many points as the reference has");
  const double observed = statistic(points.leftCols(points_));
  const auto above = reference_.end() - std::lower_bound(reference_.begin(), reference_.end(), observed);
  return {observed, static_cast<double>(1 + above) / static_cast<double>(reference_.size() + 1)};
}

}  // namespace verimix
