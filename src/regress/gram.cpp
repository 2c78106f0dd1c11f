#include "verimix/regress/gram.hpp"

#include <algorithm>

#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

// Points of a block: as many as keep its features within a megabyte, so that they are still in cache for the product.
Index block_of(Index columns) { return std::clamp<Index>((Index{1} << 17U) / columns, 256, 1024); }

// The block of rows (psi(x_i), y_i) of a batch, a column a function.
template <class T>
class DesignRows {
 public:
  DesignRows(const HermiteBasis<T>& basis, Index outputs, Index block)
      : basis_(basis), outputs_(outputs), rows_(block, basis.size() + outputs) {}

  Index columns() const { return rows_.cols(); }
  // Of `count` <= block points from `begin` on.
  auto fill(const Matrix<T>& points, const Matrix<T>& targets, Index begin, Index count, const T& root_weight) {
    const Matrix<T> u = basis_.whitened(points.middleCols(begin, count));
    basis_.products().evaluate(hermite_table<T>(u, basis_.degree()), basis_.size(), rows_);
    rows_.block(0, basis_.size(), count, outputs_) = targets.middleCols(begin, count).transpose();
    if (root_weight != T(1)) rows_.topRows(count) *= root_weight;
    return rows_.topRows(count);
  }

 private:
  const HermiteBasis<T>& basis_;
  Index outputs_;
  Matrix<T> rows_;
};

// Nodes (rising) and roots of the weights of the Gauss-Hermite rule for N(0, 1), by Golub and Welsch: eigenvalues, and
// first entries of the eigenvectors, of the matrix of the recurrence. Made symmetric about 0, as the rule is.
template <class T>
struct GaussHermite {
  Vector<T> nodes, root_weights;

  explicit GaussHermite(Index count) : nodes(count), root_weights(count) {
    Matrix<T> recurrence = Matrix<T>::Constant(count, count, T(0));
    for (Index i = 1; i < count; ++i) recurrence(i, i - 1) = recurrence(i - 1, i) = sqrt(T(static_cast<int>(i)));
    const Eigen::SelfAdjointEigenSolver<Matrix<T>> solver(recurrence);
    for (Index i = 0; i < count; ++i) {
      const Index mirror = count - 1 - i;
      nodes(i) = (solver.eigenvalues()(i) - solver.eigenvalues()(mirror)) / T(2);
      root_weights(i) = (abs(solver.eigenvectors()(0, i)) + abs(solver.eigenvectors()(0, mirror))) / T(2);
    }
  }
};

}  // namespace

template <RealScalar T>
Observations<T> observations(const Matrix<T>& points, const Matrix<T>& targets) {
  require_invariant(points.cols() >= 1 && points.cols() == targets.cols(), "a fit has a target for each of its points");
  return {[&points, &targets](const ObservationSink<T>& sink) { sink(points, targets, T(1)); }, points.cols(),
          targets.rows()};
}

Index noise_nodes(Index dimension, int degree) {
  Index nodes = 1;
  for (Index j = 0; j < dimension && nodes <= (Index{1} << 40U); ++j) nodes *= degree + 1;
  return nodes;
}

template <RealScalar T>
Observations<T> integrated_noise(const Matrix<T>& centres, const T& sigma, int degree) {
  require_invariant(centres.cols() >= 1 && sigma > T(0) && degree >= 1,
                    "noise is integrated out around points, and has a size");
  const Index d = centres.rows(), n = centres.cols(), side = degree + 1, nodes = noise_nodes(d, degree);
  const auto each = [&centres, sigma, rule = GaussHermite<T>(side), d, n, side, nodes](const ObservationSink<T>& sink) {
    for (Index node = 0; node < nodes; ++node) {
      Vector<T> z(d);
      T root_weight(1);
      Index rest = node;
      for (Index j = 0; j < d; ++j, rest /= side) {
        z(j) = rule.nodes(rest % side);
        root_weight *= rule.root_weights(rest % side);
      }
      const Matrix<T> points = centres.colwise() + sigma * z;
      const Vector<T> target = -z / sigma;
      sink(points, target.replicate(1, n), root_weight);
    }
  };
  return {each, n * nodes, d};
}

template <RealScalar T>
Matrix<T> augmented_gram(const HermiteBasis<T>& basis, const Observations<T>& observed) {
  const Index columns = basis.size() + observed.outputs, block = block_of(columns);
  DesignRows<T> rows(basis, observed.outputs, block);
  Matrix<T> sums = Matrix<T>::Constant(columns, columns, T(0));
  observed.each([&](const Matrix<T>& points, const Matrix<T>& targets, const T& root_weight) {
    for (Index begin = 0; begin < points.cols(); begin += block) {
      const Index count = std::min(block, points.cols() - begin);
      const auto part = rows.fill(points, targets, begin, count, root_weight);
      sums.template selfadjointView<Eigen::Lower>().rankUpdate(part.transpose());
    }
  });
  return sums;
}

template <RealScalar T>
Matrix<T> joined_factor(const Matrix<T>& upper, const Matrix<T>& next) {
  Matrix<T> stacked(upper.rows() + next.rows(), upper.cols());
  stacked.topRows(upper.rows()) = upper;
  stacked.bottomRows(next.rows()) = next;
  const Eigen::HouseholderQR<Matrix<T>> qr(stacked);
  return qr.matrixQR().topRows(upper.cols()).template triangularView<Eigen::Upper>();
}

template <RealScalar T>
Matrix<T> augmented_factor(const HermiteBasis<T>& basis, const Observations<T>& observed) {
  const Index columns = basis.size() + observed.outputs;
  // Three new rows to each that is factored again.
  const Index block = std::max(block_of(columns), 3 * columns);
  DesignRows<T> rows(basis, observed.outputs, block);
  Matrix<T> upper = Matrix<T>::Constant(columns, columns, T(0));
  observed.each([&](const Matrix<T>& points, const Matrix<T>& targets, const T& root_weight) {
    for (Index begin = 0; begin < points.cols(); begin += block) {
      const Index count = std::min(block, points.cols() - begin);
      upper = joined_factor(upper, Matrix<T>(rows.fill(points, targets, begin, count, root_weight)));
    }
  });
  return upper;
}

template Matrix<double> joined_factor(const Matrix<double>&, const Matrix<double>&);
template Matrix<Real50> joined_factor(const Matrix<Real50>&, const Matrix<Real50>&);
template Observations<double> observations(const Matrix<double>&, const Matrix<double>&);
template Observations<Real50> observations(const Matrix<Real50>&, const Matrix<Real50>&);
template Observations<double> integrated_noise(const Matrix<double>&, const double&, int);
template Observations<Real50> integrated_noise(const Matrix<Real50>&, const Real50&, int);
template Matrix<double> augmented_gram(const HermiteBasis<double>&, const Observations<double>&);
template Matrix<Real50> augmented_gram(const HermiteBasis<Real50>&, const Observations<Real50>&);
template Matrix<double> augmented_factor(const HermiteBasis<double>&, const Observations<double>&);
template Matrix<Real50> augmented_factor(const HermiteBasis<Real50>&, const Observations<Real50>&);

}  // namespace verimix
