#include "verimix/core/error.hpp"
#include "verimix/validate/vector_scenarios.hpp"

namespace verimix {

const std::vector<VectorFlag>& vector_flags() {
  static const std::vector<VectorFlag> flags{
      {"PLAIN", "Nothing special: a few components near the point; what fails here fails everywhere."},
      {"SIGN", "The score points uphill; minus the score, or the gradient of minus the log-density, is far off here."},
      {"FACTOR_2", "A lost or doubled factor 2: in the exponent, in Q^-1, in 1 - e^-2t, in sqrt(2) of the noise."},
      {"VARIANCE_AS_DEVIATION",
       "Covariances hold variances; taken for deviations (or the other way) all is off by a square."},
      {"NORMALISATION", "The log-determinant or (d/2) log 2 pi is missing, which only log-densities and odds show."},
      {"WEIGHTS", "Weights are ignored, or taken as uniform."},
      {"CORRELATED", "Off-diagonal entries are dropped, or a triangular factor is used for its transpose."},
      {"UNDERFLOW", "Every density is 0 in double, so that 0/0 appears where densities are divided."},
      {"FAR_TAIL",
       "The point is far outside: the score is large and the odds are extreme, but both are known precisely."},
      {"EPSILON_FLOOR", "The density is small without underflow; p + 1e-8 in a denominator is off by a large part."},
      {"WEIGHT_ZERO", "A component of weight 0 contributes nothing; log 0 must not become NaN."},
      {"WEIGHT_TINY",
       "A component of weight below 1e-15 decides, because the point is at its mean and far from the others."},
      {"ILL_CONDITIONED", "Covariances with condition numbers from 2^16 to 2^60; regularising them shows."},
      {"COINCIDENT", "Components share means, covariances or both; differences of them vanish."},
      {"RIDGE",
       "The odds change within a small distance, so that the Jacobian is large and positive in one direction."},
      {"SMALL_T", "A time so small that 1 - e^-2t by subtraction has lost its digits."},
      {"LARGE_T", "A time so large that the law is nearly N(0, Id), or that e^t overflows."},
      {"DEGENERATE", "A singular covariance, which the noise makes regular."},
      {"HIGH_D", "Dimensions from 16 on; determinants and densities leave the range of numbers, logarithms do not."},
      {"BATCH", "Several points at once, as many as dimensions: rows taken for columns show."},
      {"TIME_REVERSED", "The clock of the process runs from noise to data."},
      {"CONVENTION", "Another process or another prediction; a wrong schedule, scale or conversion shows."},
      {"SCALE", "The means are not multiplied by the signal, or the covariance by its square."},
  };
  return flags;
}

Tier parse_tier(const std::string& name) {
  if (name == name_of(Tier::smoke)) return Tier::smoke;
  if (name == name_of(Tier::full)) return Tier::full;
  throw InputError("", "--tier", name, "smoke or full");
}

std::string_view name_of(Tier tier) { return tier == Tier::smoke ? "smoke" : "full"; }

}  // namespace verimix
