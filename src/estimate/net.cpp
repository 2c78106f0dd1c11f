#include "verimix/estimate/net.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"

namespace verimix {
namespace {

using boost::multiprecision::cpp_int;

/// counts[c][b] = #{n in Z^c : sum o(n_j)^2 <= b}.
template <class Number>
using CountsOf = std::vector<std::map<std::uint64_t, Number>>;
using Counts = CountsOf<std::uint64_t>;

constexpr std::uint64_t largest_budget = 1'000'000'000'000'000;
constexpr std::uint64_t counting_steps = 10'000'000;

/// What a refusal says of the net.
template <RealScalar T>
std::string shape_of(Index rank, const T& radius, const T& mesh) {
  return std::to_string(rank) + " dimensions, radius/mesh " + to_text(approximate(T(radius / mesh)));
}

[[noreturn]] void refuse(const std::string& shape, const std::string& why) {
  throw InputError("", "net", shape, "a net that can be listed (" + why + "); take a larger mesh or a smaller radius");
}

/// Twice the distance from 0, in spacings, of the unit cube's side at n: o(0) = 0, o(n) = 2|n| - 1.
std::uint64_t offset(std::int64_t n) { return n == 0 ? 0 : 2 * static_cast<std::uint64_t>(std::abs(n)) - 1; }

/// The largest n with o(n)^2 <= budget. sqrt in double is exact enough: budget <= 10^15 < 2^53.
std::int64_t largest_coordinate(std::uint64_t budget) {
  auto root = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(budget)));
  while (root * root > budget) --root;
  while ((root + 1) * (root + 1) <= budget) ++root;
  return static_cast<std::int64_t>((root + 1) / 2);
}

template <class Number>
Number lookup(const CountsOf<Number>& counts, std::size_t coordinates, std::uint64_t budget) {
  if (coordinates == 0) return 1;
  if (coordinates == 1) return 1 + 2 * static_cast<std::uint64_t>(largest_coordinate(budget));
  const auto found = counts[coordinates].find(budget);
  require_invariant(found != counts[coordinates].end(), "every budget of the enumeration was met while counting");
  return found->second;
}

/// sum += 2 rest; false if the number does not hold it.
bool add_both_signs(std::uint64_t& sum, std::uint64_t rest) {
  std::uint64_t both_signs = 0;
  return !__builtin_mul_overflow(rest, std::uint64_t{2}, &both_signs) && !__builtin_add_overflow(sum, both_signs, &sum);
}
bool add_both_signs(cpp_int& sum, const cpp_int& rest) {
  sum += 2 * rest;
  return true;
}

/// The work of one count of a net, and whether its numbers were too small for it.
struct Work {
  std::string shape;
  std::uint64_t steps = 0;
  bool overflow = false;
};

/// #{n in Z^c : sum o(n_j)^2 <= budget} = sum over the first coordinate of the same with c - 1 coordinates.
template <class Number>
Number fill(CountsOf<Number>& counts, std::size_t coordinates, std::uint64_t budget, Work& work) {
  if (coordinates <= 1) return lookup(counts, coordinates, budget);
  if (const auto known = counts[coordinates].find(budget); known != counts[coordinates].end()) return known->second;
  Number sum = fill(counts, coordinates - 1, budget, work);
  for (std::int64_t n = 1; n <= largest_coordinate(budget) && !work.overflow; ++n) {
    if (++work.steps > counting_steps) refuse(work.shape, "too many steps of counting");
    const Number rest = fill(counts, coordinates - 1, budget - offset(n) * offset(n), work);
    if (!add_both_signs(sum, rest)) work.overflow = true;
  }
  counts[coordinates].emplace(budget, sum);
  return sum;
}

/// floor(r radius^2/mesh^2), never too small: it is widened by more than the rounding of its three operations.
template <RealScalar T>
std::uint64_t net_budget(Index rank, const T& radius, const T& mesh) {
  if (!is_finite(radius) || radius <= T(0)) throw InputError("", "net radius", to_text(radius), "a finite number > 0");
  if (!is_finite(mesh) || mesh <= T(0)) throw InputError("", "net mesh", to_text(mesh), "a finite number > 0");
  const T ratio = radius / mesh;
  const T budget = T(rank) * ratio * ratio * (T(1) + 16 * std::numeric_limits<T>::epsilon());
  if (!(budget < T(largest_budget))) refuse(shape_of(rank, radius, mesh), "too many points across");
  return static_cast<std::uint64_t>(budget);
}

template <class Number>
Number count_points(CountsOf<Number>& counts, Index rank, std::uint64_t budget, Work& work) {
  const auto r = static_cast<std::size_t>(rank);
  counts.resize(r + 1);
  return fill(counts, r, budget, work);
}

cpp_int exact_count(Index rank, std::uint64_t budget, const std::string& shape) {
  CountsOf<cpp_int> counts;
  Work work{shape};
  return count_points(counts, rank, budget, work);
}

}  // namespace

template <RealScalar T>
cpp_int net_size(Index rank, const T& radius, const T& mesh) {
  return exact_count(rank, net_budget(rank, radius, mesh), shape_of(rank, radius, mesh));
}

template <RealScalar T>
BallNet<T>::BallNet(const Matrix<T>& basis, const T& radius, const T& mesh)
    : basis_(basis), radius_(radius), mesh_(mesh), spacing_(0), budget_(net_budget(basis.cols(), radius, mesh)) {
  if (basis.cols() > 0) spacing_ = 2 * mesh / sqrt(T(basis.cols()));
  Work work{shape_of(basis.cols(), radius, mesh)};
  size_ = count_points(counts_, basis.cols(), budget_, work);
  if (work.overflow) refuse_as_too_long();
}

template <RealScalar T>
void BallNet<T>::refuse_as_too_long() const {
  const std::string shape = shape_of(basis_.cols(), radius_, mesh_);
  refuse(shape, "of less than 2^64 points; this one has " + exact_count(basis_.cols(), budget_, shape).str());
}

template <RealScalar T>
Vector<T> BallNet<T>::operator[](std::uint64_t index) const {
  require_invariant(index < size_, "a net point is asked for by a number below the size");
  const Index r = basis_.cols();
  Vector<T> coordinates(r);
  std::uint64_t budget = budget_;
  for (Index j = 0; j < r; ++j) {
    const auto left = static_cast<std::size_t>(r - 1 - j);
    std::int64_t n = -largest_coordinate(budget);
    for (;; ++n) {
      const std::uint64_t here = lookup(counts_, left, budget - offset(n) * offset(n));
      if (index < here) break;
      index -= here;
    }
    budget -= offset(n) * offset(n);
    coordinates(j) = spacing_ * T(n);
  }
  const T norm = coordinates.norm();
  if (norm > radius_) coordinates *= radius_ / norm;
  return basis_ * coordinates;
}

template <RealScalar T>
std::uint64_t BallNet<T>::nearest(const Vector<T>& x) const {
  const Index r = basis_.cols();
  Vector<T> coordinates = basis_.transpose() * x;
  const T norm = coordinates.norm();
  if (norm > radius_) coordinates *= radius_ / norm;
  std::uint64_t budget = budget_;
  std::uint64_t index = 0;
  for (Index j = 0; j < r; ++j) {
    const auto left = static_cast<std::size_t>(r - 1 - j);
    const std::int64_t end = largest_coordinate(budget);
    // Outside the budget by rounding only, at the sphere itself.
    const double rounded = std::floor(approximate(T(coordinates(j) / spacing_)) + 0.5);
    const std::int64_t n = std::clamp(static_cast<std::int64_t>(rounded), -end, end);
    for (std::int64_t before = -end; before < n; ++before) {
      index += lookup(counts_, left, budget - offset(before) * offset(before));
    }
    budget -= offset(n) * offset(n);
  }
  return index;
}

template class BallNet<double>;
template class BallNet<Real50>;
template cpp_int net_size(Index, const double&, const double&);
template cpp_int net_size(Index, const Real50&, const Real50&);

}  // namespace verimix
