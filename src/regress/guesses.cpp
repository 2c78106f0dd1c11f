#include "verimix/regress/guesses.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/mixture/conditioning.hpp"

namespace verimix {
namespace {

template <RealScalar T>
Matrix<double> in_double(const Matrix<T>& points) {
  return points.unaryExpr([](const T& x) { return approximate(x); });
}

template <RealScalar T>
CrudeScales<T> scales_of(const SplitRows<T>& split, Index k, const std::optional<Mixture<T>>& truth) {
  if (truth) {
    const Conditioning<T> found = conditioning(*truth);
    const T room(1e-12);
    const T radius = found.R < T(1) ? T(1) : found.R;
    return {found.alpha * (1 - room), found.beta * (1 + room), radius * (1 + room), found.lambda_min * (1 - room)};
  }
  const SampleScales found = training_scales(split);
  return {T(found.alpha), T(found.beta), T(found.radius), 1 / T(static_cast<double>(2 * k))};
}

HypothesisSummary bounded(const std::string& what, double measured, double allowed, bool holds) {
  return {"lemma-13 (repaired): " + what, holds ? Verdict::holds : Verdict::violated,
          fmt::format("{:.6g} against {:.6g}, in standardised coordinates", measured, allowed)};
}

template <RealScalar T>
std::vector<HypothesisSummary> report(const CrudeAnalysis<T>& analysis) {
  std::vector<HypothesisSummary> out;
  for (const CrudeHypothesis<T>& h : analysis.hypotheses)
    out.push_back(bounded(h.name, approximate(h.measured), approximate(h.allowed), h.holds()));
  for (std::size_t i = 0; i < analysis.choices.size(); ++i) {
    const CrudeChoice<T>& choice = analysis.choices[i];
    const std::string component = fmt::format("components[{}]: ", i);
    out.push_back(bounded(component + "|muhat - mu| within its bound", approximate(choice.mean_error),
                          approximate(choice.mean_error_upper), choice.mean_error <= choice.mean_error_upper));
    out.push_back(bounded(component + "|Qhat - Q|_F within its bound", approximate(choice.covariance_error),
                          approximate(choice.covariance_error_upper),
                          choice.covariance_error <= choice.covariance_error_upper));
  }
  return out;
}

}  // namespace

template <RealScalar T>
SampleScales training_scales(const SplitRows<T>& split) {
  std::vector<Matrix<double>> own;
  for (const Rows<T>& block : split.own_blocks(split.train_end)) own.push_back(in_double(block.points));
  return sample_scales(split.ranks(), own, split.train_end);
}

template <RealScalar T>
Guesses<T> guesses(const SplitRows<T>& split, Index k, LearnMode mode, const CandidateBudget& budget,
                   const std::optional<Mixture<T>>& truth) {
  if (mode == LearnMode::budgeted) {
    const Rows<T> columns = split.fetch(candidate_columns(split.train_end, budget.seed));
    return {candidates<T>(training_scales(split), in_double(columns.points), k, budget), {}};
  }
  if (mode == LearnMode::analysis && !truth)
    throw InputError("", "--truth", "none", "the true mixture: in the mode analysis it picks the guess");
  const Index half = split.train_end / 2;
  const RowSlice<T> first = split.part({0, half}), second = split.part({half, split.train_end});
  const CrudeList<T> list(first, second, k, scales_of(split, k, truth));
  if (mode == LearnMode::analysis) {
    const CrudeAnalysis<T> analysis = analyse(list, first, second, *truth);
    return {{analysis.estimates}, report(analysis)};
  }
  if (list.size() > budget.total)
    throw UndecidedError(
        fmt::format("the complete list of Algorithm 4 has {} guesses and the budget is {}: raise "
                    "--budget, or take --mode budgeted",
                    list.size().str(), budget.total));
  const auto walk = list.exhaustive(static_cast<std::uint64_t>(budget.total));
  return {std::vector<ParameterEstimates<T>>(walk.begin(), walk.end()), {}};
}

template Guesses<double> guesses(const SplitRows<double>&, Index, LearnMode, const CandidateBudget&,
                                 const std::optional<Mixture<double>>&);
template Guesses<Real50> guesses(const SplitRows<Real50>&, Index, LearnMode, const CandidateBudget&,
                                 const std::optional<Mixture<Real50>>&);
template SampleScales training_scales(const SplitRows<double>&);
template SampleScales training_scales(const SplitRows<Real50>&);

}  // namespace verimix
