#include "verimix/validate/vector_scenarios.hpp"

#include <fmt/format.h>

#include "scenario_builder.hpp"

namespace verimix {
namespace {

Matrix<Rational> at(std::initializer_list<Rational> coordinates) {
  Matrix<Rational> x(std::ssize(coordinates), 1);
  std::copy(coordinates.begin(), coordinates.end(), x.data());
  return x;
}

Matrix<Rational> shifted(Matrix<Rational> x, const Rational& along_first_axis) {
  x(0, 0) += along_first_axis;
  return x;
}

SharedMixture with(const SharedMixture& mixture, const std::string& name, const auto& change) {
  ExactMixture copy = *mixture;
  copy.name = name;
  change(copy);
  return std::make_shared<const ExactMixture>(std::move(copy));
}

/// Three components in R^d, points about their means, with the flags that any such case is there for.
void add_plain(ScenarioBuilder& builder, bool smoke, int first, int count) {
  for (const Index d : {1, 2, 3, 5}) {
    for (int seed = first; seed < first + count; ++seed) {
      const auto number = static_cast<std::uint64_t>(100 * d + seed);
      const SharedMixture mixture = random_dyadic_mixture(fmt::format("plain-{}d-{}", d, seed), d, 3, 1, 2, number);
      Dyadics dyadics(number + 7);
      std::vector<std::string> flags{"PLAIN", "SIGN", "FACTOR_2", "WEIGHTS", "NORMALISATION"};
      if (d > 1) flags.emplace_back("CORRELATED");
      builder.ask({mixture, point_near(*mixture, seed % 3, dyadics, 64), flags, 0, smoke});
      const Rational time = Rational(1 + seed % 5, 8);
      std::vector<std::string> noised{"SCALE", "FACTOR_2"};
      builder.ask({mixture, point_near(*mixture, (seed + 1) % 3, dyadics, 64), noised, time, smoke});
    }
  }
}

/// One Gaussian whose variances are far from 1 and from each other.
void add_variances(ScenarioBuilder& builder) {
  const std::vector<std::string> flags{"VARIANCE_AS_DEVIATION", "FACTOR_2", "SIGN"};
  const SharedMixture wide = dyadic_mixture("wide", {{1, Rational(1, 2), 16}});
  const SharedMixture thin = dyadic_mixture("thin", {{1, Rational(-1, 4), Rational(1, 16)}});
  const SharedMixture both =
      dyadic_mixture("wide-and-thin", {{Rational(1, 4), -1, 4}, {Rational(3, 4), 1, Rational(1, 4)}});
  builder.ask({wide, at({3}), flags});
  builder.ask({thin, at({Rational(1, 8)}), flags});
  builder.ask({both, at({Rational(1, 4)}), flags});
  builder.ask({both, at({Rational(1, 4)}), flags, Rational(1, 4)});
}

void add_tails(ScenarioBuilder& builder) {
  const SharedMixture two = dyadic_mixture("two-bumps", {{Rational(1, 4), -1, Rational(1, 2)}, {Rational(3, 4), 2, 1}});
  for (const int x : {-50, 45, 60}) builder.ask({two, at({x}), {"UNDERFLOW", "FAR_TAIL", "EPSILON_FLOOR"}});
  for (const int exponent : {8, 12, 20, 33}) {
    builder.ask({two, at({power_of_two(exponent)}), {"FAR_TAIL", "UNDERFLOW"}});
    builder.ask({two, at({-power_of_two(exponent)}), {"FAR_TAIL", "UNDERFLOW"}});
  }
  for (const Rational& x : {Rational(-11, 2), Rational(15, 2), Rational(8)})
    builder.ask({two, at({x}), {"EPSILON_FLOOR"}});
  for (const Index d : {2, 3}) {
    const SharedMixture mixture =
        random_dyadic_mixture(fmt::format("tail-{}d", d), d, 3, 1, 2, static_cast<std::uint64_t>(900 + d));
    Dyadics dyadics(static_cast<std::uint64_t>(910 + d));
    for (const int step : {50, 4096})
      builder.ask({mixture, shifted(point_near(*mixture, 0, dyadics, 64), step), {"FAR_TAIL", "UNDERFLOW"}});
    builder.ask({mixture, shifted(point_near(*mixture, 1, dyadics, 64), 60), {"UNDERFLOW"}, Rational(1, 16)});
  }
}

void add_weights(ScenarioBuilder& builder) {
  const Rational tiny = power_of_two(-50);
  const SharedMixture zero = dyadic_mixture("weight-zero", {{0, 1, Rational(1, 4)}, {1, -1, 1}});
  for (const Rational& x : {Rational(1), Rational(-3, 2), Rational(20)}) builder.ask({zero, at({x}), {"WEIGHT_ZERO"}});
  builder.ask({zero, at({1}), {"WEIGHT_ZERO"}, Rational(1, 2)});
  const SharedMixture rare = dyadic_mixture("weight-tiny", {{tiny, 24, 1}, {1 - tiny, 0, 1}});
  for (const Rational& x : {Rational(24), Rational(47, 2), Rational(27, 2)})
    builder.ask({rare, at({x}), {"WEIGHT_TINY", "WEIGHTS"}});
  const SharedMixture plane = random_dyadic_mixture("weights-2d", 2, 2, 1, 1, 77);
  const SharedMixture skewed = with(plane, "weight-tiny-2d", [&](ExactMixture& m) {
    m.weights = {tiny, 1 - tiny};
    m.means.col(0) = at({30, 20});
  });
  builder.ask({skewed, at({Rational(61, 2), 20}), {"WEIGHT_TINY", "WEIGHTS"}});
  const SharedMixture unequal = dyadic_mixture("unequal", {{Rational(1, 64), -1, 1}, {Rational(63, 64), 1, 1}});
  builder.ask({unequal, at({0}), {"WEIGHTS"}});
  builder.ask({unequal, at({Rational(-5, 2)}), {"WEIGHTS"}, Rational(1, 8)});
}

/// Thin in a direction that is no axis: Q = c Id - (c - 2^-e) v v^T/|v|^2 with |v|^2 a power of two.
Matrix<Rational> pancake(const Matrix<Rational>& v, int e) {
  const Rational squared = (v.transpose() * v)(0, 0);
  Matrix<Rational> q = v * v.transpose() * ((power_of_two(-e) - 1) / squared);
  for (Index a = 0; a < v.rows(); ++a) q(a, a) += 1;
  return q;
}

void add_ill_conditioned(ScenarioBuilder& builder) {
  const std::vector<std::string> flags{"ILL_CONDITIONED"};
  for (const int e : {16, 24, 32}) {
    ExactMixture m;
    m.name = fmt::format("pancakes-{}", e);
    m.weights = {Rational(1, 2), Rational(1, 2)};
    m.means.resize(2, 2);
    m.means << Rational(0), Rational(1, 2), Rational(0), Rational(-1, 2);
    m.covariances = {pancake(at({1, 1}), e), pancake(at({1, -1}), e)};
    const auto mixture = std::make_shared<const ExactMixture>(std::move(m));
    builder.ask({mixture, at({Rational(1, 4), Rational(-1, 4)}), flags});
    builder.ask({mixture, at({Rational(3, 4), Rational(1, 2)}), flags});
    builder.ask({mixture, at({Rational(3, 4), Rational(1, 2)}), flags, power_of_two(-8)});
  }
  const SharedMixture scaled =
      with(random_dyadic_mixture("scaled", 4, 2, 0, 1, 55), "badly-scaled", [](ExactMixture& m) {
        for (Matrix<Rational>& q : m.covariances)
          for (Index a = 0; a < 4; ++a)
            for (Index b = 0; b < 4; ++b) q(a, b) *= power_of_two(-10 * static_cast<int>(a + b));
        for (Index a = 0; a < 4; ++a) m.means.row(a) *= power_of_two(-10 * static_cast<int>(a));
      });
  Matrix<Rational> x = scaled->means.col(0);
  for (Index a = 0; a < 4; ++a) x(a, 0) += power_of_two(-10 * static_cast<int>(a)) / 2;
  builder.ask({scaled, x, flags});
}

void add_geometry(ScenarioBuilder& builder) {
  const SharedMixture same = dyadic_mixture("coincident", {{Rational(1, 4), 1, 2}, {Rational(3, 4), 1, 2}});
  const SharedMixture nested = dyadic_mixture("nested", {{Rational(1, 2), 0, Rational(1, 8)}, {Rational(1, 2), 0, 2}});
  for (const Rational& x : {Rational(3), Rational(1)}) builder.ask({same, at({x}), {"COINCIDENT"}});
  for (const Rational& x : {Rational(0), Rational(1), Rational(6)}) builder.ask({nested, at({x}), {"COINCIDENT"}});
  const SharedMixture plane = with(random_dyadic_mixture("same", 2, 3, 1, 2, 31), "same-means-2d", [](ExactMixture& m) {
    m.means.col(1) = m.means.col(0);
    m.means.col(2) = m.means.col(0);
  });
  Dyadics dyadics(32);
  for (int i = 0; i < 2; ++i) builder.ask({plane, point_near(*plane, 0, dyadics, 80), {"COINCIDENT"}});
  const SharedMixture apart = dyadic_mixture("ridge", {{Rational(1, 2), -20, 1}, {Rational(1, 2), 20, 1}});
  for (const Rational& x : {Rational(0), Rational(1, 64), Rational(-1, 32)}) builder.ask({apart, at({x}), {"RIDGE"}});
  const SharedMixture thin =
      dyadic_mixture("thin-ridge", {{Rational(1, 2), -1, Rational(1, 64)}, {Rational(1, 2), 1, Rational(1, 64)}});
  builder.ask({thin, at({Rational(1, 256)}), {"RIDGE", "VARIANCE_AS_DEVIATION"}});
  const SharedMixture space = with(random_dyadic_mixture("ridge", 3, 2, 0, 1, 41), "ridge-3d", [](ExactMixture& m) {
    m.means.col(0) = at({-8, 0, 0});
    m.means.col(1) = at({8, 0, 0});
    m.covariances[1] = m.covariances[0];
    m.weights = {Rational(1, 2), Rational(1, 2)};
  });
  builder.ask({space, at({Rational(1, 64), Rational(1, 2), -1}), {"RIDGE", "CORRELATED"}});
}

void add_times(ScenarioBuilder& builder) {
  const SharedMixture two =
      dyadic_mixture("two-thin", {{Rational(1, 4), -1, power_of_two(-30)}, {Rational(3, 4), 1, Rational(1, 2)}});
  const SharedMixture flat = with(random_dyadic_mixture("flat", 3, 2, 1, 1, 61), "degenerate-3d", [](ExactMixture& m) {
    for (Matrix<Rational>& q : m.covariances) {
      q.row(2).setZero();
      q.col(2).setZero();
    }
  });
  for (const int e : {10, 20, 30, 45}) {
    const Rational time = power_of_two(-e);
    Matrix<Rational> x = flat->means.col(0);
    x(0, 0) += Rational(1, 2);
    x(2, 0) += power_of_two(-e / 2);
    builder.ask({flat, x, {"SMALL_T", "DEGENERATE", "FACTOR_2"}, time});
    if (e < 40) builder.ask({two, at({-1 + power_of_two(-e / 2)}), {"SMALL_T"}, time});
  }
  const SharedMixture plain = random_dyadic_mixture("late-2d", 2, 3, 1, 4, 62);
  for (const int time : {4, 12, 400}) builder.ask({plain, at({Rational(3, 4), Rational(-5, 4)}), {"LARGE_T"}, time});
}

void add_dimensions(ScenarioBuilder& builder, bool smoke, const std::vector<Index>& sizes) {
  for (const Index d : sizes) {
    const int k = d <= 32 ? 3 : d <= 256 ? 2 : 1;
    const SharedMixture mixture =
        random_dyadic_mixture(fmt::format("high-{}d", d), d, k, 1, 1, static_cast<std::uint64_t>(2000 + d));
    Dyadics dyadics(static_cast<std::uint64_t>(3000 + d));
    const Matrix<Rational> near = point_near(*mixture, 0, dyadics, 64);
    // Between two means the odds are not extreme, so that the weights matter.
    const Matrix<Rational> between = (mixture->means.col(0) + mixture->means.col(k > 1 ? 1 : 0)) / 2;
    const Place at_zero{mixture, near, {"HIGH_D", "EPSILON_FLOOR"}, 0, smoke};
    const Place noised{mixture, between, {"HIGH_D", "UNDERFLOW"}, Rational(1, 8), smoke};
    if (k == 1) {  // one factorisation takes tens of seconds
      builder.ask(at_zero, Operation::log_density);
      builder.ask(at_zero, Operation::score);
      builder.ask(noised, Operation::score);
      continue;
    }
    for (const Operation operation : {Operation::log_density, Operation::score, Operation::responsibilities}) {
      builder.ask(at_zero, operation);
      builder.ask(noised, operation);
    }
    builder.predict({mixture, near, {"HIGH_D", "CONVENTION"}, Rational(1, 4), smoke},
                    parse_process({{"kind", "linear-path"}}), {Prediction::x0});
  }
}

/// Variances so small that the product of 40 of them is 0 in double, though its logarithm is an ordinary number.
void add_small_determinants(ScenarioBuilder& builder) {
  constexpr Index d = 40;
  ExactMixture thin;
  thin.name = "thin-40d";
  thin.weights = {Rational(1, 4), Rational(3, 4)};
  thin.means = Matrix<Rational>::Zero(d, 2);
  thin.means.col(1).setConstant(power_of_two(-15));
  for (const int exponent : {-28, -30}) {
    Matrix<Rational> covariance = Matrix<Rational>::Zero(d, d);
    covariance.diagonal().setConstant(power_of_two(exponent));
    thin.covariances.push_back(std::move(covariance));
  }
  Dyadics dyadics(540);
  const Matrix<Rational> x = dyadics.point(d, 64) * power_of_two(-15);
  builder.ask({std::make_shared<const ExactMixture>(std::move(thin)), x, {"HIGH_D", "NORMALISATION"}});
}

void add_batches(ScenarioBuilder& builder) {
  Place apart;
  for (const Index d : {2, 3, 4}) {
    const SharedMixture mixture = random_dyadic_mixture(fmt::format("batch-{}d", d), d, static_cast<int>(d), 1, 2,
                                                        static_cast<std::uint64_t>(500 + d));
    Dyadics dyadics(static_cast<std::uint64_t>(510 + d));
    Matrix<Rational> points(d, d);
    for (Index j = 0; j < d; ++j) points.col(j) = point_near(*mixture, j, dyadics, 48);
    builder.ask({mixture, points, {"BATCH", "CORRELATED"}});
    builder.ask({mixture, points.leftCols(1).replicate(1, 5), {"BATCH"}, Rational(1, 2)}, Operation::score);
    if (d > 2) continue;
    // So far apart that a common maximum of the exponents makes the terms of one of them 0.
    points.col(1) = shifted(points.col(1), 256);
    apart = {mixture, points, {"BATCH", "UNDERFLOW"}};
  }
  builder.ask(apart);
}

/// Parameters that every dtype holds exactly, and a time u of the user in the middle, early and late.
struct Convention {
  Json process;
  std::vector<Rational> times;
};

void add_conventions(ScenarioBuilder& builder) {
  const Rational quarter(1, 4);
  const std::vector<Convention> conventions{
      {{{"kind", "ou"}}, {Rational(1, 8), 1}},
      {{{"kind", "vp-constant"}, {"beta", "1/2"}}, {Rational(1, 2), 2}},
      {{{"kind", "vp-linear"}, {"beta_min", "1/8"}, {"beta_max", 20}}, {Rational(1, 8), Rational(1, 2)}},
      {{{"kind", "vp-cosine"}, {"offset", "1/128"}}, {quarter, Rational(3, 4)}},
      {{{"kind", "ve-geometric"}, {"sigma_min", "1/64"}, {"sigma_max", 32}}, {quarter, Rational(3, 4)}},
      {{{"kind", "ve-linear"}}, {Rational(1, 2), 4}},
      {{{"kind", "linear-path"}}, {quarter, Rational(7, 8)}},
      {{{"kind", "linear-path"}, {"reversed", true}}, {quarter, Rational(7, 8)}},
      {{{"kind", "vp-linear"}, {"beta_min", "1/8"}, {"beta_max", 20}, {"reversed", true}}, {Rational(3, 4)}},
      {{{"kind", "vp-cosine"}, {"offset", "1/128"}, {"time_scale", "1/1024"}}, {256, 640}},
  };
  for (const Index d : {1, 3}) {
    const SharedMixture mixture =
        random_dyadic_mixture(fmt::format("convention-{}d", d), d, 2, 1, 1, static_cast<std::uint64_t>(700 + d));
    Dyadics dyadics(static_cast<std::uint64_t>(710 + d));
    for (const Convention& convention : conventions) {
      const Process process = parse_process(convention.process);
      const std::vector<std::string> flags = process.reversed ? std::vector<std::string>{"TIME_REVERSED", "CONVENTION"}
                                                              : std::vector<std::string>{"CONVENTION", "SCALE"};
      for (const Rational& time : convention.times)
        builder.predict({mixture, dyadics.point(d, 96), flags, time}, process,
                        {Prediction::score, Prediction::noise, Prediction::x0, Prediction::v, Prediction::velocity});
    }
  }
}

}  // namespace

std::vector<VectorQuestion> vector_questions(Tier tier) {
  constexpr int smoke_seeds = 2;
  constexpr int full_seeds = 20;
  ScenarioBuilder builder;
  add_plain(builder, true, 0, smoke_seeds);
  add_variances(builder);
  add_tails(builder);
  add_weights(builder);
  add_ill_conditioned(builder);
  add_geometry(builder);
  add_times(builder);
  add_dimensions(builder, true, {16, 32, 64});
  add_small_determinants(builder);
  add_batches(builder);
  add_conventions(builder);
  if (tier == Tier::full) {
    add_plain(builder, false, smoke_seeds, full_seeds);
    add_dimensions(builder, false, {24, 48, 100, 256, 1000});
  }
  return builder.take();
}

}  // namespace verimix
