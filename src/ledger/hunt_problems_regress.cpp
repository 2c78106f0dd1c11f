// Lemma 50 and the sample counts of Propositions 3, 49 and 51.
#include <cmath>

#include "hunt_problems.hpp"
#include "verimix/cluster/clustering_error.hpp"
#include "verimix/regress/score_risk.hpp"

namespace verimix::hunt_catalogue {
namespace {

constexpr StatementId proposition_3{StatementKind::proposition, 3}, proposition_49{StatementKind::proposition, 49},
    lemma_50{StatementKind::lemma, 50}, proposition_51{StatementKind::proposition, 51};

/// sqrt(t_min) <= sqrt(1 - e^{-2t}) for t >= t_min, as the printed proof has it; squared.
struct PrintedStep {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    if (!at_most(v[0], v[1])) return outside<T>("t >= t_min");
    return {v[0], -expm1(T(-2 * v[1])), false, ""};
  }
};
struct Step {
  template <class T>
  HuntSides<T> operator()(std::span<const T> v) const {
    if (!at_most(v[0], v[1])) return outside<T>("t >= t_min");
    return {noise_variance_lower(v[0]), -expm1(T(-2 * v[1])), false, ""};
  }
};

/// One sample, d = 1, M = N(0, 1), degree 0: the function 0 of the class has the loss z^2/sigma^2 inside the clipping
/// radii, whose mean exceeds the sample's by epsilon with probability > delta. So n = 1 does not suffice.
struct OneSample {
  HuntSides<Ball> operator()(std::span<const Ball> v) const {
    const Ball &m = v[0], &epsilon = v[1], &delta = v[2], &t_min = v[3], &radius = v[4];
    const Ball variance = -expm1(-2 * t_min);
    // E z^2 1{|x| <= R_x, |z| <= R_z} >= 1 - E z^2 1{|z| > R_z} - sqrt(E z^4 P[|x| > R_x]), x ~ N(0, 1).
    const Ball inside = 1 - outside_noise(1, radius) - sqrt(3 * outside_probability(1, radius));
    const Ball level = inside - epsilon * variance;
    if (less(Ball(0), level) != Truth::yes) return outside<Ball>("the mean loss is above epsilon");
    const Ball failure = 1 - 2 * normal_upper_tail<Ball>(sqrt(level));
    if (less(delta, failure) != Truth::yes) return outside<Ball>("one sample fails with probability > delta");
    ClippedClass<Ball> of;
    of.coefficient_sum = m;
    of.radius_x = of.radius_z = radius;
    of.noise_variance = variance;
    return {Ball(1), lemma_50_printed_samples(of, t_min, epsilon, delta), false, ""};
  }
};

/// P[|x_t| > R_x or |z| > R_z] for x_t ~ N(R, beta) is at most delta' with the radii of clipping_radii; the sum over
/// the two sides and the two events stands for the probability.
struct ClippedShare {
  HuntSides<Ball> operator()(std::span<const Ball> v) const {
    const ClippingRadii<Ball> radii = clipping_radii(1, v[0], v[1], v[2]);
    const Ball deviation = sqrt(v[1]);
    const Ball right = normal_upper_tail<Ball>((radii.x - v[0]) / deviation);
    const Ball left = normal_upper_tail<Ball>((radii.x + v[0]) / deviation);
    return {outside_probability(1, radii.z) + right + left, v[2], false, ""};
  }
};
/// P[|z| >= R_z] <= delta' with the printed radius (beta R d/alpha) log(1/delta'), constant 1, d = 1, alpha = 1.
struct PrintedClippedShare {
  HuntSides<Ball> operator()(std::span<const Ball> v) const {
    return {outside_probability(1, clipping_radius_printed<Ball>(1, Ball(1), v[1], v[0], v[2])), v[2], false, ""};
  }
};

/// n samples, and success with probability at most learning_success_upper < 1 - delta.
template <bool with_logarithm>
struct TooFew {
  HuntSides<Ball> operator()(std::span<const Ball> v) const {
    const double n = approximate(v[0]);
    if (!(n >= 1 && n < 9e18)) return outside<Ball>("1 <= n < 9e18");
    if (!at_most(v[1], Ball(1) / 20)) return outside<Ball>("epsilon <= 1/20");
    // The noise scale t = epsilon is allowed.
    const Ball success = learning_success_upper(static_cast<Index>(n), v[1], v[1]);
    if (less(success, 1 - v[2]) != Truth::yes) return outside<Ball>("n samples are too few");
    return {v[0], with_logarithm ? -log(v[2]) : Ball(1), false, ""};
  }
};

}  // namespace

std::vector<HuntProblem> regress() {
  std::vector<HuntProblem> all;
  const std::vector<HuntParameter> times{logarithmic("t_min", "1/1024", "4"), logarithmic("t", "1/1024", "4")};
  all.push_back(
      problem({lemma_50, printed, false, "the step t_min <= 1 - e^{-2t}", times, "t >= t_min > 0"}, PrintedStep{}));
  all.push_back(problem(
      {lemma_50, explicit_form, false, "the step (1 - e^{-2}) min(1, t_min) <= 1 - e^{-2t}", times, "t >= t_min > 0"},
      Step{}));
  all.push_back(ball_problem({lemma_50,
                              printed,
                              true,
                              "the number of samples",
                              {logarithmic("M", "1/1024", "1"), logarithmic("epsilon", "1/1024", "1"),
                               logarithmic("delta", "1/64", "1/2", false), logarithmic("t_min", "1/64", "1"),
                               logarithmic("radius", "1", "16")},
                              "d = 1, N(0, 1), degree 0, n = 1, the function 0 of the class"},
                             OneSample{}));
  const std::vector<HuntParameter> points{integer("n", "1", "4096"), logarithmic("epsilon", "1/1048576", "1/20"),
                                          logarithmic("delta", "1/64", "2/5", false)};
  const std::string laws = "N(0, 1) and N(mu, 1), mu^2 = 5 epsilon e^{2t}, t = epsilon, alpha = beta = R = 1, any d";
  all.push_back(
      ball_problem({proposition_3, printed, true, "the number of samples, tau = 0", points, laws}, TooFew<false>{}));
  all.push_back(ball_problem(
      {proposition_49, printed, true, "the number of samples, log R = 0, poly(log(1/delta))", points, laws},
      TooFew<true>{}));
  all.push_back(ball_problem(
      {proposition_51, printed, true, "the number of samples, log R = 0, log(1/delta)", points, laws}, TooFew<true>{}));
  const std::vector<HuntParameter> clipped{logarithmic("R", "1/16", "16"), logarithmic("beta", "1", "16"),
                                           logarithmic("delta_prime", "1/1048576", "1/2")};
  const std::string radii = "d = 1, alpha = 1, x_t ~ N(R, beta)";
  all.push_back(ball_problem({proposition_51, printed, true,
                              "the clipping radius: P[|z| >= R_z] <= delta', times a "
                              "constant",
                              clipped, radii + ", the radius with the constant 1"},
                             PrintedClippedShare{}));
  all.push_back(ball_problem({proposition_51, explicit_form, false,
                              "clipping radii: what is outside has probability "
                              "<= delta'",
                              clipped, radii},
                             ClippedShare{}));
  return all;
}

}  // namespace verimix::hunt_catalogue
