#include "support/random_matrices.hpp"

#include "verimix/core/decompositions.hpp"

namespace verimix::support {

Matrix<double> normal_matrix(Index rows, Index columns, Stream& stream) {
  Matrix<double> out(rows, columns);
  for (Index j = 0; j < out.size(); ++j) out(j) = stream.normal();
  return out;
}

Matrix<double> orthogonal_matrix(Index d, Stream& stream) {
  const Eigen::HouseholderQR<Matrix<double>> qr(normal_matrix(d, d, stream));
  const Matrix<double> q = qr.householderQ();
  const Vector<double> signs = qr.matrixQR().diagonal().unaryExpr([](double r) { return r < 0 ? -1.0 : 1.0; });
  return q * signs.asDiagonal();
}

Matrix<double> symmetric_part(const Matrix<double>& a) { return (a + a.transpose()) / 2; }

double operator_norm(const Matrix<double>& symmetric) {
  return Eigen::SelfAdjointEigenSolver<Matrix<double>>(symmetric, Eigen::EigenvaluesOnly)
      .eigenvalues()
      .cwiseAbs()
      .maxCoeff();
}

Matrix<double> covariance_between(Index d, double alpha, double beta, Stream& stream) {
  const bool at_ends = stream.uniform() < 0.5;
  Vector<double> spectrum(d);
  for (Index r = 0; r < d; ++r) {
    const double u = stream.uniform();
    spectrum(r) = at_ends ? (u < 0.5 ? alpha : beta) : alpha + (beta - alpha) * u;
  }
  const Matrix<double> rotation = orthogonal_matrix(d, stream);
  return symmetric_part(rotation * spectrum.asDiagonal() * rotation.transpose());
}

Matrix<double> perturbation(Index d, double norm, Stream& stream) {
  if (stream.uniform() < 0.5) {
    const Matrix<double> gaussian = symmetric_part(normal_matrix(d, d, stream));
    return gaussian * (norm / operator_norm(gaussian));
  }
  Vector<double> signs(d);
  for (Index r = 0; r < d; ++r) signs(r) = stream.uniform() < 0.5 ? -norm : norm;
  const Matrix<double> rotation = orthogonal_matrix(d, stream);
  return symmetric_part(rotation * signs.asDiagonal() * rotation.transpose());
}

Vector<double> vec(const Matrix<double>& a) { return Eigen::Map<const Vector<double>>(a.data(), a.size()); }

}  // namespace verimix::support
