#include "check_support.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "verimix/cluster/misclassification.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/core/precision_ladder.hpp"
#include "verimix/core/rational.hpp"
#include "verimix/core/roots.hpp"

namespace verimix::checks {
namespace {

// Components of weight 0 are no part of a law.
ExactMixture without_empty_components(const ExactMixture& mixture) {
  ExactMixture kept;
  kept.name = mixture.name;
  std::vector<Index> indices;
  for (Index i = 0; i < mixture.size(); ++i)
    if (mixture.weights[static_cast<std::size_t>(i)] != 0) indices.push_back(i);
  kept.means.resize(mixture.dimension(), static_cast<Index>(indices.size()));
  for (std::size_t at = 0; at < indices.size(); ++at) {
    const auto i = static_cast<std::size_t>(indices[at]);
    kept.weights.push_back(mixture.weights[i]);
    kept.covariances.push_back(mixture.covariances[i]);
    kept.means.col(static_cast<Index>(at)) = mixture.means.col(indices[at]);
  }
  return kept;
}

// The mixture with every covariance times c.
Mixture<Ball> scaled(const ExactMixture& mixture, const Rational& c) {
  ExactMixture copy = mixture;
  for (Matrix<Rational>& covariance : copy.covariances) covariance *= c;
  return round_to<Ball>(copy);
}

// Labels by first occurrence of what compares equal.
template <class Same>
std::vector<Index> groups_by(Index count, const Same& same) {
  std::vector<Index> labels;
  Index next = 0;
  for (Index i = 0; i < count; ++i) {
    Index j = 0;
    while (j < i && !same(i, j)) ++j;
    labels.push_back(j < i ? labels[static_cast<std::size_t>(j)] : next++);
  }
  return labels;
}

Rational sum_of_squares(const Matrix<Rational>& a) {
  Rational sum = 0;
  for (Index c = 0; c < a.cols(); ++c)
    for (Index r = 0; r < a.rows(); ++r) sum += a(r, c) * a(r, c);
  return sum;
}

}  // namespace

Quantity certified(Ball value) { return {std::move(value), Evidence::certified}; }

Quantity estimated(const ConfidenceInterval& interval) {
  return {hull(Ball(interval.lower), Ball(interval.upper)), Evidence::estimated};
}

Quantity computed(double value) { return {Ball(value), Evidence::computed}; }

Quantity computed(const Real50& value) {
  if (!is_finite(value)) return computed(std::numeric_limits<double>::infinity());
  return {in_balls(to_rational(value)), Evidence::computed};
}

Quantity exactly(const Rational& value) { return certified(in_balls(value)); }

Ball in_balls(const Rational& value) { return from_rational<Ball>(value); }

Matrix<Ball> in_balls(const Matrix<Rational>& a) {
  return a.unaryExpr([](const Rational& x) { return in_balls(x); });
}
Matrix<Ball> in_balls(const Matrix<double>& a) {
  return a.unaryExpr([](double x) { return Ball(x); });
}

Matrix<Ball> identity_in_balls(Index d) {
  Matrix<Ball> identity = Matrix<Ball>::Constant(d, d, Ball(0));
  for (Index r = 0; r < d; ++r) identity(r, r) = Ball(1);
  return identity;
}

Matrix<Rational> span_projector(const Matrix<Rational>& columns, Index& rank) {
  // Gram and Schmidt without roots.
  Matrix<Rational> projector = Matrix<Rational>::Constant(columns.rows(), columns.rows(), Rational(0));
  rank = 0;
  for (Index c = 0; c < columns.cols(); ++c) {
    Vector<Rational> w = columns.col(c);
    const Vector<Rational> image = projector * w;
    w -= image;
    const Rational square = w.dot(w);
    if (square == 0) continue;
    for (Index a = 0; a < w.size(); ++a)
      for (Index b = 0; b < w.size(); ++b) projector(a, b) += w(a) * w(b) / square;
    ++rank;
  }
  return projector;
}

Ball maximum(const Ball& a, const Ball& b) { return (a + b + abs(a - b)) / Ball(2); }
Ball minimum(const Ball& a, const Ball& b) { return (a + b - abs(a - b)) / Ball(2); }

Ball squared_norm(const Vector<Ball>& v) {
  Ball sum = 0;
  for (Index r = 0; r < v.size(); ++r) sum += v(r) * v(r);
  return sum;
}
Ball root(const Ball& x) {
  return less(Ball(0), x) == Truth::yes ? sqrt(x) : hull(Ball(0), sqrt(maximum(Ball(0), upper_end(x))));
}
Ball norm(const Vector<Ball>& v) { return root(squared_norm(v)); }

std::string cells_text(const std::vector<std::vector<Index>>& cells) {
  std::string text;
  for (const std::vector<Index>& cell : cells) {
    std::vector<Index> counted = cell;
    for (Index& i : counted) ++i;
    text += fmt::format("{}{{{}}}", text.empty() ? "" : ", ", fmt::join(counted, ", "));
  }
  return text;
}

Vector<Ball> DisturbedParameters::mean(Index i) const { return in_balls(Matrix<Rational>(means.col(i))); }
Matrix<Ball> DisturbedParameters::covariance(Index i) const {
  return in_balls(covariances[static_cast<std::size_t>(i)]);
}

ParameterEstimates<double> DisturbedParameters::rounded() const {
  ParameterEstimates<double> result;
  const auto round = [](const Rational& x) { return from_rational<double>(x); };
  result.means = means.unaryExpr(round);
  for (const Matrix<Rational>& covariance : covariances) result.covariances.emplace_back(covariance.unaryExpr(round));
  return result;
}

Subject::Subject(const ExactMixture& mixture, const CheckSettings& settings, const std::vector<CheckKey>& keys)
    : exact_(without_empty_components(mixture)),
      balls_(round_to<Ball>(exact_)),
      sizes_(conditioning(balls_)),
      settings_(settings),
      keys_(keys) {}

Ball Subject::least_eigenvalue() const {
  // conditioning cuts at 1; no eigenvalue of the smallest diagonal entry's matrix is above that entry.
  Rational least = exact_.covariances.front()(0, 0);
  for (const Matrix<Rational>& covariance : exact_.covariances)
    for (Index r = 0; r < d(); ++r) least = std::min(least, covariance(r, r));
  return conditioning(scaled(exact_, 1 / least)).alpha * in_balls(least);
}

Ball Subject::largest_eigenvalue() const {
  Rational largest = 0;
  for (const Matrix<Rational>& covariance : exact_.covariances)
    for (Index r = 0; r < d(); ++r) largest = std::max(largest, covariance(r, r));
  return conditioning(scaled(exact_, 1 / largest)).beta * in_balls(largest);
}

std::optional<Rational> Subject::exact_largest_eigenvalue() const {
  Rational largest = 0;
  for (const Matrix<Rational>& covariance : exact_.covariances)
    for (Index r = 0; r < d(); ++r)
      for (Index c = 0; c < d(); ++c) {
        if (r != c && covariance(r, c) != 0) return std::nullopt;
        if (r == c) largest = std::max(largest, covariance(r, c));
      }
  return largest;
}

const CheckKey& Subject::key(const std::string& name) const {
  const auto found = std::ranges::find(keys_, name, &CheckKey::name);
  require_invariant(found != keys_.end(), "an evaluator reads only the keys that it names");
  return *found;
}

std::optional<Rational> Subject::set(const std::string& name) const {
  const CheckKey& asked = key(name);
  const auto found = settings_.values.find(name);
  if (found == settings_.values.end()) return std::nullopt;
  if (found->second < asked.lower || found->second > asked.upper)
    throw InputError("", "--set " + name, to_text(found->second),
                     fmt::format("{} <= {} <= {}", to_text(asked.lower), name, to_text(asked.upper)));
  return found->second;
}

Rational Subject::value(const std::string& name) const {
  if (const auto found = set(name)) return *found;
  const auto& standard = key(name).standard;
  require_invariant(standard.has_value(), "a key that is read without a rule has a standard value");
  return *standard;
}

Ball Subject::R() const {
  if (const auto found = set("R")) return in_balls(*found);
  return sizes_.R;
}

std::string Subject::R_hypothesis() const {
  const auto found = set("R");
  if (!found || less(in_balls(*found), sizes_.R) != Truth::yes) return "";
  return "|mu_i| + |Q_i - Id|_F <= R fails for the R that was set";
}

Index Subject::chosen_component() const {
  const Rational chosen = value("component");
  if (denominator(chosen) != 1 || chosen > k())
    throw InputError("", "--set component", to_text(chosen), fmt::format("an integer, 1 <= component <= {}", k()));
  return static_cast<Index>(static_cast<long>(numerator(chosen))) - 1;
}

DisturbedParameters Subject::estimates() const {
  DisturbedParameters result{exact_.means, exact_.covariances, value("mean-error"), value("covariance-error")};
  for (Index i = 0; i < k(); ++i) {
    const int sign = i % 2 == 0 ? 1 : -1;
    result.means(0, i) += sign * result.mean_error;
    result.covariances[static_cast<std::size_t>(i)](0, 0) += sign * result.covariance_error;
  }
  return result;
}

std::optional<std::string> Subject::chosen_groups(const std::string& name) const {
  if (std::ranges::find(keys_, name, &CheckKey::name) == keys_.end()) return std::nullopt;
  const auto found = set(name);
  if (!found) return std::nullopt;
  const std::string digits = to_text(*found);
  if (denominator(*found) != 1 || static_cast<Index>(digits.size()) != k())
    throw InputError("", "--set " + name, digits, fmt::format("{} digits, one for each component", k()));
  return digits;
}

PartitionPair Subject::pair() const {
  const auto covariance = [&](Index i) -> const Matrix<Rational>& {
    return exact_.covariances[static_cast<std::size_t>(i)];
  };
  const auto groups = [&](const char* name, const auto& same) {
    const auto digits = chosen_groups(name);
    if (!digits) return groups_by(k(), same);
    return groups_by(k(), [&](Index i, Index j) {
      return (*digits)[static_cast<std::size_t>(i)] == (*digits)[static_cast<std::size_t>(j)];
    });
  };
  return {groups("mean-groups", [&](Index i, Index j) { return exact_.means.col(i) == exact_.means.col(j); }),
          groups("covariance-groups", [&](Index i, Index j) { return covariance(i) == covariance(j); })};
}

std::vector<Index> Subject::singletons_but(Index i) const {
  std::vector<Index> others;
  for (Index j = 0; j < k(); ++j)
    if (j != i) others.push_back(j);
  return others;
}

ClusteringOptions<double> Subject::clustering_options() const {
  ClusteringOptions<double> options;
  options.alpha = std::exp2(std::floor(std::log2(approximate(least_eigenvalue()) * (1 - 1e-9))));
  return options;
}

Clustering<double> Subject::clustering() const {
  return Clustering<double>(estimates().rounded(), pair(), clustering_options());
}

Rational Subject::mean_distance_squared(Index i, Index j) const {
  return sum_of_squares(exact_.means.col(i) - exact_.means.col(j));
}

Rational Subject::covariance_distance_squared(Index i, Index j) const {
  return sum_of_squares(exact_.covariances[static_cast<std::size_t>(i)] -
                        exact_.covariances[static_cast<std::size_t>(j)]);
}

Ball Subject::mean_distance(Index i, Index j) const { return sqrt(in_balls(mean_distance_squared(i, j))); }
Ball Subject::covariance_distance(Index i, Index j) const { return sqrt(in_balls(covariance_distance_squared(i, j))); }

BallSeparation separation_of(const Subject& subject, const PartitionPair& pair) {
  BallSeparation result;
  const auto enter = [](Ball& in, std::optional<Ball>& out, bool together, const Ball& distance) {
    if (together)
      in = maximum(in, distance);
    else
      out = out ? minimum(*out, distance) : distance;
  };
  for (Index i = 0; i < subject.k(); ++i) {
    for (Index j = i + 1; j < subject.k(); ++j) {
      const auto a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
      enter(result.in_mean, result.out_mean, pair.mean_group[a] == pair.mean_group[b], subject.mean_distance(i, j));
      enter(result.in_covariance, result.out_covariance, pair.covariance_group[a] == pair.covariance_group[b],
            subject.covariance_distance(i, j));
    }
  }
  return result;
}

Quantity Misclassified::against(const Ball& bound) const {
  return less(bound, enclosed) == Truth::no ? certified(enclosed) : counted;
}

std::vector<Misclassified> misclassified(const Subject& subject, const Clustering<double>& clustering) {
  std::vector<Misclassified> found;
  if (subject.d() == 1) {
    const LineCells cells = line_cells(subject.balls(), clustering);
    for (Index i = 0; i < subject.k(); ++i)
      found.push_back({certified(cells.misclassified(i)), cells.misclassified(i)});
    return found;
  }
  const CheckSettings& settings = subject.settings();
  const Mixture<double> rounded = round_to<double>(subject.exact());
  // One interval more than components: Propositions 7 and 32 read that of the error beside these.
  const double confidence = subject.shared_confidence(subject.k() + 1);
  for (Index i = 0; i < subject.k(); ++i) {
    const auto interval =
        misclassification_estimate(rounded, clustering, i, settings.samples, settings.seed, confidence).probability;
    Ball most(1);
    try {
      most = minimum(most, upper_end(misclassification_bracket(subject.balls(), clustering, i)));
    } catch (const UndecidedError&) {
      // A probability is at most 1.
    }
    const Ball upper = minimum(Ball(interval.upper), most);
    found.push_back({{hull(Ball(interval.lower), upper), Evidence::estimated}, hull(Ball(0), upper_end(most))});
  }
  return found;
}

}  // namespace verimix::checks
