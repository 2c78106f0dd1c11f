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

enum class Moment { mean, square };

double moment_p_value(const Projection& projection, double value, Index count, Moment moment) {
  // log E e^{theta z} grows like theta^2/2 at least somewhere: beyond 1000 deviations no maximum of the exponent is
  // missed that would decide anything.
  constexpr double reach = 1000;
  if (moment == Moment::mean)
    return chernoff_p_value(
        value, count, [&](double t) { return projection.log_moment_generating(t); }, -reach, reach);
  return chernoff_p_value(
      value, count, [&](double t) { return projection.log_moment_generating_of_square(t); }, -reach,
      projection.square_limit());
}

// A value above the expectation from which on the mean of z, or of z^2, is rejected at this level; infinite beyond
// 2^30.
double smallest_rejected(const Projection& projection, Index count, double level, Moment moment) {
  const double expected = moment == Moment::mean ? 0 : 1;
  const auto rejects = [&](double excess) {
    return moment_p_value(projection, expected + excess, count, moment) <= level;
  };
  double above = 1;
  while (!rejects(above)) {
    if (above > 0x1p30) return std::numeric_limits<double>::infinity();
    above *= 2;
  }
  double below = 0;
  constexpr double relative_width = 1e-6;
  while (above - below > relative_width * above) {
    const double middle = (below + above) / 2;
    (rejects(middle) ? above : below) = middle;
  }
  return expected + above;
}

// Each kind gets the same part of alpha, each test of a kind the same part of that.
void adjust(std::vector<SampleCheck>& checks) {
  std::map<std::string, double> tests;
  for (const SampleCheck& check : checks) tests[check.kind] += 1;
  for (SampleCheck& check : checks)
    check.adjusted = std::min(1.0, check.p_value * tests[check.kind] * static_cast<double>(tests.size()));
}

}  // namespace

Json to_json(const Sight& sight) {
  return {{"along", sight.place},
          {"shift_in_deviations", to_text(sight.shift)},
          {"spread_factor", to_text(sight.spread)},
          {"probability", to_text(Sight::probability)}};
}

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
  stein_ = std::make_unique<SteinTest>(truth, count, replicates(request.alpha, kinds()), request.seed, request.threads);
  sight_ = sight_along(projections_.front());
  for (const Projection& projection : projections_)
    if (const Sight here = sight_along(projection); here.shift < sight_.shift) sight_ = here;
}

Sight SampleBattery::sight_along(const Projection& projection) const {
  const double share = request_.alpha / static_cast<double>(kinds() * 2 * projections_.size());
  const double root_n = std::sqrt(static_cast<double>(count_));
  // Cantelli: a mean of n values of deviation 1 is below its expectation by 3/sqrt(n) with probability at most 1/10.
  const double reach = std::sqrt(Sight::probability / (1 - Sight::probability)) / root_n;
  Sight sight{projection.name(), smallest_rejected(projection, count_, share, Moment::mean) + reach,
              std::numeric_limits<double>::infinity()};
  const double room = 1 - reach * std::sqrt(projection.fourth_moment() - 1);
  if (room > 0) sight.spread = std::sqrt(smallest_rejected(projection, count_, share, Moment::square) / room);
  return sight;
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
      {"stein", fmt::format("the first {} points", stein_->points_used()), "", stein.statistic, 0, stein.p_value, 1});
  adjust(checks);
  std::stable_sort(checks.begin(), checks.end(),
                   [](const SampleCheck& a, const SampleCheck& b) { return a.adjusted < b.adjusted; });
  const double smallest = checks.front().adjusted;
  return {smallest <= request_.alpha, smallest, std::move(checks), count_, sight_};
}

void SampleBattery::check_projections(const Matrix<double>& points, std::vector<SampleCheck>& checks) const {
  for (std::size_t i = 0; i < projections_.size(); ++i) {
    const Projection& projection = projections_[i];
    const RowVector<double> values = projection.direction().transpose() * points;
    Vector<double> probabilities(values.size());
    for (Index j = 0; j < values.size(); ++j) probabilities(j) = projection.distribution(values(j));
    const KolmogorovSmirnov result = kolmogorov_smirnov(std::move(probabilities));
    checks.push_back({"distribution", projection.name(),
                      fmt::format("at {:.4g} (level {:.4g})",
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
                      "", static_cast<double>(inside), slab.probability * static_cast<double>(count_),
                      binomial_p_value(inside, count_, std::clamp(slab.probability, 0.0, 1.0)), 1});
  }
}

void SampleBattery::check_moments(const Projection& projection, const RowVector<double>& values,
                                  std::vector<SampleCheck>& checks) const {
  const Eigen::ArrayXd z = (values.transpose().array() - projection.mean()) / std::sqrt(projection.variance());
  checks.push_back({"moment", "mean of " + projection.name() + " in deviations", "", z.mean(), 0,
                    moment_p_value(projection, z.mean(), count_, Moment::mean), 1});
  checks.push_back({"moment", "second moment of " + projection.name() + " over its variance", "", z.square().mean(), 1,
                    moment_p_value(projection, z.square().mean(), count_, Moment::square), 1});
}

void SampleBattery::check_weights(const Matrix<double>& points, std::vector<SampleCheck>& checks) const {
  EvaluationRequest evaluation;
  evaluation.responsibilities = true;
  evaluation.threads = request_.threads;
  const Vector<double> mean = density_.evaluate(points, evaluation).responsibilities.rowwise().mean();
  for (Index i = 0; i < truth_.size(); ++i)
    checks.push_back({"weight", fmt::format("component {}", i + 1), "", mean(i), truth_.weights(i),
                      bounded_mean_p_value(std::clamp(mean(i), 0.0, 1.0), truth_.weights(i), count_), 1});
}

}  // namespace verimix
