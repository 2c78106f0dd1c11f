// Many points, drawn by all ranks and written by one, of which nobody holds more than a round.
#pragma once

#include <functional>

#include "verimix/core/ranks.hpp"

namespace verimix {

/// Points first, ..., first + count - 1 of a stream of points (d x count), which do not depend on how the stream is cut
/// at multiples of 1024.
using PointSource = std::function<Matrix<double>(Index first, Index count)>;

/// Calls write, at rank 0 only, with the points 0, ..., count - 1 in order, some at a time. In each round every rank
/// draws up to 65536 of them; rank 0 holds two shares a rank at most, others one. An InputError or UndecidedError of
/// one rank's source is thrown at every rank. Collective. Domain: count >= 0.
void draw_in_rounds(Index count, const PointSource& source, Ranks& ranks,
                    const std::function<void(const Matrix<double>&)>& write);

}  // namespace verimix
