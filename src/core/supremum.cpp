#include "verimix/core/supremum.hpp"

#include <algorithm>
#include <queue>

#include "verimix/core/error.hpp"
#include "verimix/core/interrupt.hpp"
#include "verimix/core/work_budget.hpp"

namespace verimix {
namespace {

// Of exact numbers, which may be infinite.
bool at_most(const Ball& a, const Ball& b) { return arf_cmp(arb_midref(a.data()), arb_midref(b.data())) <= 0; }

// A part of the interval that is not decided: its stationary points lie in `place`, and f is at most `upper` at them.
struct Box {
  Interval place;
  Ball upper;
  // The place was shortened by a Newton step and not yet looked at.
  bool fresh = false;
};

struct SmallerUpper {
  bool operator()(const Box& a, const Box& b) const { return at_most(a.upper, b.upper) && !at_most(b.upper, a.upper); }
};

// The maximum of f, or of |f|.
class SupremumSearch {
 public:
  SupremumSearch(bool magnitude, const TaylorFunction& f, const Interval& domain, long goal_bits, long boxes)
      : magnitude_(magnitude),
        f_(f),
        domain_(domain),
        goal_bits_(goal_bits),
        most_boxes_(std::min(boxes, WorkBudget::left())) {
    arb_neg_inf(lower_.data());
    settled_ = lower_;
    shortest_ = length(domain);
    arb_mul_2exp_si(shortest_.data(), shortest_.data(), -BallPrecision::bits());
  }

  Supremum run() {
    for (const Ball* end : {&domain_.lower, &domain_.upper}) {
      const Ball value = f_(*end, 0).coefficient(0);
      sample(value, *end);
      settle(upper_end(score(value)));
    }
    if (less(domain_.lower, domain_.upper) == Truth::yes) look_at(domain_);
    while (!open_.empty() && boxes_ < most_boxes_ && !near(open_.top().upper) && !near_settled()) {
      const Box box = open_.top();
      open_.pop();
      if (at_most(box.upper, lower_)) break;
      if (box.fresh) {
        look_at(box.place);
        continue;
      }
      const Ball middle = midpoint(box.place);
      look_at({box.place.lower, middle});
      look_at({middle, box.place.upper});
    }
    WorkBudget::spend(boxes_);
    if (!open_.empty()) settle(open_.top().upper);
    return answer();
  }

 private:
  Ball score(const Ball& value) const { return magnitude_ ? abs(value) : value; }

  // What is settled bounds the answer from above for good: nothing narrower can come of this precision.
  bool near_settled() const { return at_most(open_.top().upper, settled_); }

  // Is `upper` within the goal of what is attained?
  bool near(const Ball& upper) const {
    Ball slack = abs(lower_);
    if (!is_finite(slack) || !is_finite(upper)) return false;
    arb_mul_2exp_si(slack.data(), slack.data(), -goal_bits_ - 1);
    return less(slack, upper - lower_) == Truth::no;
  }

  void settle(const Ball& upper) {
    if (at_most(settled_, upper)) settled_ = upper;
  }

  void sample(const Ball& value, const Ball& at) {
    if (!is_finite(value)) return;
    Ball from = lower_end(score(value));
    if (magnitude_ && arb_is_negative(from.data()) != 0) from = 0;
    if (at_most(from, lower_)) return;
    lower_ = from;
    attained_ = at;
  }

  void look_at(const Interval& place) {
    constexpr long between_checks = 64;
    if (++boxes_ % between_checks == 0) throw_if_interrupted();
    const TaylorModel model = taylor_model(f_, place);
    const Ball value = model.coefficients.coefficient(0);
    sample(value, model.centre);
    const Ball values = range(model);
    Box box{place, upper_end(score(values))};
    if (at_most(box.upper, lower_)) return;
    const TaylorModel slope = derivative(model);
    if (excludes_zero(range(slope))) return;
    // Neither a shorter box nor a Newton step helps where the value at a point is hardly sharper than that on the box.
    const bool sharp = is_finite(values) && radius_upper(values) <= 2 * radius_upper(value);
    if (sharp || less(shortest_, length(place)) != Truth::yes) {
      settle(box.upper);
      return;
    }
    const Ball curvature = range(derivative(slope));
    if (excludes_zero(curvature) && !shorten(box, model.centre, model.coefficients.coefficient(1) / curvature)) return;
    open_.push(box);
  }

  // Cuts the box to centre - step if that is at most half as long; false if no stationary point is left.
  static bool shorten(Box& box, const Ball& centre, const Ball& step) {
    const Ball image = centre - step;
    if (!is_finite(image)) return true;
    Interval part{lower_end(image), upper_end(image)};
    if (at_most(part.lower, box.place.lower)) part.lower = box.place.lower;
    if (at_most(box.place.upper, part.upper)) part.upper = box.place.upper;
    if (!at_most(part.lower, part.upper)) return false;
    if (less(2 * length(part), length(box.place)) == Truth::yes) {
      box.place = part;
      box.fresh = true;
    }
    return true;
  }

  Supremum answer() const {
    Supremum found;
    found.attained = attained_;
    found.boxes = boxes_;
    const Ball& upper = at_most(settled_, lower_) ? lower_ : settled_;
    if (arf_is_finite(arb_midref(lower_.data())) == 0 || arf_is_finite(arb_midref(upper.data())) == 0) {
      arb_zero_pm_inf(found.result.value.data());
      return found;
    }
    arb_set_interval_arf(found.result.value.data(), arb_midref(lower_.data()), arb_midref(upper.data()),
                         BallPrecision::bits());
    found.result.goal_met = near(upper);
    found.result.bits = BallPrecision::bits();
    return found;
  }

  const bool magnitude_;
  const TaylorFunction& f_;
  const Interval& domain_;
  const long goal_bits_;
  const long most_boxes_;
  // The largest value seen at a point, rounded down, and the point.
  Ball lower_, attained_;
  // No value that was put aside as sharp is above this.
  Ball settled_;
  Ball shortest_;
  std::priority_queue<Box, std::vector<Box>, SmallerUpper> open_;
  long boxes_ = 0;
};

}  // namespace

Supremum enclose_supremum(Extremum kind, const TaylorFunction& f, const Interval& interval, long goal_bits,
                          long boxes) {
  require_invariant(arb_is_exact(interval.lower.data()) != 0 && arb_is_exact(interval.upper.data()) != 0 &&
                        less(interval.upper, interval.lower) == Truth::no,
                    "an extremum is sought on an interval with exact ends");
  if (kind != Extremum::infimum)
    return SupremumSearch(kind == Extremum::magnitude, f, interval, goal_bits, boxes).run();
  const TaylorFunction negative = [&](const Ball& x, long order) { return -f(x, order); };
  Supremum found = SupremumSearch(false, negative, interval, goal_bits, boxes).run();
  found.result.value = -found.result.value;
  return found;
}

Supremum certified_supremum(Extremum kind, const TaylorFunction& f, const Interval& interval, int digits,
                            const SupremumBudget& budget) {
  Supremum found;
  long boxes = 0, bits = 0;
  const auto enclose = [&](const Rung& rung) -> Ball {
    // A rung that spent its boxes was not held up by the precision: a higher one would spend them too.
    if (found.boxes >= budget.boxes) return rung.best;
    found = enclose_supremum(kind, f, interval, rung.goal_bits, budget.boxes);
    boxes += found.boxes;
    bits = rung.bits;
    return found.result.value;
  };
  found.result = climb_precision(digits, enclose, budget.ladder);
  found.result.bits = bits;
  found.boxes = boxes;
  return found;
}

}  // namespace verimix
