#include "verimix/validate/sample_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/validate/exact_test.hpp"

namespace verimix {
namespace {

constexpr std::size_t most_projections = 24;
constexpr std::array levels{0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999};

// So many that the best rank, 1/(B + 1), lies below half of the Stein test's share of alpha.
Index replicates(double alpha, std::size_t kinds) {
  return static_cast<Index>(std::ceil(2 * static_cast<double>(kinds) / alpha)) - 1;
}

void require_request(Index count, const SampleCheckRequest& request) {
  if (!(request.alpha >= 1e-4 && request.alpha < 1))
    throw InputError("", "alpha", to_text(request.alpha), "a level of at least 0.0001 and below 1");
  if (count < 2) throw InputError("", "samples", std::to_string(count), "at least 2 points");
}

// Each kind gets the same part of alpha, each test of a kind the same part of that.
void adjust(std::vector<SampleCheck>& checks) {
  std::map<std::string, double> tests;
  for (const SampleCheck& check : checks) tests[check.kind] += 1;
  for (SampleCheck& check : checks)
    check.adjusted = std::min(1.0, check.p_value * tests[check.kind] * static_cast<double>(tests.size()));
}

}  // namespace

SampleBattery::SampleBattery(const Mixture<double>& truth, Index count, const SampleCheckRequest& request)
    : truth_(truth), count_(count), request_(request), density_(truth) {
  require_request(count, request);
  projections_ = telling_projections(truth, most_projections);
  for (const Projection& projection : projections_) {
    std::vector<Slab> slabs;
    double below = -std::numeric_limits<double>::infinity();
    double mass_below = 0;
    for (const double level : levels) {
      const double cut = projection.near_quantile(level);
      const double mass = projection.distribution(cut);
      if (cut > below && mass > mass_below) slabs.push_back({below, cut, mass - mass_below});
      below = std::max(below, cut);
      mass_below = std::max(mass_below, mass);
    }
    slabs.push_back({below, std::numeric_limits<double>::infinity(), 1 - mass_below});
    slabs_.push_back(std::move(slabs));
  }
  const std::size_t kinds = truth.size() >= 2 ? 5 : 4;
  stein_ = std::make_unique<SteinTest>(truth, count, replicates(request.alpha, kinds), request.seed, request.threads);
}

SampleVerdict SampleBattery::check(const Matrix<double>& points) const {
  if (points.rows() != truth_.dimension())
    throw InputError("", "samples", fmt::format("dimension {}", points.rows()),
                     fmt::format("points of dimension {}, the truth's", truth_.dimension()));
  if (points.cols() != count_)
    throw InputError("", "samples", fmt::format("{} points", points.cols()), fmt::format("{} points", count_));
  if (!points.allFinite()) throw InputError("", "samples", "a NaN or an infinity", "finite numbers");
  std::vector<SampleCheck> checks;
  check_projections(points, checks);
  if (truth_.size() >= 2) check_weights(points, checks);
  const SteinTest::Outcome stein = stein_->check(points);
  checks.push_back(
      {"stein", fmt::format("the first {} points", stein_->points_used()), stein.statistic, 0, stein.p_value, 1});
  adjust(checks);
  std::stable_sort(checks.begin(), checks.end(),
                   [](const SampleCheck& a, const SampleCheck& b) { return a.adjusted < b.adjusted; });
  const double smallest = checks.front().adjusted;
  return {smallest <= request_.alpha, smallest, std::move(checks)};
}

void SampleBattery::check_projections(const Matrix<double>& points, std::vector<SampleCheck>& checks) const {
  for (std::size_t i = 0; i < projections_.size(); ++i) {
    const Projection& projection = projections_[i];
    const RowVector<double> values = projection.direction().transpose() * points;
    Vector<double> probabilities(values.size());
    for (Index j = 0; j < values.size(); ++j) probabilities(j) = projection.distribution(values(j));
    const KolmogorovSmirnov result = kolmogorov_smirnov(std::move(probabilities));
    checks.push_back({"distribution",
                      fmt::format("{}, at {:.4g} (level {:.4g})", projection.name(),
                                  projection.near_quantile(std::clamp(result.worst, 1e-9, 1 - 1e-9)), result.worst),
                      result.statistic, 0, result.p_value, 1});
    check_slabs(i, values, checks);
    check_moments(projection, values, checks);
  }
}

void SampleBattery::check_slabs(std::size_t projection, const RowVector<double>& values,
                                std::vector<SampleCheck>& checks) const {
  for (const Slab& slab : slabs_[projection]) {
    const Index inside = (values.array() > slab.lower && values.array() <= slab.upper).count();
    checks.push_back({"set",
                      fmt::format("{} in ({:.4g}, {:.4g}]", projections_[projection].name(), slab.lower, slab.upper),
                      static_cast<double>(inside), slab.probability * static_cast<double>(count_),
                      binomial_p_value(inside, count_, std::clamp(slab.probability, 0.0, 1.0)), 1});
  }
}

void SampleBattery::check_moments(const Projection& projection, const RowVector<double>& values,
                                  std::vector<SampleCheck>& checks) const {
  const Eigen::ArrayXd z = (values.transpose().array() - projection.mean()) / std::sqrt(projection.variance());
  // log E e^{theta z} grows like theta^2/2 at least somewhere: beyond 1000 deviations no maximum of the exponent is
  // missed that would decide anything.
  constexpr double reach = 1000;
  checks.push_back({"moment", "mean of " + projection.name() + " in deviations", z.mean(), 0,
                    chernoff_p_value(
                        z.mean(), count_, [&](double t) { return projection.log_moment_generating(t); }, -reach, reach),
                    1});
  checks.push_back(
      {"moment", "second moment of " + projection.name() + " over its variance", z.square().mean(), 1,
       chernoff_p_value(
           z.square().mean(), count_, [&](double t) { return projection.log_moment_generating_of_square(t); }, -reach,
           projection.square_limit()),
       1});
}

void SampleBattery::check_weights(const Matrix<double>& points, std::vector<SampleCheck>& checks) const {
  EvaluationRequest evaluation;
  evaluation.responsibilities = true;
  evaluation.threads = request_.threads;
  const Vector<double> mean = density_.evaluate(points, evaluation).responsibilities.rowwise().mean();
  for (Index i = 0; i < truth_.size(); ++i)
    checks.push_back({"weight", fmt::format("component {}", i + 1), mean(i), truth_.weights(i),
                      bounded_mean_p_value(std::clamp(mean(i), 0.0, 1.0), truth_.weights(i), count_), 1});
}

}  // namespace verimix
