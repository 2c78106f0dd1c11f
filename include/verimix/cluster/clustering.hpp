// The clustering function c: R^d -> cells: [CKS25] Algorithm 5, with a rule in every place where the paper says
// "arbitrarily".
#pragma once

#include <cstdint>
#include <vector>

#include "verimix/cluster/clipped_inverse.hpp"
#include "verimix/cluster/partition.hpp"

namespace verimix {

/// The thresholds t_ij of the test q_ij(x) < t_ij, from the clipped estimates Q'_i and Khat_i = Q'_i^{-1}.
/// With B = Khat_i - Khat_j and D = |Q'_j - Q'_i|_F:
///   midpoint  <Q'_i + Q'_j, B>/2, half way between the means of q_ij under component i and under component j
///   printed   <Q'_j, B> - E - eta, E = (2 c^2 + 2 c') D^2/beta^2 + 4 ups D/alpha^2, eta = Dout_Q^2/(100 beta^2),
///             which is the paper's with E and eta repaired ([CKS25] (31) is not homogeneous)
///   log_det   log det Q'_j - log det Q'_i: the likelihood ratio of two centred Gaussians
enum class ThresholdPolicy { midpoint, printed, log_det };

template <RealScalar T>
struct ClusteringOptions {
  /// Eigenvalues of Qhat_i below alpha/2 are raised to alpha/2. Domain: > 0.
  T alpha;
  ThresholdPolicy policy = ThresholdPolicy::midpoint;
  /// Read by `printed` only: beta >= every eigenvalue, ups = bound on |Qhat_i - Q_i|_F, the constants c and c'.
  T beta = T(1);
  T upsilon = T(0);
  T c = T(1) / T(100);
  T c_prime = T(1) / T(100);
};

/// ok: exactly one covariance group passed and the intersection is a cell; none: no group passed; multi: several did,
/// and the one with the smallest label was taken; empty_intersection: S_a and T_b have no component in common (also
/// where several passed).
enum class ClusterStatus : std::uint8_t { ok, none, multi, empty_intersection };

/// For n points: the cell, the mean group a, the covariance group b (-1 if none passed), the status.
struct ClusterAssignment {
  std::vector<Index> labels, mean_group, covariance_group;
  std::vector<ClusterStatus> status;
};

template <RealScalar T>
class Clustering {
 public:
  /// Throws InputError for estimates or a partition that are not valid or do not match, and for options outside their
  /// domain.
  Clustering(const ParameterEstimates<T>& estimates, const PartitionPair& pair, const ClusteringOptions<T>& options);
  /// The same with thresholds of one's own: entry (i, j) of the k x k table is compared with q_ij where i and j lie in
  /// different covariance groups; other entries are not read. InputError (field "thresholds") for another shape or a
  /// number that is read and not finite; options.policy is not read.
  Clustering(const ParameterEstimates<T>& estimates, const PartitionPair& pair, const ClusteringOptions<T>& options,
             const Matrix<T>& thresholds);

  Index dimension() const { return means_.rows(); }
  Index components() const { return means_.cols(); }
  /// n_c, and the cells U_0, ..., U_{n_c - 1} as common_refinement orders them.
  Index cells() const { return static_cast<Index>(refinement_.size()); }
  const std::vector<std::vector<Index>>& refinement() const { return refinement_; }
  const PartitionPair& partition() const { return pair_; }
  /// muhat, d x k.
  const Matrix<T>& means() const { return means_; }
  /// k x k; entry (i, j) is compared with q_ij. The diagonal is 0 and not used.
  const Matrix<T>& thresholds() const { return thresholds_; }
  /// Q'_i, Khat_i, log det Q'_i.
  const std::vector<ClippedInverse<T>>& clipped() const { return clipped_; }

  /// For each column x of the d x n matrix:
  ///   1. i = argmin_j |x - muhat_j|, the smallest j in a tie; a = the mean group of i; y = x - muhat_i
  ///   2. component i passes if y^T (Khat_i - Khat_j) y < t_ij for every j outside its covariance group; b = the
  ///      smallest covariance group with a component that passes
  ///   3. the cell is S_a and T_b in common; if no b passes or there is no such cell, it is the cell of the component
  ///      with the largest log N(muhat_j, Q'_j; x), the smallest j in a tie
  /// Deviation: the paper projects x on the span of the muhat in step 1; that moves every squared distance by the same
  /// amount, so it changes nothing.
  /// Results do not depend on `threads` (0: as many as the machine has). Throws InputError (field "points") for a wrong
  /// dimension.
  std::vector<Index> labels(const Matrix<T>& points, unsigned threads = 0) const;
  ClusterAssignment assign(const Matrix<T>& points, unsigned threads = 0) const;
  /// argmax_j log N(muhat_j, Q'_j; x) for each column, the smallest j in a tie.
  std::vector<Index> likeliest_components(const Matrix<T>& points) const;
  /// x - muhat(x), muhat(x) the nearest of the means, for each column.
  Matrix<T> centred(const Matrix<T>& points) const;

 private:
  void require_dimension(const Matrix<T>& points) const;
  void assign_block(const Matrix<T>& points, Index begin, Index end, ClusterAssignment& out) const;
  /// Steps 2 and 3 for one point: `forms` holds y^T Khat_i y, out.mean_group[at] is set.
  void decide(const T* forms, const Matrix<T>& points, Index at, ClusterAssignment& out) const;
  Index most_likely_component(const Matrix<T>& points, Index at) const;

  Matrix<T> means_;
  PartitionPair pair_;
  std::vector<std::vector<Index>> refinement_;
  std::vector<ClippedInverse<T>> clipped_;
  Matrix<T> thresholds_;
  Index covariance_groups_ = 0;
  /// cell_of_(a, b), -1 where S_a and T_b have nothing in common.
  Eigen::Matrix<Index, Eigen::Dynamic, Eigen::Dynamic> cell_of_;
};

/// Thresholds from a sample (d x n): t_ij half way between the (1 - tail)-quantile of q_ij over the points that are
/// likeliest under N(muhat_i, Q'_i) and its tail-quantile over those of j, with q_ij about the nearest muhat as in the
/// algorithm, so that t_ij = -t_ji. Where i or j has fewer than 1/tail points, the midpoint. Quantile of order p of n
/// values: the one of rank ceil(p n) (at least 1). Domain: 0 < tail <= 1/2 (InputError, field "tail"), points of the
/// right dimension; otherwise as the constructor.
template <RealScalar T>
Matrix<T> quantile_thresholds(const ParameterEstimates<T>& estimates, const PartitionPair& pair,
                              const ClusteringOptions<T>& options, const Matrix<T>& sample, double tail);

extern template Matrix<double> quantile_thresholds(const ParameterEstimates<double>&, const PartitionPair&,
                                                   const ClusteringOptions<double>&, const Matrix<double>&, double);
extern template Matrix<Real50> quantile_thresholds(const ParameterEstimates<Real50>&, const PartitionPair&,
                                                   const ClusteringOptions<Real50>&, const Matrix<Real50>&, double);
extern template class Clustering<double>;
extern template class Clustering<Real50>;

}  // namespace verimix
