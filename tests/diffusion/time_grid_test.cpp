#include "verimix/diffusion/time_grid.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/input_error.hpp"
#include "support/numbers.hpp"

namespace verimix {
namespace {

/// The printed schedule in balls: N/2 steps of kappa = 2 (T - 1)/N, then kappa/(1 + kappa)^l for l <= N/2 - 2. Its last
/// step is what is left to T - delta.
struct PrintedSchedule {
  Ball kappa;
  std::vector<Ball> times;
};

PrintedSchedule printed_schedule(const Ball& horizon, int steps) {
  PrintedSchedule schedule{Ball(2) * (horizon - Ball(1)) / Ball(steps), {Ball(0)}};
  for (int l = 0; l < steps / 2; ++l) schedule.times.push_back(schedule.times.back() + schedule.kappa);
  Ball step = schedule.kappa;
  for (int l = 0; l <= steps / 2 - 2; ++l) {
    schedule.times.push_back(schedule.times.back() + step);
    step /= Ball(1) + schedule.kappa;
  }
  return schedule;
}

bool rounds_to(const Ball& x, const char* value, const char* half_unit) {
  const Ball error = abs(x - from_rational<Ball>(parse_rational(value)));
  return less(error, from_rational<Ball>(parse_rational(half_unit))) == Truth::yes;
}

TEST(Lemma12, thePrintedScheduleOvershootsItsHorizon) {
  struct Witness {
    int horizon, steps;
    const char* last;
  };
  // t_{N-1} of the card's witnesses; the first three lie beyond T itself, so that the last step would be negative.
  for (const Witness& w : {Witness{3, 8, "3.0556"}, Witness{5, 100, "5.0551"}, Witness{10, 1000, "10.0179"}}) {
    const PrintedSchedule schedule = printed_schedule(Ball(w.horizon), w.steps);
    EXPECT_TRUE(rounds_to(schedule.times.back(), w.last, "0.00005"));
    EXPECT_EQ(less(Ball(w.horizon), schedule.times.back()), Truth::yes);
  }
  const PrintedSchedule early = printed_schedule(Ball(2), 100);
  EXPECT_TRUE(rounds_to(early.times.back(), "1.633", "0.0005"));
  EXPECT_EQ(less(early.times.back() + Ball(36) / Ball(100), from_rational<Ball>(parse_rational("1.999"))), Truth::yes);
}

TEST(Lemma12, thePrintedStepsBreakThePrintedStepCondition) {
  // gamma_l <= kappa min(1, T - t_l) fails at l = N/2 + 1 for every N >= 6: kappa/(1 + kappa) > kappa (1 - kappa).
  for (const int steps : {6, 8, 50, 100, 1000}) {
    const PrintedSchedule schedule = printed_schedule(Ball(3), steps);
    const auto l = static_cast<std::size_t>(steps / 2 + 1);
    const Ball step = schedule.times[l + 1] - schedule.times[l];
    EXPECT_EQ(less(schedule.kappa * (Ball(3) - schedule.times[l]), step), Truth::yes) << steps;
  }
}

RC_GTEST_PROP(Lemma12, theRepairedStepsFitTheirHorizon, ()) {
  const auto horizon = from_rational<Ball>(1 + Rational(*rc::gen::inRange<int>(0, 100), 8));
  const auto stop = from_rational<Ball>(Rational(1, *rc::gen::element(2, 3, 10, 1000, 1000000000)));
  const int steps = 2 * *rc::gen::inRange<int>(1, 60);
  const TimeGrid<Ball> grid = time_grid(horizon, stop, steps);
  const bool flat_half = equal(horizon, Ball(1)) == Truth::no;
  RC_ASSERT(std::ssize(grid.steps) == (flat_half ? steps : steps / 2));
  RC_ASSERT(grid.remaining.size() == grid.steps.size() + 1);
  const Ball kappa = less(grid.kappa_1, grid.kappa_2) == Truth::yes ? grid.kappa_2 : grid.kappa_1;
  Ball sum = 0;
  for (std::size_t l = 0; l < grid.steps.size(); ++l) {
    const Ball& next = grid.remaining[l + 1];
    sum += grid.steps[l];
    RC_ASSERT(less(Ball(0), grid.steps[l]) == Truth::yes);
    RC_ASSERT(overlaps(grid.steps[l], grid.remaining[l] - next));
    // gamma_l <= kappa min(1, T - t_{l+1}); equality is met, so balls can only fail to refute it.
    RC_ASSERT(less(kappa * (less(next, Ball(1)) == Truth::yes ? next : Ball(1)), grid.steps[l]) != Truth::yes);
  }
  RC_ASSERT(overlaps(sum, horizon - stop));
  RC_ASSERT(radius_upper(sum) <= 0x1p-80);
  RC_ASSERT(contains(grid.remaining.front(), horizon) && contains(grid.remaining.back(), stop));
}

RC_GTEST_PROP(Lemma12, kappaTimesStepsIsOfTheOrderOfTheHorizon, ()) {
  // For N >= log(1/delta): kappa N <= max(2 (T - 1), (e^2 - 1) log(1/delta)), and e^2 - 1 <= 6.39; from below kappa_2 N
  // >= 2 log.
  const double horizon = 1 + *rc::gen::inRange<int>(0, 100) / 8.0;
  const double stop = std::ldexp(1.0, -*rc::gen::inRange<int>(1, 40));
  const double logarithm = -std::log(stop);
  const int steps = 2 * (static_cast<int>(logarithm / 2) + *rc::gen::inRange<int>(1, 200));
  const TimeGrid<double> grid = time_grid(horizon, stop, steps);
  const double product = std::max(grid.kappa_1, grid.kappa_2) * steps;
  const double rounding = 1 + 64 * 0x1p-53;
  RC_ASSERT(product <= std::max(2 * (horizon - 1), 6.39 * logarithm) * rounding);
  RC_ASSERT(product * rounding >= std::max(2 * (horizon - 1), 2 * logarithm));
}

RC_GTEST_PROP(Lemma12, precisionsAgree, ()) {
  const int steps = 2 * *rc::gen::inRange<int>(1, 200);
  const int power = *rc::gen::inRange<int>(1, 60);
  const double horizon = 1 + *rc::gen::inRange<int>(0, 64) / 16.0;
  const TimeGrid<double> coarse = time_grid(horizon, std::ldexp(1.0, -power), steps);
  const TimeGrid<Real100> fine = time_grid(Real100(horizon), Real100(std::ldexp(1.0, -power)), steps);
  for (std::size_t l = 0; l < coarse.steps.size(); ++l) {
    // exp(x) has relative error (|x| + 2) u, and |x| <= 60 log 2.
    RC_ASSERT(abs(Real100(coarse.steps[l]) / fine.steps[l] - 1) <= 128 * 0x1p-53);
    RC_ASSERT(abs(Real100(coarse.remaining[l]) / fine.remaining[l] - 1) <= 64 * 0x1p-53);
  }
  RC_ASSERT(coarse.remaining.front() == horizon && coarse.remaining.back() == std::ldexp(1.0, -power));
}

TEST(TimeGrid, refusesWhatIsOutsideItsDomain) {
  const auto refused = [](double horizon, double stop, int steps) {
    return support::refusal([&] { time_grid(horizon, stop, steps); });
  };
  EXPECT_NE(refused(0.5, 0.1, 4).find("horizon"), std::string::npos);
  EXPECT_NE(refused(2, 0, 4).find("stop"), std::string::npos);
  EXPECT_NE(refused(2, 1, 4).find("stop"), std::string::npos);
  EXPECT_NE(refused(2, 0.1, 3).find("steps"), std::string::npos);
  EXPECT_NE(refused(2, 0.1, 0).find("steps"), std::string::npos);
  EXPECT_NE(refused(std::numeric_limits<double>::infinity(), 0.1, 4).find("horizon"), std::string::npos);
  EXPECT_THROW(time_grid(widened(Ball(1), Ball(0x1p-10)), Ball(0x1p-3), 4), UndecidedError);
}

}  // namespace
}  // namespace verimix
