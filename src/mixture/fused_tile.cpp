#include "fused_tile.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <xsimd/xsimd.hpp>

namespace verimix {

namespace {

using Lanes = xsimd::batch<double>;
constexpr Index lane_count = Lanes::size;

/// Points a tile, d of them in 2 kB: enough to hide what a tile costs, few enough for reading, computing and writing to
/// overlap. (At d = 8 and k = 8, 256 points instead of 32 cost a fifth.)
template <std::size_t d>
constexpr Index tile_width = 256 / (static_cast<Index>(d) * lane_count) * lane_count;

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

/// Components at a time: their W (x - mu) stay in the first cache.
constexpr Index components_at_once = 16;

/// l_i of one component at a vector of points. Writes W (x - mu) and adds its square to `distances`.
template <std::size_t d>
inline Lanes whiten(const double* parameters, const std::array<Lanes, d>& x, double* whitened, Lanes& distances) {
  const double* w = parameters + d;
  std::array<Lanes, d> centred;
  unrolled<d>([&](auto m) { centred[m] = x[m] - Lanes(parameters[m]); });
  Lanes distance(0.0);
  unrolled<d>([&](auto r) {
    Lanes value = Lanes(w[triangle(r, 0)]) * centred[0];
    unrolled<r.value>([&](auto c) { value = xsimd::fma(Lanes(w[triangle(r, c + 1)]), centred[c + 1], value); });
    value.store_aligned(whitened + static_cast<Index>(r.value) * lane_count);
    distance = xsimd::fma(value, value, distance);
  });
  distances += distance;
  return xsimd::fma(Lanes(-0.5), distance, Lanes(parameters[parameter_count<d> - 1]));
}

/// exp(x) for x <= 0 or NaN. Below -708 it is 0; without the bound xsimd converts an x of any size to an integer before
/// it looks. A NaN becomes 0: the distances know of it.
inline Lanes exponential(const Lanes& x) { return xsimd::exp(xsimd::max(x, Lanes(-1000.0))); }

/// sum_i exp(l_i - maximum) and the same sum of W_i^T W_i (x - mu_i), over the components so far.
template <std::size_t d>
struct RunningSum {
  Lanes maximum, sum;
  std::array<Lanes, d> weighted;

  explicit RunningSum(const Lanes& first_maximum) : maximum(first_maximum), sum(0.0) { weighted.fill(Lanes(0.0)); }

  void raise(const Lanes& new_maximum) {
    const Lanes scale = exponential(maximum - new_maximum);
    maximum = new_maximum;
    sum *= scale;
    unrolled<d>([&](auto m) { weighted[m] *= scale; });
  }

  void add(const double* parameters, const double* whitened, const Lanes& log) {
    const double* w = parameters + d;
    const Lanes weight = exponential(log - maximum);
    sum += weight;
    unrolled<d>([&](auto r) {
      const Lanes scaled = weight * Lanes::load_aligned(whitened + static_cast<Index>(r.value) * lane_count);
      unrolled<r.value + 1>([&](auto c) { weighted[c] = xsimd::fma(Lanes(w[triangle(r, c)]), scaled, weighted[c]); });
    });
  }
};

/// The sums over all `count` components at a vector of points. Writes the l_i; `whitened` has room for
/// `components_at_once` of d vectors. Exponentials wait for nobody when the largest l_i of several components is known
/// before the first of them.
template <std::size_t d>
inline RunningSum<d> sum_of_components(const double* parameters, Index count, const std::array<Lanes, d>& x,
                                       double* whitened, double* logs, Lanes& distances) {
  constexpr auto size = static_cast<Index>(parameter_count<d>);
  constexpr Index stride = static_cast<Index>(d) * lane_count;
  RunningSum<d> sums(Lanes(-std::numeric_limits<double>::infinity()));
  for (Index begin = 0; begin < count; begin += components_at_once) {
    const Index end = std::min(count, begin + components_at_once);
    Lanes maximum = sums.maximum;
    for (Index i = begin; i < end; ++i) {
      const Lanes log = whiten<d>(parameters + i * size, x, whitened + (i - begin) * stride, distances);
      log.store_aligned(logs + i * lane_count);
      maximum = xsimd::max(maximum, log);
    }
    if (begin > 0) sums.raise(maximum);
    sums.maximum = maximum;
    for (Index i = begin; i < end; ++i) {
      sums.add(parameters + i * size, whitened + (i - begin) * stride, Lanes::load_aligned(logs + i * lane_count));
    }
  }
  return sums;
}

}  // namespace

const Index FusedTile::lanes = lane_count;

FusedTile::FusedTile(const std::vector<WhitenedComponent<double>>& components)
    : dimension_(components.front().mean.size()),
      turned_(tile_width<1>),
      log_densities_(tile_width<1>),
      logs_(lane_count, std::ssize(components)),
      whitened_(lane_count * dimension_, components_at_once) {
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
  Index reached = begin;
  unrolled<largest_dimension>([&](auto i) {
    constexpr std::size_t d = i.value + 1;
    if (dimension_ != static_cast<Index>(d)) return;
    for (Index stop = begin; reached == stop && reached < end;) {
      stop = std::min(end, reached + tile_width<d>);
      reached = evaluate_tile<d>(points, reached, stop, size, out);
    }
  });
  return reached;
}

// Everything that it calls is inlined: left to itself g++ 12 calls the loops over coordinates from d = 5 on, which
// sends all registers through memory.
template <std::size_t d>
[[gnu::flatten]] Index FusedTile::evaluate_tile(const double* points, Index begin, Index end, Index size,
                                                const EvaluationMemory& out) {
  const Index count = end - begin;
  const Index padded = (count + lane_count - 1) / lane_count * lane_count;
  double* const turned = turned_.data();
  const auto coordinate = [&](auto m) { return turned + static_cast<Index>(m.value) * tile_width<d>; };
  // A vector that is not full repeats the first point.
  for (Index p = 0; p < padded; ++p) {
    const double* point = points + (p < count ? begin + p : begin) * static_cast<Index>(d);
    unrolled<d>([&](auto m) { coordinate(m)[p] = point[m]; });
  }
  for (Index p = 0; p < padded; p += lane_count) {
    std::array<Lanes, d> x;
    unrolled<d>([&](auto m) { x[m] = Lanes::load_aligned(coordinate(m) + p); });
    Lanes distances(0.0);
    const RunningSum<d> sums =
        sum_of_components<d>(parameters_.data(), std::ssize(places_), x, whitened_.data(), logs_.data(), distances);
    // NaN or infinite as soon as one of them is.
    if (!xsimd::all(distances <= Lanes(1e300))) return begin + p;
    (sums.maximum + xsimd::log(sums.sum)).store_aligned(log_densities_.data() + p);
    const Lanes scale = Lanes(-1.0) / sums.sum;
    unrolled<d>([&](auto m) { (sums.weighted[m] * scale).store_aligned(coordinate(m) + p); });
    if (out.responsibilities == nullptr) continue;
    for (Index i = 0; i < std::ssize(places_); ++i) {
      double* const value = logs_.data() + i * lane_count;
      (exponential(Lanes::load_aligned(value) - sums.maximum) / sums.sum).store_aligned(value);
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
