// The problems by stage, and what they share. Internal to the stage.
#pragma once

#include <concepts>
#include <utility>

#include "verimix/ledger/hunt_problem.hpp"

namespace verimix::hunt_catalogue {

std::vector<HuntProblem> core();
std::vector<HuntProblem> sample();
std::vector<HuntProblem> estimate();
std::vector<HuntProblem> cluster();
std::vector<HuntProblem> simplify();
std::vector<HuntProblem> line_scores();
std::vector<HuntProblem> polynomial();
std::vector<HuntProblem> regress();

inline HuntParameter logarithmic(std::string name, const char* lower, const char* upper, bool grows = true) {
  return {std::move(name), HuntScale::logarithmic, parse_rational(lower), parse_rational(upper), grows};
}
inline HuntParameter linear(std::string name, const char* lower, const char* upper) {
  return {std::move(name), HuntScale::linear, parse_rational(lower), parse_rational(upper), false};
}
inline HuntParameter integer(std::string name, const char* lower, const char* upper, bool grows = true) {
  return {std::move(name), HuntScale::integer, parse_rational(lower), parse_rational(upper), grows};
}

/// a <= b, certainly.
template <class T>
bool at_most(const T& a, const T& b) {
  return less(b, a) == Truth::no;
}

inline double larger(double a, double b) { return a < b ? b : a; }
inline double smaller(double a, double b) { return a < b ? a : b; }
inline Ball larger(const Ball& a, const Ball& b) {
  Ball result;
  arb_max(result.data(), a.data(), b.data(), BallPrecision::bits());
  return result;
}
inline Ball smaller(const Ball& a, const Ball& b) { return -larger(-a, -b); }

/// The sides where a hypothesis fails.
template <class T>
HuntSides<T> outside(std::string hypothesis) {
  HuntSides<T> sides;
  sides.broken = std::move(hypothesis);
  return sides;
}

/// The eigenvalues of ((a, b), (b, c)): the smaller and the larger.
template <class T>
std::pair<T, T> eigenvalues(const T& a, const T& b, const T& c) {
  const T centre = (a + c) / 2, half = (a - c) / 2, radius = sqrt(T(half * half + b * b));
  return {centre - radius, centre + radius};
}

/// What a problem is, without its evaluation.
struct Frame {
  StatementId statement;
  StatementForm form;
  bool hidden_constant;
  std::string part;
  std::vector<HuntParameter> parameters;
  std::string instances;
};

HuntProblem framed(Frame frame);

/// The inequality whose sides `sides` gives from the parameters, in double and in balls: a function object that is
/// called with a span of const double and of const Ball.
template <class Sides>
HuntProblem problem(Frame frame, Sides sides) {
  HuntProblem made = framed(std::move(frame));
  made.quick = [sides](std::span<const double> values) { return log_ratio(sides(values)); };
  made.certified = [sides](std::span<const Rational> values) {
    std::vector<Ball> balls;
    for (const Rational& x : values) balls.push_back(from_rational<Ball>(x));
    return comparison(sides(std::span<const Ball>(balls)));
  };
  return made;
}

/// For sides that only balls have: the search uses them at 64 bits.
template <class Sides>
HuntProblem ball_problem(Frame frame, Sides sides) {
  HuntProblem made = problem(std::move(frame), [sides](const auto& values) {
    if constexpr (std::same_as<std::remove_cvref_t<decltype(values)>, std::span<const Ball>>)
      return sides(values);
    else {
      const BallPrecision precision(64);
      std::vector<Ball> balls;
      for (const double x : values) balls.emplace_back(x);
      return sides(std::span<const Ball>(balls));
    }
  });
  made.draws = 32;
  made.local_evaluations = 120;
  made.directions = 96;
  return made;
}

inline constexpr StatementForm printed = StatementForm::printed;
inline constexpr StatementForm explicit_form = StatementForm::explicit_constants;

}  // namespace verimix::hunt_catalogue
