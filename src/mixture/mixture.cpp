#include "verimix/mixture/mixture.hpp"

#include <algorithm>

#include "verimix/core/cholesky.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"

namespace verimix {

namespace {

std::string component_field(Index i, const char* member) { return "components[" + std::to_string(i) + "]." + member; }

std::string shape_text(const Matrix<Rational>& a) {
  return std::to_string(a.rows()) + " x " + std::to_string(a.cols());
}

bool balls_prove_definite(const Matrix<Rational>& a) {
  Matrix<Ball> enclosure(a.rows(), a.cols());
  for (Index j = 0; j < a.cols(); ++j) {
    for (Index i = 0; i < a.rows(); ++i) enclosure(i, j) = from_rational<Ball>(a(i, j));
  }
  return cholesky(enclosure).positive_definite == Truth::yes;
}

void validate_weights(const std::vector<Rational>& weights) {
  Rational sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] < 0) {
      throw InputError("", component_field(static_cast<Index>(i), "weight"), to_text(weights[i]), "a weight >= 0");
    }
    sum += weights[i];
  }
  if (sum != 1) throw InputError("", "components[*].weight", to_text(sum), "weights that sum to 1 exactly");
}

/// Returns whether the covariance is definite.
bool validate_covariance(const Matrix<Rational>& a, Index dimension, const std::string& field) {
  if (a.rows() != dimension || a.cols() != dimension) {
    throw InputError("", field, shape_text(a),
                     "a matrix of " + std::to_string(dimension) + " x " + std::to_string(dimension));
  }
  for (Index j = 0; j < dimension; ++j) {
    for (Index i = j + 1; i < dimension; ++i) {
      if (a(i, j) != a(j, i)) {
        const std::string place = "[" + std::to_string(i) + "][" + std::to_string(j) + "]";
        throw InputError("", field + place, to_text(a(i, j)), "the mirrored entry " + to_text(a(j, i)) + " (symmetry)");
      }
    }
  }
  const Definiteness kind = definiteness(a);
  if (kind == Definiteness::indefinite) {
    throw InputError("", field, "an indefinite matrix", "a positive definite (or semidefinite) covariance");
  }
  return kind == Definiteness::definite;
}

Rational exact_number(double x, const std::string& field) {
  if (!is_finite(x)) throw InputError("", field, to_text(x), "a finite number");
  return to_rational(x);
}

}  // namespace

Definiteness definiteness(const Matrix<Rational>& a) {
  require_invariant(a.rows() == a.cols(), "definiteness is asked of a square matrix");
  if (balls_prove_definite(a)) return Definiteness::definite;
  Matrix<Rational> schur = a;
  const Index d = a.rows();
  bool definite = true;
  for (Index j = 0; j < d; ++j) {
    if (schur(j, j) < 0) return Definiteness::indefinite;
    if (schur(j, j) == 0) {
      definite = false;
      for (Index i = j + 1; i < d; ++i) {
        if (schur(i, j) != 0) return Definiteness::indefinite;
      }
      continue;
    }
    for (Index c = j + 1; c < d; ++c) {
      const Rational factor = schur(c, j) / schur(j, j);
      if (factor == 0) continue;
      for (Index i = c; i < d; ++i) schur(i, c) -= schur(i, j) * factor;
    }
  }
  return definite ? Definiteness::definite : Definiteness::semidefinite;
}

bool validate(const ExactMixture& mixture) {
  const Index d = mixture.dimension();
  const Index k = mixture.size();
  if (d < 1) throw InputError("", "dimension", std::to_string(d), "a dimension of at least 1");
  if (k < 1) throw InputError("", "components", std::to_string(k), "at least one component");
  if (std::ssize(mixture.weights) != k || std::ssize(mixture.covariances) != k) {
    throw InputError("", "components",
                     std::to_string(mixture.weights.size()) + " weights and " +
                         std::to_string(mixture.covariances.size()) + " covariances",
                     "one of each for " + std::to_string(k) + " means");
  }
  validate_weights(mixture.weights);
  bool definite = true;
  for (Index i = 0; i < k; ++i) {
    const Matrix<Rational>& covariance = mixture.covariances[static_cast<std::size_t>(i)];
    definite = validate_covariance(covariance, d, component_field(i, "covariance")) && definite;
  }
  return definite;
}

template <Scalar T>
Mixture<T> round_to(const ExactMixture& mixture) {
  const auto rounded = [](const Matrix<Rational>& exact_matrix) {
    Matrix<T> result(exact_matrix.rows(), exact_matrix.cols());
    for (Index j = 0; j < result.cols(); ++j) {
      for (Index i = 0; i < result.rows(); ++i) result(i, j) = from_rational<T>(exact_matrix(i, j));
    }
    return result;
  };
  Mixture<T> result;
  result.name = mixture.name;
  result.weights.resize(mixture.size());
  for (Index i = 0; i < mixture.size(); ++i) {
    result.weights(i) = from_rational<T>(mixture.weights[static_cast<std::size_t>(i)]);
  }
  result.means = rounded(mixture.means);
  for (const Matrix<Rational>& covariance : mixture.covariances) result.covariances.push_back(rounded(covariance));
  return result;
}

ExactMixture exact(const Mixture<double>& mixture) {
  ExactMixture result;
  result.name = mixture.name;
  const auto exact_matrix = [](const Matrix<double>& a, const auto& field) {
    Matrix<Rational> entries(a.rows(), a.cols());
    for (Index j = 0; j < a.cols(); ++j) {
      for (Index i = 0; i < a.rows(); ++i) entries(i, j) = exact_number(a(i, j), field(j));
    }
    return entries;
  };
  Rational sum = 0;
  for (Index i = 0; i < mixture.weights.size(); ++i) {
    result.weights.push_back(exact_number(mixture.weights(i), component_field(i, "weight")));
    sum += result.weights.back();
  }
  const Rational missing = 1 - sum;
  if (result.weights.empty() || abs(missing) > to_rational(0x1p-30)) {
    throw InputError("", "components[*].weight", to_text(static_cast<double>(sum)), "weights that sum to 1");
  }
  *std::max_element(result.weights.begin(), result.weights.end()) += missing;
  result.means = exact_matrix(mixture.means, [](Index i) { return component_field(i, "mean"); });
  for (std::size_t i = 0; i < mixture.covariances.size(); ++i) {
    result.covariances.push_back(exact_matrix(
        mixture.covariances[i], [i](Index) { return component_field(static_cast<Index>(i), "covariance"); }));
  }
  return result;
}

template <Scalar T>
Mixture<T> sub_mixture(const Mixture<T>& mixture, const std::vector<Index>& components) {
  const auto refuse = [](const std::string& value, const std::string& expected) {
    throw InputError("", "components", value, expected);
  };
  if (components.empty()) refuse("none", "at least one component");
  std::vector<bool> seen(static_cast<std::size_t>(mixture.size()), false);
  Mixture<T> result;
  result.name = mixture.name;
  result.weights.resize(std::ssize(components));
  result.means.resize(mixture.dimension(), std::ssize(components));
  T total(0);
  for (Index position = 0; position < std::ssize(components); ++position) {
    const Index i = components[static_cast<std::size_t>(position)];
    if (i < 0 || i >= mixture.size()) refuse(std::to_string(i), "an index below " + std::to_string(mixture.size()));
    if (seen[static_cast<std::size_t>(i)]) refuse(std::to_string(i), "no component twice");
    seen[static_cast<std::size_t>(i)] = true;
    result.weights(position) = mixture.weights(i);
    result.means.col(position) = mixture.means.col(i);
    result.covariances.push_back(mixture.covariances[static_cast<std::size_t>(i)]);
    total += mixture.weights(i);
  }
  const Truth positive = less(T(0), total);
  if (positive == Truth::no) refuse("components of total weight 0", "a total weight > 0");
  if (positive == Truth::unknown) {
    throw UndecidedError("the total weight of a sub-mixture cannot be told from 0: raise the precision (--digits)");
  }
  for (Index i = 0; i < result.weights.size(); ++i) result.weights(i) /= total;
  return result;
}

template Mixture<double> round_to(const ExactMixture&);
template Mixture<Real50> round_to(const ExactMixture&);
template Mixture<Real100> round_to(const ExactMixture&);
template Mixture<Ball> round_to(const ExactMixture&);
template Mixture<double> sub_mixture(const Mixture<double>&, const std::vector<Index>&);
template Mixture<Real50> sub_mixture(const Mixture<Real50>&, const std::vector<Index>&);
template Mixture<Real100> sub_mixture(const Mixture<Real100>&, const std::vector<Index>&);
template Mixture<Ball> sub_mixture(const Mixture<Ball>&, const std::vector<Index>&);

}  // namespace verimix
