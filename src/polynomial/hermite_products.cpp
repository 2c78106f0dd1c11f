#include "verimix/polynomial/hermite_products.hpp"

#include <map>

#include "verimix/core/error.hpp"

namespace verimix {

template <RealScalar T>
Matrix<T> hermite_table(const Eigen::Ref<const Matrix<T>>& u, int degree) {
  std::vector<T> root;
  for (int n = 0; n <= degree; ++n) root.push_back(sqrt(T(n)));
  Matrix<T> table(u.cols(), u.rows() * (degree + 1));
  for (Index j = 0; j < u.rows(); ++j) {
    auto h = table.middleCols(j * (degree + 1), degree + 1);
    h.col(0).setConstant(T(1));
    if (degree >= 1) h.col(1) = u.row(j).transpose();
    for (Index n = 1; n < degree; ++n) {
      const auto i = static_cast<std::size_t>(n);
      h.col(n + 1).array() = (h.col(1).array() * h.col(n).array() - root[i] * h.col(n - 1).array()) / root[i + 1];
    }
  }
  return table;
}

template <RealScalar T>
HermiteProducts<T>::HermiteProducts(const std::vector<std::vector<int>>& indices)
    : dimension_(static_cast<Index>(indices.at(0).size())) {
  std::map<std::vector<int>, Index> place;
  for (const std::vector<int>& index : indices) {
    Step step;
    std::vector<int> parent = index;
    for (std::size_t j = 0; j < index.size(); ++j)
      if (index[j] > 0) step.axis = static_cast<Index>(j), step.power = index[j];
    if (step.power > 0) {
      parent[static_cast<std::size_t>(step.axis)] = 0;
      step.parent = place.at(parent);
    }
    place.emplace(index, size());
    steps_.push_back(step);
  }
}

template <RealScalar T>
void HermiteProducts<T>::evaluate(const Eigen::Ref<const Matrix<T>>& table, Index count,
                                  Eigen::Ref<Matrix<T>> out) const {
  const Index m = table.rows(), stride = dimension_ == 0 ? 0 : table.cols() / dimension_;
  require_invariant(out.rows() >= m && out.cols() >= count && count >= 1 && count <= size(),
                    "there is a row for each point and a column for each polynomial");
  out.col(0).head(m).setConstant(T(1));
  for (Index a = 1; a < count; ++a) {
    const Step& step = steps_[static_cast<std::size_t>(a)];
    require_invariant(step.power < stride, "the table goes up to the degree");
    const auto factor = table.col(step.axis * stride + step.power);
    if (step.parent == 0)
      out.col(a).head(m) = factor;
    else
      out.col(a).head(m) = out.col(step.parent).head(m).cwiseProduct(factor);
  }
}

template <RealScalar T>
void HermiteProducts<T>::evaluate_at_point(const Eigen::Ref<const Vector<T>>& row, Index count,
                                           Eigen::Ref<Vector<T>> out) const {
  const Index stride = dimension_ == 0 ? 0 : row.size() / dimension_;
  require_invariant(out.size() >= count && count >= 1 && count <= size(), "there is an entry for each polynomial");
  out(0) = T(1);
  for (Index a = 1; a < count; ++a) {
    const Step& step = steps_[static_cast<std::size_t>(a)];
    out(a) = out(step.parent) * row(step.axis * stride + step.power);
  }
}

template Matrix<double> hermite_table(const Eigen::Ref<const Matrix<double>>&, int);
template Matrix<Real50> hermite_table(const Eigen::Ref<const Matrix<Real50>>&, int);
template class HermiteProducts<double>;
template class HermiteProducts<Real50>;

}  // namespace verimix
