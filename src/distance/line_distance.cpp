#include "verimix/distance/line_distance.hpp"

#include <fmt/format.h>

#include "verimix/distance/divergence.hpp"
#include "verimix/distance/total_variation.hpp"
#include "verimix/distance/wasserstein_line.hpp"

namespace verimix {

int usual_line_digits(Metric metric) { return metric == Metric::wasserstein2 ? 8 : 30; }

LineDistance certified_line_distance(Metric metric, const ExactMixture& p, const ExactMixture& q, const Rational& time,
                                     int digits, const LadderBudget& budget) {
  return certified_line_distance(metric, LineLaw(p, time), LineLaw(q, time), digits, budget);
}

LineDistance certified_line_distance(Metric metric, const LineLaw& p_law, const LineLaw& q_law, int digits,
                                     const LadderBudget& budget) {
  if (p_law == q_law) return {{Ball(0), true, 0}, "the two laws are the same, exactly"};
  const auto integral = [&](Divergence kind) -> LineDistance {
    LadderResult result = certified_divergence(kind, p_law, q_law, digits, budget);
    std::string method =
        fmt::format("rigorous quadrature on the line with bounded tails, in balls of {} bits", result.bits);
    return {std::move(result), std::move(method)};
  };
  switch (metric) {
    case Metric::kl:
      return integral(Divergence::kl);
    case Metric::hellinger2:
      return integral(Divergence::hellinger2);
    case Metric::fisher:
      return integral(Divergence::fisher);
    case Metric::wasserstein1: {
      LadderResult result = certified_wasserstein1(p_law, q_law, digits, budget);
      std::string method =
          fmt::format("isolated zeros of F - G, then antiderivatives, in balls of {} bits", result.bits);
      return {std::move(result), std::move(method)};
    }
    case Metric::wasserstein2: {
      LadderResult result = certified_wasserstein2(p_law, q_law, digits, budget);
      std::string method =
          fmt::format("rigorous quadrature along the increasing map from P to Q, in balls of {} bits", result.bits);
      return {std::move(result), std::move(method)};
    }
    case Metric::tv:
      break;
  }
  LadderResult result = certified_total_variation(p_law, q_law, digits, budget);
  std::string method =
      fmt::format("isolated zeros of log p - log q, then error functions, in balls of {} bits", result.bits);
  return {std::move(result), std::move(method)};
}

}  // namespace verimix
