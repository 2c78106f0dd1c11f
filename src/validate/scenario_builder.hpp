// Making the questions of the corpus: dyadic mixtures and points from a seed, and ids that stay.
#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "verimix/core/random.hpp"
#include "verimix/validate/vector_scenarios.hpp"

namespace verimix {

using SharedMixture = std::shared_ptr<const ExactMixture>;

/// 2^exponent.
Rational power_of_two(int exponent);

/// A component on the line.
struct DyadicComponent {
  Rational weight, mean, variance;
};
SharedMixture dyadic_mixture(const std::string& name, std::initializer_list<DyadicComponent> components);

/// Random dyadic numbers that use uniforms only, so that no function of the C library has a part in them.
class Dyadics {
 public:
  explicit Dyadics(std::uint64_t seed) : stream_(seed, Purpose::instance, 0) {}
  /// An integer in [-most, most].
  int integer(int most);
  /// integer(most)/64.
  Rational coordinate(int most) { return Rational(integer(most), 64); }
  Matrix<Rational> point(Index d, int most);

 private:
  Stream stream_;
};

/// k components in R^d: weights in multiples of 1/64, means within `reach`, covariances L D L^T with L unit lower
/// triangular in quarters and D powers of two in [2^-e, 2^e] (d <= 8), or 2^e' Id + v v^T (d > 8; beyond
/// 100 only 16 coordinates of v are not 0).
SharedMixture random_dyadic_mixture(const std::string& name, Index d, int k, int e, int reach, std::uint64_t seed);

/// mean of component i, plus `step` along the first axis and a random displacement of at most `most`/64 an axis.
Matrix<Rational> point_near(const ExactMixture& mixture, Index i, Dyadics& dyadics, int most);

/// What is asked at one place.
struct Place {
  SharedMixture mixture;
  Matrix<Rational> points;
  std::vector<std::string> flags;
  Rational time = 0;
  bool smoke = true;
};

class ScenarioBuilder {
 public:
  /// Log-density, score, responsibilities (of two components or more) and, up to dimension 8, the Jacobian.
  void ask(const Place& place);
  void ask(const Place& place, Operation operation);
  /// The predictions, in the process's own time.
  void predict(const Place& place, const Process& process, std::initializer_list<Prediction> predictions);

  std::vector<VectorQuestion> take() { return std::move(questions_); }

 private:
  void add(VectorQuestion question, const Place& place);

  std::vector<VectorQuestion> questions_;
  std::map<std::string, int> numbers_;
};

}  // namespace verimix
