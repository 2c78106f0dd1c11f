#include "verimix/regress/data_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <concepts>
#include <utility>
#include <vector>

#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"

namespace verimix {
namespace {

void require_data(bool ok, const std::string& field, const std::string& value, const std::string& expected) {
  if (!ok) throw InputError("", field, value, expected);
}

template <class T>
struct Entry {
  T value;
  Index row;
};

// The two lowest and the two highest entries of a column, the outermost first; of equal ones those of the first rows.
template <class T>
struct Extremes {
  std::vector<Entry<T>> lowest, highest;

  void add_low(const Entry<T>& entry) {
    insert(lowest, entry, [](const Entry<T>& a, const Entry<T>& b) { return a.value < b.value; });
  }
  void add_high(const Entry<T>& entry) {
    insert(highest, entry, [](const Entry<T>& a, const Entry<T>& b) { return a.value > b.value; });
  }

 private:
  template <class Before>
  static void insert(std::vector<Entry<T>>& of, const Entry<T>& entry, const Before& before) {
    if (of.size() == 2 && !before(entry, of.back())) return;
    of.insert(std::upper_bound(of.begin(), of.end(), entry, before), entry);
    if (of.size() > 2) of.pop_back();
  }
};

template <class T>
std::vector<Extremes<T>> extremes(const RowSlice<T>& data) {
  std::vector<Extremes<T>> own(static_cast<std::size_t>(data.dimension()));
  for (Index i = 0; i < data.points.cols(); ++i)
    for (std::size_t j = 0; j < own.size(); ++j) {
      own[j].add_low({data.points(static_cast<Index>(j), i), data.begin() + i});
      own[j].add_high({data.points(static_cast<Index>(j), i), data.begin() + i});
    }
  if constexpr (std::same_as<T, double>) {
    ByteWriter writer;
    for (const Extremes<T>& column : own)
      for (const auto* end : {&column.lowest, &column.highest}) {
        writer.put(end->size());
        for (const Entry<T>& entry : *end) {
          writer.put(entry.value);
          writer.put(entry.row);
        }
      }
    std::vector<Extremes<T>> out(own.size());
    for (const std::string& bytes : data.ranks.get().gather(writer.take())) {
      ByteReader reader(bytes);
      for (Extremes<T>& column : out)
        for (int end = 0; end < 2; ++end)
          for (auto left = reader.number<std::size_t>(); left > 0; --left) {
            const auto value = reader.number<double>();
            const Entry<T> entry{value, reader.number<Index>()};
            end == 0 ? column.add_low(entry) : column.add_high(entry);
          }
    }
    return out;
  }
  return own;
}

}  // namespace

template <RealScalar T>
void require_learnable(const RowSlice<T>& data, Index components) {
  const Index d = data.dimension(), n = data.blocks.rows;
  require_data(d >= 1, "data", std::to_string(d), "at least one column");
  together(data.ranks, [&] {
    for (Index i = 0; i < data.points.cols(); ++i)
      for (Index j = 0; j < d; ++j)
        require_data(is_finite(data.points(j, i)), "rows[" + std::to_string(data.begin() + i) + "]", "",
                     "finite numbers");
  });
  require_data(components <= n, "components", std::to_string(components),
               "at most as many components as the " + std::to_string(n) + " rows");
  require_data(components <= most_components, "components", std::to_string(components),
               fmt::format("at most {} components: the pairs of partitions that are tried grow like Bell's numbers",
                           most_components));
  require_data(n >= 10 * (d + 1), "rows", std::to_string(n),
               "at least 10 (d + 1) = " + std::to_string(10 * (d + 1)) + " rows for the regression");
  const std::vector<Extremes<T>> columns = extremes(data);
  for (Index j = 0; j < d; ++j) {
    const Extremes<T>& of = columns[static_cast<std::size_t>(j)];
    require_data(of.lowest.front().value < of.highest.front().value, "columns[" + std::to_string(j) + "]",
                 to_text(of.lowest.front().value), "a column that is not constant");
  }
}

template <RealScalar T>
HypothesisSummary no_row_stands_alone(const RowSlice<T>& data) {
  const std::string name = "data: no row is farther from the others than these are from each other";
  require_invariant(data.blocks.rows >= 3, "a row stands alone among at least two others");
  const std::vector<Extremes<T>> columns = extremes(data);
  for (std::size_t j = 0; j < columns.size(); ++j)
    for (const auto& [end, other] : {std::pair(&columns[j].highest, columns[j].lowest.front().value),
                                     std::pair(&columns[j].lowest, columns[j].highest.front().value)}) {
      const T gap = abs(T((*end)[0].value - (*end)[1].value)), width = abs(T((*end)[1].value - other));
      if (gap > width)
        return {name, Verdict::violated,
                fmt::format("rows[{}] is {:.3g} from the next in column {}, where the others span {:.3g}: it sets the "
                            "scale of the column",
                            (*end)[0].row, approximate(gap), j, approximate(width))};
    }
  return {name, Verdict::holds, "in no column"};
}

template void require_learnable(const RowSlice<double>&, Index);
template void require_learnable(const RowSlice<Real50>&, Index);
template HypothesisSummary no_row_stands_alone(const RowSlice<double>&);
template HypothesisSummary no_row_stands_alone(const RowSlice<Real50>&);

}  // namespace verimix
