#include "verimix/regress/denoising_identity.hpp"

#include <algorithm>

#include "verimix/core/error.hpp"

namespace verimix {
namespace {

using Cell = PiecewisePolynomial::Cell;

// The polynomial in powers of x - centre.
BallPolynomial about(const std::vector<Rational>& coefficients, const Ball& centre) {
  BallPolynomial result;
  for (std::size_t j = coefficients.size(); j-- > 0;) {
    // result <- result (h + centre) + c_j.
    result.insert(result.begin(), Ball());
    for (std::size_t i = 0; i + 1 < result.size(); ++i) result[i] += centre * result[i + 1];
    result[0] += from_rational<Ball>(coefficients[j]);
  }
  return result;
}

// int (x - m)^j N(m, v; x) dx for j < count over the part of the line above `cut`; all of it where there is none.
std::vector<Ball> moments_above(const LineComponent& component, const std::optional<Rational>& cut, std::size_t count) {
  if (cut) return tail_moments(component, from_rational<Ball>(*cut), count);
  std::vector<Ball> moments(count);
  for (std::size_t j = 0; j < count; j += 2)
    moments[j] = j == 0 ? Ball(1) : static_cast<long>(j - 1) * component.variance * moments[j - 2];
  return moments;
}

// int over the cell of polynomial(x - m)^2 N(m, v; x) dx.
Ball square_on(const LineComponent& component, const Cell& cell, const BallPolynomial& polynomial) {
  if (polynomial.empty()) return 0;
  const std::size_t count = 2 * polynomial.size() - 1;
  const std::vector<Ball> above = moments_above(component, cell.lower, count);
  const std::vector<Ball> beyond = cell.upper ? moments_above(component, cell.upper, count) : std::vector<Ball>(count);
  Ball sum;
  for (std::size_t i = 0; i < polynomial.size(); ++i)
    for (std::size_t j = 0; j < polynomial.size(); ++j)
      sum += polynomial[i] * polynomial[j] * (above[i + j] - beyond[i + j]);
  return sum;
}

// L_t(g) for cells that cover the line.
Ball objective(const LineLaw& law, const std::vector<Cell>& cells) {
  const Ball inverse_noise = 1 / law.added_variance();
  const LineMixture noised(law);
  Ball sum;
  for (const LineComponent& component : noised.components()) {
    const Ball inverse = 1 / component.variance;
    Ball own = inverse_noise - inverse;
    for (const Cell& cell : cells) {
      BallPolynomial difference = about(cell.coefficients, component.mean);
      if (difference.size() < 2) difference.resize(2);
      difference[1] += inverse;
      own += square_on(component, cell, difference);
    }
    sum += component.weight * own;
  }
  return sum;
}

void require_noise(const LineLaw& law) {
  if (law.time() == 0) throw InputError("", "time", "0", "a time > 0: the objective divides by the noise");
}

// The cell from `lower` to `upper` at most, if anything is left of it.
void append_part(const Cell& cell, const std::optional<Rational>& lower, const std::optional<Rational>& upper,
                 std::vector<Cell>& out) {
  Cell part = cell;
  if (lower && (!part.lower || *part.lower < *lower)) part.lower = lower;
  if (upper && (!part.upper || *upper < *part.upper)) part.upper = upper;
  if (!part.lower || !part.upper || *part.lower < *part.upper) out.push_back(std::move(part));
}

void require_radius(const Rational& radius) {
  if (radius <= 0) throw InputError("", "radius", to_text(radius), "a radius > 0");
}

}  // namespace

Ball mean_square(const LineMixture& law, const std::vector<Cell>& cells) {
  Ball sum;
  for (const LineComponent& component : law.components())
    for (const Cell& cell : cells)
      sum += component.weight * square_on(component, cell, about(cell.coefficients, component.mean));
  return sum;
}

std::vector<Cell> cells_outside(const std::vector<Cell>& cells, const Rational& radius) {
  require_radius(radius);
  std::vector<Cell> out;
  for (const Cell& cell : cells) {
    append_part(cell, {}, Rational(-radius), out);
    append_part(cell, radius, {}, out);
  }
  return out;
}

std::vector<Cell> cells_inside(const std::vector<Cell>& cells, const Rational& radius) {
  require_radius(radius);
  std::vector<Cell> out;
  for (const Cell& cell : cells) append_part(cell, Rational(-radius), radius, out);
  return out;
}

LadderResult denoising_objective(const LineLaw& law, const PiecewisePolynomial& g, int digits,
                                 const LadderBudget& budget) {
  require_noise(law);
  const std::vector<Cell> cells = cover(g);
  return climb_precision(
      digits, [&](const Rung&) { return objective(law, cells); }, budget);
}

DenoisingIdentity denoising_identity(const LineLaw& law, const PiecewisePolynomial& g, int digits) {
  require_noise(law);
  return {require_digits(denoising_objective(law, g, digits), digits, "the denoising objective"),
          require_digits(certified_score_error(law, g, digits), digits, "the error of the score"),
          require_digits(certified_fisher_information(law, digits), digits, "the Fisher information"),
          require_digits(climb_precision(digits, [&](const Rung&) { return 1 / law.added_variance(); }), digits,
                         "the inverse of the noise's variance")};
}

Ball least_denoising_objective(const LineLaw& law, int digits) {
  require_noise(law);
  // As much may cancel as the precision that the ladder has climbed to shows.
  const auto difference = [&](const Rung& rung) {
    const Ball noise = law.added_variance();
    const LineMixture noised(law);
    if (law.components().size() > 1) return 1 / noise - fisher_information(noised, rung.bits);
    const LineComponent& only = noised.components().front();
    return exp(-2 * from_rational<Ball>(law.time())) * from_rational<Ball>(law.components().front().variance) /
           (noise * only.variance);
  };
  return require_digits(climb_precision(digits, difference), digits, "the least denoising objective");
}

}  // namespace verimix
