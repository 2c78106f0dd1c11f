#include "verimix/sample/output_law.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>

#include "line_panels.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/parallel.hpp"

namespace verimix {
namespace {

// Deviations beyond which a Gaussian is 0 in double next to its peak: e^{-reach^2/2} = 2e-20.
constexpr double reach = 9.5;
// Deviations that leave less than 1e-17 outside.
constexpr double covering = 8.6;
// Mass that is cut off at either end of the line at each step.
constexpr double cut_mass = 1e-19;
// Of the image, in deviations of the step's noise: what the panels' polynomials may miss.
constexpr double image_tolerance = 1e-10;
// Unit roundoffs of the image that are not taken for a jump.
constexpr double image_roundoffs = 64;

double standard_distribution(double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; }
double peak_of(double deviation) { return 1 / (deviation * std::sqrt(2 * pi<double>())); }

double log_density_at(const OutputLaw& law, double deviation, double x) {
  const double* const begin = law.centres.data();
  const double* const end = begin + law.centres.size();
  const double* const from = std::lower_bound(begin, end, x - reach * deviation);
  const double* const to = std::upper_bound(from, end, x + reach * deviation);
  const Index first = from - begin, count = to - from;
  const auto z = (law.centres.segment(first, count).array() - x) / deviation;
  const double near = (law.masses.segment(first, count).array() * (-z.square() / 2).exp()).sum();
  if (near > 0) return std::log(near * peak_of(deviation));
  // Far from all centres, where the terms may underflow.
  const Vector<double> exponents = law.masses.array().log() - ((law.centres.array() - x) / deviation).square() / 2;
  const double largest = exponents.maxCoeff();
  return largest + std::log((exponents.array() - largest).exp().sum() * peak_of(deviation));
}

Vector<double> in_blocks(const Vector<double>& points, unsigned threads, const std::function<double(double)>& f) {
  Vector<double> out(points.size());
  parallel_blocks(
      points.size(), panel_block,
      [&](Index begin, Index end) {
        for (Index i = begin; i < end; ++i) out(i) = f(points(i));
      },
      threads);
  return out;
}

LineDensity standard_normal() {
  return {
      [](const Vector<double>& points) -> Vector<double> { return std::log(peak_of(1)) - points.array().square() / 2; },
      standard_distribution, -covering, covering, 1};
}

/// Without the ends of small mass, in the order of the centres.
OutputLaw law_of(const Vector<double>& masses, const Vector<double>& images, double variance) {
  std::vector<Index> order;
  for (Index i = 0; i < masses.size(); ++i)
    if (masses(i) >= least_mass_kept) order.push_back(i);
  std::ranges::stable_sort(order, {}, [&](Index i) { return images(i); });
  const auto trim = [&](auto begin, auto end) {
    double cut = 0;
    while (begin != end && (cut += masses(*begin)) < cut_mass) ++begin;
    return begin;
  };
  const auto last = trim(order.rbegin(), order.rend()).base();
  const auto first = trim(order.begin(), last);
  if (first == last) throw UndecidedError("a law of the reverse process has lost its mass: raise the number of steps");
  OutputLaw law{variance, Vector<double>(last - first), Vector<double>(last - first)};
  for (Index j = 0; j < law.masses.size(); ++j) {
    law.centres(j) = images(*(first + j));
    law.masses(j) = masses(*(first + j));
  }
  return law;
}

Panels panels_of_step(const BatchedScore<double>& score, Index level, const ReverseStep<double>& step,
                      const LineDensity& before, const LawRequest& request) {
  const BatchedFunctions images = [&](const Matrix<double>& y) {
    const auto image = [&](const BatchedScore<double>& s) -> Matrix<double> {
      return (step.rho * y + step.score_factor * s(y, level)) / step.noise_factor;
    };
    Matrix<double> rows(request.resolve ? 2 : 1, y.cols());
    rows.row(0) = image(score);
    if (request.resolve) rows.row(1) = image(*request.resolve);
    if (!rows.allFinite())
      throw UndecidedError("a step of the reverse process leaves the finite numbers: raise the number of steps");
    return rows;
  };
  const double rounding = image_roundoffs * std::numeric_limits<double>::epsilon() *
                          std::max(std::abs(before.lower), std::abs(before.upper)) / step.noise_factor;
  return resolved_panels(images, before.lower, before.upper,
                         {request.panel_width * before.scale, request.panel_width, image_tolerance + rounding},
                         request.threads);
}

/// The sign changes of p - q between neighbouring points, each located by bisection.
std::vector<double> sign_changes(const LineDensity& p, const LineDensity& q, const Vector<double>& points) {
  const Vector<double> difference = p.density(points) - q.density(points);
  std::vector<double> places;
  for (Index i = 1; i < points.size(); ++i) {
    if ((difference(i - 1) < 0) == (difference(i) < 0)) continue;
    double from = points(i - 1), to = points(i);
    // The error of a place enters TV squared.
    for (int k = 0; k < 26; ++k) {
      const double middle = from + (to - from) / 2;
      const Vector<double> at = Vector<double>::Constant(1, middle);
      ((p.density(at)(0) - q.density(at)(0) < 0) == (difference(i) < 0) ? to : from) = middle;
    }
    places.push_back(from);
  }
  return places;
}

Panels common_panels(const LineDensity& p, const LineDensity& q, double width) {
  const double scale = std::min(p.scale, q.scale);
  return equal_panels(std::min(p.lower, q.lower), std::max(p.upper, q.upper), width * scale);
}

}  // namespace

Vector<double> LineDensity::density(const Vector<double>& points) const { return log_density(points).array().exp(); }

LineDensity line_density(const Mixture<double>& mixture) {
  if (mixture.dimension() != 1)
    throw InputError("", "dimension", std::to_string(mixture.dimension()), "a mixture on the line");
  const auto density = std::make_shared<const Density<double>>(mixture);
  LineDensity out{{}, {}, std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(), 0};
  double least = std::numeric_limits<double>::infinity();
  for (const WhitenedComponent<double>& component : density->components()) {
    const double deviation = 1 / component.whitening(0, 0), mean = component.mean(0);
    out.lower = std::min(out.lower, mean - covering * deviation);
    out.upper = std::max(out.upper, mean + covering * deviation);
    least = std::min(least, deviation);
  }
  out.scale = least;
  out.log_density = [density](const Vector<double>& points) {
    return density->evaluate(points.transpose()).log_density;
  };
  out.cdf = [density](double x) {
    double sum = 0;
    for (const WhitenedComponent<double>& c : density->components())
      sum += c.weight * standard_distribution((x - c.mean(0)) * c.whitening(0, 0));
    return sum;
  };
  return out;
}

LineDensity line_density(const OutputLaw& law) {
  const auto kept = std::make_shared<const OutputLaw>(law);
  const double deviation = std::sqrt(law.variance);
  return {[kept, deviation](const Vector<double>& points) {
            return in_blocks(points, 0, [&](double x) { return log_density_at(*kept, deviation, x); });
          },
          [kept, deviation](double x) {
            double sum = 0;
            for (Index j = 0; j < kept->masses.size(); ++j)
              sum += kept->masses(j) * standard_distribution((x - kept->centres(j)) / deviation);
            return sum;
          },
          law.centres(0) - covering * deviation, law.centres(law.centres.size() - 1) + covering * deviation, deviation};
}

OutputLaw line_output_law(const BatchedScore<double>& score, const TimeGrid<double>& grid, const LawRequest& request) {
  require_invariant(request.panel_width > 0 && request.panel_width <= 4 && !grid.steps.empty(),
                    "a law is pushed over some steps on narrow panels");
  LineDensity before = request.initial ? *request.initial : standard_normal();
  OutputLaw law;
  for (std::size_t l = 0; l < grid.steps.size(); ++l) {
    const ReverseStep<double> step(grid.steps[l]);
    const auto level = static_cast<Index>(l);
    const Panels panels = panels_of_step(score, level, step, before, request);
    const Vector<double> masses = panels.weights.cwiseProduct(before.density(panels.points));
    const Vector<double> images = panels.values.row(0).transpose() * step.noise_factor;
    law = law_of(masses, images, step.noise_factor * step.noise_factor);
    if (request.observer) request.observer({level, before, panels.edges, panels.points, masses, images, law});
    before = line_density(law);
  }
  return law;
}

LineOutput line_output(const BatchedScore<double>& score, const TimeGrid<double>& grid, LawRequest request) {
  constexpr double wider = 4.0 / 3;
  request.panel_width = std::min(request.panel_width, 3.0);
  LineOutput out{line_output_law(score, grid, request), 0, 0};
  out.lost_mass = std::abs(1 - out.law.mass());
  request.observer = nullptr;
  request.panel_width *= wider;
  const LineDensity fine = line_density(out.law), coarse = line_density(line_output_law(score, grid, request));
  const Panels panels = common_panels(fine, coarse, 1);
  out.error_estimate = panels.weights.dot((fine.density(panels.points) - coarse.density(panels.points)).cwiseAbs()) / 2;
  return out;
}

double line_tv(const LineDensity& p, const LineDensity& q) {
  std::vector<double> places = sign_changes(p, q, common_panels(p, q, 2).points);
  places.push_back(std::numeric_limits<double>::infinity());
  double sum = 0, before = 0;
  for (const double place : places) {
    const double here = p.cdf(place) - q.cdf(place);
    sum += std::abs(here - before);
    before = here;
  }
  return sum / 2;
}

double line_kl(const LineDensity& p, const LineDensity& q) {
  const Panels panels = common_panels(p, q, 2);
  const Vector<double> of_p = p.log_density(panels.points), of_q = q.log_density(panels.points);
  double sum = 0;
  for (Index i = 0; i < of_p.size(); ++i) {
    // p g(log(q/p)), g(L) = e^L - 1 - L, without cancellation where q is near p and without overflow where it is far.
    const double log_ratio = of_q(i) - of_p(i), density = std::exp(of_p(i));
    sum += panels.weights(i) * (std::abs(log_ratio) < 1 ? density * (std::expm1(log_ratio) - log_ratio)
                                                        : std::exp(of_q(i)) - density - density * log_ratio);
  }
  return sum;
}

}  // namespace verimix
