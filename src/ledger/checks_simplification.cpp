// The score of one's own cell: statements 7, 32.
#include <fmt/format.h>

#include <algorithm>

#include "check_rows.hpp"
#include "check_simplification.hpp"
#include "verimix/cluster/misclassification.hpp"
#include "verimix/core/roots.hpp"
#include "verimix/mixture/density.hpp"
#include "verimix/simplify/line_removal.hpp"
#include "verimix/simplify/score_removal.hpp"
#include "verimix/simplify/score_simplification.hpp"
#include "verimix/simplify/simplification_bound.hpp"

namespace verimix::checks {
namespace {

// What Propositions 7 and 32 compare: cells, the function c, and E_M|s - s_c|^2.
struct SimplifiedInstance {
  std::vector<std::vector<Index>> cells;
  Quantity error;
  /// P_{N_i}[c = t] or larger, and its largest entry off the own cell.
  Matrix<Ball> probability;
  Ball epsilon = 0;
  Evidence evidence = Evidence::certified;
  /// The smallest m^2 + D^2 between cells, the largest of all, and the smallest m + D between cells.
  Ball separation = 0, diameter = 0, unsquared = 0;
};

SimplifiedInstance simplified(const Subject& subject) {
  SimplifiedInstance result;
  const Clustering<double> clustering = subject.clustering();
  result.cells = clustering.refinement();
  const auto n_c = static_cast<Index>(result.cells.size());
  if (subject.d() == 1) {
    const auto error = simplification_error_line(subject.exact(), clustering, std::min(subject.settings().digits, 6));
    result.error = certified(error.total);
    result.probability = error.probability;
  } else {
    const CheckSettings& settings = subject.settings();
    // At most k more intervals are read below.
    const double confidence = subject.shared_confidence(subject.k() + 1);
    const Mixture<double> rounded = round_to<double>(subject.exact());
    result.error =
        estimated(simplification_error(rounded, clustering, settings.samples, settings.seed, confidence).error);
    result.evidence = Evidence::estimated;
    result.probability = Matrix<Ball>::Constant(subject.k(), n_c, Ball(0));
    const auto wrong = misclassified(subject, clustering);
    for (Index i = 0; i < subject.k(); ++i)
      for (Index t = 0; t < n_c; ++t)
        result.probability(i, t) = minimum(Ball(1), upper_end(wrong[static_cast<std::size_t>(i)].counted.value));
  }
  bool first = true;
  for (Index i = 0; i < subject.k(); ++i) {
    const Index own = cell_of_component(clustering, i);
    for (Index t = 0; t < n_c; ++t)
      if (t != own) result.epsilon = maximum(result.epsilon, result.probability(i, t));
    for (Index j = i + 1; j < subject.k(); ++j) {
      const Ball distance = squared_distance(subject.balls(), i, j);
      result.diameter = maximum(result.diameter, distance);
      if (cell_of_component(clustering, j) == own) continue;
      const Ball sum = subject.mean_distance(i, j) + subject.covariance_distance(i, j);
      result.separation = first ? distance : minimum(result.separation, distance);
      result.unsquared = first ? sum : minimum(result.unsquared, sum);
      first = false;
    }
  }
  return result;
}

std::string simplification_choice(const SimplifiedInstance& instance) {
  return fmt::format("cells {}; c = Algorithm 5 with midpoint thresholds", cells_text(instance.cells));
}

void proposition_32(const Subject& subject, Rows& rows) {
  if (subject.k() == 1) {
    // s(x; M) - s_c(x) with the sign of p. 42 is twice the score, whose mean square is tr Q^{-1}.
    const Density<Ball> density(subject.balls());
    const Matrix<Ball>& whitening = density.components().front().whitening;
    Ball trace = 0;
    for (Index c = 0; c < subject.d(); ++c)
      for (Index r = 0; r < subject.d(); ++r) trace += whitening(r, c) * whitening(r, c);
    const SimplificationSizes<Ball> sizes{1, 1, subject.sizes().alpha,  subject.sizes().beta,
                                          2, 0, subject.ball("epsilon")};
    rows.choose("one cell, R = 2, epsilon = " + to_text(subject.value("epsilon")));
    rows.hidden("with the sign of p. 42", certified(4 * trace), certified(simplification_printed_upper(sizes)));
    rows.plain(with_constants, "one cell", certified(Ball(0)), certified(simplification_upper(sizes).misclassified));
    return;
  }
  const SimplifiedInstance instance = simplified(subject);
  rows.choose(simplification_choice(instance));
  const SimplificationSizes<Ball> sizes{static_cast<int>(subject.k()),
                                        static_cast<int>(instance.cells.size()),
                                        subject.sizes().alpha,
                                        subject.sizes().beta,
                                        instance.diameter,
                                        instance.separation,
                                        instance.epsilon};
  SimplificationSizes<Ball> as_printed = sizes;
  as_printed.R = maximum(Ball(1), instance.diameter);
  // The separation that is asked for with constant 1, (beta^4/alpha^2) log(k beta/(alpha epsilon)), solved for epsilon.
  const Ball ratio = subject.sizes().beta / subject.sizes().alpha;
  const Ball least = static_cast<long>(subject.k()) * ratio *
                     exp(-instance.separation / (ratio * ratio * subject.sizes().beta * subject.sizes().beta));
  as_printed.epsilon = maximum(instance.epsilon, least);
  rows.hidden("with the sign of p. 11, the least epsilon for which the hypotheses hold", instance.error,
              {simplification_printed_upper(as_printed), instance.evidence});
  const auto whole = simplification_upper(sizes);
  rows.plain(with_constants, "in alpha, beta, R", instance.error,
             {whole.misclassified + whole.overlap, instance.evidence});
  if (subject.d() != 1)
    return rows.not_applicable(with_constants, "from exact moments",
                               "dimension 1 fails: an estimate of the error is wider than this bound");
  const auto exact = simplification_instance_upper(subject.balls(), instance.cells, instance.probability);
  rows.plain(with_constants, "from exact moments", instance.error,
             {exact.misclassified + exact.overlap, instance.evidence});
}

void proposition_7(const Subject& subject, Rows& rows) {
  if (subject.k() < 2) {
    for (const StatementForm form : {printed, with_constants})
      rows.not_applicable(form, "", "k >= 2 fails: there is one cell");
    return;
  }
  const SimplifiedInstance instance = simplified(subject);
  rows.choose(simplification_choice(instance));
  const SimplificationSizes<Ball> sizes{static_cast<int>(subject.k()),
                                        static_cast<int>(instance.cells.size()),
                                        subject.sizes().alpha,
                                        subject.sizes().beta,
                                        subject.sizes().R,
                                        instance.unsquared,
                                        instance.epsilon};
  // Delta_out = poly(k tau log(1/epsilon)) read as its argument, solved for epsilon.
  const Ball k_tau = static_cast<long>(subject.k()) * subject.sizes().tau;
  const Ball epsilon = maximum(instance.epsilon, exp(-instance.unsquared / k_tau));
  rows.hidden("poly(x) read as x = k tau R, the least epsilon for which the hypotheses hold", instance.error,
              {k_tau * subject.sizes().R * sqrt(epsilon), instance.evidence});
  const auto bound = informal_simplification_upper(sizes);
  rows.plain(with_constants, "", instance.error, {bound.misclassified + bound.overlap, instance.evidence});
}

}  // namespace

std::vector<CheckEvaluator> simplification_checks() {
  using enum StatementKind;
  const std::vector<StatementForm> both = {printed, with_constants};
  std::vector<CheckKey> with_epsilon = clustering_keys();
  with_epsilon.push_back(epsilon_key(Rational(1, 100)));
  return {make_evaluator({proposition, 7}, both, clustering_keys(), proposition_7),
          make_evaluator({proposition, 32}, both, with_epsilon, proposition_32)};
}

}  // namespace verimix::checks
