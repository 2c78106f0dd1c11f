// How many of double's digits each stage loses on a mixture: the stages in double and in 50 digits, side by side.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "verimix/core/json.hpp"
#include "verimix/mixture/mixture.hpp"

namespace verimix {

/// One stage. Both runs begin at the same doubles (points, targets) and the same exact mixture.
struct StageDigits {
  std::string stage;
  /// max over the entries of |x - y|/|y| for double's x and 50 digits' y; entries that are exactly equal count 0. For
  /// `labels` the share of points with another label.
  double relative_error = 0;
  /// log10(relative_error/2^-53), at least 0: of 16 digits so many are lost.
  double digits_lost = 0;
};

struct DigitsLostSettings {
  /// The noise level of dx = -x dt + sqrt(2) dw at which the stages run. Domain: > 0.
  Rational time = Rational(1, 10);
  /// Points, drawn from the mixture at that level, and the degree of the fit. Domain: >= 8, 0 <= degree.
  Index points = 256;
  int degree = 4;
  std::uint64_t seed = 1;
};

/// log-density, score, crude covariances (the projector on the top eigenspace of the fourth moment), clipped inverse,
/// labels of the clustering, basis (Hermite polynomials at the points), regression (coefficients of the fit to the
/// score), reverse step (one step of Algorithm 1), in this order. Entries that cancel to 0 lose all digits, so the
/// largest relative error over entries is a hard measure. Evidence: computed. Throws InputError for settings outside
/// of their domain, and for covariances that are not positive definite.
std::vector<StageDigits> stage_digits(const ExactMixture& mixture, const DigitsLostSettings& settings = {});

/// verimix.experiment/1, named `digits-lost`. Settings: `family` (names, separated by commas), `time`, `points`,
/// `degree`, `seed`. Throws InputError (field "--set KEY") for an unknown key or a bad value.
Json digits_lost_experiment_json(const std::map<std::string, std::string>& settings);

}  // namespace verimix
