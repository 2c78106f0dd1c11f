#include "verimix/regress/hermite_moments.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "verimix/core/error.hpp"

namespace verimix {
namespace {

// Points are given to the monic polynomials g_n = sqrt(n!) h_n, whose recurrence has neither roots nor divisions; what
// is made of their sums is scaled.

// sqrt(n!).
template <class T>
T root_of_factorial(int n) {
  T factorial(1);
  for (int i = 2; i <= n; ++i) factorial *= T(i);
  return sqrt(factorial);
}

// As hermite_table, of g_n: g_{n+1}(u) = u g_n(u) - n g_{n-1}(u).
template <class T>
void monic_table(const Matrix<T>& u, int degree, Eigen::Ref<Matrix<T>> table) {
  for (Index j = 0; j < u.rows(); ++j) {
    auto g = table.middleCols(j * (degree + 1), degree + 1);
    g.col(0).setConstant(T(1));
    if (degree >= 1) g.col(1) = u.row(j).transpose();
    for (int n = 1; n < degree; ++n) g.col(n + 1) = g.col(1).cwiseProduct(g.col(n)) - T(n) * g.col(n - 1);
  }
}

// The polynomials of degree <= 2l in some of the coordinates, a group, and the expansions of the products of two of
// degree <= l in them.
template <class T>
class AxisGroup {
 public:
  struct Term {
    Index place;
    T coefficient;
  };

  AxisGroup(Index axes, int degree)
      : indices_(axes == 0 ? std::vector<std::vector<int>>(1) : standard_indices(axes, 2 * degree)),
        products_(indices_) {
    for (const std::vector<int>& index : indices_) place_.emplace(index, static_cast<Index>(place_.size()));
    for (Index a = 0; a < size(degree); ++a)
      for (Index b = 0; b <= a; ++b) expansions_.push_back(expand(index(a), index(b)));
  }

  Index axes() const { return static_cast<Index>(indices_[0].size()); }
  const HermiteProducts<T>& products() const { return products_; }
  // How many polynomials of degree <= `degree` there are.
  Index size(int degree) const { return axes() == 0 ? 1 : basis_size(axes(), degree); }
  Index place(const std::vector<int>& index) const { return place_.at(index); }
  // phi_a phi_b as a sum of monic polynomials.
  const std::vector<Term>& expansion(Index a, Index b) const {
    const Index larger = std::max(a, b);
    return expansions_[static_cast<std::size_t>(larger * (larger + 1) / 2 + std::min(a, b))];
  }

 private:
  static std::vector<std::vector<int>> standard_indices(Index axes, int degree) {
    return HermiteBasis<T>(Vector<T>::Zero(axes), Matrix<T>::Identity(axes, axes), degree).indices();
  }
  const std::vector<int>& index(Index a) const { return indices_[static_cast<std::size_t>(a)]; }

  std::vector<Term> expand(const std::vector<int>& a, const std::vector<int>& b) const {
    // The expansion in the axes so far: indices c and their coefficients.
    std::vector<std::pair<std::vector<int>, T>> partial{{std::vector<int>(a.size()), T(1)}};
    for (std::size_t j = 0; j < a.size(); ++j) {
      std::vector<std::pair<std::vector<int>, T>> next;
      for (int k = 0; k <= std::min(a[j], b[j]); ++k) {
        const T factor = linearisation<T>(a[j], b[j], k) / root_of_factorial<T>(a[j] + b[j] - 2 * k);
        for (auto [c, coefficient] : partial) {
          c[j] = a[j] + b[j] - 2 * k;
          next.emplace_back(std::move(c), coefficient * factor);
        }
      }
      partial = std::move(next);
    }
    std::vector<Term> out;
    for (const auto& [c, coefficient] : partial) out.push_back({place(c), coefficient});
    return out;
  }

  std::vector<std::vector<int>> indices_;
  HermiteProducts<T> products_;
  std::map<std::vector<int>, Index> place_;
  std::vector<std::vector<Term>> expansions_;
};

// The sums of products of a monic polynomial a of the first group and one b of the second, |a| + |b| <= 2l: a matrix
// product, cut along rising |a|.
template <class T>
class MomentTable {
 public:
  MomentTable(const AxisGroup<T>& first, const AxisGroup<T>& second, int degree) {
    // A product of fewer columns would not fill the registers. Some moments of a degree above 2l are then made too.
    constexpr Index least_columns = 8;
    Index begin = 0;
    for (int low = 0, high = 0; low <= 2 * degree; low = high + 1) {
      for (high = low; high < 2 * degree && first.size(high) - begin < least_columns;) ++high;
      const Index width = first.size(high) - begin;
      for (Index j = 0; j < width; ++j) origin_.emplace_back(parts_.size(), j);
      parts_.push_back(Matrix<T>::Constant(second.size(2 * degree - low), width, T(0)));
      begin += width;
    }
  }

  // Adds those of some points of one weight, a row a point.
  void add(const Eigen::Ref<const Matrix<T>>& first, const Eigen::Ref<const Matrix<T>>& second, const T& weight) {
    Index begin = 0;
    for (Matrix<T>& part : parts_) {
      part.noalias() += weight * second.leftCols(part.rows()).transpose() * first.middleCols(begin, part.cols());
      begin += part.cols();
    }
  }

  // The moments of the a-th polynomial of the first group and of all of the second.
  const T* with(Index a) const {
    const auto& [part, column] = origin_[static_cast<std::size_t>(a)];
    return parts_[part].col(column).data();
  }

 private:
  std::vector<Matrix<T>> parts_;
  // In which part, and which of its columns, the moments of a polynomial of the first group stand.
  std::vector<std::pair<std::size_t, Index>> origin_;
};

// Adds the moments of all points to `moments`, and puts the rows of the targets into `sums`.
template <class T>
void add_moments(const HermiteBasis<T>& basis, const Observations<T>& observed, const AxisGroup<T>& first,
                 const AxisGroup<T>& second, MomentTable<T>& moments, Matrix<T>& sums) {
  const Index size = basis.size(), q = observed.outputs;
  const int degree = 2 * basis.degree();
  const Index first_size = first.products().size(), second_size = second.products().size();
  const Index first_columns = first.axes() * (degree + 1), second_columns = second.axes() * (degree + 1);
  // Points of a block: as many as keep its features within half a megabyte.
  const Index block = std::clamp<Index>((Index{1} << 16U) / (first_size + second_size + size + q), 128, 1024);
  Matrix<T> table(block, first_columns + second_columns), a(block, first_size), b(block, second_size);
  Matrix<T> rows(block, size + q);
  observed.each([&](const Matrix<T>& points, const Matrix<T>& targets, const T& root_weight) {
    const T weight = root_weight * root_weight;
    for (Index begin = 0; begin < points.cols(); begin += block) {
      const Index count = std::min(block, points.cols() - begin);
      monic_table<T>(basis.whitened(points.middleCols(begin, count)), degree, table.topRows(count));
      first.products().evaluate(table.topLeftCorner(count, first_columns), first_size, a);
      second.products().evaluate(table.topRightCorner(count, second_columns), second_size, b);
      moments.add(a.topRows(count), b.topRows(count), weight);
      basis.products().evaluate(table.topRows(count), size, rows);
      rows.block(0, size, count, q) = targets.middleCols(begin, count).transpose();
      // One output after the other: a product with so few columns would mostly copy.
      for (Index k = size; k < size + q; ++k)
        sums.row(k).noalias() += weight * rows.col(k).head(count).transpose() * rows.topRows(count);
    }
  });
  for (Index i = 0; i < size; ++i)
    for (const int power : basis.indices()[static_cast<std::size_t>(i)])
      if (power > 1) sums.col(i).tail(q) /= root_of_factorial<T>(power);
  sums.bottomRightCorner(q, q).template triangularView<Eigen::StrictlyUpper>().setZero();
}

// The Gram matrix from the moments.
template <class T>
void assemble(const HermiteBasis<T>& basis, const AxisGroup<T>& first, const AxisGroup<T>& second,
              const MomentTable<T>& moments, Matrix<T>& sums) {
  std::vector<std::pair<Index, Index>> place;
  for (const std::vector<int>& index : basis.indices()) {
    const auto middle = index.begin() + first.axes();
    place.emplace_back(first.place({index.begin(), middle}), second.place({middle, index.end()}));
  }
  for (Index j = 0; j < basis.size(); ++j)
    for (Index i = j; i < basis.size(); ++i) {
      const auto& [a1, a2] = place[static_cast<std::size_t>(i)];
      const auto& [b1, b2] = place[static_cast<std::size_t>(j)];
      const auto& right = second.expansion(a2, b2);
      T sum(0);
      for (const auto& left : first.expansion(a1, b1)) {
        const T* with_left = moments.with(left.place);
        T inner(0);
        for (const auto& term : right) inner += term.coefficient * with_left[term.place];
        sum += left.coefficient * inner;
      }
      sums(i, j) = sum;
    }
}

double binomial(Index n, Index k) {
  double out = 1;
  for (Index i = 1; i <= k; ++i) out = out * static_cast<double>(n - k + i) / static_cast<double>(i);
  return out;
}

}  // namespace

template <RealScalar T>
T linearisation(int m, int n, int k) {
  require_invariant(k >= 0 && k <= m && k <= n, "a coefficient of a product has 0 <= k <= min(m, n)");
  // k! binom(m, k) binom(n, k) (m + n - 2k)!^(1/2)/(m! n!)^(1/2)
  //   = 1/k! (m!/(m - k)! n!/(n - k)!)^(1/2) binom(m + n - 2k, m - k)^(1/2).
  T square(1), factorial(1);
  for (int i = 0; i < k; ++i) square *= T(m - i) * T(n - i), factorial *= T(i + 1);
  for (int i = 1; i <= m - k; ++i) square = square * T(n - k + i) / T(i);
  return sqrt(square) / factorial;
}

template <RealScalar T>
T moment_amplification(const HermiteBasis<T>& basis, const Vector<T>& diagonal) {
  std::map<std::vector<int>, Index> place;
  for (const std::vector<int>& index : basis.indices()) place.emplace(index, static_cast<Index>(place.size()));
  // K axis by axis, from the last index on: what a K_a is made of stands before it.
  Vector<T> k = diagonal;
  for (std::size_t axis = 0; axis < static_cast<std::size_t>(basis.dimension()); ++axis)
    for (Index a = basis.size() - 1; a > 0; --a) {
      std::vector<int> lower = basis.indices()[static_cast<std::size_t>(a)];
      const int power = lower[axis];
      T weight(1);
      for (int j = 1; j <= power; ++j) {
        weight *= T(2 * (power + 1 - j)) / T(j);
        lower[axis] = power - j;
        k(a) += weight * k(place.at(lower));
      }
    }
  T worst(0);
  for (Index a = 0; a < basis.size(); ++a) {
    if (!(diagonal(a) > T(0))) return std::numeric_limits<T>::infinity();
    worst = std::max(worst, T(k(a) / diagonal(a)));
  }
  return worst;
}

template <RealScalar T>
MomentSums<T> gram_by_moments(const HermiteBasis<T>& basis, const Observations<T>& observed) {
  const Index size = basis.size(), columns = size + observed.outputs;
  const AxisGroup<T> first((basis.dimension() + 1) / 2, basis.degree()), second(basis.dimension() / 2, basis.degree());
  MomentTable<T> moments(first, second, basis.degree());
  MomentSums<T> out{Matrix<T>::Constant(columns, columns, T(0)), T(1)};
  add_moments(basis, observed, first, second, moments, out.sums);
  assemble(basis, first, second, moments, out.sums);
  out.amplification = moment_amplification<T>(basis, out.sums.diagonal().head(size));
  return out;
}

bool moments_are_quicker(Index dimension, int degree, Index count) {
  const Index half = (dimension + 1) / 2;
  if (degree < 2 || binomial(half + 2 * degree, half) > max_basis_size) return false;
  const double size = binomial(dimension + degree, dimension);
  const double moments = binomial(dimension + 2 * degree, dimension);
  const double features = binomial(half + 2 * degree, half) + binomial(dimension - half + 2 * degree, dimension - half);
  double terms = 0;
  for (int shared = 0; shared <= degree; ++shared) {
    const double pairs = binomial(dimension + degree - shared, dimension);
    terms += binomial(dimension - 1 + shared, shared) * pairs * pairs / 2;
  }
  // Against a multiplication and addition in a matrix product; fitted (proofs-notes/regress/hermite_moments.md).
  constexpr double feature_cost = 2, recurrence_cost = 6, term_cost = 100;
  const double saved = size * (size + 1) / 2 - moments - feature_cost * features -
                       recurrence_cost * static_cast<double>(2 * degree * dimension);
  return static_cast<double>(count) * saved > term_cost * terms;
}

template double linearisation(int, int, int);
template Real50 linearisation(int, int, int);
template double moment_amplification(const HermiteBasis<double>&, const Vector<double>&);
template Real50 moment_amplification(const HermiteBasis<Real50>&, const Vector<Real50>&);
template MomentSums<double> gram_by_moments(const HermiteBasis<double>&, const Observations<double>&);
template MomentSums<Real50> gram_by_moments(const HermiteBasis<Real50>&, const Observations<Real50>&);

}  // namespace verimix
