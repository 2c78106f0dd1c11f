#include "verimix/diffusion/convention.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/input_error.hpp"
#include "support/mixtures.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/mixture/density.hpp"

namespace verimix {
namespace {

using support::refusal;

constexpr std::array predictions{Prediction::score, Prediction::noise, Prediction::x0, Prediction::v,
                                 Prediction::velocity};

/// Every kind, with usual and unusual parameters, on both clocks.
std::vector<Process> processes() {
  std::vector<Process> all;
  for (const char* text :
       {R"({"kind": "ou"})", R"({"kind": "vp-constant", "beta": "1/3"})",
        R"({"kind": "vp-linear", "beta_min": "0.1", "beta_max": "20"})", R"({"kind": "vp-cosine", "offset": "0.008"})",
        R"({"kind": "ve-geometric", "sigma_min": "0.01", "sigma_max": "50"})", R"({"kind": "ve-linear"})",
        R"({"kind": "linear-path"})"}) {
    Process process = parse_process(parse_json(text));
    all.push_back(process);
    process.reversed = true;
    process.time_scale = Rational(1, 1000);
    all.push_back(process);
  }
  return all;
}

rc::Gen<Process> any_process() { return rc::gen::elementOf(processes()); }

/// A time whose tau is in [1/64, 15/16], where every path has signal and noise.
Rational any_time(const Process& process) {
  const Rational tau(*rc::gen::inRange(1, 61), 64);
  return (process.reversed ? Rational(process.horizon - tau) : tau) / process.time_scale;
}

Real50 largest(const Matrix<Real50>& a) { return a.cwiseAbs().maxCoeff(); }

struct Scene {
  ExactMixture exact_mixture;
  Process process;
  Rational time;
  Mixture<Real50> mixture;
  NoiseLevel<Real50> level;
  Vector<Real50> x;
};

Scene any_scene() {
  Scene scene;
  scene.exact_mixture = *support::mixtures(3);
  scene.process = *any_process();
  scene.time = any_time(scene.process);
  scene.mixture = round_to<Real50>(scene.exact_mixture);
  scene.level = noise_level(scene.process, from_rational<Real50>(scene.time));
  scene.x = support::rounded<Real50>(*support::mixture_points(scene.mixture.dimension(), 1));
  return scene;
}

/// E[x_0 | x] and E[eps | x] from the joint law of (x_0, eps, x) given the component, with densities summed as they are
/// and explicit inverses: nothing of the score, of whitening or of Tweedie's formula.
struct Posterior {
  Vector<Real50> x0, noise;
};
Posterior posterior(const Scene& scene) {
  const Real50 a = scene.level.signal;
  const Real50 s = sqrt(scene.level.noise_variance);
  const Index d = scene.x.size();
  Posterior sum{Vector<Real50>::Zero(d), Vector<Real50>::Zero(d)};
  Real50 total = 0;
  for (Index i = 0; i < scene.mixture.size(); ++i) {
    const Matrix<Real50>& q = scene.mixture.covariances[static_cast<std::size_t>(i)];
    const Matrix<Real50> covariance = a * a * q + s * s * Matrix<Real50>::Identity(d, d);
    const Matrix<Real50> inverse = covariance.inverse();
    const Vector<Real50> g = inverse * (scene.x - a * scene.mixture.means.col(i));
    const Real50 density = scene.mixture.weights(i) *
                           exp(Real50(-(scene.x - a * scene.mixture.means.col(i)).dot(g) / 2)) /
                           sqrt(covariance.determinant());
    sum.x0 += density * (scene.mixture.means.col(i) + a * (q * g));
    sum.noise += density * s * g;
    total += density;
  }
  return {sum.x0 / total, sum.noise / total};
}

Matrix<Real50> score_at(const Scene& scene) {
  return Density<Real50>(at_level(scene.mixture, scene.level)).evaluate(scene.x).score;
}

// Everything below compares numbers of at most 2^30 that are found by sums of fewer than 100 terms and by divisions by
// 2^-14 or more (the least s^2/a here), in 50 digits.
const Real50 relative_slack("1e-35");

RC_GTEST_PROP(Convention, PredictionsAreConditionalExpectations, ()) {
  const Scene scene = any_scene();
  const Posterior expected = posterior(scene);
  const Matrix<Real50> score = score_at(scene);
  const auto predicted = [&](Prediction to) -> Vector<Real50> {
    return convert_prediction<Real50>(scene.level, scene.x, score, Prediction::score, to);
  };
  const Real50 s = sqrt(scene.level.noise_variance);
  const Real50 size = 1 + largest(score) + largest(expected.x0);
  RC_ASSERT(largest(predicted(Prediction::x0) - expected.x0) <= relative_slack * size);
  RC_ASSERT(largest(predicted(Prediction::noise) - expected.noise) <= relative_slack * size);
  RC_ASSERT(largest(predicted(Prediction::v) - (scene.level.signal * expected.noise - s * expected.x0)) <=
            relative_slack * size);
}

RC_GTEST_PROP(Convention, TheVelocityIsThatOfThePath, ()) {
  // d x_u/du = a' E[x_0] + s' E[eps], with the derivatives of a and s by central differences at h = 1e-12 tau.
  const Scene scene = any_scene();
  const Posterior expected = posterior(scene);
  const Real50 h = Real50("1e-12") / from_rational<Real50>(scene.process.time_scale);
  const Real50 u = from_rational<Real50>(scene.time);
  const auto before = noise_level<Real50>(scene.process, u - h);
  const auto after = noise_level<Real50>(scene.process, u + h);
  const Real50 signal_slope = (after.signal - before.signal) / (2 * h);
  const Real50 noise_slope = (sqrt(after.noise_variance) - sqrt(before.noise_variance)) / (2 * h);
  const Vector<Real50> velocity =
      convert_prediction<Real50>(scene.level, scene.x, score_at(scene), Prediction::score, Prediction::velocity);
  // The error of the difference is h^2/6 times a third derivative, of which the largest is below 1e8 (s of the
  // variance-preserving paths near tau = 1/64).
  const Real50 size =
      (1 + largest(expected.x0) + largest(expected.noise)) * from_rational<Real50>(scene.process.time_scale);
  RC_ASSERT(largest(velocity - (signal_slope * expected.x0 + noise_slope * expected.noise)) <= Real50("1e-15") * size);
}

RC_GTEST_PROP(Convention, EveryConversionGoesBack, ()) {
  const Scene scene = any_scene();
  const Matrix<Real50> score = score_at(scene);
  for (const Prediction from : predictions)
    for (const Prediction to : predictions) {
      const auto given = convert_prediction<Real50>(scene.level, scene.x, score, Prediction::score, from);
      const auto there = convert_prediction<Real50>(scene.level, scene.x, given, from, to);
      const auto direct = convert_prediction<Real50>(scene.level, scene.x, score, Prediction::score, to);
      const auto back = convert_prediction<Real50>(scene.level, scene.x, there, to, from);
      const Real50 size = 1 + largest(given) + largest(direct) + largest(scene.x) + largest(score);
      RC_ASSERT(largest(there - direct) <= relative_slack * size);
      RC_ASSERT(largest(back - given) <= relative_slack * size);
    }
}

RC_GTEST_PROP(Convention, EveryPathIsOursRescaled, ()) {
  const Scene scene = any_scene();
  const auto [t, c] = rescaled_time(scene.level);
  const auto here = Density<Real50>(at_level(scene.mixture, scene.level)).evaluate(scene.x);
  const auto ours = Density<Real50>(at_time(scene.mixture, t)).evaluate(scene.x / c);
  const Real50 size = 1 + largest(here.score) + abs(here.log_density(0));
  RC_ASSERT(largest(here.score - ours.score / c) <= relative_slack * size);
  RC_ASSERT(abs(here.log_density(0) - (ours.log_density(0) - log(c) * static_cast<int>(scene.x.size()))) <=
            relative_slack * size);
}

RC_GTEST_PROP(Convention, BallsContainTheFiftyDigits, ()) {
  const Process process = *any_process();
  const Rational time = any_time(process);
  const auto level = noise_level(process, from_rational<Real50>(time));
  const auto enclosed = noise_level(process, from_rational<Ball>(time));
  const auto close = [](const Ball& ball, const Real50& value) {
    return overlaps(ball, widened(from_rational<Ball>(to_rational(value)),
                                  from_rational<Ball>((abs(to_rational(value)) + 1) * parse_rational("1e-44")))) &&
           radius_upper(ball) <= 1e-30 * (1 + abs(static_cast<double>(value)));
  };
  RC_ASSERT(close(enclosed.signal, level.signal));
  RC_ASSERT(close(enclosed.noise_variance, level.noise_variance));
  RC_ASSERT(close(enclosed.signal_rate, level.signal_rate));
  RC_ASSERT(close(enclosed.noise_rate, level.noise_rate));
}

TEST(Convention, OurProcessIsItself) {
  const NoiseLevel<Real50> level = noise_level(Process{}, Real50("0.3"));
  EXPECT_LT(abs(rescaled_time(level).time - Real50("0.3")), Real50("1e-49"));
  EXPECT_LT(abs(rescaled_time(level).scale - 1), Real50("1e-49"));
  EXPECT_EQ(level.signal_rate, -1);
  EXPECT_EQ(level.noise_rate, 2);
}

TEST(Convention, KnownSchedules) {
  // int_0^1 beta = (0.1 + 20)/2 = 10.05: a(1) = exp(-5.025), the usual last step.
  const auto at = [](const char* text, double u) { return noise_level(parse_process(parse_json(text)), u); };
  EXPECT_NEAR(at(R"({"kind": "vp-linear", "beta_min": "0.1", "beta_max": "20"})", 1.0).signal, 0.0065715865, 1e-10);
  // On the cosine schedule alpha-bar(1/2) = cos^2(pi/2 . 0.508/1.008)/cos^2(pi/2 . 0.008/1.008).
  const auto cosine = at(R"({"kind": "vp-cosine", "offset": "0.008"})", 0.5);
  EXPECT_NEAR(cosine.signal * cosine.signal, 0.4938435904, 1e-10);
  EXPECT_NEAR(cosine.signal * cosine.signal + cosine.noise_variance, 1, 4e-16);
  EXPECT_NEAR(at(R"({"kind": "ve-geometric", "sigma_min": "0.01", "sigma_max": "1"})", 0.5).noise_variance, 0.01,
              1e-16);
  // Reversed flow matching: x_u = u x_0 + (1 - u) eps, whose velocity is x_0 - eps.
  const auto reversed = at(R"({"kind": "linear-path", "reversed": true})", 0.25);
  EXPECT_EQ(reversed.signal, 0.25);
  EXPECT_EQ(reversed.noise_variance, 0.5625);
  EXPECT_EQ(reversed.signal_rate, 4);
}

TEST(Convention, FilesGoBothWays) {
  for (const Process& process : processes()) {
    const Process again = parse_process(process_json(process));
    EXPECT_EQ(process_json(again), process_json(process));
    EXPECT_EQ(again.parameters, process.parameters);
    EXPECT_EQ(parse_process_kind(std::string(name_of(process.kind))), process.kind);
  }
  for (const Prediction prediction : predictions)
    EXPECT_EQ(parse_prediction(std::string(name_of(prediction))), prediction);
}

TEST(Convention, RefusesWhatIsNoProcess) {
  const auto reading = [](const char* text) { return refusal([&] { parse_process(parse_json(text)); }); };
  EXPECT_NE(reading(R"({"kind": "vp"})").find("one of ou, vp-constant"), std::string::npos);
  EXPECT_NE(reading(R"({"kind": "vp-constant"})").find("beta"), std::string::npos);
  EXPECT_NE(reading(R"({"kind": "vp-constant", "beta": 0})").find("a rate > 0"), std::string::npos);
  EXPECT_NE(reading(R"({"kind": "vp-linear", "beta_min": 2, "beta_max": 1})").find("beta_max"), std::string::npos);
  EXPECT_NE(reading(R"({"kind": "ou", "beta": 2})").find("beta"), std::string::npos);
  EXPECT_NE(reading(R"({"kind": "ou", "time_scale": 0})").find("time_scale"), std::string::npos);
  const Process flow = parse_process(parse_json(R"({"kind": "linear-path"})"));
  EXPECT_NE(refusal([&] { noise_level(flow, 1.0); }).find("time"), std::string::npos);
  EXPECT_NE(refusal([&] { noise_level(flow, -0.5); }).find("time"), std::string::npos);
  EXPECT_THROW(noise_level(flow, from_rational<Ball>(Rational(1, 3)) * 3), UndecidedError);
  EXPECT_EQ(refusal([] { parse_prediction("epsilon"); }),
            "predicts: value \"epsilon\": expected one of score, noise, x0, v, velocity");
  // At time 0 there is no noise, and nothing but the score tells the score.
  const auto start = noise_level(Process{}, 0.0);
  const Matrix<double> x = Matrix<double>::Ones(1, 1);
  EXPECT_NE(refusal([&] { convert_prediction(start, x, x, Prediction::x0, Prediction::score); }).find("predicts"),
            std::string::npos);
}

}  // namespace
}  // namespace verimix
