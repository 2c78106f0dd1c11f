// Pictures of a mixture on its way through the forward process: density, score, cells and their polynomials on the
// line, contours and arrows on the plane. Everything in them is `computed`, in double.
#pragma once

#include <string>
#include <vector>

#include "verimix/mixture/mixture.hpp"
#include "verimix/report/figure.hpp"

namespace verimix {

/// The positions of the slider: 0 (only where every covariance is definite), then times up to 3 at which the law of any
/// mixture of moderate size is close to N(0, Id).
std::vector<double> slider_times(bool definite);

/// The cuts between cells: the inner minima of the density on the grid (increasing, n >= 3) that are below half of the
/// lower of the two highest values beside them (up to the next cut or the end). A picture's rule, not Algorithm 5's.
std::vector<double> density_cuts(const std::vector<double>& grid, const std::vector<double>& density);

/// In each cell between `cuts` (increasing) the polynomial of degree at most `degree` with the least
///   sum_i density_i (score_i - p(x_i))^2
/// over the cell's grid points, evaluated there; NaN in a cell with fewer than 4 (degree + 1) points or less than 1e-6
/// of the mass, and at its last point, so that a curve is interrupted between cells. Domain: degree >= 0; arrays of one
/// length.
std::vector<double> cell_polynomials(const std::vector<double>& grid, const std::vector<double>& density,
                                     const std::vector<double>& score, const std::vector<double>& cuts, int degree);

/// For d = 1 two figures that share a slider, `<id>-density` and `<id>-score`; for d = 2 one, `<id>-plane`; for d > 2
/// the law of the first two coordinates without arrows.
std::vector<Figure> mixture_figures(const Mixture<double>& mixture, const std::string& id);

}  // namespace verimix
