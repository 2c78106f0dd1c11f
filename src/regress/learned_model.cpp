#include "verimix/regress/learned_model.hpp"

#include "verimix/core/error.hpp"

namespace verimix {

template <RealScalar T>
Matrix<T> Standardisation<T>::apply(const Matrix<T>& points) const {
  return (points.colwise() - shift).array().colwise() / scale.array();
}

template <RealScalar T>
Matrix<T> Standardisation<T>::undo(const Matrix<T>& points) const {
  const Matrix<T> scaled = points.array().colwise() * scale.array();
  return scaled.colwise() + shift;
}

template <RealScalar T>
Mixture<T> Standardisation<T>::apply(const Mixture<T>& mixture) const {
  if (mixture.dimension() != shift.size())
    throw InputError("", "truth", std::to_string(mixture.dimension()),
                     "a mixture of the data's dimension " + std::to_string(shift.size()));
  Mixture<T> out = mixture;
  out.means = apply(mixture.means);
  for (Matrix<T>& covariance : out.covariances)
    for (Index i = 0; i < shift.size(); ++i)
      for (Index j = 0; j < shift.size(); ++j) covariance(i, j) = covariance(i, j) / scale(i) / scale(j);
  return out;
}

template <RealScalar T>
Matrix<T> LearnedModel<T>::score(const Matrix<T>& points, Index level) const {
  require_invariant(level >= 0 && level < static_cast<Index>(levels.size()),
                    "a score is asked of a noise level of the grid");
  return levels[static_cast<std::size_t>(level)].score(points);
}

template struct Standardisation<double>;
template struct Standardisation<Real50>;
template struct LearnedModel<double>;
template struct LearnedModel<Real50>;

}  // namespace verimix
