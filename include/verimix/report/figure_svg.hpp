// A figure as static SVG: for a program that was built without the page's script.
#pragma once

#include <string>

#include "verimix/report/figure.hpp"

namespace verimix {

/// One <svg> element, or, for a figure with frames, one for its first, its middle and its last frame, each under its
/// label. Colours come from the page's style sheet. Fields are shaded on at most 40 x 40 cells, of a cloud at most 3000
/// points are drawn, evenly thinned.
std::string figure_svg(const Figure& figure);

}  // namespace verimix
