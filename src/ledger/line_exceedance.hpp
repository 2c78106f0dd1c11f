// How often polynomials of degree 2 are large, on the line.
#pragma once

#include <vector>

#include "verimix/distance/line_mixture.hpp"

namespace verimix::checks {

/// Of degree 2 or less: c_0, c_1, c_2 in powers of x.
using LinePolynomials = std::vector<std::vector<Rational>>;

/// P[|p_j(X)| > level for some j], enclosed: the places where one of them meets +-level cut the line, and between two
/// of them one exact point decides.
Ball line_exceedance(const LineMixture& law, const LinePolynomials& polynomials, const Ball& level);

}  // namespace verimix::checks
