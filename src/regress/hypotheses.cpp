#include "verimix/regress/hypotheses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "verimix/cluster/clustering_error.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/diffusion/discretisation.hpp"

namespace verimix {
namespace {

struct Spread {
  double alpha = 0, beta = 0, radius = 0;
};

template <class T>
Spread conditioning_of(const ParameterEstimates<T>& estimates, const T& clip) {
  Spread out{HUGE_VAL, 0, 0};
  for (Index i = 0; i < estimates.size(); ++i) {
    const Matrix<double> covariance =
        clipped_inverse(estimates.covariances[static_cast<std::size_t>(i)], clip).covariance.template cast<double>();
    const Eigen::SelfAdjointEigenSolver<Matrix<double>> solver(covariance, Eigen::EigenvaluesOnly);
    out.alpha = std::min(out.alpha, solver.eigenvalues().minCoeff());
    out.beta = std::max(out.beta, solver.eigenvalues().maxCoeff());
    const Matrix<double> identity = Matrix<double>::Identity(covariance.rows(), covariance.cols());
    const double mean = estimates.means.col(i).template cast<double>().norm();
    out.radius = std::max(out.radius, mean + (covariance - identity).norm());
  }
  return out;
}

Verdict verdict_of(bool holds) { return holds ? Verdict::holds : Verdict::violated; }

template <class T>
HypothesisSummary separation_of(const CellStructure<T>& structure) {
  const std::string name = "definition-24: groups are farther apart than they are wide";
  if (common_refinement(structure.pair).size() < 2) return {name, Verdict::not_applicable, "a single cell was chosen"};
  const Separation<T> found = separation(structure.estimates, structure.pair);
  const bool by_mean = found.out_mean > found.in_mean, by_covariance = found.out_covariance > found.in_covariance;
  return {name, verdict_of(by_mean && by_covariance),
          fmt::format("means: {:.3g} within, {:.3g} between; covariances: {:.3g} within, {:.3g} between",
                      approximate(found.in_mean), approximate(found.out_mean), approximate(found.in_covariance),
                      approximate(found.out_covariance))};
}

template <class T>
HypothesisSummary promise_of(const CellStructure<T>& structure, double epsilon) {
  const std::string name = "proposition-25 (repaired): an error of the clustering below epsilon is promised";
  if (common_refinement(structure.pair).size() < 2)
    return {name, Verdict::not_applicable,
            "a single cell was chosen: the theory promises nothing about telling the "
            "components apart"};
  const double upper = promised_clustering_error(structure);
  if (upper < epsilon) return {name, Verdict::holds, fmt::format("at most {:.3g} if the estimates were exact", upper)};
  return {name, Verdict::violated,
          upper < 1 ? fmt::format("the theory promises nothing below epsilon = {:.3g} about this clustering: at most "
                                  "{:.3g}, even if the estimates were exact",
                                  epsilon, upper)
                    : "the theory promises nothing about this clustering, even if the estimates were exact"};
}

template <class T>
bool same_structure(const CellStructure<T>& a, const CellStructure<T>& b) {
  return a.pair.mean_group == b.pair.mean_group && a.pair.covariance_group == b.pair.covariance_group &&
         a.policy == b.policy && a.alpha == b.alpha && a.estimates.means == b.estimates.means &&
         a.estimates.covariances == b.estimates.covariances;
}

}  // namespace

template <RealScalar T>
double promised_clustering_error(const CellStructure<T>& structure) {
  const std::vector<Index>& groups = structure.pair.covariance_group;
  const bool reads_thresholds = std::ranges::any_of(groups, [&](Index b) { return b != groups.front(); });
  if (reads_thresholds && structure.policy != ThresholdPolicy::midpoint) return HUGE_VAL;
  const Spread found = conditioning_of(structure.estimates, structure.alpha);
  return approximate(clustering_error_upper(separation(structure.estimates, structure.pair), T(found.alpha),
                                            T(found.beta), T(0), T(0), structure.estimates.size()));
}

template <RealScalar T>
ClusteringSummary clustering_summary(const CellStructure<T>& clustering) {
  ClusteringSummary out{clustering.pair.mean_group,
                        clustering.pair.covariance_group,
                        static_cast<Index>(common_refinement(clustering.pair).size()),
                        {}};
  const double promised = promised_clustering_error(clustering);
  if (out.cells > 1 && promised < 1) out.promised_error = promised;
  return out;
}

double sampler_steps_required(double epsilon, double alpha, double radius, Index dimension) {
  if (!(epsilon > 0 && epsilon < 1)) throw InputError("", "epsilon", to_text(epsilon), "0 < epsilon < 1");
  if (!(alpha > 0 && alpha <= 1)) throw InputError("", "alpha", to_text(alpha), "0 < alpha <= 1");
  if (!(radius >= std::numbers::e)) throw InputError("", "R", to_text(radius), "R >= e");
  if (dimension < 1) throw InputError("", "dimension", std::to_string(dimension), "a dimension >= 1");
  const double horizon = std::max(1.0, std::log(2 * radius / epsilon));
  const double log_stop = std::log(3 * radius / (alpha * epsilon));
  const double stop = std::exp(-log_stop);
  // The bound is linear in kappa.
  const double allowed = epsilon * epsilon / 4 / discretisation_upper(1.0, static_cast<int>(dimension), horizon, stop);
  return steps_for_kappa(std::min(1.0, allowed), horizon, stop);
}

template <RealScalar T>
std::vector<HypothesisSummary> hypotheses_of(const CellStructure<T>& score_cells, const CellStructure<T>& clustering,
                                             double epsilon, double stop, int steps) {
  const Spread found = conditioning_of(score_cells.estimates, score_cells.alpha);
  std::vector<HypothesisSummary> out;
  // Definition 1 asks for some alpha <= 1 <= beta and R that bound the parameters, so these are the best that are
  // allowed.
  const double alpha = std::min(1.0, found.alpha), beta = std::max(1.0, found.beta);
  const double radius = std::max(std::numbers::e, found.radius);
  out.push_back(
      {"definition-1 (repaired): 0 < alpha <= 1 <= beta, R >= e", verdict_of(alpha > 0),
       fmt::format("alpha = {:.3g}, beta = {:.3g}, R = {:.3g} in standardised coordinates", alpha, beta, radius)});
  out.push_back(separation_of(clustering));
  out.push_back(promise_of(clustering, epsilon));
  const bool same = same_structure(score_cells, clustering);
  out.push_back(
      {"proposition-49: the score's cells, at the smallest noise level, are those of the clustering", verdict_of(same),
       same ? "the same structure"
            : fmt::format("{} cells and {}: the score's were chosen by what fits best",
                          common_refinement(score_cells.pair).size(), common_refinement(clustering.pair).size())});
  out.push_back({"proposition-51: stop >= alpha epsilon/R", verdict_of(stop >= alpha * epsilon / radius),
                 fmt::format("stop = {:.3g}, alpha epsilon/R = {:.3g}", stop, alpha * epsilon / radius)});
  const double required = sampler_steps_required(epsilon, alpha, radius, score_cells.estimates.dimension());
  out.push_back({"theorem-11 (repaired): enough steps for epsilon", verdict_of(steps >= required),
                 fmt::format("N = {}, which suffices from {:.3g} on", steps, required)});
  return out;
}

template double promised_clustering_error(const CellStructure<double>&);
template double promised_clustering_error(const CellStructure<Real50>&);
template std::vector<HypothesisSummary> hypotheses_of(const CellStructure<double>&, const CellStructure<double>&,
                                                      double, double, int);
template std::vector<HypothesisSummary> hypotheses_of(const CellStructure<Real50>&, const CellStructure<Real50>&,
                                                      double, double, int);
template ClusteringSummary clustering_summary(const CellStructure<double>&);
template ClusteringSummary clustering_summary(const CellStructure<Real50>&);

}  // namespace verimix
