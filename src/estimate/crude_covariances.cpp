#include "verimix/estimate/crude_covariances.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/estimate/moments.hpp"
#include "verimix/estimate/recentring_errors.hpp"

namespace verimix {
namespace {

/// N for the route, or Id.
template <RealScalar T>
Matrix<T> noise_projector(CovarianceRoute route, const Subspace<T>& mean_space, Index d) {
  Matrix<T> projector = Matrix<T>::Identity(d, d);
  if (route == CovarianceRoute::projected) projector -= mean_space.projector();
  return projector;
}

/// Symmetric matrices on the range of N form a space of this dimension; beyond it the fourth moment has eigenvalue 0
/// only.
Index signal_rank(CovarianceRoute route, Index mean_rank, Index d, Index k) {
  if (k < 1) throw InputError("", "components", std::to_string(k), "at least 1");
  const Index range = route == CovarianceRoute::projected ? d - mean_rank : d;
  return std::min(k, range * (range + 1) / 2);
}

/// The top eigenspace of C11hat, found in coordinates of symmetric matrices and written as vec's.
template <RealScalar T>
Subspace<T> signal_space(const RowSlice<T>& sample, const Matrix<T>& projector, Index rank) {
  Subspace<T> out = top_eigenspace(symmetric_fourth_moment(sample, projector), rank);
  const Index d = sample.dimension();
  Matrix<T> basis(d * d, rank);
  for (Index c = 0; c < rank; ++c) {
    const Matrix<T> g = from_symmetric_coordinates<T>(out.basis.col(c), d);
    basis.col(c) = Eigen::Map<const Vector<T>>(g.data(), d * d);
  }
  out.basis = basis;
  return out;
}

}  // namespace

template <RealScalar T>
CrudeCovariances<T>::CrudeCovariances(const RowSlice<T>& sample, Index k, CovarianceRoute route,
                                      const Subspace<T>& mean_space, const T& radius, const T& mesh)
    : route_(route),
      projector_(noise_projector(route, mean_space, sample.dimension())),
      subspace_(signal_space(sample, projector_, signal_rank(route, mean_space.basis.cols(), sample.dimension(), k))),
      net_(subspace_.basis, radius, mesh) {}

template <RealScalar T>
CrudeCovariances<T>::CrudeCovariances(const Matrix<T>& sample, Index k, CovarianceRoute route,
                                      const Subspace<T>& mean_space, const T& radius, const T& mesh)
    : CrudeCovariances(whole(sample), k, route, mean_space, radius, mesh) {}

template <RealScalar T>
Matrix<T> CrudeCovariances<T>::signal(std::uint64_t index) const {
  const Vector<T> point = net_[index];
  const Index d = projector_.rows();
  const Eigen::Map<const Matrix<T>> g(point.data(), d, d);
  return (g + g.transpose()) / T(2);
}

template <RealScalar T>
Matrix<T> CrudeCovariances<T>::covariance(std::uint64_t index, const Vector<T>& mean, const T& alpha,
                                          const T& beta) const {
  Matrix<T> q = signal(index);
  if (route_ == CovarianceRoute::plain) {
    q -= mean * mean.transpose();
  } else {
    const Index d = projector_.rows();
    q += (alpha + beta) / T(2) * (Matrix<T>::Identity(d, d) - projector_);
  }
  return clip_spectrum(q, alpha, beta);
}

template <RealScalar T>
Matrix<T> clip_spectrum(const Matrix<T>& a, const T& lower, const T& upper) {
  const Matrix<T> symmetric = (a + a.transpose()) / T(2);
  const Eigen::SelfAdjointEigenSolver<Matrix<T>> solver(symmetric);
  const Vector<T> clipped = solver.eigenvalues().unaryExpr([&](const T& e) { return std::clamp(e, lower, upper); });
  const Matrix<T> product = solver.eigenvectors() * clipped.asDiagonal() * solver.eigenvectors().transpose();
  return (product + product.transpose()) / T(2);
}

template <Scalar T>
T signal_error_squared_upper(const T& alpha, const T& beta, const T& v, const T& eta, const T& lambda) {
  return (2 * (beta - alpha) * (beta + alpha) + 4 * beta * v + 2 * eta) / lambda;
}

template <Scalar T>
T projected_covariance_error_upper(const T& signal_error, const T& mesh, const T& v, const T& alpha, const T& beta,
                                   Index rank) {
  const T noise_block = signal_error + mesh + v;
  const T half_width = (beta - alpha) / T(2);
  return sqrt(T(noise_block * noise_block + 3 * T(rank) * half_width * half_width));
}

template <RealScalar T>
T plain_covariance_error_upper(const T& signal_error, const T& mesh, const T& mean_error, const T& mean_norm) {
  return signal_error + mesh + mean_error * (2 * mean_norm + mean_error);
}

double crude_covariance_sample_size(Index d, double beta, double v, double failure) {
  const auto n = static_cast<double>(d);
  const double beta_4 = beta * beta * beta * beta;
  const double eighth = v * v * v * v + beta_4 * n * (n + 2) * (n + 4) * (n + 6);
  return std::ceil(4 * 128 * eighth / (failure * beta_4));
}

template <Scalar T>
T recentred_covariance_error_upper(const T& beta, const T& v, const T& eta, const T& lambda, const T& mesh,
                                   Index rank) {
  T squares(0);
  for (const auto& [block, copies] :
       {std::pair(Block::psi_00, 1), std::pair(Block::psi_01, 2), std::pair(Block::psi_11, 1)}) {
    const T error = sqrt(T(2 * (recentred_signal_error_upper(block, beta, v, rank) + eta) / lambda)) + mesh;
    squares += copies * error * error;
  }
  return sqrt(squares) + v;
}

Ball recentred_covariance_error_printed(Index k, const Ball& alpha, const Ball& beta, const Ball& v,
                                        const Ball& log_R) {
  const Ball components(k);
  const Ball root = sqrt(components);
  return sqrt(beta * v) + components * root * v + components * components * root * beta +
         components * components * alpha * log_R;
}

Ball covered_share_log2_upper(Index d, const Ball& list_log2, const Ball& error) {
  // |2 P - 2 P'|_F^2 = 8 H with H the number of pairs in which they differ. What one matrix covers lies within 2 error
  // of one of its members, H <= error^2/2, and sum_{h <= share n} binomial(n, h) <= 2^{n entropy(share)} for share <=
  // 1/2.
  const Ball n = Ball(d) / 2;
  const Ball share = error * error / (2 * n);
  if (less(Ball(1) / 2, share) != Truth::no) throw UndecidedError("the error is not certainly small enough: raise d");
  const Ball entropy = -(share * log(share) + (1 - share) * log1p(-share)) / log(Ball(2));
  return list_log2 - n * (1 - entropy);
}

template class CrudeCovariances<double>;
template class CrudeCovariances<Real50>;
template Matrix<double> clip_spectrum(const Matrix<double>&, const double&, const double&);
template Matrix<Real50> clip_spectrum(const Matrix<Real50>&, const Real50&, const Real50&);
template double signal_error_squared_upper(const double&, const double&, const double&, const double&, const double&);
template Real50 signal_error_squared_upper(const Real50&, const Real50&, const Real50&, const Real50&, const Real50&);
template double projected_covariance_error_upper(const double&, const double&, const double&, const double&,
                                                 const double&, Index);
template Real50 projected_covariance_error_upper(const Real50&, const Real50&, const Real50&, const Real50&,
                                                 const Real50&, Index);
template double recentred_covariance_error_upper(const double&, const double&, const double&, const double&,
                                                 const double&, Index);
template Real50 recentred_covariance_error_upper(const Real50&, const Real50&, const Real50&, const Real50&,
                                                 const Real50&, Index);
template Ball signal_error_squared_upper(const Ball&, const Ball&, const Ball&, const Ball&, const Ball&);
template Ball projected_covariance_error_upper(const Ball&, const Ball&, const Ball&, const Ball&, const Ball&, Index);
template Ball recentred_covariance_error_upper(const Ball&, const Ball&, const Ball&, const Ball&, const Ball&, Index);
template double plain_covariance_error_upper(const double&, const double&, const double&, const double&);
template Real50 plain_covariance_error_upper(const Real50&, const Real50&, const Real50&, const Real50&);

}  // namespace verimix
