// What `learn` asks of its data before it begins, and what it says of data that it takes but that may surprise.
#pragma once

#include "verimix/core/row_slice.hpp"
#include "verimix/regress/learn_summary.hpp"

namespace verimix {

/// The partition pairs of more components are too many to try (Bell's numbers: 203 partitions of 6, 877 of 7).
inline constexpr Index most_components = 6;

/// `data` are n raw rows of R^d. Collective. Throws InputError for: no column ("data"); a value that is not finite
/// ("rows[i]"); k > n or k > most_components ("components"); n < 10 (d + 1) ("rows", with the number that is needed); a
/// column all of whose values are equal ("columns[j]"; all rows equal is one).
template <RealScalar T>
void require_learnable(const RowSlice<T>& data, Index components);

/// Does no row stand alone? A row does in a column where it is farther from its only neighbour there than all the other
/// rows are from each other: one far outlier, which then sets the column's scale. Such data are learned as they are;
/// the verdict in the summary is `violated` and names the first of these rows.
/// Domain: n >= 3. Collective.
template <RealScalar T>
HypothesisSummary no_row_stands_alone(const RowSlice<T>& data);

extern template void require_learnable(const RowSlice<double>&, Index);
extern template void require_learnable(const RowSlice<Real50>&, Index);
extern template HypothesisSummary no_row_stands_alone(const RowSlice<double>&);
extern template HypothesisSummary no_row_stands_alone(const RowSlice<Real50>&);

}  // namespace verimix
