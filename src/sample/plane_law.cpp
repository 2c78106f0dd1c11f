#include "verimix/sample/plane_law.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "verimix/core/error.hpp"
#include "verimix/core/interrupt.hpp"
#include "verimix/core/parallel.hpp"

namespace verimix {
namespace {

// Deviations beyond which a Gaussian is left out.
constexpr double plane_reach = 7;
// A point of the grid with less mass is left out.
constexpr double least_mass = 1e-17;
constexpr Index strip = 32, score_block = 4096;
constexpr double most_points = 0x1p26;
constexpr double first_resolution = 1.5, refinement = 4.0 / 3;
constexpr int refinements = 5;

Vector<double> point_of(const PlaneGrid& grid, Index i, Index j) {
  return Vector<double>{
      {grid.lower(0) + grid.spacing * static_cast<double>(i), grid.lower(1) + grid.spacing * static_cast<double>(j)}};
}

/// Points of the axis within reach of the centre, [first, last), and their Gaussian factors.
struct AxisWindow {
  Index first, last;
  std::vector<double> factors;

  AxisWindow(double lower, double spacing, Index count, double centre, double deviation) {
    const double from = std::ceil((centre - plane_reach * deviation - lower) / spacing);
    const double to = std::floor((centre + plane_reach * deviation - lower) / spacing);
    first = static_cast<Index>(std::clamp(from, 0.0, static_cast<double>(count)));
    last = std::max(first, static_cast<Index>(std::clamp(to + 1, 0.0, static_cast<double>(count))));
    for (Index i = first; i < last; ++i) {
      const double z = (lower + spacing * static_cast<double>(i) - centre) / deviation;
      factors.push_back(std::exp(-z * z / 2));
    }
  }
};

PlaneLaw first_law() { return {1, Matrix<double>::Zero(2, 1), Vector<double>::Ones(1)}; }

/// The law on the grid, and where a step moves its points.
PlaneLaw pushed(const PlaneLaw& before, const PlaneGrid& grid, const BatchedScore<double>& score, Index level,
                const ReverseStep<double>& step, unsigned threads) {
  const Matrix<double> density = density_on(before, grid, threads);
  const double cell = grid.spacing * grid.spacing;
  std::vector<std::pair<Index, Index>> kept;
  for (Index j = 0; j < grid.columns; ++j)
    for (Index i = 0; i < grid.rows; ++i)
      if (density(i, j) * cell >= least_mass) kept.emplace_back(i, j);
  const auto count = static_cast<Index>(kept.size());
  if (count == 0) throw UndecidedError("a law of the reverse process has lost its mass: raise the number of steps");
  PlaneLaw after{step.noise_factor, Matrix<double>(2, count), Vector<double>(count)};
  parallel_blocks(
      count, score_block,
      [&](Index begin, Index end) {
        Matrix<double> y(2, end - begin);
        for (Index k = begin; k < end; ++k) {
          const auto [i, j] = kept[static_cast<std::size_t>(k)];
          y.col(k - begin) = point_of(grid, i, j);
          after.masses(k) = density(i, j) * cell;
        }
        after.centres.middleCols(begin, end - begin) = step.rho * y + step.score_factor * score(y, level);
      },
      threads);
  if (!after.centres.allFinite())
    throw UndecidedError("a step of the reverse process leaves the finite numbers: raise the number of steps");
  return after;
}

double on_grid(const PlaneGrid& grid, const Matrix<double>& density) {
  return grid.spacing * grid.spacing * density.sum();
}

double tv_on(const PlaneGrid& grid, const Matrix<double>& p, const Matrix<double>& q) {
  return on_grid(grid, (p - q).cwiseAbs()) / 2;
}

Matrix<double> density_of(const Density<double>& target, const PlaneGrid& grid, unsigned threads) {
  Matrix<double> out(grid.rows, grid.columns);
  EvaluationRequest request;
  request.threads = threads;
  Matrix<double> column(2, grid.rows);
  for (Index j = 0; j < grid.columns; ++j) {
    for (Index i = 0; i < grid.rows; ++i) column.col(i) = point_of(grid, i, j);
    out.col(j) = target.evaluate(column, request).log_density.array().exp();
  }
  return out;
}

/// TV of a law that the grid covers; where the target has mass outside, the law has none.
double tv_to(const Density<double>& target, const PlaneGrid& grid, const Matrix<double>& p, unsigned threads) {
  const Matrix<double> q = density_of(target, grid, threads);
  return tv_on(grid, p, q) + std::max(0.0, 1 - on_grid(grid, q)) / 2;
}

PlaneOutput at_resolution(const BatchedScore<double>& score, const TimeGrid<double>& grid,
                          const Density<double>& target, double resolution, unsigned threads) {
  PlaneOutput out{plane_output_law(score, grid, resolution, threads), 0, 0, 0, resolution};
  const PlaneGrid points = covering_grid(out.law, resolution);
  const Matrix<double> p = density_on(out.law, points, threads);
  out.tv = tv_to(target, points, p, threads);
  out.lost_mass = std::abs(1 - on_grid(points, p));
  return out;
}

}  // namespace

Matrix<double> density_on(const PlaneLaw& law, const PlaneGrid& grid, unsigned threads) {
  Matrix<double> out = Matrix<double>::Zero(grid.rows, grid.columns);
  const double peak = 1 / (2 * pi<double>() * law.deviation * law.deviation);
  // Each thread has columns of its own and adds to them in the order of the centres.
  parallel_blocks(
      grid.columns, strip,
      [&](Index begin, Index end) {
        const double from = grid.lower(1) + grid.spacing * static_cast<double>(begin);
        for (Index k = 0; k < law.masses.size(); ++k) {
          const double across = (law.centres(1, k) - from) / grid.spacing;
          const double margin = plane_reach * law.deviation / grid.spacing;
          if (across < -margin || across > static_cast<double>(end - begin) + margin) continue;
          const AxisWindow columns(from, grid.spacing, end - begin, law.centres(1, k), law.deviation);
          const AxisWindow rows(grid.lower(0), grid.spacing, grid.rows, law.centres(0, k), law.deviation);
          const Eigen::Map<const Vector<double>> factors(rows.factors.data(), rows.last - rows.first);
          for (Index j = columns.first; j < columns.last; ++j)
            out.col(begin + j).segment(rows.first, rows.last - rows.first) +=
                law.masses(k) * peak * columns.factors[static_cast<std::size_t>(j - columns.first)] * factors;
        }
      },
      threads);
  return out;
}

PlaneGrid covering_grid(const PlaneLaw& law, double points_per_deviation) {
  const double spacing = law.deviation / points_per_deviation;
  const Vector<double> lower = law.centres.rowwise().minCoeff().array() - plane_reach * law.deviation;
  const Vector<double> upper = law.centres.rowwise().maxCoeff().array() + plane_reach * law.deviation;
  const Vector<double> counts = ((upper - lower) / spacing).array().ceil() + 1;
  if (!(counts.prod() <= most_points))
    throw UndecidedError("a law on the plane needs too many points: lower the number of steps or raise delta");
  return {lower, spacing, static_cast<Index>(counts(0)), static_cast<Index>(counts(1))};
}

PlaneLaw plane_output_law(const BatchedScore<double>& score, const TimeGrid<double>& grid, double points_per_deviation,
                          unsigned threads) {
  require_invariant(points_per_deviation >= 1 && !grid.steps.empty(), "a law is pushed over some steps on a fine grid");
  PlaneLaw law = first_law();
  for (std::size_t l = 0; l < grid.steps.size(); ++l) {
    throw_if_interrupted();
    const ReverseStep<double> step(grid.steps[l]);
    // The noise of the step may be narrower than the components of the law before it.
    const double narrower = std::max(1.0, law.deviation / step.noise_factor);
    law = pushed(law, covering_grid(law, points_per_deviation * narrower), score, static_cast<Index>(l), step, threads);
  }
  return law;
}

double plane_tv(const PlaneOutput& output, const Mixture<double>& target, unsigned threads) {
  if (target.dimension() != 2)
    throw InputError("", "dimension", std::to_string(target.dimension()), "a mixture on the plane");
  const PlaneGrid points = covering_grid(output.law, output.points_per_deviation);
  return tv_to(Density<double>(target), points, density_on(output.law, points, threads), threads);
}

PlaneOutput plane_output(const BatchedScore<double>& score, const TimeGrid<double>& grid, const Mixture<double>& target,
                         double tolerance, unsigned threads) {
  if (target.dimension() != 2)
    throw InputError("", "dimension", std::to_string(target.dimension()), "a mixture on the plane");
  require_invariant(tolerance > 0, "a tolerance is positive");
  const Density<double> density(target);
  PlaneOutput coarse = at_resolution(score, grid, density, first_resolution, threads);
  for (int k = 0; k < refinements; ++k) {
    PlaneOutput fine = at_resolution(score, grid, density, coarse.points_per_deviation * refinement, threads);
    const PlaneGrid points = covering_grid(fine.law, fine.points_per_deviation);
    const double between =
        tv_on(points, density_on(fine.law, points, threads), density_on(coarse.law, points, threads));
    fine.error_estimate = std::max(between, std::abs(fine.tv - coarse.tv));
    if (fine.error_estimate <= tolerance) return fine;
    coarse = std::move(fine);
  }
  throw UndecidedError(
      "the law on the plane has not settled to the tolerance: raise the tolerance or the number of steps");
}

}  // namespace verimix
