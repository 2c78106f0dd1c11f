#include "verimix/estimate/signal_terms.hpp"

#include "verimix/estimate/moments.hpp"

namespace verimix {
namespace {

template <Scalar T>
Matrix<T> complement(const Matrix<T>& pi) {
  Matrix<T> out = -pi;
  for (Index r = 0; r < pi.rows(); ++r) out(r, r) += T(1);
  return out;
}

/// The projectors on the left and on the right of z z^T.
template <Scalar T>
struct Sides {
  Matrix<T> left, right;
};

template <Scalar T>
Sides<T> sides(Block block, const Matrix<T>& pi) {
  const Matrix<T> n = complement(pi);
  if (block == Block::psi_00) return {pi, pi};
  if (block == Block::psi_01) return {pi, n};
  return {n, n};
}

}  // namespace

template <Scalar T>
Matrix<T> block_projection(Block block, const Matrix<T>& pi) {
  const Index d = pi.rows();
  const auto [left, right] = sides(block, pi);
  Matrix<T> out(d * d, d * d);
  for (Index c = 0; c < d; ++c)
    for (Index b = 0; b < d; ++b) out.block(c * d, b * d, d, d) = right(b, c) * left;
  return out;
}

template <Scalar T>
Vector<T> block_signal(Block block, const Matrix<T>& pi, const Vector<T>& y, const Matrix<T>& covariance) {
  const auto [left, right] = sides(block, pi);
  const Matrix<T> second = covariance + y * y.transpose();
  const Matrix<T> g = left * second * right;
  return Eigen::Map<const Vector<T>>(g.data(), g.size());
}

template <Scalar T>
Matrix<T> block_covariance(Block block, const Matrix<T>& pi, const Vector<T>& y, const Matrix<T>& covariance) {
  const Matrix<T> v = block_projection(block, pi);
  return v * square_covariance(y, covariance) * v.transpose();
}

template <Scalar T>
T signal_term_error_upper(Block block, const T& beta, const T& v) {
  if (block == Block::psi_01) return beta * (beta + v);
  return T(2) * beta * (beta + T(2) * v);
}

template Matrix<double> block_projection(Block, const Matrix<double>&);
template Matrix<Real50> block_projection(Block, const Matrix<Real50>&);
template Matrix<Ball> block_projection(Block, const Matrix<Ball>&);
template Vector<double> block_signal(Block, const Matrix<double>&, const Vector<double>&, const Matrix<double>&);
template Vector<Real50> block_signal(Block, const Matrix<Real50>&, const Vector<Real50>&, const Matrix<Real50>&);
template Vector<Ball> block_signal(Block, const Matrix<Ball>&, const Vector<Ball>&, const Matrix<Ball>&);
template Matrix<double> block_covariance(Block, const Matrix<double>&, const Vector<double>&, const Matrix<double>&);
template Matrix<Real50> block_covariance(Block, const Matrix<Real50>&, const Vector<Real50>&, const Matrix<Real50>&);
template Matrix<Ball> block_covariance(Block, const Matrix<Ball>&, const Vector<Ball>&, const Matrix<Ball>&);
template double signal_term_error_upper(Block, const double&, const double&);
template Real50 signal_term_error_upper(Block, const Real50&, const Real50&);
template Ball signal_term_error_upper(Block, const Ball&, const Ball&);

}  // namespace verimix
