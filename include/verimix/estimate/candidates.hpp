// A list of guesses of all parameters: [CKS25] Algorithm 4 within a budget.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <vector>

#include "verimix/core/ranks.hpp"
#include "verimix/estimate/estimates.hpp"

namespace verimix {

struct CandidateBudget {
  /// At most so many candidates. Domain: >= 1.
  Index total = 64;
  std::uint64_t seed = 0;
};

/// Scales read off the sample, in the place of the paper's known alpha, beta, R. They are plausible, not proved: no
/// sample bounds them.
struct SampleScales {
  /// The sample's mean; nets are centred here, which makes the list translation equivariant.
  Vector<double> center;
  /// The sample's covariance about the centre.
  Matrix<double> covariance;
  /// R: the largest distance of a point from the centre.
  double radius = 0;
  /// beta: the largest eigenvalue of `covariance` (sum lambda_i Q_i <= covariance <= beta Id); alpha: 1/1000 of its
  /// smallest eigenvalue, and at least 1e-12 beta.
  double alpha = 0;
  double beta = 0;
};

/// `sample` is d x n. Throws InputError (field "sample") for n < 2, a value that is not finite, or points that all
/// coincide.
template <RealScalar T>
SampleScales sample_scales(const Matrix<T>& sample);

/// The same of a sample that several ranks hold in blocks, `own` being this rank's (d x m each, `count` columns in
/// all): sums over blocks are added in block order. Collective.
SampleScales sample_scales(Ranks& ranks, const std::vector<Matrix<double>>& own, Index count);

/// At most budget.total different guesses, the most plausible of each kind first, the kinds taken in turn:
///   means       k different points of a net of crude means, one common covariance (pooled within nearest-mean groups)
///   covariances one common mean, k different points of a net of crude covariances
///   both        2 to k different crude means, each with one or several crude covariances of its own
/// Deterministic in (sample, k, budget). Meshes are finer than the theory's sqrt(beta) and beta, tuples are ranked on a
/// subsample by Gaussian likelihood and thinned so that they differ in the groups that they induce. Nothing is promised
/// about the distance to the truth: Lemma 13's promise belongs to the full product, whose size is candidate_count. The
/// list is computed in double for every scalar, since crude guesses need no digits. Throws InputError for k < 1, total
/// < 1, or as sample_scales.
template <RealScalar T>
std::vector<ParameterEstimates<T>> candidates(const Matrix<T>& sample, Index k, const CandidateBudget& budget);

/// The columns of a sample of n that candidates looks at, at most 256; and the guesses from these columns alone.
std::vector<Index> candidate_columns(Index n, std::uint64_t seed);
template <RealScalar T>
std::vector<ParameterEstimates<T>> candidates(const SampleScales& scales, const Matrix<double>& columns, Index k,
                                              const CandidateBudget& budget);

/// The length of the list that Lemma 13 asks for, all k-tuples from W_mu x W_Q: (|W_mu| |W_Q|)^k, exactly.
boost::multiprecision::cpp_int candidate_count(const boost::multiprecision::cpp_int& means,
                                               const boost::multiprecision::cpp_int& covariances, Index k);

/// The same for the paper's meshes at the sample's scales: W_mu of radius R and mesh sqrt(beta), W_Q of radius 3 beta
/// sqrt(d) and mesh beta, in spaces of dimension min(k, d) and min(k, d(d+1)/2).
template <RealScalar T>
boost::multiprecision::cpp_int candidate_count(const Matrix<T>& sample, Index k);

extern template SampleScales sample_scales(const Matrix<double>&);
extern template SampleScales sample_scales(const Matrix<Real50>&);
extern template std::vector<ParameterEstimates<double>> candidates(const Matrix<double>&, Index,
                                                                   const CandidateBudget&);
extern template std::vector<ParameterEstimates<Real50>> candidates(const Matrix<Real50>&, Index,
                                                                   const CandidateBudget&);
extern template std::vector<ParameterEstimates<double>> candidates(const SampleScales&, const Matrix<double>&, Index,
                                                                   const CandidateBudget&);
extern template std::vector<ParameterEstimates<Real50>> candidates(const SampleScales&, const Matrix<double>&, Index,
                                                                   const CandidateBudget&);
extern template boost::multiprecision::cpp_int candidate_count(const Matrix<double>&, Index);
extern template boost::multiprecision::cpp_int candidate_count(const Matrix<Real50>&, Index);

}  // namespace verimix
