#include "verimix/ledger/digits_lost.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <utility>

#include "verimix/cluster/clipped_inverse.hpp"
#include "verimix/cluster/clustering.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/core/rational.hpp"
#include "verimix/core/verdict.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/estimate/moments.hpp"
#include "verimix/estimate/subspace.hpp"
#include "verimix/mixture/density.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/mixture/families.hpp"
#include "verimix/polynomial/basis.hpp"
#include "verimix/regress/denoising_fit.hpp"
#include "verimix/sample/reverse_process.hpp"

namespace verimix {
namespace {

template <class T>
using StageValues = std::vector<std::pair<std::string, Matrix<T>>>;

template <RealScalar T>
Matrix<T> column(const Vector<T>& v) {
  return v;
}

// All stages in one scalar, from the same points.
template <RealScalar T>
StageValues<T> run_stages(const ExactMixture& exact_mixture, const Matrix<double>& drawn,
                          const DigitsLostSettings& settings) {
  StageValues<T> values;
  const Matrix<T> points = drawn.template cast<T>();
  const Mixture<T> law = at_time(round_to<T>(exact_mixture), from_rational<T>(settings.time));
  const Index d = law.dimension(), k = law.size();
  const Evaluation<T> evaluation = Density<T>(law).evaluate(points);
  values.emplace_back("log-density", column<T>(evaluation.log_density));
  values.emplace_back("score", evaluation.score);
  const Matrix<T> all = Matrix<T>::Identity(d, d);
  const Matrix<T> moment = symmetric_fourth_moment<T>(points, all);
  // Of a proper subspace: the projector on the whole space has entries that are 0 but for rounding.
  const Index rank = std::max<Index>(1, std::min(k, moment.rows() - 1));
  values.emplace_back("crude covariances", top_eigenspace<T>(moment, rank).projector());
  const T alpha = noise_variance(from_rational<T>(settings.time));
  values.emplace_back("clipped inverse", clipped_inverse<T>(law.covariances.front(), alpha).inverse);
  PartitionPair pair;
  for (Index i = 0; i < k; ++i) {
    pair.mean_group.push_back(i);
    pair.covariance_group.push_back(i);
  }
  ClusteringOptions<T> options;
  options.alpha = alpha;
  const auto labels = Clustering<T>(parameters_of(law), pair, options).labels(points);
  Matrix<T> label_row(1, static_cast<Index>(labels.size()));
  for (std::size_t n = 0; n < labels.size(); ++n) label_row(0, static_cast<Index>(n)) = T(static_cast<int>(labels[n]));
  values.emplace_back("labels", label_row);
  const HermiteBasis<T> basis(Vector<T>::Zero(d), second_moment(law), settings.degree);
  values.emplace_back("basis", basis.values(points));
  const auto fit = fit_all_degrees<T>(basis, points, evaluation.score);
  values.emplace_back("regression", fit.coefficients.back());
  const ReverseStep<T> step(T(1) / T(64));
  values.emplace_back("reverse step", step.rho * points + step.score_factor * evaluation.score +
                                          step.noise_factor * points.rowwise().reverse());
  return values;
}

double largest_relative_error(const Matrix<double>& x, const Matrix<Real50>& y) {
  double largest = 0;
  for (Index c = 0; c < x.cols(); ++c) {
    for (Index r = 0; r < x.rows(); ++r) {
      const Real50 difference = abs(Real50(x(r, c)) - y(r, c));
      if (difference == 0) continue;
      const double relative = y(r, c) == 0 ? 1 : static_cast<double>(Real50(difference / abs(y(r, c))));
      largest = std::max(largest, relative);
    }
  }
  return largest;
}

double share_of_differences(const Matrix<double>& x, const Matrix<Real50>& y) {
  Index count = 0;
  for (Index c = 0; c < x.cols(); ++c)
    if (Real50(x(0, c)) != y(0, c)) ++count;
  return static_cast<double>(count) / static_cast<double>(x.cols());
}

Rational number_of(const std::string& key, const std::string& text, const Rational& lower, const Rational& upper) {
  const std::string expected = to_text(lower) + " <= " + key + " <= " + to_text(upper);
  Rational value;
  try {
    value = parse_rational(text);
  } catch (const InputError&) {
    throw InputError("", "--set " + key, text, "a number, " + expected);
  }
  if (value < lower || value > upper) throw InputError("", "--set " + key, text, expected);
  return value;
}

long integer_of(const std::string& key, const std::string& text, long lower, long upper) {
  const Rational value = number_of(key, text, Rational(lower), Rational(upper));
  if (denominator(value) != 1) throw InputError("", "--set " + key, text, "an integer");
  return static_cast<long>(numerator(value));
}

}  // namespace

std::vector<StageDigits> stage_digits(const ExactMixture& mixture, const DigitsLostSettings& settings) {
  if (settings.time <= 0) throw InputError("", "time", to_text(settings.time), "time > 0");
  if (settings.points < 8) throw InputError("", "points", std::to_string(settings.points), "points >= 8");
  if (settings.degree < 0) throw InputError("", "degree", std::to_string(settings.degree), "degree >= 0");
  const Mixture<double> law = at_time(round_to<double>(mixture), from_rational<double>(settings.time));
  const Matrix<double> points = draw(law, settings.points, settings.seed).points;
  const auto rounded = run_stages<double>(mixture, points, settings);
  const auto reference = run_stages<Real50>(mixture, points, settings);
  std::vector<StageDigits> stages;
  for (std::size_t s = 0; s < rounded.size(); ++s) {
    StageDigits stage{rounded[s].first, 0, 0};
    const Matrix<double>& x = rounded[s].second;
    const Matrix<Real50>& y = reference[s].second;
    require_invariant(x.rows() == y.rows() && x.cols() == y.cols(), "both scalars keep the same degree");
    stage.relative_error = stage.stage == "labels" ? share_of_differences(x, y) : largest_relative_error(x, y);
    stage.digits_lost = std::max(0.0, std::log10(std::max(stage.relative_error, 1e-300) / 0x1p-53));
    stages.push_back(std::move(stage));
  }
  return stages;
}

Json digits_lost_experiment_json(const std::map<std::string, std::string>& settings) {
  DigitsLostSettings chosen;
  std::string families = "over1,sep2,over5";
  for (const auto& [key, text] : settings) {
    if (key == "family") {
      families = text;
    } else if (key == "time") {
      chosen.time = number_of(key, text, Rational(1, 1000000000), Rational(20));
    } else if (key == "points") {
      chosen.points = integer_of(key, text, 8, 100000);
    } else if (key == "degree") {
      chosen.degree = static_cast<int>(integer_of(key, text, 0, 12));
    } else if (key == "seed") {
      chosen.seed = static_cast<std::uint64_t>(integer_of(key, text, 0, 1000000000));
    } else {
      throw InputError("", "--set " + key, text, "one of the keys family, time, points, degree, seed");
    }
  }
  Json document = {{"format", "verimix.experiment/1"},
                   {"name", "digits-lost"},
                   {"evidence", to_text(Evidence::computed)},
                   {"columns", {"family", "stage", "largest_relative_error", "digits_lost"}},
                   {"rows", Json::array()}};
  std::istringstream names(families);
  for (std::string name; std::getline(names, name, ',');)
    for (const StageDigits& stage : stage_digits(instance(name), chosen))
      document["rows"].push_back(
          {name, stage.stage, to_text(stage.relative_error), to_text(std::round(10 * stage.digits_lost) / 10)});
  return document;
}

}  // namespace verimix
