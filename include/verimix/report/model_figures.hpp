// Pictures of a learned model: its score piece by piece at every noise level, and how far it is from the true one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "verimix/mixture/mixture.hpp"
#include "verimix/regress/learned_model.hpp"
#include "verimix/report/figure.hpp"

namespace verimix {

/// In the standardised coordinates of the model. For d = 1: `<id>-score`, the learned score in the colour of its cell,
/// the polynomials beyond their cells, the cells' borders, and the score of `truth` where that is given; with `truth`
/// also
/// `<id>-error`, the squared error over (x, t). For d = 2: `<id>-score`, the cells and arrows. Otherwise nothing.
/// `truth` is in the coordinates of the data. Throws InputError (field "dimension") for a truth of another dimension.
std::vector<Figure> model_figures(const LearnedModel<double>& model, const std::optional<Mixture<double>>& truth,
                                  const std::string& id);

}  // namespace verimix
