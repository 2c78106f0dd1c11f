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
// Points of a step that choose how far means may be from 1, and the share of them that is; their streams lie where no
// step's points do.
constexpr Index pilot_points_a_step = 64;
constexpr double pilot_share = 0.999;
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

}  // namespace

StepwiseBound stepwise_bound(const Mixture<double>& target, const TimeGrid<double>& grid,
                             const BatchedScore<double>& score, const StepwiseRequest& request) {
  require_invariant(request.points >= 2 && request.points % 2 == 0 && request.pairs >= 1,
                    "a mean over an even number of points, each with pairs");
  const auto steps = static_cast<Index>(grid.steps.size());
  // chi_l of a smooth score is of the order of its root weight; any weights would do.
  Vector<double> root_weights(steps);
  for (Index l = 0; l < steps; ++l) {
    const auto at = static_cast<std::size_t>(l);
    root_weights(l) = grid.steps[at] / std::min(1.0, grid.remaining[at]);
  }
  const auto on_every_step = [&](auto&& work) {
    parallel_blocks(
        steps, 1,
        [&](Index l, Index) {
          throw_if_interrupted();
          work(l, BackwardStep(target, grid, score, l));
        },
        request.threads);
  };

  Matrix<double> pilot(2 * pilot_points_a_step, steps);
  on_every_step([&](Index l, const BackwardStep& step) {
    const auto first = first_pilot_point + static_cast<std::uint64_t>(l * pilot_points_a_step);
    const Matrix<double> means = step.means(pilot_points_a_step, request.pairs, request.seed, first);
    pilot.col(l) = (means.reshaped().array() - 1).abs() / root_weights(l);
  });
  auto values = pilot.reshaped();
  const auto rank = static_cast<Index>(pilot_share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  const double allowed = std::max(values(rank), 1e-12);

  std::vector<StepSums> sums(static_cast<std::size_t>(steps));
  on_every_step([&](Index l, const BackwardStep& step) {
    const auto first = static_cast<std::uint64_t>(l * request.points);
    const double spread = allowed * root_weights(l);
    sums[static_cast<std::size_t>(l)] =
        step_sums(step.means(request.points, request.pairs, request.seed, first), std::min(1.0, spread), spread);
  });

  StepwiseBound out{0, 0};
  StepSums all;
  double clips = 0;
  for (Index l = 0; l < steps; ++l) {
    const StepSums& at = sums[static_cast<std::size_t>(l)];
    out.estimate += std::sqrt(std::max(0.0, at.chi_squared)) / 2;
    all.products.add(at.products);
    all.losses.add(at.losses);
    clips += std::min(1.0, allowed * root_weights(l));
  }
  const double each = 1 - (1 - request.confidence) / 2;
  const auto n = static_cast<double>(steps);
  const double squares = n * allowed * allowed * std::max(0.0, 2 * all.products.mean_upper(each) - 1);
  const double losses = std::max(0.0, n * all.losses.mean_upper(each) - clips / 2);
  out.upper = std::sqrt(root_weights.squaredNorm() * squares) / 2 + losses;
  return out;
}

}  // namespace verimix
