// The bounds that `check` compares in balls are those that the other suites test in double: the same numbers, enclosed.
#include <gtest/gtest.h>

#include "verimix/core/roots.hpp"
#include "verimix/polynomial/estimated_inputs.hpp"
#include "verimix/polynomial/piecewise_error.hpp"
#include "verimix/polynomial/wrong_cell.hpp"

namespace verimix {
namespace {

/// Within the rounding of a few dozen operations in double, and narrow.
void expect_same(const Ball& enclosed, double computed) {
  EXPECT_NEAR(approximate(enclosed) / computed, 1, 1e-13);
  EXPECT_LT(radius_upper(enclosed), 1e-30 * computed);
}

const SubMixtureSizes<double> sub_mixture_in_double{3, 0.3, 1.7, 2.1};
const SubMixtureSizes<Ball> sub_mixture_in_balls{3, Ball(0.3), Ball(1.7), Ball(2.1)};
const Ball ball_tenth(0.1);

TEST(BoundsInBalls, OfSubMixtures) {
  expect_same(softmax_input_upper(sub_mixture_in_balls, ball_tenth), softmax_input_upper(sub_mixture_in_double, 0.1));
  expect_same(linear_term_upper(sub_mixture_in_balls, ball_tenth), linear_term_upper(sub_mixture_in_double, 0.1));
  expect_same(printed_softmax_input(sub_mixture_in_balls, ball_tenth),
              printed_softmax_input(sub_mixture_in_double, 0.1));
  expect_same(printed_linear_term(sub_mixture_in_balls, ball_tenth), printed_linear_term(sub_mixture_in_double, 0.1));
  expect_same(linear_function_upper(sub_mixture_in_balls, ball_tenth),
              linear_function_upper(sub_mixture_in_double, 0.1));
  expect_same(sub_mixture_error_upper(sub_mixture_in_balls, ball_tenth, Ball(0.25)),
              sub_mixture_error_upper(sub_mixture_in_double, 0.1, 0.25));
  // The degree is rounded up: an integer, without a radius.
  const Ball degree = softmax_polynomial_degree(sub_mixture_in_balls, ball_tenth, Ball(0.25));
  EXPECT_EQ(equal(degree, Ball(softmax_polynomial_degree(sub_mixture_in_double, 0.1, 0.25))), Truth::yes);
}

TEST(BoundsInBalls, OfEstimates) {
  const EstimateSizes<double> errors{0.2, 3.5};
  const EstimateSizes<Ball> in_balls{Ball(0.2), Ball(3.5)};
  expect_same(input_error_upper(sub_mixture_in_balls, in_balls, ball_tenth),
              input_error_upper(sub_mixture_in_double, errors, 0.1));
  expect_same(squared_linear_error_upper(sub_mixture_in_balls, in_balls, ball_tenth),
              squared_linear_error_upper(sub_mixture_in_double, errors, 0.1));
  expect_same(printed_input_error(sub_mixture_in_balls, in_balls, ball_tenth),
              printed_input_error(sub_mixture_in_double, errors, 0.1));
  expect_same(printed_squared_linear_error(sub_mixture_in_balls, in_balls, ball_tenth),
              printed_squared_linear_error(sub_mixture_in_double, errors, 0.1));
}

TEST(BoundsInBalls, OfFormDifferences) {
  for (const double third : {0.5, 2.5}) {
    const FormSizes<double> forms{1.5, 0.7, 0.6, 2.2, 1.1, third, 0.8};
    const FormSizes<Ball> in_balls{Ball(1.5), Ball(0.7), Ball(0.6), Ball(2.2), Ball(1.1), Ball(third), Ball(0.8)};
    for (const bool semidefinite : {true, false})
      expect_same(form_difference_upper(in_balls, ball_tenth, semidefinite),
                  form_difference_upper(forms, 0.1, semidefinite));
    expect_same(printed_form_difference(in_balls, Ball(0.4), ball_tenth), printed_form_difference(forms, 0.4, 0.1));
  }
}

TEST(BoundsInBalls, OfCells) {
  const WrongCellSizes<double> wrong{2, 3, 0.5, 2, 5, 1, 0.25, 1.5, 1e-3, 0.1};
  expect_same(wrong_cell_error_upper<Ball>({2, 3, Ball(0.5), 2, 5, 1, Ball(0.25), Ball(1.5), Ball(1e-3), Ball(0.1)}),
              wrong_cell_error_upper(wrong));
  const PiecewiseSizes<double> pieces{3, 2, 0.5, 2, 5, 1, 1e-4, 1e-16};
  expect_same(piecewise_error_upper<Ball>({3, 2, Ball(0.5), 2, 5, 1, Ball(1e-4), Ball(1e-16)}, ball_tenth, Ball(0.25)),
              piecewise_error_upper(pieces, 0.1, 0.25));
}

}  // namespace
}  // namespace verimix
