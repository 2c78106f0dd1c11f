#include "verimix/cluster/misclassification.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "verimix/cluster/clustering_error.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/mixture/draw.hpp"

namespace verimix {
namespace {

template <class Truth>
void require_match(const Truth& truth, const Clustering<double>& clustering) {
  if (truth.size() != clustering.components() || truth.dimension() != clustering.dimension()) {
    throw InputError("", "mixture",
                     std::to_string(truth.size()) + " components of dimension " + std::to_string(truth.dimension()),
                     "the size and dimension of the clustering");
  }
}

Matrix<Ball> exactly(const Matrix<double>& a) {
  return a.unaryExpr([](double x) { return Ball(x); });
}

struct Decision {
  Index label;
  ClusterStatus status;
};

// The clustering function on the line in exact arithmetic.
class LineFunction {
 public:
  explicit LineFunction(const Clustering<double>& clustering)
      : clustering_(clustering), k_(clustering.components()), groups_(clustering.partition().covariance_group) {
    for (Index i = 0; i < k_; ++i) {
      mean_.emplace_back(clustering.means()(0, i));
      const ClippedInverse<double>& clipped = clustering.clipped()[static_cast<std::size_t>(i)];
      inverse_.emplace_back(clipped.inverse(0, 0));
      log_variance_.emplace_back(clipped.log_determinant);
    }
  }

  // Every place where a comparison of the algorithm can change, in no order.
  std::vector<Ball> breakpoints() const {
    std::vector<Ball> out;
    for (std::size_t i = 0; i < size(); ++i) {
      for (std::size_t j = 0; j < size(); ++j) {
        if (i == j) continue;
        if (j < i) {
          out.push_back((mean_[i] + mean_[j]) / Ball(2));
          // K_i (x - m_i)^2 + log Q_i = K_j (x - m_j)^2 + log Q_j.
          const Ball b = inverse_[j] * mean_[j] - inverse_[i] * mean_[i];
          const Ball c = inverse_[i] * mean_[i] * mean_[i] - inverse_[j] * mean_[j] * mean_[j] + log_variance_[i] -
                         log_variance_[j];
          add_roots(inverse_[i] - inverse_[j], b, c, out);
        }
        if (groups_[i] == groups_[j]) continue;
        const Ball threshold(clustering_.thresholds()(static_cast<Index>(i), static_cast<Index>(j)));
        for (const Ball& center : mean_) {
          std::vector<Ball> offsets;
          add_roots(inverse_[i] - inverse_[j], Ball(0), -threshold, offsets);
          for (const Ball& offset : offsets) out.push_back(center + offset);
        }
      }
    }
    return out;
  }

  // The algorithm at an exact point; nothing if a comparison cannot be decided.
  std::optional<Decision> at(const Ball& x) const {
    const auto squared = [&](std::size_t i) { return (x - mean_[i]) * (x - mean_[i]); };
    const std::optional<std::size_t> nearest =
        least(squared, [&](std::size_t i, std::size_t j) { return same_mean(i, j); });
    if (!nearest) return std::nullopt;
    const Ball form = squared(*nearest);
    Index accepted = -1;
    bool several = false;
    for (std::size_t i = 0; i < size(); ++i) {
      Truth passes = Truth::yes;
      for (std::size_t j = 0; j < size() && passes != Truth::no; ++j) {
        if (groups_[i] == groups_[j]) continue;
        const Ball threshold(clustering_.thresholds()(static_cast<Index>(i), static_cast<Index>(j)));
        passes = passes && less((inverse_[i] - inverse_[j]) * form, threshold);
      }
      if (passes == Truth::unknown) return std::nullopt;
      if (passes == Truth::no || groups_[i] == accepted) continue;
      several = several || accepted >= 0;
      accepted = accepted < 0 ? groups_[i] : std::min(accepted, groups_[i]);
    }
    const Index mean_group = clustering_.partition().mean_group[*nearest];
    const Index cell = accepted < 0 ? -1 : cell_with(mean_group, accepted);
    if (cell >= 0) return Decision{cell, several ? ClusterStatus::multi : ClusterStatus::ok};
    const auto cost = [&](std::size_t i) { return inverse_[i] * squared(i) + log_variance_[i]; };
    const std::optional<std::size_t> likely = least(cost, [&](std::size_t i, std::size_t j) { return same(i, j); });
    if (!likely) return std::nullopt;
    return Decision{cell_of_component(clustering_, static_cast<Index>(*likely)),
                    accepted < 0 ? ClusterStatus::none : ClusterStatus::empty_intersection};
  }

 private:
  std::size_t size() const { return static_cast<std::size_t>(k_); }

  // Roots of a x^2 + 2 b x + c that may exist.
  static void add_roots(const Ball& a, const Ball& b, const Ball& c, std::vector<Ball>& out) {
    if (arb_is_zero(a.data()) != 0) {
      if (arb_is_zero(b.data()) == 0) out.push_back(-c / (2 * b));
      return;
    }
    const Ball discriminant = b * b - a * c;
    if (less(discriminant, Ball(0)) == Truth::yes) return;
    Ball root;
    arb_sqrtpos(root.data(), discriminant.data(), BallPrecision::bits());
    out.push_back((-b + root) / a);
    out.push_back((-b - root) / a);
  }

  // The place of the least value; `tied` knows the exact ties, of which the smallest place wins.
  template <class Function, class Tied>
  std::optional<std::size_t> least(const Function& value, const Tied& tied) const {
    std::size_t best = 0;
    Ball lowest = value(0);
    for (std::size_t i = 1; i < size(); ++i) {
      const Ball other = value(i);
      if (tied(i, best)) continue;
      const Truth below = less(other, lowest);
      if (below == Truth::unknown) return std::nullopt;
      if (below == Truth::yes) {
        best = i;
        lowest = other;
      }
    }
    return best;
  }
  static bool equal_numbers(const Ball& a, const Ball& b) { return equal(a, b) == Truth::yes; }
  bool same_mean(std::size_t i, std::size_t j) const { return equal_numbers(mean_[i], mean_[j]); }
  bool same(std::size_t i, std::size_t j) const {
    return same_mean(i, j) && equal_numbers(inverse_[i], inverse_[j]) &&
           equal_numbers(log_variance_[i], log_variance_[j]);
  }

  Index cell_with(Index mean_group, Index covariance_group) const {
    for (std::size_t t = 0; t < clustering_.refinement().size(); ++t) {
      const auto member = static_cast<std::size_t>(clustering_.refinement()[t].front());
      if (clustering_.partition().mean_group[member] == mean_group && groups_[member] == covariance_group)
        return static_cast<Index>(t);
    }
    return -1;
  }

  const Clustering<double>& clustering_;
  Index k_;
  const std::vector<Index>& groups_;
  std::vector<Ball> mean_, inverse_, log_variance_;
};

// Rising, overlapping ones joined; every true breakpoint lies in one of them.
std::vector<Ball> joined(std::vector<Ball> places) {
  std::erase_if(places, [](const Ball& x) { return !is_finite(x); });
  std::sort(places.begin(), places.end(),
            [](const Ball& a, const Ball& b) { return arf_cmp(arb_midref(a.data()), arb_midref(b.data())) < 0; });
  std::vector<Ball> out;
  for (const Ball& place : places) {
    if (!out.empty() && less(out.back(), place) != Truth::yes)
      out.back() = hull(out.back(), place);
    else
      out.push_back(place);
  }
  // Joining may have made neighbours overlap.
  for (std::size_t i = 1; i < out.size();) {
    if (less(out[i - 1], out[i]) == Truth::yes) {
      ++i;
    } else {
      out[i - 1] = hull(out[i - 1], out[i]);
      out.erase(out.begin() + static_cast<std::ptrdiff_t>(i));
      i = std::max<std::size_t>(i - 1, 1);
    }
  }
  return out;
}

// P[a < x < b] for x ~ N(mean, deviation^2) from standardised ends; missing ends are infinite.
Ball normal_between(const std::optional<Ball>& a, const std::optional<Ball>& b) {
  if (!a && !b) return 1;
  if (!a) return normal_upper_tail<Ball>(-*b);
  if (!b) return normal_upper_tail<Ball>(*a);
  // Both tails from the side on which they are small.
  if (approximate(*a) + approximate(*b) > 0) return normal_upper_tail<Ball>(*a) - normal_upper_tail<Ball>(*b);
  return normal_upper_tail<Ball>(-*b) - normal_upper_tail<Ball>(-*a);
}

Ball up_to(const Ball& p) {
  Ball magnitude;
  arb_get_abs_ubound_arf(arb_midref(magnitude.data()), p.data(), BallPrecision::bits());
  return hull(Ball(0), magnitude);
}

Ball lower_end(const Ball& x) {
  Ball end;
  arb_get_lbound_arf(arb_midref(end.data()), x.data(), BallPrecision::bits());
  return end;
}
Ball upper_end(const Ball& x) {
  Ball end;
  arb_get_ubound_arf(arb_midref(end.data()), x.data(), BallPrecision::bits());
  return end;
}

// P[q >= level] for the form (x - center)^T A (x - center), x ~ N_component.
Ball rejection(const Mixture<Ball>& truth, Index component, const Vector<Ball>& center, const Matrix<Ball>& a,
               double level) {
  const bool vanishes =
      std::all_of(a.reshaped().begin(), a.reshaped().end(), [](const Ball& x) { return arb_is_zero(x.data()) != 0; });
  if (vanishes) return level <= 0 ? 1 : 0;
  const QuadraticLaw<Ball> form = quadratic_law<Ball>(
      truth.means.col(component), truth.covariances[static_cast<std::size_t>(component)], center, a);
  return quadratic_tails(form, Ball(level)).upper;
}

}  // namespace

Index cell_of_component(const Clustering<double>& clustering, Index component) {
  require_component(component, clustering.components());
  for (std::size_t t = 0; t < clustering.refinement().size(); ++t) {
    const std::vector<Index>& cell = clustering.refinement()[t];
    if (std::find(cell.begin(), cell.end(), component) != cell.end()) return static_cast<Index>(t);
  }
  require_invariant(false, "every component lies in a cell of the refinement");
  return -1;
}

std::vector<LineStretch> line_stretches(const Clustering<double>& clustering) {
  if (clustering.dimension() != 1) throw InputError("", "dimension", std::to_string(clustering.dimension()), "1");
  const LineFunction function(clustering);
  const std::vector<Ball> places = joined(function.breakpoints());
  std::vector<LineStretch> out;
  for (std::size_t i = 0; i <= places.size(); ++i) {
    LineStretch between;
    if (i > 0) between.lower = upper_end(places[i - 1]);
    if (i < places.size()) between.upper = lower_end(places[i]);
    Ball point = 0;
    if (between.lower && between.upper)
      point = (*between.lower + *between.upper) / Ball(2);
    else if (between.lower)
      point = *between.lower + Ball(1);
    else if (between.upper)
      point = *between.upper - Ball(1);
    arb_get_mid_arb(point.data(), point.data());
    if (const std::optional<Decision> decision = function.at(point)) {
      between.label = decision->label;
      between.status = decision->status;
    }
    out.push_back(between);
    // Inside a place.
    if (i < places.size()) out.push_back({lower_end(places[i]), upper_end(places[i]), std::nullopt, std::nullopt});
  }
  return out;
}

LineCells line_cells(const Mixture<Ball>& truth, const Clustering<double>& clustering) {
  if (truth.dimension() != 1) throw InputError("", "dimension", std::to_string(truth.dimension()), "1");
  require_match(truth, clustering);
  const std::vector<LineStretch> parts = line_stretches(clustering);
  const Index k = truth.size();
  constexpr Index statuses = 4;
  LineCells out{Matrix<Ball>::Constant(k, clustering.cells(), Ball(0)), Matrix<Ball>::Constant(k, statuses, Ball(0)),
                Vector<Ball>::Constant(k, Ball(0)), static_cast<Index>(parts.size() / 2)};
  for (Index i = 0; i < k; ++i) {
    const Ball deviation = sqrt(truth.covariances[static_cast<std::size_t>(i)](0, 0));
    const auto standard = [&](const std::optional<Ball>& x) -> std::optional<Ball> {
      if (!x) return std::nullopt;
      return (*x - truth.means(0, i)) / deviation;
    };
    const Index own = cell_of_component(clustering, i);
    for (const LineStretch& part : parts) {
      const Ball p = normal_between(standard(part.lower), standard(part.upper));
      if (part.label) {
        out.probability(i, *part.label) += p;
        out.status(i, static_cast<Index>(*part.status)) += p;
        if (*part.label != own) out.misclassified(i) += p;
        continue;
      }
      const Ball anything = up_to(p);
      for (Index t = 0; t < clustering.cells(); ++t) out.probability(i, t) += anything;
      for (Index s = 0; s < statuses; ++s) out.status(i, s) += anything;
      out.misclassified(i) += anything;
    }
  }
  return out;
}

Ball misclassification_bracket(const Mixture<Ball>& truth, const Clustering<double>& clustering, Index component) {
  require_match(truth, clustering);
  require_component(component, truth.size());
  const PartitionPair& pair = clustering.partition();
  const auto own = static_cast<std::size_t>(component);
  const Matrix<double>& means = clustering.means();
  Ball upper = 0, lower = 0;
  bool one_center = true;
  for (Index l = 1; l < truth.size(); ++l) one_center = one_center && means.col(l) == means.col(0);
  for (Index other = 0; other < truth.size(); ++other) {
    const auto o = static_cast<std::size_t>(other);
    if (pair.mean_group[o] != pair.mean_group[own]) {
      upper += means.col(other) == means.col(component)
                   ? Ball(1)
                   : pairwise_mean_error<Ball>(truth.means.col(component), truth.covariances[own],
                                               exactly(means.col(component)), exactly(means.col(other)));
      continue;
    }
    // A centre that was met before gives no new event.
    bool met = false;
    for (Index l = 0; l < other; ++l)
      met = met ||
            (pair.mean_group[static_cast<std::size_t>(l)] == pair.mean_group[own] && means.col(l) == means.col(other));
    if (met) continue;
    for (std::size_t j = 0; j < pair.covariance_group.size(); ++j) {
      if (pair.covariance_group[j] == pair.covariance_group[own]) continue;
      const auto column = static_cast<Index>(j);
      const Matrix<Ball> a = exactly(clustering.clipped()[own].inverse) - exactly(clustering.clipped()[j].inverse);
      const double level =
          std::min(clustering.thresholds()(component, column), -clustering.thresholds()(column, component));
      const Ball tail = rejection(truth, component, exactly(means.col(other)), a, level);
      upper += tail;
      // Where T_b holds i alone and the level is t_ij, all of this tail is rejected; with two components it is wrong or
      // needs a rule either way.
      const bool alone =
          std::count(pair.covariance_group.begin(), pair.covariance_group.end(), pair.covariance_group[own]) == 1 &&
          level == clustering.thresholds()(component, column);
      if (one_center && (alone || truth.size() == 2) && less(lower, tail) == Truth::yes) lower = tail;
    }
  }
  Ball bracket = hull(lower, upper);
  if (less(upper, Ball(1)) != Truth::yes) bracket = hull(lower, Ball(1));
  return arb_equal(lower.data(), upper.data()) != 0 ? upper : bracket;
}

MisclassificationEstimate misclassification_estimate(const Mixture<double>& truth, const Clustering<double>& clustering,
                                                     Index component, Index count, std::uint64_t seed,
                                                     double confidence) {
  require_match(truth, clustering);
  require_component(component, truth.size());
  if (count < 1) throw InputError("", "samples", std::to_string(count), "a number >= 1");
  if (!(confidence >= 0.5 && confidence < 1))
    throw InputError("", "confidence", to_text(confidence), "a number in [1/2, 1)");
  const auto at = static_cast<std::size_t>(component);
  const Mixture<double> alone{"", Vector<double>::Ones(1), truth.means.col(component), {truth.covariances[at]}};
  // Components get stretches of one stream that cannot meet.
  const std::uint64_t first = static_cast<std::uint64_t>(component) << 40U;
  const ClusterAssignment assigned = clustering.assign(draw(alone, count, seed, first).points);
  const Index own = cell_of_component(clustering, component);
  MisclassificationEstimate out{};
  out.samples = count;
  for (std::size_t j = 0; j < assigned.labels.size(); ++j) {
    out.wrong += assigned.labels[j] != own ? 1 : 0;
    out.none += assigned.status[j] == ClusterStatus::none ? 1 : 0;
    out.multi += assigned.status[j] == ClusterStatus::multi ? 1 : 0;
    out.empty_intersection += assigned.status[j] == ClusterStatus::empty_intersection ? 1 : 0;
  }
  out.probability = binomial_interval(out.wrong, count, confidence);
  return out;
}

}  // namespace verimix
