#include "verimix/polynomial/region.hpp"

#include <algorithm>
#include <cmath>

#include "verimix/core/cholesky.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

// Points that are worked on together; no number depends on it.
constexpr Index statistics_block = 256;

// <a_i, b_i> for every column i, as a row.
template <class T>
Matrix<T> forms(const Matrix<T>& a, const Matrix<T>& b) {
  return a.cwiseProduct(b).colwise().sum();
}

}  // namespace

template <RealScalar T>
Region<T>::Region(const Matrix<T>& means, const std::vector<Matrix<T>>& covariances)
    : means_(means), thresholds_(Vector<T>::Constant(statistic_count, T(-1))) {
  const auto m = static_cast<Index>(covariances.size());
  require_invariant(m >= 1 && means.cols() == m, "a cell has a mean and a covariance for each of its components");
  centres_.resize(m);
  log_determinants_.resize(m);
  for (Index j = 0; j < m; ++j) {
    const Cholesky<T> factor = cholesky(covariances[static_cast<std::size_t>(j)]);
    if (factor.positive_definite != Truth::yes)
      throw InputError("", "covariance", "", "a positive definite estimate of a covariance");
    const Matrix<T> whitening = lower_inverse(factor.lower);
    inverses_.push_back(whitening.transpose() * whitening);
    log_determinants_(j) = log_determinant(factor);
    // <Q_1, K_j - K_1> = <Q_1, K_j> - d.
    centres_(j) =
        j == 0 ? T(0) : covariances[0].cwiseProduct(inverses_.back()).sum() - T(static_cast<int>(means.rows()));
  }
}

template <RealScalar T>
Matrix<T> Region<T>::statistics(const Matrix<T>& points) const {
  Matrix<T> out = Matrix<T>::Constant(statistic_count, points.cols(), T(0));
  for (Index begin = 0; begin < points.cols(); begin += statistics_block) {
    const Index count = std::min(statistics_block, points.cols() - begin);
    const auto x = points.middleCols(begin, count);
    auto own = out.middleCols(begin, count);
    const Matrix<T> from_first = x.colwise() - means_.col(0);
    const Matrix<T> first = forms<T>(inverses_[0].lazyProduct(from_first), from_first);
    own.row(0) = first;
    for (Index j = 1; j < means_.cols(); ++j) {
      const Matrix<T> difference = x.colwise() - means_.col(j);
      Matrix<T> score = inverses_[static_cast<std::size_t>(j)].lazyProduct(difference);
      const Matrix<T> form = forms<T>(score, difference);
      score -= inverses_[0].lazyProduct(difference);
      own.row(0) = own.row(0).cwiseMin(form);
      own.row(1) = own.row(1).cwiseMax(((form - first).array() - centres_(j)).abs().matrix());
      own.row(2) = own.row(2).cwiseMax(score.colwise().squaredNorm());
    }
  }
  return out;
}

template <RealScalar T>
void Region<T>::set_thresholds(Vector<T> thresholds) {
  require_invariant(thresholds.size() == statistic_count, "a region has a threshold for each statistic");
  thresholds_ = std::move(thresholds);
}

template <RealScalar T>
std::vector<bool> Region<T>::inside(const Matrix<T>& statistics) const {
  std::vector<bool> out(static_cast<std::size_t>(statistics.cols()));
  for (Index i = 0; i < statistics.cols(); ++i)
    out[static_cast<std::size_t>(i)] = (statistics.col(i).array() <= thresholds_.array()).all();
  return out;
}

template <RealScalar T>
std::vector<Index> Region<T>::likeliest(const Matrix<T>& points) const {
  std::vector<Index> out(static_cast<std::size_t>(points.cols()), 0);
  for (Index i = 0; i < points.cols(); ++i) {
    T best(0);
    for (Index j = 0; j < means_.cols(); ++j) {
      const Vector<T> difference = points.col(i) - means_.col(j);
      const T value = difference.dot(inverses_[static_cast<std::size_t>(j)] * difference) + log_determinants_(j);
      if (j > 0 && !(value < best)) continue;
      best = value;
      out[static_cast<std::size_t>(i)] = j;
    }
  }
  return out;
}

Index quantile_rank(double order, Index n) {
  return std::clamp<Index>(static_cast<Index>(std::ceil(order * static_cast<double>(n))), 1, n);
}

template <RealScalar T>
Vector<T> quantile_thresholds(const Matrix<T>& statistics, double order) {
  const Index n = statistics.cols();
  require_invariant(n >= 1 && order > 0 && order <= 1, "a quantile needs values and an order in (0, 1]");
  const Index rank = quantile_rank(order, n);
  Vector<T> out(statistics.rows());
  for (Index r = 0; r < statistics.rows(); ++r) {
    std::vector<T> values;
    for (Index i = 0; i < n; ++i) values.push_back(statistics(r, i));
    const auto place = values.begin() + (rank - 1);
    std::nth_element(values.begin(), place, values.end());
    out(r) = *place;
  }
  return out;
}

template class Region<double>;
template class Region<Real50>;
template Vector<double> quantile_thresholds(const Matrix<double>&, double);
template Vector<Real50> quantile_thresholds(const Matrix<Real50>&, double);

}  // namespace verimix
