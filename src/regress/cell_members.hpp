// Which noised points lie in which cell.
#pragma once

#include <vector>

#include "verimix/cluster/clustering.hpp"

namespace verimix::regress_detail {

// The columns of each cell.
template <class T>
std::vector<std::vector<Index>> members_of(const Clustering<T>& clustering, const Matrix<T>& points) {
  std::vector<std::vector<Index>> members(static_cast<std::size_t>(clustering.cells()));
  if (clustering.cells() == 1) {
    members[0].resize(static_cast<std::size_t>(points.cols()));
    for (std::size_t i = 0; i < members[0].size(); ++i) members[0][i] = static_cast<Index>(i);
    return members;
  }
  const std::vector<Index> labels = clustering.labels(points, 1);
  for (std::size_t i = 0; i < labels.size(); ++i)
    members[static_cast<std::size_t>(labels[i])].push_back(static_cast<Index>(i));
  return members;
}

template <class T>
Matrix<T> columns_of(const Matrix<T>& points, const std::vector<Index>& chosen) {
  Matrix<T> out(points.rows(), static_cast<Index>(chosen.size()));
  for (std::size_t i = 0; i < chosen.size(); ++i) out.col(static_cast<Index>(i)) = points.col(chosen[i]);
  return out;
}

}  // namespace verimix::regress_detail
