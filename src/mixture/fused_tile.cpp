#include "fused_tile.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <xsimd/xsimd.hpp>

namespace verimix {

namespace {

using Lanes = xsimd::batch<double>;
constexpr Index lane_count = Lanes::size;
static_assert(FusedTile::width % lane_count == 0);

/// Calls f with the constants 0 .. n - 1: loops that the compiler must not leave as loops.
template <std::size_t n, class Call>
inline void unrolled(const Call& call) {
  [&]<std::size_t... i>(std::index_sequence<i...>) { (call(std::integral_constant<std::size_t, i>()), ...); }
  (std::make_index_sequence<n>());
}

/// Parameters of a component: mean, triangle, scale.
template <std::size_t d>
constexpr std::size_t parameter_count = d + d*(d + 1) / 2 + 1;

constexpr std::size_t triangle(std::size_t row, std::size_t column) { return row * (row + 1) / 2 + column; }

/// One component at a vector of points: its logarithm l, |W (x - mu)|^2 and W^T W (x - mu).
template <std::size_t d>
struct Term {
  Lanes log, distance;
  std::array<Lanes, d> gradient;
};

template <std::size_t d>
inline Term<d> term(const double* parameters, const std::array<Lanes, d>& x) {
  const double* w = parameters + d;
  std::array<Lanes, d> centred, whitened;
  unrolled<d>([&](auto m) { centred[m] = x[m] - Lanes(parameters[m]); });
  unrolled<d>([&](auto r) {
    whitened[r] = Lanes(w[triangle(r, 0)]) * centred[0];
    unrolled<r.value>(
        [&](auto c) { whitened[r] = xsimd::fma(Lanes(w[triangle(r, c + 1)]), centred[c + 1], whitened[r]); });
  });
  Term<d> result;
  result.distance = whitened[0] * whitened[0];
  unrolled<d - 1>([&](auto r) { result.distance = xsimd::fma(whitened[r + 1], whitened[r + 1], result.distance); });
  result.log = xsimd::fma(Lanes(-0.5), result.distance, Lanes(parameters[parameter_count<d> - 1]));
  unrolled<d>([&](auto c) {
    constexpr std::size_t first = c.value;
    result.gradient[first] = Lanes(w[triangle(first, first)]) * whitened[first];
    unrolled<d - 1 - first>([&](auto step) {
      constexpr std::size_t r = first + 1 + step.value;
      result.gradient[first] = xsimd::fma(Lanes(w[triangle(r, first)]), whitened[r], result.gradient[first]);
    });
  });
  return result;
}

/// The log-sum-exp of the terms so far, relative to the largest.
template <std::size_t d>
struct RunningSum {
  Lanes maximum, sum, distances;
  std::array<Lanes, d> weighted;

  explicit RunningSum(const Term<d>& first)
      : maximum(first.log), sum(1.0), distances(first.distance), weighted(first.gradient) {}

  void add(const Term<d>& next) {
    const auto is_larger = maximum < next.log;
    const Lanes ratio = xsimd::exp(-xsimd::abs(next.log - maximum));
    const Lanes keep = xsimd::select(is_larger, ratio, Lanes(1.0));
    const Lanes fresh = xsimd::select(is_larger, Lanes(1.0), ratio);
    maximum = xsimd::max(maximum, next.log);
    sum = xsimd::fma(keep, sum, fresh);
    distances += next.distance;
    unrolled<d>([&](auto m) { weighted[m] = xsimd::fma(fresh, next.gradient[m], keep * weighted[m]); });
  }
};

}  // namespace

const Index FusedTile::lanes = lane_count;

FusedTile::FusedTile(const std::vector<WhitenedComponent<double>>& components)
    : dimension_(components.front().mean.size()),
      turned_(width, dimension_),
      log_densities_(width),
      logs_(lane_count, std::ssize(components)) {
  for (const WhitenedComponent<double>& c : components) {
    places_.push_back(c.component);
    parameters_.insert(parameters_.end(), c.mean.begin(), c.mean.end());
    for (Index r = 0; r < dimension_; ++r) {
      for (Index m = 0; m <= r; ++m) parameters_.push_back(c.whitening(r, m));
    }
    parameters_.push_back(log(c.weight) + c.log_peak);
  }
}

Index FusedTile::evaluate(const double* points, Index begin, Index end, Index size, const EvaluationMemory& out) {
  Index stopped = end;
  unrolled<largest_dimension>([&](auto i) {
    constexpr std::size_t d = i.value + 1;
    if (dimension_ == static_cast<Index>(d)) stopped = evaluate_in_dimension<d>(points, begin, end, size, out);
  });
  return stopped;
}

template <std::size_t d>
Index FusedTile::evaluate_in_dimension(const double* points, Index begin, Index end, Index size,
                                       const EvaluationMemory& out) {
  const Index count = end - begin;
  const Index padded = (count + lane_count - 1) / lane_count * lane_count;
  double* const turned = turned_.data();
  const auto coordinate = [&](auto m) { return turned + static_cast<Index>(m.value) * width; };
  // A vector that is not full repeats the first point.
  for (Index p = 0; p < padded; ++p) {
    const double* point = points + (p < count ? begin + p : begin) * static_cast<Index>(d);
    unrolled<d>([&](auto m) { coordinate(m)[p] = point[m]; });
  }
  for (Index p = 0; p < padded; p += lane_count) {
    std::array<Lanes, d> x;
    unrolled<d>([&](auto m) { x[m] = Lanes::load_aligned(coordinate(m) + p); });
    const double* parameters = parameters_.data();
    const Term<d> first = term<d>(parameters, x);
    first.log.store_aligned(logs_.data());
    RunningSum<d> sums(first);
    for (Index i = 1; i < std::ssize(places_); ++i) {
      parameters += parameter_count<d>;
      const Term<d> next = term<d>(parameters, x);
      next.log.store_aligned(logs_.data() + i * lane_count);
      sums.add(next);
    }
    // NaN or infinite as soon as one of them is.
    if (!xsimd::all(sums.distances <= Lanes(1e300))) return begin + p;
    (sums.maximum + xsimd::log(sums.sum)).store_aligned(log_densities_.data() + p);
    const Lanes scale = Lanes(-1.0) / sums.sum;
    unrolled<d>([&](auto m) { (sums.weighted[m] * scale).store_aligned(coordinate(m) + p); });
    if (out.responsibilities == nullptr) continue;
    for (Index i = 0; i < std::ssize(places_); ++i) {
      double* const value = logs_.data() + i * lane_count;
      (xsimd::exp(Lanes::load_aligned(value) - sums.maximum) / sums.sum).store_aligned(value);
      double* const row = out.responsibilities + (begin + p) * size + places_[static_cast<std::size_t>(i)];
      for (Index v = 0; v < std::min(lane_count, count - p); ++v) row[v * size] = value[v];
    }
  }
  if (out.log_density != nullptr) std::copy_n(log_densities_.data(), count, out.log_density + begin);
  if (out.score == nullptr) return end;
  double* score = out.score + begin * static_cast<Index>(d);
  for (Index p = 0; p < count; ++p, score += d) {
    unrolled<d>([&](auto m) { score[m] = coordinate(m)[p]; });
  }
  return end;
}

}  // namespace verimix
