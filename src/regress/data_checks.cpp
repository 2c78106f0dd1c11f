#include "verimix/regress/data_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"

namespace verimix {
namespace {

void require_data(bool ok, const std::string& field, const std::string& value, const std::string& expected) {
  if (!ok) throw InputError("", field, value, expected);
}

}  // namespace

template <RealScalar T>
void require_learnable(const Matrix<T>& data, Index components) {
  const Index d = data.rows(), n = data.cols();
  require_data(d >= 1, "data", std::to_string(d), "at least one column");
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < d; ++j)
      require_data(is_finite(data(j, i)), "rows[" + std::to_string(i) + "]", "", "finite numbers");
  require_data(components <= n, "components", std::to_string(components),
               "at most as many components as the " + std::to_string(n) + " rows");
  require_data(components <= most_components, "components", std::to_string(components),
               fmt::format("at most {} components: the pairs of partitions that are tried grow like Bell's numbers",
                           most_components));
  require_data(n >= 10 * (d + 1), "rows", std::to_string(n),
               "at least 10 (d + 1) = " + std::to_string(10 * (d + 1)) + " rows for the regression");
  for (Index j = 0; j < d; ++j)
    require_data(data.row(j).minCoeff() < data.row(j).maxCoeff(), "columns[" + std::to_string(j) + "]",
                 to_text(data(j, 0)), "a column that is not constant");
}

template <RealScalar T>
HypothesisSummary no_row_stands_alone(const Matrix<T>& data) {
  const std::string name = "data: no row is farther from the others than these are from each other";
  require_invariant(data.cols() >= 3, "a row stands alone among at least two others");
  std::vector<Index> order(static_cast<std::size_t>(data.cols()));
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<Index>(i);
  for (Index j = 0; j < data.rows(); ++j) {
    const auto value = [&](std::size_t place) { return data(j, order[place]); };
    std::sort(order.begin(), order.end(), [&](Index a, Index b) { return data(j, a) < data(j, b); });
    const std::size_t last = order.size() - 1;
    for (const auto& [alone, next, other] : {std::array{last, last - 1, std::size_t{0}}, {0, 1, last}}) {
      const T gap = abs(T(value(alone) - value(next))), width = abs(T(value(next) - value(other)));
      if (gap > width)
        return {name, Verdict::violated,
                fmt::format("rows[{}] is {:.3g} from the next in column {}, where the others span {:.3g}: it sets the "
                            "scale of the column",
                            order[alone], approximate(gap), j, approximate(width))};
    }
  }
  return {name, Verdict::holds, "in no column"};
}

template void require_learnable(const Matrix<double>&, Index);
template void require_learnable(const Matrix<Real50>&, Index);
template HypothesisSummary no_row_stands_alone(const Matrix<double>&);
template HypothesisSummary no_row_stands_alone(const Matrix<Real50>&);

}  // namespace verimix
