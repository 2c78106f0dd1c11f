#include "verimix/estimate/candidates.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "supported_points.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/random.hpp"
#include "verimix/estimate/crude_covariances.hpp"
#include "verimix/estimate/crude_means.hpp"
#include "verimix/estimate/moments.hpp"

namespace verimix {
namespace {

using Estimates = ParameterEstimates<double>;

/// Ranking looks at so many points: enough to tell groups apart that hold a fiftieth of them.
constexpr Index subsample_size = 256;
/// So many tuples of means are given covariances of their own, each in this many ways a group.
constexpr std::size_t refined_tuples = 6;
constexpr std::size_t ways_per_group = 2;
/// Sets of covariances about one mean that are judged in full.
constexpr std::size_t subsets_judged = 1000;

/// A guess, its log-likelihood with equal weights, and the most likely component of each point.
struct Guess {
  Estimates estimates;
  double log_likelihood = 0;
  std::vector<Index> groups;
};

template <RealScalar T>
Matrix<double> in_double(const Matrix<T>& sample) {
  return sample.unaryExpr([](const T& x) { return approximate(x); });
}

Guess judged(const Matrix<double>& points, Estimates estimates) {
  Matrix<double> table(points.cols(), estimates.size());
  for (Index i = 0; i < estimates.size(); ++i) {
    table.col(i) =
        detail::log_gaussian(points, estimates.means.col(i), estimates.covariances[static_cast<std::size_t>(i)]);
  }
  Guess out{std::move(estimates), 0, {}};
  std::vector<Index> best(static_cast<std::size_t>(points.cols()));
  for (Index j = 0; j < points.cols(); ++j) {
    const double top = table.row(j).maxCoeff(&best[static_cast<std::size_t>(j)]);
    out.log_likelihood += top + std::log((table.row(j).array() - top).exp().sum());
  }
  out.groups = detail::in_order_of_occurrence(best);
  return out;
}

/// Best first, thinned.
std::vector<Estimates> ranked(std::vector<Guess> guesses, std::size_t limit) {
  std::stable_sort(guesses.begin(), guesses.end(),
                   [](const Guess& a, const Guess& b) { return a.log_likelihood > b.log_likelihood; });
  std::vector<std::vector<Index>> groups;
  for (const Guess& guess : guesses) groups.push_back(guess.groups);
  std::vector<Estimates> out;
  for (const std::size_t i : detail::diverse(groups, limit)) out.push_back(guesses[i].estimates);
  return out;
}

/// Every way to write k as a sum of `parts` positive numbers.
std::vector<std::vector<Index>> compositions(Index k, Index parts) {
  if (parts == 1) return {{k}};
  std::vector<std::vector<Index>> out;
  for (Index first = 1; first <= k - parts + 1; ++first) {
    for (std::vector<Index>& rest : compositions(k - first, parts - 1)) {
      rest.insert(rest.begin(), first);
      out.push_back(std::move(rest));
    }
  }
  return out;
}

/// One common mean, k different covariances.
std::vector<Estimates> covariance_separated(const Matrix<double>& points, Index k, std::size_t limit) {
  const std::vector<Matrix<double>> choices = detail::covariance_points(points, k);
  std::vector<Guess> guesses;
  for (const std::vector<Index>& subset : detail::covariance_subsets(points, choices, k, subsets_judged)) {
    Estimates estimates{Matrix<double>::Zero(points.rows(), k), {}};
    for (const Index c : subset) estimates.covariances.push_back(choices[static_cast<std::size_t>(c)]);
    guesses.push_back(judged(points, std::move(estimates)));
  }
  return ranked(std::move(guesses), limit);
}

/// The columns of `points` in group g, moved to its crude mean.
Matrix<double> residuals_of_group(const Matrix<double>& points, const detail::MeanTuple& tuple, Index g) {
  std::vector<Index> members;
  for (Index j = 0; j < points.cols(); ++j) {
    if (tuple.groups[static_cast<std::size_t>(j)] == g) members.push_back(j);
  }
  const Matrix<double> chosen = points(Eigen::all, members);
  return chosen.colwise() - tuple.means.col(g);
}

/// Mean g of the tuple is given multiplicity[g] components; adds every combination of the few best covariance subsets
/// of the groups.
void add_combinations(const Matrix<double>& points, const detail::MeanTuple& tuple,
                      const std::vector<Matrix<double>>& choices, const std::vector<Index>& multiplicity,
                      std::vector<Guess>& out) {
  std::vector<Estimates> partial{Estimates{Matrix<double>(points.rows(), 0), {}}};
  for (std::size_t g = 0; g < multiplicity.size(); ++g) {
    const Matrix<double> residuals = residuals_of_group(points, tuple, static_cast<Index>(g));
    std::vector<Estimates> extended;
    for (const auto& subset : detail::covariance_subsets(residuals, choices, multiplicity[g], ways_per_group)) {
      for (Estimates estimates : partial) {
        for (const Index c : subset) {
          estimates.means.conservativeResize(Eigen::NoChange, estimates.means.cols() + 1);
          estimates.means.rightCols(1) = tuple.means.col(static_cast<Index>(g));
          estimates.covariances.push_back(choices[static_cast<std::size_t>(c)]);
        }
        extended.push_back(std::move(estimates));
      }
    }
    partial = std::move(extended);
  }
  for (Estimates& estimates : partial) out.push_back(judged(points, std::move(estimates)));
}

/// Between two and k different means, each with covariances of its own.
std::vector<Estimates> separated_both_ways(const Matrix<double>& points, Index k, double beta, std::size_t limit) {
  std::vector<Guess> guesses;
  for (Index different = 2; different <= k; ++different) {
    for (const detail::MeanTuple& tuple : detail::mean_tuples(points, different, beta, refined_tuples)) {
      // The fourth moment of x - muhat(x), as in the paper's (9): what the nearest crude mean leaves over.
      Matrix<double> residuals = points;
      for (Index j = 0; j < points.cols(); ++j)
        residuals.col(j) -= tuple.means.col(tuple.groups[static_cast<std::size_t>(j)]);
      const std::vector<Matrix<double>> choices = detail::covariance_points(residuals, k);
      for (const auto& multiplicity : compositions(k, different)) {
        add_combinations(points, tuple, choices, multiplicity, guesses);
      }
    }
  }
  return ranked(std::move(guesses), limit);
}

std::vector<Estimates> mean_separated(const Matrix<double>& points, Index k, double beta, std::size_t limit) {
  std::vector<Estimates> out;
  for (const detail::MeanTuple& tuple : detail::mean_tuples(points, k, beta, limit)) {
    out.push_back({tuple.means, std::vector<Matrix<double>>(static_cast<std::size_t>(k), tuple.pooled)});
  }
  return out;
}

template <RealScalar T>
ParameterEstimates<T> moved_back(const Estimates& estimates, const Vector<double>& center) {
  ParameterEstimates<T> out;
  const Matrix<double> means = estimates.means.colwise() + center;
  out.means = means.template cast<T>();
  for (const Matrix<double>& q : estimates.covariances) out.covariances.push_back(q.template cast<T>());
  return out;
}

}  // namespace

SampleScales sample_scales(Ranks& ranks, const std::vector<Matrix<double>>& own, Index count) {
  const auto n = static_cast<double>(count);
  std::vector<Matrix<double>> sums;
  for (const Matrix<double>& block : own) sums.emplace_back(block.rowwise().sum());
  SampleScales out;
  out.center = sum_blocks<double>(ranks, std::move(sums)) / n;
  std::vector<Matrix<double>> parts;
  double radius_squared = 0;
  for (const Matrix<double>& block : own) {
    const Matrix<double> centered = block.colwise() - out.center;
    parts.emplace_back(second_moment(centered, 1) * (static_cast<double>(block.cols()) / n));
    radius_squared = std::max(radius_squared, centered.colwise().squaredNorm().maxCoeff());
  }
  out.covariance = sum_blocks<double>(ranks, std::move(parts));
  out.radius = std::sqrt(largest(ranks, radius_squared));
  const Eigen::SelfAdjointEigenSolver<Matrix<double>> solver(out.covariance, Eigen::EigenvaluesOnly);
  out.beta = solver.eigenvalues().maxCoeff();
  if (!(out.beta > 0)) throw InputError("", "sample", "", "points that do not all coincide");
  out.alpha = std::max(solver.eigenvalues().minCoeff() / 1000, 1e-12 * out.beta);
  return out;
}

template <RealScalar T>
SampleScales sample_scales(const Matrix<T>& sample) {
  const Matrix<double> points = in_double(sample);
  if (points.rows() < 1 || points.cols() < 2) {
    throw InputError("", "sample", std::to_string(points.rows()) + " x " + std::to_string(points.cols()),
                     "at least two points");
  }
  if (!points.allFinite()) throw InputError("", "sample", "", "finite numbers");
  return sample_scales(one_rank(), {points}, points.cols());
}

std::vector<Index> candidate_columns(Index n, std::uint64_t seed) {
  std::vector<Index> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), Index{0});
  const Index kept = std::min(n, subsample_size);
  Stream stream(seed, Purpose::candidate, 0);
  for (Index j = 0; j < kept; ++j) {
    const auto step = static_cast<Index>(stream.uniform() * static_cast<double>(n - j));
    std::swap(order[static_cast<std::size_t>(j)], order[static_cast<std::size_t>(j + step)]);
  }
  order.resize(static_cast<std::size_t>(kept));
  return order;
}

template <RealScalar T>
std::vector<ParameterEstimates<T>> candidates(const SampleScales& scales, const Matrix<double>& columns, Index k,
                                              const CandidateBudget& budget) {
  if (k < 1) throw InputError("", "components", std::to_string(k), "at least 1");
  if (budget.total < 1) throw InputError("", "budget", std::to_string(budget.total), "at least 1");
  const Matrix<double> points = columns.colwise() - scales.center;
  const auto total = static_cast<std::size_t>(budget.total);
  const std::vector<std::vector<Estimates>> kinds{mean_separated(points, k, scales.beta, total),
                                                  covariance_separated(points, k, total),
                                                  separated_both_ways(points, k, scales.beta, total)};
  std::vector<ParameterEstimates<T>> out;
  for (std::size_t turn = 0; turn < total; ++turn) {
    for (const std::vector<Estimates>& kind : kinds) {
      if (turn < kind.size() && out.size() < total) out.push_back(moved_back<T>(kind[turn], scales.center));
    }
  }
  return out;
}

template <RealScalar T>
std::vector<ParameterEstimates<T>> candidates(const Matrix<T>& sample, Index k, const CandidateBudget& budget) {
  if (k < 1) throw InputError("", "components", std::to_string(k), "at least 1");
  if (budget.total < 1) throw InputError("", "budget", std::to_string(budget.total), "at least 1");
  const SampleScales scales = sample_scales(sample);
  const Matrix<double> columns = in_double(sample)(Eigen::all, candidate_columns(sample.cols(), budget.seed));
  return candidates<T>(scales, columns, k, budget);
}

boost::multiprecision::cpp_int candidate_count(const boost::multiprecision::cpp_int& means,
                                               const boost::multiprecision::cpp_int& covariances, Index k) {
  if (k < 1) throw InputError("", "components", std::to_string(k), "at least 1");
  const boost::multiprecision::cpp_int one_component = means * covariances;
  return boost::multiprecision::pow(one_component, static_cast<unsigned>(k));
}

template <RealScalar T>
boost::multiprecision::cpp_int candidate_count(const Matrix<T>& sample, Index k) {
  const SampleScales scales = sample_scales(sample);
  const Index d = sample.rows();
  const double largest = 3 * scales.beta * std::sqrt(static_cast<double>(d));
  return candidate_count(net_size(std::min(k, d), scales.radius, std::sqrt(scales.beta)),
                         net_size(std::min(k, d * (d + 1) / 2), largest, scales.beta), k);
}

template SampleScales sample_scales(const Matrix<double>&);
template SampleScales sample_scales(const Matrix<Real50>&);
template std::vector<ParameterEstimates<double>> candidates(const Matrix<double>&, Index, const CandidateBudget&);
template std::vector<ParameterEstimates<Real50>> candidates(const Matrix<Real50>&, Index, const CandidateBudget&);
template std::vector<ParameterEstimates<double>> candidates(const SampleScales&, const Matrix<double>&, Index,
                                                            const CandidateBudget&);
template std::vector<ParameterEstimates<Real50>> candidates(const SampleScales&, const Matrix<double>&, Index,
                                                            const CandidateBudget&);
template boost::multiprecision::cpp_int candidate_count(const Matrix<double>&, Index);
template boost::multiprecision::cpp_int candidate_count(const Matrix<Real50>&, Index);

}  // namespace verimix
