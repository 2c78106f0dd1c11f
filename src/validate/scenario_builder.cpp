#include "scenario_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace verimix {
namespace {

constexpr Index largest_factored = 8;
constexpr int grid = 64;
/// Beyond this dimension v has few coordinates that are not 0, or the files would be of tens of megabytes.
constexpr Index largest_dense = 100;
constexpr Index largest_spike = 16;

std::string kebab(std::string text) {
  for (char& c : text) c = c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

Matrix<Rational> factored_covariance(Index d, int e, Dyadics& dyadics) {
  Matrix<Rational> lower = Matrix<Rational>::Zero(d, d);
  Matrix<Rational> diagonal = Matrix<Rational>::Zero(d, d);
  for (Index a = 0; a < d; ++a) {
    lower(a, a) = 1;
    diagonal(a, a) = power_of_two(dyadics.integer(e));
    for (Index b = 0; b < a; ++b) lower(a, b) = Rational(dyadics.integer(3), 4);
  }
  return lower * diagonal * lower.transpose();
}

Matrix<Rational> spiked_covariance(Index d, int e, Dyadics& dyadics) {
  Matrix<Rational> v = dyadics.point(d, grid / 4);
  if (d > largest_dense) v.bottomRows(d - largest_spike).setZero();
  Matrix<Rational> q = v * v.transpose();
  const Rational base = power_of_two(dyadics.integer(e));
  for (Index a = 0; a < d; ++a) q(a, a) += base;
  return q;
}

}  // namespace

Rational power_of_two(int exponent) {
  Rational value = 1;
  for (int i = 0; i < std::abs(exponent); ++i) value *= exponent < 0 ? Rational(1, 2) : Rational(2);
  return value;
}

SharedMixture dyadic_mixture(const std::string& name, std::initializer_list<DyadicComponent> components) {
  ExactMixture mixture;
  mixture.name = name;
  mixture.means.resize(1, std::ssize(components));
  Index i = 0;
  for (const DyadicComponent& c : components) {
    mixture.weights.push_back(c.weight);
    mixture.means(0, i++) = c.mean;
    mixture.covariances.push_back(Matrix<Rational>::Constant(1, 1, c.variance));
  }
  return std::make_shared<const ExactMixture>(std::move(mixture));
}

int Dyadics::integer(int most) { return static_cast<int>(stream_.uniform() * (2 * most + 1)) - most; }

Matrix<Rational> Dyadics::point(Index d, int most) {
  Matrix<Rational> x(d, 1);
  for (Index a = 0; a < d; ++a) x(a, 0) = coordinate(most);
  return x;
}

SharedMixture random_dyadic_mixture(const std::string& name, Index d, int k, int e, int reach, std::uint64_t seed) {
  Dyadics dyadics(seed);
  ExactMixture mixture;
  mixture.name = name;
  mixture.means.resize(d, k);
  Rational left = 1;
  for (int i = 0; i < k; ++i) {
    const Rational share = Rational(grid / (2 * k) + dyadics.integer(grid / (4 * k)), grid);
    mixture.weights.push_back(i + 1 < k ? share : left);
    left -= share;
    for (Index a = 0; a < d; ++a) mixture.means(a, i) = dyadics.coordinate(reach * grid);
    mixture.covariances.push_back(d <= largest_factored ? factored_covariance(d, e, dyadics)
                                                        : spiked_covariance(d, e, dyadics));
  }
  return std::make_shared<const ExactMixture>(std::move(mixture));
}

Matrix<Rational> point_near(const ExactMixture& mixture, Index i, Dyadics& dyadics, int most) {
  const Matrix<Rational> mean = mixture.means.col(i);
  return mean + dyadics.point(mixture.dimension(), most);
}

void ScenarioBuilder::ask(const Place& place) {
  ask(place, Operation::log_density);
  ask(place, Operation::score);
  if (place.mixture->size() > 1) ask(place, Operation::responsibilities);
  if (place.mixture->dimension() <= largest_factored) ask(place, Operation::jacobian);
}

void ScenarioBuilder::ask(const Place& place, Operation operation) {
  VectorQuestion question;
  question.operation = operation;
  question.group = (place.time > 0 ? "noised-" : "") + kebab(std::string(name_of(operation)));
  add(std::move(question), place);
}

void ScenarioBuilder::predict(const Place& place, const Process& process,
                              std::initializer_list<Prediction> predictions) {
  for (const Prediction prediction : predictions) {
    VectorQuestion question;
    question.operation = prediction == Prediction::score ? Operation::score : Operation::prediction;
    question.predicts = prediction;
    question.process = process;
    question.group = prediction == Prediction::score ? "process-score" : fmt::format("predict-{}", name_of(prediction));
    add(std::move(question), place);
  }
}

void ScenarioBuilder::add(VectorQuestion question, const Place& place) {
  question.mixture = place.mixture;
  question.points = place.points;
  question.flags = place.flags;
  question.time = place.time;
  question.smoke = place.smoke;
  const std::string series = question.group + "-" + kebab(place.flags.front());
  question.id =
      fmt::format("{}{}-{:03}", series, place.smoke ? "" : "-full", ++numbers_[series + (place.smoke ? "" : "-full")]);
  questions_.push_back(std::move(question));
}

}  // namespace verimix
