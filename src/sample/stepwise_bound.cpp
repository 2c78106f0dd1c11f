#include "verimix/sample/stepwise_bound.hpp"

#include <algorithm>
#include <cmath>

#include "verimix/core/error.hpp"
#include "verimix/core/interrupt.hpp"
#include "verimix/core/parallel.hpp"
#include "verimix/core/random.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/distance/monte_carlo.hpp"
#include "verimix/mixture/density.hpp"
#include "verimix/mixture/draw.hpp"

namespace verimix {
namespace {

// Points x that are worked on at a time.
constexpr Index stepwise_block = 64;
// Points of a step that choose how far means may be from 1; their streams lie where no step's points do.
constexpr Index pilot_points_a_step = 64;
constexpr int clip_candidates = 24;
constexpr double smallest_clip = 1e-12;
constexpr std::uint64_t first_pilot_point = std::uint64_t{1} << 40U;

/// One step's kernel, seen from the points it leads to. For x of q_{s_{l+1}} and z standard normal, y = e^{-gamma} x +
/// sqrt(1 - e^{-2 gamma}) z is drawn as the reverse process would come from, and the weight
///   w = q_{s_l}(y) K_l(y, x) / (q_{s_{l+1}}(x) density of y) = e^{-gamma d} q_{s_l}(y)/q_{s_{l+1}}(x) exp(-a <z, s> -
///   a^2 |s|^2/2),  a = 2 sqrt(tanh(gamma/2)), s = s_hat_l(y),
/// has the mean r(x) = (q_{s_l} K_l)(x)/q_{s_{l+1}}(x).
class BackwardStep {
 public:
  BackwardStep(const Mixture<double>& target, const TimeGrid<double>& grid, const BatchedScore<double>& score,
               Index level)
      : score_(score),
        level_(level),
        step_(grid.steps[static_cast<std::size_t>(level)]),
        after_law_(at_time(target, grid.remaining[static_cast<std::size_t>(level) + 1])),
        before_(at_time(target, grid.remaining[static_cast<std::size_t>(level)])),
        after_(after_law_) {}

  /// points x 2: two independent means of weights at each of the points, each over `pairs` pairs.
  Matrix<double> means(Index points, Index pairs, std::uint64_t seed, std::uint64_t first) const {
    Matrix<double> out(points, 2);
    for (Index begin = 0; begin < points; begin += stepwise_block) {
      const Index count = std::min(stepwise_block, points - begin);
      const std::uint64_t from = first + static_cast<std::uint64_t>(begin);
      const Matrix<double> x = draw(after_law_, count, seed, from).points;
      Stream noise(seed, Purpose::monte_carlo, from);
      for (Index c = 0; c < 2; ++c) out.col(c).segment(begin, count) = mean_weights(x, pairs, noise);
    }
    return out;
  }

 private:
  Vector<double> mean_weights(const Matrix<double>& x, Index pairs, Stream& noise) const {
    const Index d = x.rows(), copies = 2 * pairs;
    Matrix<double> z(d, x.cols() * copies), y(d, x.cols() * copies);
    const double signal = signal_scale(step_), sigma = std::sqrt(noise_variance(step_));
    for (Index i = 0; i < x.cols(); ++i)
      for (Index c = 0; c < copies; c += 2) {
        const Index at = i * copies + c;
        for (Index j = 0; j < d; ++j) z(j, at) = noise.normal();
        z.col(at + 1) = -z.col(at);
        y.col(at) = signal * x.col(i) + sigma * z.col(at);
        y.col(at + 1) = signal * x.col(i) - sigma * z.col(at);
      }
    EvaluationRequest request;
    request.threads = 1;
    const Matrix<double> s = score_(y, level_);
    if (!s.allFinite()) throw UndecidedError("a score leaves the finite numbers");
    const double a = 2 * std::sqrt(std::tanh(step_ / 2));
    const Vector<double> drift =
        a * z.cwiseProduct(s).colwise().sum().transpose() + a * a / 2 * s.colwise().squaredNorm().transpose();
    const Vector<double> before = before_.evaluate(y, request).log_density;
    const Vector<double> after = after_.evaluate(x, request).log_density;
    Vector<double> out(x.cols());
    for (Index i = 0; i < x.cols(); ++i)
      out(i) = (before.segment(i * copies, copies).array() - drift.segment(i * copies, copies).array() - after(i) -
                step_ * static_cast<double>(d))
                   .exp()
                   .mean();
    return out;
  }

  const BatchedScore<double>& score_;
  Index level_;
  double step_;
  Mixture<double> after_law_;
  Density<double> before_, after_;
};

/// Sums of values in [0, 1].
struct UnitSums {
  double sum = 0, squares = 0;
  Index count = 0;

  void add(const Vector<double>& values) {
    sum += values.sum();
    squares += values.squaredNorm();
    count += values.size();
  }
  void add(const UnitSums& other) {
    sum += other.sum;
    squares += other.squares;
    count += other.count;
  }
  /// At least the mean of the expectations, at the confidence.
  double mean_upper(double confidence) const {
    const auto n = static_cast<double>(count);
    const double variance = std::max(0.0, (squares - sum * sum / n) / (n - 1));
    return sum / n + empirical_bernstein_halfwidth(variance, count, confidence);
  }
};

/// What the points of one step give: the mean product, and the two bounded variables of the note.
struct StepSums {
  double chi_squared = 0;
  UnitSums products, losses;
};

/// Means are clipped to within `clip` of 1, products divided by spread^2; clip = min(1, spread).
StepSums step_sums(const Matrix<double>& means, double clip, double spread) {
  const Matrix<double> clipped = means.array().max(1 - clip).min(1 + clip);
  StepSums out;
  out.chi_squared = ((means.col(0).array() - 1) * (means.col(1).array() - 1)).mean();
  const Vector<double> products = (clipped.col(0).array() - 1) * (clipped.col(1).array() - 1) / (spread * spread);
  out.products.add(Vector<double>((1 + products.array()) / 2));
  const Matrix<double> losses = (1 - clipped.array()) / 2 + (1 - clip - means.array()).max(0) + clip / 2;
  out.losses.add(Vector<double>(losses.rowwise().mean()));
  return out;
}

/// A of the note: of some of the distances that the pilot's means have from 1, in units of their root weight, what
/// makes the bound least as far as the pilot tells. A column a step, the two means of a point half a column apart;
/// `slack` is what the interval adds to a mean at the least.
double best_clip(const Matrix<double>& pilot, const Vector<double>& root_weights, double slack) {
  const Index half = pilot.rows() / 2, steps = pilot.cols();
  const double squares =
      std::max(0.0, pilot.topRows(half).cwiseProduct(pilot.bottomRows(half)).sum() / static_cast<double>(half));
  Vector<double> distances = pilot.cwiseAbs().reshaped();
  std::sort(distances.begin(), distances.end());
  double best = 0, least = INFINITY;
  for (int k = 0; k <= clip_candidates; ++k) {
    // From the median to the largest, by shares above them that halve in two steps.
    const double order = k == clip_candidates ? 1 : 1 - std::exp2(-k / 2.0 - 1);
    const double clip =
        std::max(smallest_clip, distances(static_cast<Index>(order * static_cast<double>(distances.size() - 1))));
    const double losses =
        ((pilot.array().abs() - clip).max(0).colwise().mean() * root_weights.transpose().array()).sum() / 2;
    const double bound =
        std::sqrt(root_weights.squaredNorm() * (squares + 2 * clip * clip * slack * static_cast<double>(steps))) / 2 +
        losses;
    if (!(bound < least)) continue;
    least = bound;
    best = clip;
  }
  return best;
}

/// chi_l of a smooth score is of the order of its root weight; any weights would do.
Vector<double> root_weights_of(const TimeGrid<double>& grid) {
  Vector<double> out(static_cast<Index>(grid.steps.size()));
  for (std::size_t l = 0; l < grid.steps.size(); ++l)
    out(static_cast<Index>(l)) = grid.steps[l] / std::min(1.0, grid.remaining[l]);
  return out;
}

/// The steps' sums together, each of the two intervals at `confidence`.
StepwiseBound joined(const std::vector<StepSums>& sums, const Vector<double>& root_weights, double allowed,
                     double confidence) {
  StepwiseBound out{0, 0};
  StepSums all;
  for (const StepSums& at : sums) {
    out.estimate += std::sqrt(std::max(0.0, at.chi_squared)) / 2;
    all.products.add(at.products);
    all.losses.add(at.losses);
  }
  const auto n = static_cast<double>(sums.size());
  const double clips = (allowed * root_weights.array()).min(1.0).sum();
  const double squares = n * allowed * allowed * std::max(0.0, 2 * all.products.mean_upper(confidence) - 1);
  const double losses = std::max(0.0, n * all.losses.mean_upper(confidence) - clips / 2);
  out.upper = std::sqrt(root_weights.squaredNorm() * squares) / 2 + losses;
  return out;
}

}  // namespace

StepwiseBound stepwise_bound(const Mixture<double>& target, const TimeGrid<double>& grid,
                             const BatchedScore<double>& score, const StepwiseRequest& request) {
  require_invariant(request.points >= 2 && request.points % 2 == 0 && request.pairs >= 1,
                    "a mean over an even number of points, each with pairs");
  const auto steps = static_cast<Index>(grid.steps.size());
  const Vector<double> root_weights = root_weights_of(grid);
  const auto on_every_step = [&](auto&& work) {
    parallel_blocks(
        steps, 1,
        [&](Index l, Index) {
          throw_if_interrupted();
          work(l, BackwardStep(target, grid, score, l));
        },
        request.threads);
  };

  const double each = 1 - (1 - request.confidence) / 2;
  Matrix<double> pilot(2 * pilot_points_a_step, steps);
  on_every_step([&](Index l, const BackwardStep& step) {
    const auto first = first_pilot_point + static_cast<std::uint64_t>(l * pilot_points_a_step);
    const Matrix<double> means = step.means(pilot_points_a_step, request.pairs, request.seed, first);
    pilot.col(l) = (means.reshaped().array() - 1) / root_weights(l);
  });
  const double allowed = best_clip(pilot, root_weights, empirical_bernstein_halfwidth(0, steps * request.points, each));

  std::vector<StepSums> sums(static_cast<std::size_t>(steps));
  on_every_step([&](Index l, const BackwardStep& step) {
    const auto first = static_cast<std::uint64_t>(l * request.points);
    const double spread = allowed * root_weights(l);
    sums[static_cast<std::size_t>(l)] =
        step_sums(step.means(request.points, request.pairs, request.seed, first), std::min(1.0, spread), spread);
  });

  return joined(sums, root_weights, allowed, each);
}

}  // namespace verimix
