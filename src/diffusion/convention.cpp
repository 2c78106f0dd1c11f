#include "verimix/diffusion/convention.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "verimix/core/error.hpp"
#include "verimix/core/name_table.hpp"

namespace verimix {
namespace {

struct KindRow {
  ProcessKind kind;
  std::string_view name;
  std::vector<std::string> parameters;
};

const std::vector<KindRow>& kinds() {
  static const std::vector<KindRow> rows{{ProcessKind::ou, "ou", {}},
                                         {ProcessKind::vp_constant, "vp-constant", {"beta"}},
                                         {ProcessKind::vp_linear, "vp-linear", {"beta_min", "beta_max"}},
                                         {ProcessKind::vp_cosine, "vp-cosine", {"offset"}},
                                         {ProcessKind::ve_geometric, "ve-geometric", {"sigma_min", "sigma_max"}},
                                         {ProcessKind::ve_linear, "ve-linear", {}},
                                         {ProcessKind::linear_path, "linear-path", {}}};
  return rows;
}

const KindRow& row_of(ProcessKind kind) { return *std::ranges::find(kinds(), kind, &KindRow::kind); }

constexpr std::array<std::string_view, 5> prediction_names{"score", "noise", "x0", "v", "velocity"};

void require_domain(const Process& process) {
  const auto refuse = [&](const std::string& name, const std::string& expected) {
    throw InputError("", "process." + name, to_text(process.parameters.at(name)), expected);
  };
  const auto at = [&](const char* name) { return process.parameters.at(name); };
  switch (process.kind) {
    case ProcessKind::vp_constant:
      if (at("beta") <= 0) refuse("beta", "a rate > 0");
      break;
    case ProcessKind::vp_linear:
      if (at("beta_min") <= 0) refuse("beta_min", "a rate > 0");
      if (at("beta_max") < at("beta_min")) refuse("beta_max", "a rate >= beta_min");
      break;
    case ProcessKind::vp_cosine:
      if (at("offset") <= 0 || at("offset") >= 1) refuse("offset", "a number with 0 < offset < 1");
      break;
    case ProcessKind::ve_geometric:
      if (at("sigma_min") <= 0) refuse("sigma_min", "a deviation > 0");
      if (at("sigma_max") <= at("sigma_min")) refuse("sigma_max", "a deviation > sigma_min");
      break;
    case ProcessKind::ou:
    case ProcessKind::ve_linear:
    case ProcessKind::linear_path:
      break;
  }
  if (process.time_scale <= 0) throw InputError("", "process.time_scale", to_text(process.time_scale), "a factor > 0");
}

// The concept grants no trigonometric functions; the cosine schedule needs these.
template <class T>
T cosine(const T& x) {
  using std::cos;
  return cos(x);
}
template <class T>
T sine(const T& x) {
  using std::sin;
  return sin(x);
}
template <class T>
T tangent(const T& x) {
  using std::tan;
  return tan(x);
}
template <>
Ball cosine(const Ball& x) {
  Ball y;
  arb_cos(y.data(), x.data(), BallPrecision::bits());
  return y;
}
template <>
Ball sine(const Ball& x) {
  Ball y;
  arb_sin(y.data(), x.data(), BallPrecision::bits());
  return y;
}
template <>
Ball tangent(const Ball& x) {
  Ball y;
  arb_tan(y.data(), x.data(), BallPrecision::bits());
  return y;
}

/// Is tau in [0, end], or in [0, end) if open, or just >= 0 if the path has no end?
template <Scalar T>
Truth in_range(ProcessKind kind, const T& tau) {
  const Truth after_start = less(T(0), tau) || equal(tau, T(0));
  switch (kind) {
    case ProcessKind::vp_linear:
    case ProcessKind::ve_geometric:
      return after_start && (less(tau, T(1)) || equal(tau, T(1)));
    case ProcessKind::vp_cosine:
    case ProcessKind::linear_path:
      return after_start && less(tau, T(1));
    case ProcessKind::ou:
    case ProcessKind::vp_constant:
    case ProcessKind::ve_linear:
      break;
  }
  return after_start;
}

template <Scalar T>
void require_range(ProcessKind kind, const T& tau) {
  const Truth inside = is_finite(tau) ? in_range(kind, tau) : Truth::no;
  if (inside == Truth::no)
    throw InputError("", "time", std::to_string(approximate(tau)), fmt::format("a time of {}", row_of(kind).name));
  if (inside == Truth::unknown)
    throw UndecidedError(
        "whether the time lies in the range of its process cannot be told from this ball: raise the "
        "precision (--digits)");
}

template <Scalar T>
NoiseLevel<T> cosine_level(const T& tau, const T& offset) {
  const T stretch = pi<T>() / (T(2) * (T(1) + offset));
  const T angle = stretch * (tau + offset);
  const T start = stretch * offset;
  const T rate = -stretch * tangent(angle);
  const T signal = cosine(angle) / cosine(start);
  // 1 - a^2 = sin(angle - start) sin(angle + start) / cos^2(start), a product: the subtraction would lose digits near
  // 0.
  const T variance = sine(stretch * tau) * sine(angle + start) / (cosine(start) * cosine(start));
  return {signal, variance, rate, T(-2) * rate};
}

/// The path in its own time tau, before the user's clock.
template <Scalar T>
NoiseLevel<T> own_level(const Process& process, const T& tau) {
  const auto at = [&](const char* name) { return from_rational<T>(process.parameters.at(name)); };
  switch (process.kind) {
    case ProcessKind::ou:
      return variance_preserving<T>(T(2) * tau, T(2));
    case ProcessKind::vp_constant:
      return variance_preserving<T>(at("beta") * tau, at("beta"));
    case ProcessKind::vp_linear: {
      const T slope = at("beta_max") - at("beta_min");
      return variance_preserving<T>(tau * (at("beta_min") + slope * tau / T(2)), at("beta_min") + slope * tau);
    }
    case ProcessKind::vp_cosine:
      return cosine_level<T>(tau, at("offset"));
    case ProcessKind::ve_geometric: {
      const T growth = log(at("sigma_max") / at("sigma_min"));
      const T sigma = at("sigma_min") * exp(growth * tau);
      return variance_exploding<T>(sigma, growth * sigma);
    }
    case ProcessKind::ve_linear:
      return variance_exploding<T>(tau, T(1));
    case ProcessKind::linear_path: {
      const T left = T(1) - tau;
      return {left, tau * tau, T(-1) / left, T(2) * tau / left};
    }
  }
  throw InputError("", "process", "", "a known kind");
}

}  // namespace

std::string_view name_of(ProcessKind kind) { return row_of(kind).name; }

ProcessKind parse_process_kind(const std::string& name) {
  std::vector<std::string_view> names;
  for (const KindRow& row : kinds()) names.push_back(row.name);
  return kinds()[place_of_name(names, name, "process")].kind;
}

std::string_view name_of(Prediction prediction) { return prediction_names.at(static_cast<std::size_t>(prediction)); }

Prediction parse_prediction(const std::string& name) {
  return static_cast<Prediction>(place_of_name(prediction_names, name, "predicts"));
}

Process parse_process(const Json& document) {
  const Json& kind = json_member(document, "kind", "process");
  if (!kind.is_string()) throw InputError("", "process.kind", kind.dump(), "a string");
  Process process;
  process.kind = parse_process_kind(kind.get<std::string>());
  std::set<std::string> known{"kind", "reversed", "time_scale", "horizon"};
  for (const std::string& name : row_of(process.kind).parameters) {
    known.insert(name);
    process.parameters[name] = json_rational(json_member(document, name, "process"), "process." + name);
  }
  require_known_members(document, known, "process");
  if (const auto at = document.find("reversed"); at != document.end()) {
    if (!at->is_boolean()) throw InputError("", "process.reversed", at->dump(), "true or false");
    process.reversed = at->get<bool>();
  }
  if (document.contains("time_scale")) process.time_scale = json_rational(document["time_scale"], "process.time_scale");
  if (document.contains("horizon")) process.horizon = json_rational(document["horizon"], "process.horizon");
  require_domain(process);
  return process;
}

Json process_json(const Process& process) {
  Json document;
  document["kind"] = name_of(process.kind);
  for (const auto& [name, value] : process.parameters) document[name] = to_text(value);
  document["reversed"] = process.reversed;
  document["time_scale"] = to_text(process.time_scale);
  document["horizon"] = to_text(process.horizon);
  return document;
}

template <Scalar T>
NoiseLevel<T> noise_level(const Process& process, const T& time) {
  const T scale = from_rational<T>(process.time_scale);
  const T tau = process.reversed ? from_rational<T>(process.horizon) - scale * time : scale * time;
  require_range(process.kind, tau);
  NoiseLevel<T> level = own_level<T>(process, tau);
  const T clock = process.reversed ? -scale : scale;
  level.signal_rate *= clock;
  level.noise_rate *= clock;
  return level;
}

template <Scalar T>
NoiseLevel<T> variance_preserving(const T& integral, const T& beta) {
  return {exp(-integral / T(2)), -expm1(-integral), -beta / T(2), beta};
}

template <Scalar T>
NoiseLevel<T> variance_exploding(const T& sigma, const T& sigma_rate) {
  return {T(1), sigma * sigma, T(0), T(2) * sigma * sigma_rate};
}

template <Scalar T>
RescaledTime<T> rescaled_time(const NoiseLevel<T>& level) {
  const T squared_signal = level.signal * level.signal;
  return {log1p(level.noise_variance / squared_signal) / T(2), sqrt(squared_signal + level.noise_variance)};
}

template <Scalar T>
Mixture<T> at_level(const Mixture<T>& mixture, const NoiseLevel<T>& level) {
  Mixture<T> result = mixture;
  const T squared_signal = level.signal * level.signal;
  for (T& entry : result.means.reshaped()) entry *= level.signal;
  for (Matrix<T>& covariance : result.covariances) {
    for (T& entry : covariance.reshaped()) entry *= squared_signal;
    for (Index j = 0; j < covariance.rows(); ++j) covariance(j, j) += level.noise_variance;
  }
  return result;
}

template <Scalar T>
PredictionCoefficients<T> prediction_coefficients(const NoiseLevel<T>& level, Prediction prediction) {
  const T& a = level.signal;
  const T& variance = level.noise_variance;
  switch (prediction) {
    case Prediction::score:
      return {T(0), T(1)};
    case Prediction::noise:
      return {T(0), -sqrt(variance)};
    case Prediction::x0:
      return {T(1) / a, variance / a};
    case Prediction::v: {
      const T ratio = sqrt(variance) / a;
      return {-ratio, -ratio * (a * a + variance)};
    }
    case Prediction::velocity:
      return {level.signal_rate, -level.noise_rate / T(2)};
  }
  throw InputError("", "predicts", "", "a known prediction");
}

template <Scalar T>
Matrix<T> convert_prediction(const NoiseLevel<T>& level, const Matrix<T>& points, const Matrix<T>& predicted,
                             Prediction from, Prediction to) {
  if (points.rows() != predicted.rows() || points.cols() != predicted.cols())
    throw InputError("", "points", fmt::format("{} x {}", points.rows(), points.cols()),
                     fmt::format("the shape of the predictions, {} x {}", predicted.rows(), predicted.cols()));
  if (from == to) return predicted;
  const PredictionCoefficients<T> given = prediction_coefficients(level, from);
  const PredictionCoefficients<T> wanted = prediction_coefficients(level, to);
  const Truth lost = equal(given.of_score, T(0));
  if (lost == Truth::yes)
    throw InputError("", "predicts", std::string(name_of(from)), "a prediction that determines the score: noise > 0");
  if (lost == Truth::unknown)
    throw UndecidedError(
        "whether there is noise at this time cannot be told from this ball: raise the precision (--digits)");
  Matrix<T> result(points.rows(), points.cols());
  for (Index j = 0; j < points.cols(); ++j)
    for (Index m = 0; m < points.rows(); ++m) {
      const T score = (predicted(m, j) - given.of_point * points(m, j)) / given.of_score;
      result(m, j) = wanted.of_point * points(m, j) + wanted.of_score * score;
    }
  return result;
}

template NoiseLevel<double> noise_level(const Process&, const double&);
template NoiseLevel<double> variance_preserving(const double&, const double&);
template NoiseLevel<double> variance_exploding(const double&, const double&);
template RescaledTime<double> rescaled_time(const NoiseLevel<double>&);
template Mixture<double> at_level(const Mixture<double>&, const NoiseLevel<double>&);
template PredictionCoefficients<double> prediction_coefficients(const NoiseLevel<double>&, Prediction);
template Matrix<double> convert_prediction(const NoiseLevel<double>&, const Matrix<double>&, const Matrix<double>&,
                                           Prediction, Prediction);
template NoiseLevel<Real50> noise_level(const Process&, const Real50&);
template NoiseLevel<Real50> variance_preserving(const Real50&, const Real50&);
template NoiseLevel<Real50> variance_exploding(const Real50&, const Real50&);
template RescaledTime<Real50> rescaled_time(const NoiseLevel<Real50>&);
template Mixture<Real50> at_level(const Mixture<Real50>&, const NoiseLevel<Real50>&);
template PredictionCoefficients<Real50> prediction_coefficients(const NoiseLevel<Real50>&, Prediction);
template Matrix<Real50> convert_prediction(const NoiseLevel<Real50>&, const Matrix<Real50>&, const Matrix<Real50>&,
                                           Prediction, Prediction);
template NoiseLevel<Real100> noise_level(const Process&, const Real100&);
template NoiseLevel<Real100> variance_preserving(const Real100&, const Real100&);
template NoiseLevel<Real100> variance_exploding(const Real100&, const Real100&);
template RescaledTime<Real100> rescaled_time(const NoiseLevel<Real100>&);
template Mixture<Real100> at_level(const Mixture<Real100>&, const NoiseLevel<Real100>&);
template PredictionCoefficients<Real100> prediction_coefficients(const NoiseLevel<Real100>&, Prediction);
template Matrix<Real100> convert_prediction(const NoiseLevel<Real100>&, const Matrix<Real100>&, const Matrix<Real100>&,
                                            Prediction, Prediction);
template NoiseLevel<Ball> noise_level(const Process&, const Ball&);
template NoiseLevel<Ball> variance_preserving(const Ball&, const Ball&);
template NoiseLevel<Ball> variance_exploding(const Ball&, const Ball&);
template RescaledTime<Ball> rescaled_time(const NoiseLevel<Ball>&);
template Mixture<Ball> at_level(const Mixture<Ball>&, const NoiseLevel<Ball>&);
template PredictionCoefficients<Ball> prediction_coefficients(const NoiseLevel<Ball>&, Prediction);
template Matrix<Ball> convert_prediction(const NoiseLevel<Ball>&, const Matrix<Ball>&, const Matrix<Ball>&, Prediction,
                                         Prediction);

}  // namespace verimix
