#include "verimix/distance/reduction.hpp"

#include <flint/fmpq_mat.h>

#include <algorithm>

#include "verimix/core/cholesky.hpp"
#include "verimix/core/error.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"

namespace verimix {
namespace {

/// A FLINT matrix of fractions with the lifetime of the object.
class FractionMatrix {
 public:
  FractionMatrix(Index rows, Index cols) { fmpq_mat_init(value_, rows, cols); }
  FractionMatrix(const FractionMatrix&) = delete;
  FractionMatrix& operator=(const FractionMatrix&) = delete;
  ~FractionMatrix() { fmpq_mat_clear(value_); }
  fmpq_mat_struct* data() { return value_; }
  fmpq* entry(Index i, Index j) { return fmpq_mat_entry(value_, i, j); }

 private:
  fmpq_mat_t value_;
};

/// The first r linearly independent columns of `a`, r its rank: the columns of the pivots of its reduced echelon form.
Matrix<Rational> independent_columns(const Matrix<Rational>& a) {
  FractionMatrix echelon(a.rows(), a.cols());
  for (Index j = 0; j < a.cols(); ++j)
    for (Index i = 0; i < a.rows(); ++i) fmpq_set_mpq(echelon.entry(i, j), a(i, j).backend().data());
  const Index rank = fmpq_mat_rref(echelon.data(), echelon.data());
  Matrix<Rational> basis(a.rows(), rank);
  Index column = 0;
  for (Index r = 0; r < rank; ++r, ++column) {
    while (fmpq_is_zero(echelon.entry(r, column))) ++column;
    basis.col(r) = a.col(column);
  }
  return basis;
}

struct Component {
  const ExactMixture* law;
  Index place;

  const Matrix<Rational>& covariance() const { return law->covariances[static_cast<std::size_t>(place)]; }
};

std::vector<Component> components_with_weight(const ExactMixture& p, const ExactMixture& q) {
  std::vector<Component> found;
  for (const ExactMixture* law : {&p, &q})
    for (Index i = 0; i < law->size(); ++i)
      if (law->weights[static_cast<std::size_t>(i)] != 0) found.push_back({law, i});
  return found;
}

Index first_with_weight(const Mixture<Ball>& p) {
  for (Index i = 0; i < p.size(); ++i)
    if (less(Ball(0), p.weights(i)) == Truth::yes) return i;
  throw UndecidedError("every weight may be 0 at this precision: raise the precision");
}

Matrix<Ball> inverse_factor(const Matrix<Ball>& a, const char* field) {
  const Cholesky<Ball> factor = cholesky(a);
  if (factor.positive_definite == Truth::no)
    throw InputError("", field, "pivot " + std::to_string(factor.failing_pivot), "a positive definite matrix");
  if (factor.positive_definite == Truth::unknown)
    throw UndecidedError(std::string(field) + ": pivot " + std::to_string(factor.failing_pivot) +
                         " may be 0 at this precision: raise the precision");
  return lower_inverse(factor.lower);
}

/// The law of map (x - centre). The covariances come out symmetric entry by entry only up to rounding, so one triangle
/// is copied onto the other: both enclose the same number.
Mixture<Ball> image(const Mixture<Ball>& law, const Matrix<Ball>& map, const Vector<Ball>& centre) {
  Mixture<Ball> result{law.name, law.weights, Matrix<Ball>(map.rows(), law.size()), {}};
  for (Index i = 0; i < law.size(); ++i) {
    const Vector<Ball> shift = law.means.col(i) - centre;
    result.means.col(i) = map * shift;
    Matrix<Ball> covariance = map * law.covariances[static_cast<std::size_t>(i)] * map.transpose();
    for (Index b = 0; b < covariance.cols(); ++b)
      for (Index a = 0; a < b; ++a) covariance(a, b) = covariance(b, a);
    result.covariances.push_back(std::move(covariance));
  }
  return result;
}

/// f = Q_t^{-1} b and b^T f, at the working precision.
struct Functional {
  Vector<Ball> f;
  Ball value;
};

Functional functional(const Matrix<Rational>& covariance, const Vector<Rational>& b, const Rational& time) {
  const auto rounded = [](const Rational& x) { return from_rational<Ball>(x); };
  const Ball t = from_rational<Ball>(time);
  const Ball scale = signal_scale(t);
  Matrix<Ball> later = covariance.unaryExpr(rounded) * (scale * scale);
  const Ball noise = noise_variance(t);
  for (Index i = 0; i < later.rows(); ++i) later(i, i) += noise;
  const Matrix<Ball> whitening = inverse_factor(later, "covariance");
  const Vector<Ball> white = whitening * Vector<Ball>(b.unaryExpr(rounded));
  return {whitening.transpose() * white, white.dot(white)};
}

}  // namespace

ReducedLine reduce_to_line(const Matrix<Rational>& basis, const ExactMixture& p, const ExactMixture& q,
                           const Rational& time) {
  if (basis.rows() != p.dimension() || basis.cols() != 1)
    throw InputError("", "basis", std::to_string(basis.rows()) + " x " + std::to_string(basis.cols()),
                     "one column of length " + std::to_string(p.dimension()));
  const Vector<Rational> b = basis.col(0);
  const Rational square = b.dot(b);
  // b^T Q b / |b|^4: Q_i - Q_j is the difference of these numbers times b b^T.
  const auto height = [&](const Component& c) -> Rational {
    const Vector<Rational> image_of_b = c.covariance() * b;
    return b.dot(image_of_b) / (square * square);
  };
  const std::vector<Component> all = components_with_weight(p, q);
  const Component least =
      *std::min_element(all.begin(), all.end(), [&](const auto& a, const auto& c) { return height(a) < height(c); });
  const Vector<Rational> centre = least.law->means.col(least.place);
  const auto components = [&](const ExactMixture& law) {
    std::vector<LineLaw::Component> result;
    for (Index i = 0; i < law.size(); ++i) {
      const Rational weight = law.weights[static_cast<std::size_t>(i)];
      if (weight == 0) continue;
      const Vector<Rational> shift = law.means.col(i) - centre;
      result.push_back({weight, b.dot(shift) / square, height({&law, i}) - height(least)});
    }
    return result;
  };
  const auto at_working_precision = [covariance = least.covariance(), b, time] {
    return functional(covariance, b, time);
  };
  const auto shared = std::make_shared<const SharedVariance>([=] { return 1 / at_working_precision().value; });
  return {LineLaw(components(p), time, shared), LineLaw(components(q), time, shared), [=] {
            const Functional found = at_working_precision();
            return Ball(found.f.dot(found.f) / (found.value * found.value));
          }};
}

Matrix<Rational> difference_span(const ExactMixture& p, const ExactMixture& q) {
  if (p.dimension() != q.dimension())
    throw InputError("", "dimension", std::to_string(q.dimension()), "dimension " + std::to_string(p.dimension()));
  const Index d = p.dimension();
  const std::vector<Component> components = components_with_weight(p, q);
  const Component& reference = components.front();
  // Equal components add nothing; a column is kept only where it is not 0, since most of a structured mixture's are.
  std::vector<Vector<Rational>> columns;
  const auto keep = [&](const Vector<Rational>& column) {
    for (Index i = 0; i < d; ++i)
      if (column(i) != 0) return columns.push_back(column);
  };
  for (const Component& other : components) {
    keep(other.law->means.col(other.place) - reference.law->means.col(reference.place));
    const Matrix<Rational> difference = other.covariance() - reference.covariance();
    for (Index j = 0; j < d; ++j) keep(difference.col(j));
  }
  Matrix<Rational> all(d, static_cast<Index>(columns.size()));
  for (Index j = 0; j < all.cols(); ++j) all.col(j) = columns[static_cast<std::size_t>(j)];
  return independent_columns(all);
}

ReducedPair reduce(const Matrix<Rational>& basis, const Mixture<Ball>& p, const Mixture<Ball>& q) {
  if (basis.rows() != p.dimension() || q.dimension() != p.dimension() || basis.cols() < 1 ||
      basis.cols() > basis.rows())
    throw InputError("", "basis", std::to_string(basis.rows()) + " x " + std::to_string(basis.cols()),
                     "a basis of a space of positive dimension in R^" + std::to_string(p.dimension()));
  const Index first = first_with_weight(p);
  const Matrix<Ball> b = basis.unaryExpr([](const Rational& entry) { return from_rational<Ball>(entry); });
  const Matrix<Ball> whitening = inverse_factor(p.covariances[static_cast<std::size_t>(first)], "covariance");
  const Matrix<Ball> solved = whitening.transpose() * Matrix<Ball>(whitening * b);
  const Matrix<Ball> gram = solved.transpose() * solved;
  const Matrix<Ball> map = inverse_factor(gram, "basis") * solved.transpose();
  const Vector<Ball> centre = p.means.col(first);
  return {image(p, map, centre), image(q, map, centre)};
}

}  // namespace verimix
