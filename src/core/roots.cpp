#include "verimix/core/roots.hpp"

#include <algorithm>
#include <optional>

#include "verimix/core/error.hpp"
#include "verimix/core/interrupt.hpp"
#include "verimix/core/work_budget.hpp"

namespace verimix {
namespace {

Interval ends(const Ball& x) { return {lower_end(x), upper_end(x)}; }

// A point a little left of the middle, so that zeros at round places, where symmetric functions have them, are not hit.
Ball splitting_point(const Interval& interval) {
  constexpr slong bits = 30;
  constexpr slong numerator = 4093, log2_denominator = 13;
  Ball part;
  arf_ptr share = arb_midref(part.data());
  arf_sub(share, arb_midref(interval.upper.data()), arb_midref(interval.lower.data()), bits, ARF_RND_DOWN);
  arf_mul_si(share, share, numerator, ARF_PREC_EXACT, ARF_RND_DOWN);
  arf_mul_2exp_si(share, share, -log2_denominator);
  arf_add(share, share, arb_midref(interval.lower.data()), ARF_PREC_EXACT, ARF_RND_DOWN);
  return part;
}

// The part of the interval that the Newton image of `middle` leaves, nothing if they do not meet; `inside` is set if
// the image lies strictly within, which proves that there is exactly one zero.
std::optional<Interval> newton(const Interval& interval, const Ball& middle, const Ball& value, const Ball& slope,
                               bool& inside) {
  const Interval image = ends(middle - value / slope);
  const bool cuts_left = arb_lt(interval.lower.data(), image.lower.data()) != 0;
  const bool cuts_right = arb_lt(image.upper.data(), interval.upper.data()) != 0;
  inside = cuts_left && cuts_right;
  const Interval both{cuts_left ? image.lower : interval.lower, cuts_right ? image.upper : interval.upper};
  if (arb_gt(both.lower.data(), both.upper.data()) != 0) return std::nullopt;
  return both;
}

// At most half as long?
bool halves(const Interval& part, const Interval& whole) { return less(2 * length(part), length(whole)) == Truth::yes; }

class Search {
 public:
  Search(const DifferentiableFunction& f, const Interval& domain, const RootSearch& search)
      : f_(f), domain_(domain), search_(search), most_boxes_(std::min(search.boxes, WorkBudget::left())) {}

  std::vector<Root> run() {
    open_.push_back(domain_);
    while (!open_.empty()) {
      const Interval box = open_.back();
      open_.pop_back();
      look_at(box);
    }
    WorkBudget::spend(boxes_);
    settle_undecided();
    return std::move(roots_);
  }

 private:
  bool is_short(const Interval& box) const { return less(search_.shortest, length(box)) != Truth::yes; }

  void look_at(const Interval& box) {
    constexpr long between_checks = 64;
    if (++boxes_ % between_checks == 0) throw_if_interrupted();
    const Ball x = hull(box);
    const ValueAndSlope on_box = f_(x);
    if (excludes_zero(on_box.value)) return;
    const Ball middle = splitting_point(box);
    const ValueAndSlope at_middle = f_(middle);
    if (excludes_zero(at_middle.value + on_box.slope * (x - middle))) return;
    if (excludes_zero(on_box.slope)) {
      bool inside = false;
      const std::optional<Interval> part = newton(box, middle, at_middle.value, on_box.slope, inside);
      if (!part) return;
      if (inside) {
        roots_.push_back({refined(*part), RootKind::simple});
        return;
      }
      if (!is_short(*part) && boxes_ < most_boxes_ && halves(*part, box)) {
        open_.push_back(*part);
        return;
      }
    }
    if (is_short(box) || boxes_ >= most_boxes_) {
      report_undecided(box);
      return;
    }
    open_.push_back({middle, box.upper});
    open_.push_back({box.lower, middle});
  }

  void report_undecided(const Interval& box) {
    const bool touches = !roots_.empty() && roots_.back().kind == RootKind::undecided &&
                         arb_equal(roots_.back().place.upper.data(), box.lower.data()) != 0;
    if (touches)
      roots_.back().place.upper = box.upper;
    else
      roots_.push_back({box, RootKind::undecided});
  }

  // The place of the only zero in a box where f' has one sign.
  Interval refined(Interval place) {
    while (!is_short(place)) {
      bool inside = false;
      const Ball middle = midpoint(place);
      const Ball slope = f_(hull(place)).slope;
      if (!excludes_zero(slope)) break;
      const std::optional<Interval> part = newton(place, middle, f_(middle).value, slope, inside);
      require_invariant(part.has_value(), "a zero that was proved does not vanish");
      if (!halves(*part, place)) break;
      place = *part;
    }
    return place;
  }

  // A simple zero on the border of two boxes leaves both undecided; on a box around the border a Newton step decides.
  // The wider box stays clear of the places of all other zeros.
  void settle_undecided() {
    for (std::size_t i = 0; i < roots_.size(); ++i) {
      if (roots_[i].kind == RootKind::simple) continue;
      const Interval& place = roots_[i].place;
      const Interval around = ends(widened(hull(place), length(place)));
      const Ball& left = i > 0 ? roots_[i - 1].place.upper : domain_.lower;
      const Ball& right = i + 1 < roots_.size() ? roots_[i + 1].place.lower : domain_.upper;
      const Interval box{arb_lt(around.lower.data(), left.data()) != 0 ? left : around.lower,
                         arb_lt(right.data(), around.upper.data()) != 0 ? right : around.upper};
      const Ball middle = midpoint(box);
      const Ball slope = f_(hull(box)).slope;
      if (!excludes_zero(slope)) continue;
      bool inside = false;
      const std::optional<Interval> part = newton(box, middle, f_(middle).value, slope, inside);
      if (part && inside) roots_[i] = {refined(*part), RootKind::simple};
    }
  }

  const DifferentiableFunction& f_;
  const Interval& domain_;
  const RootSearch& search_;
  const long most_boxes_;
  std::vector<Interval> open_;
  std::vector<Root> roots_;
  long boxes_ = 0;
};

}  // namespace

Ball hull(const Interval& interval) { return hull(interval.lower, interval.upper); }

Ball length(const Interval& interval) {
  Ball bound;
  arf_sub(arb_midref(bound.data()), arb_midref(interval.upper.data()), arb_midref(interval.lower.data()), MAG_BITS,
          ARF_RND_UP);
  return bound;
}

Ball midpoint(const Interval& interval) {
  Ball middle;
  arf_ptr sum = arb_midref(middle.data());
  arf_add(sum, arb_midref(interval.lower.data()), arb_midref(interval.upper.data()), ARF_PREC_EXACT, ARF_RND_DOWN);
  arf_mul_2exp_si(sum, sum, -1);
  return middle;
}

Ball lower_end(const Ball& x) {
  Ball end;
  if (is_finite(x))
    arb_get_lbound_arf(arb_midref(end.data()), x.data(), BallPrecision::bits());
  else
    arb_neg_inf(end.data());
  return end;
}

Ball upper_end(const Ball& x) {
  Ball end;
  if (is_finite(x))
    arb_get_ubound_arf(arb_midref(end.data()), x.data(), BallPrecision::bits());
  else
    arb_pos_inf(end.data());
  return end;
}

std::vector<Root> isolate_roots(const DifferentiableFunction& f, const Interval& interval, const RootSearch& search) {
  require_invariant(arb_is_exact(interval.lower.data()) != 0 && arb_is_exact(interval.upper.data()) != 0 &&
                        less(interval.lower, interval.upper) == Truth::yes &&
                        arb_is_positive(search.shortest.data()) != 0,
                    "zeros are searched on an interval with exact ends, down to a positive length");
  return Search(f, interval, search).run();
}

}  // namespace verimix
