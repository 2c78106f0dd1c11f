#include "verimix/polynomial/basis.hpp"

#include <algorithm>
#include <string>

#include "multi_index.hpp"
#include "verimix/core/cholesky.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/rational.hpp"

namespace verimix {
namespace {

// All multi-indices of one total degree, in lexicographic order of the remaining entries.
void append_indices(std::vector<int>& index, std::size_t axis, int remaining, std::vector<std::vector<int>>& out) {
  if (axis + 1 == index.size()) {
    index[axis] = remaining;
    out.push_back(index);
    return;
  }
  for (int power = remaining; power >= 0; --power) {
    index[axis] = power;
    append_indices(index, axis + 1, remaining - power, out);
  }
}

// binom(d + l, l) in words, for those who asked for too many.
std::string number_of_polynomials(Index dimension, int degree) {
  const Index fewer = std::min<Index>(dimension, degree);
  const Index more = std::max<Index>(dimension, degree);
  Rational count = 1;
  for (Index i = 1; i <= fewer; ++i) {
    count = count * (Rational(more) + i) / i;
    if (count > Rational(1'000'000'000'000'000'000)) return "more than 10^18";
  }
  return to_text(count);
}

}  // namespace

std::vector<std::vector<int>> multi_indices(Index dimension, int degree) {
  std::vector<std::vector<int>> out;
  out.reserve(static_cast<std::size_t>(basis_size(dimension, degree)));
  std::vector<int> index(static_cast<std::size_t>(dimension));
  for (int total = 0; total <= degree; ++total) append_indices(index, 0, total, out);
  return out;
}

Index basis_size(Index dimension, int degree) {
  if (dimension < 1) throw InputError("", "dimension", std::to_string(dimension), "a dimension >= 1");
  if (degree < 0) throw InputError("", "degree", std::to_string(degree), "a degree >= 0");
  // binom(d + i, i) grows with i and every partial product is an integer, so stopping early cannot overflow.
  Index size = 1;
  for (Index i = 1; i <= degree; ++i) {
    size = size * (dimension + i) / i;
    if (size > max_basis_size)
      throw InputError("", "degree", std::to_string(degree),
                       "at most " + std::to_string(max_basis_size) + " polynomials; in dimension " +
                           std::to_string(dimension) + " there are " + number_of_polynomials(dimension, degree));
  }
  return size;
}

template <RealScalar T>
HermiteBasis<T>::HermiteBasis(Vector<T> mean, Matrix<T> covariance, int degree)
    : mean_(std::move(mean)),
      covariance_(std::move(covariance)),
      degree_(degree),
      indices_(multi_indices(mean_.size(), degree)),
      products_(indices_) {
  require_invariant(covariance_.rows() == mean_.size() && covariance_.cols() == mean_.size(),
                    "a Gaussian's covariance has the dimension of its mean");
  const Cholesky<T> factor = cholesky(covariance_);
  if (factor.positive_definite != Truth::yes)
    throw InputError("", "covariance", "", "a positive definite covariance to whiten by");
  whitening_ = lower_inverse(factor.lower);
}

template <RealScalar T>
Matrix<T> HermiteBasis<T>::whitened(const Eigen::Ref<const Matrix<T>>& points) const {
  require_invariant(points.rows() == dimension(), "points have the dimension of the basis");
  return whitening_.template triangularView<Eigen::Lower>() * (points.colwise() - mean_);
}

template <RealScalar T>
Matrix<T> HermiteBasis<T>::values(const Matrix<T>& points, int degree) const {
  const int used = degree < 0 ? degree_ : degree;
  require_invariant(used <= degree_, "a leading block is not larger than the basis");
  const Index rows = basis_size(dimension(), used);
  const Matrix<T> u = whitened(points);
  Matrix<T> out(rows, points.cols());
  // A point's values stand together, so they are made together; the recurrences run over many points.
  constexpr Index block = 256;
  for (Index begin = 0; begin < points.cols(); begin += block) {
    const Index count = std::min(block, points.cols() - begin);
    const Matrix<T> table = hermite_table<T>(u.middleCols(begin, count), used).transpose();
    for (Index i = 0; i < count; ++i) products_.evaluate_at_point(table.col(i), rows, out.col(begin + i));
  }
  return out;
}

template <RealScalar T>
Matrix<T> HermiteBasis<T>::derivatives(const Matrix<T>& points, Index axis) const {
  require_invariant(axis >= 0 && axis < dimension(), "a direction is one of the axes");
  const Matrix<T> table = hermite_table<T>(whitened(points), degree_);
  const auto h = [&](Index j, int n) { return table.col((degree_ + 1) * j + n); };
  Matrix<T> out = Matrix<T>::Constant(size(), points.cols(), T(0));
  for (Index a = 0; a < size(); ++a) {
    const std::vector<int>& index = indices_[static_cast<std::size_t>(a)];
    for (Index r = axis; r < dimension(); ++r) {
      // The whitening is lower triangular: u_r depends on x_axis for r >= axis only.
      const int power = index[static_cast<std::size_t>(r)];
      if (power == 0) continue;
      const T factor = whitening_(r, axis) * sqrt(T(power));
      Vector<T> product = factor * h(r, power - 1);
      for (Index j = 0; j < dimension(); ++j)
        if (j != r) product = product.cwiseProduct(h(j, index[static_cast<std::size_t>(j)])).eval();
      out.row(a) += product.transpose();
    }
  }
  return out;
}

template class HermiteBasis<double>;
template class HermiteBasis<Real50>;

}  // namespace verimix
