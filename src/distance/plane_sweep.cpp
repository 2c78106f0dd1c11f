#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#if __has_include(<flint/arb_hypgeom.h>)
#include <flint/arb_hypgeom.h>
#else
#include <arb_hypgeom.h>
#endif

#include "plane_integral.hpp"
#include "verimix/core/roots.hpp"

namespace verimix {
namespace {

constexpr std::array<double, 3> strip_ellipses = {4, 2.5, 1.6};
// Boxes of one strip before it is halved; steps in y no finer than this share of the strip's width settle anything that
// halving the strip does not.
constexpr int most_segments = 600;
constexpr double finest_step = 0.125;
// Share of the tolerance that one strip may leave open: tangencies are few.
constexpr double open_share = 0.001;
// A zero is known well enough when a Newton step is this small a part of where it may be.
constexpr double small_step = 0x1p-12;
constexpr int newton_steps = 8;

/// What is proved of f = log q - log p on (strip) x (segment): its sign, or the sign of its slope in y, or nothing.
enum class Kind { negative, positive, rising, falling, open };

struct Segment {
  Ball y, half_y;
  Kind kind;
  /// A bound on int |p - q| / 2 over (strip) x (segment).
  Ball left_open;
  /// Does f vary less along the segment than across the strip, so that halving it settles nothing? A choice.
  bool narrow = false;

  Ball lower() const { return exact_sum(y, -half_y); }
  Ball upper() const { return exact_sum(y, half_y); }
};

bool has_sign(Kind kind) { return kind == Kind::negative || kind == Kind::positive; }

/// An end of a piece of constant sign: a line y = place, or a zero of f. The integral of |p - q| / 2 over the strip at
/// x is sum_e factor_e D(x, y_e(x)), D(x, y) = int_{-inf}^y (p - q)(x, .).
struct Edge {
  Ball factor;
  Ball place;
  bool root;
  /// Where x is in the ellipse of the strip, the zero is within a square of this half-width about place + slope (x -
  /// centre).
  Ball reach, slope;
  /// Where x is the centre, the zero is no farther than this from the place.
  Ball doubt;
};

struct Strip {
  Ball x, half_x;
};

Ball normal_cdf(const Ball& z) {
  Ball scaled = -z * sqrt(half());
  arb_hypgeom_erfc(scaled.data(), scaled.data(), BallPrecision::bits());
  return half() * scaled;
}

Ball middle_of(const Ball& x) {
  Ball middle;
  arb_get_mid_arb(middle.data(), x.data());
  return middle;
}

class Sweep {
 public:
  Sweep(const PlanePair& pair, const PlaneBox& box, const Ball& tolerance)
      : pair_(pair), box_(box), tolerance_(tolerance), density_(tolerance / (4 * box.half_x * box.half_y)) {}

  PlaneOutcome look_at(const PlaneBox& part, bool anyway) {
    const Strip strip{part.x, part.half_x};
    std::optional<Ball> share = crudely(strip, anyway);
    if (!share) share = take(strip);
    if (share) return {*share, {}};
    const Ball quarter = half() * part.half_x;
    return {Ball(0),
            {{exact_sum(part.x, -quarter), part.y, quarter, part.half_y},
             {exact_sum(part.x, quarter), part.y, quarter, part.half_y}}};
  }

 private:
  Ball height() const { return 2 * box_.half_y; }

  /// Where the marginals of p and q are small enough, or there is no other way: between 0 and half their sum.
  std::optional<Ball> crudely(const Strip& strip, bool anyway) const {
    const Ball marginals = marginal_bound(symmetric(strip.half_x), strip.x);
    if (!anyway && less(half() * marginals, density_ * height()) != Truth::yes) return std::nullopt;
    return from_zero_to(strip.half_x * marginals);
  }

  /// Above the sum over all components of |weight N(mean_x, variance_x; x + s)| for s in a real or complex box.
  Ball marginal_bound(const ComplexBall& s, const Ball& x) const {
    Ball total(0);
    for (const std::vector<PlaneComponent>* law : {&pair_.p, &pair_.q})
      for (const PlaneComponent& c : *law) total += abs(marginal(c, s + ComplexBall(x)));
    return total;
  }

  template <class V>
  static V marginal(const PlaneComponent& c, const V& x) {
    Ball two_pi;
    arb_const_pi(two_pi.data(), BallPrecision::bits());
    two_pi *= 2;
    const V distance = x - V(c.mean_x);
    return (c.weight / sqrt(two_pi * c.variance_x)) * exp(distance * distance * (-half() / c.variance_x));
  }

  /// The strip's share; nothing where it has to be halved first.
  std::optional<Ball> take(const Strip& strip) {
    std::vector<Segment> segments;
    if (!classify(strip, segments)) return std::nullopt;
    Ball open(0);
    std::vector<Edge> edges = edges_of(segments, open);
    if (less(open, open_limit(strip)) != Truth::yes) return std::nullopt;
    for (Edge& edge : edges)
      if (edge.root && !locate(strip, edge)) return std::nullopt;
    for (const double rho : strip_ellipses) {
      const ComplexBall s = ellipse_box(strip.half_x, rho);
      if (!std::all_of(edges.begin(), edges.end(), [&](Edge& e) { return !e.root || follow(strip, s, e); })) continue;
      const Ball bound = edge_bound(strip, s, edges);
      const Ball target = density_ * height();
      const long points = gauss_points(bound, rho, target);
      if (!is_finite(bound) || points > most_rule_points) continue;
      return widened(quadrature(strip, edges, points), strip.half_x * gauss_error(bound, rho, points)) +
             from_zero_to(open);
    }
    return std::nullopt;
  }

  Ball open_limit(const Strip& strip) const {
    return tolerance_ * Ball(open_share) + 2 * density_ * strip.half_x * height();
  }

  /// Cuts the strip into segments of which something is proved or which may stay open; false if that takes too many.
  bool classify(const Strip& strip, std::vector<Segment>& segments) const {
    std::vector<Segment> todo = {{box_.y, box_.half_y, Kind::open, {}}};
    for (int boxes = 0; !todo.empty(); ++boxes) {
      Segment segment = todo.back();
      todo.pop_back();
      look_at(strip, segment);
      const Ball share = open_limit(strip) * segment.half_y / box_.half_y * Ball(0.25);
      const Ball quarter = half() * segment.half_y;
      const bool fine = less(quarter, Ball(finest_step) * strip.half_x) == Truth::yes;
      // A stretch with a slope is narrowed down as well, so that its zero is not mistaken for one beyond its ends.
      if (has_sign(segment.kind) || less(segment.left_open, share) == Truth::yes ||
          (segment.kind != Kind::open && (fine || segment.narrow))) {
        segments.push_back(segment);
        continue;
      }
      if (fine || boxes > most_segments) return false;
      todo.push_back({exact_sum(segment.y, quarter), quarter, Kind::open, {}});
      todo.push_back({exact_sum(segment.y, -quarter), quarter, Kind::open, {}});
    }
    return true;
  }

  void look_at(const Strip& strip, Segment& segment) const {
    const LocalPair local = pair_.about(strip.x, segment.y);
    const Ball s = symmetric(strip.half_x);
    const Ball t = symmetric(segment.half_y);
    const PairAt<Ball> at(local, s, t);
    const CentredRatio<Ball> centred = centred_ratio(local, s, t);
    const auto sign = [](const Ball& value) {
      return less(value, Ball(0)) == Truth::yes ? -1 : less(Ball(0), value) == Truth::yes ? 1 : 0;
    };
    const Ball direct = at.log_ratio();
    const int of_value = sign(direct) != 0 ? sign(direct) : sign(centred.value);
    const int of_slope = sign(centred.gradient[1]);
    segment.kind = of_value < 0   ? Kind::negative
                   : of_value > 0 ? Kind::positive
                   : of_slope < 0 ? Kind::falling
                   : of_slope > 0 ? Kind::rising
                                  : Kind::open;
    segment.narrow = std::abs(approximate(centred.gradient[1])) * approximate(segment.half_y) <
                     std::abs(approximate(centred.gradient[0])) * approximate(strip.half_x);
    // |p - q| = p |e^f - 1|, and also at most p + q.
    const Ball size =
        less(abs(centred.value), Ball(1)) == Truth::yes ? at.p() * abs(expm1(centred.value)) : at.p() + at.q();
    Ball upper;
    arb_get_mag(arb_radref(upper.data()), size.data());
    segment.left_open = abs(upper) * (2 * strip.half_x * segment.half_y);
  }

  /// Joins the segments into pieces of one sign between edges; `open` gets the bound of all that is not in a piece.
  std::vector<Edge> edges_of(const std::vector<Segment>& segments, Ball& open) const {
    std::vector<Edge> edges;
    int below = 0;  // the sign of p - q in the piece that ends at the current place, 0 outside pieces
    const auto step_to = [&](int above, const Ball& place, bool root) {
      if (above != below) edges.push_back({half() * (below - above), place, root, {}, {}, {}});
      below = above;
    };
    for (std::size_t i = 0; i < segments.size();) {
      const Kind kind = segments[i].kind;
      if (has_sign(kind)) {
        step_to(kind == Kind::negative ? 1 : -1, segments[i].lower(), false);
        ++i;
        continue;
      }
      std::size_t end = i;
      Ball bound(0);
      for (; end < segments.size() && segments[end].kind == kind; ++end) bound += segments[end].left_open;
      const bool enclosed = i > 0 && end < segments.size() && below != 0 && has_sign(segments[end].kind);
      const int above = enclosed ? (segments[end].kind == Kind::negative ? 1 : -1) : 0;
      const bool crosses =
          (kind == Kind::rising && below == 1 && above == -1) || (kind == Kind::falling && below == -1 && above == 1);
      if (enclosed && crosses) {
        const Ball middle = half() * exact_sum(segments[i].lower(), segments[end].lower());
        edges.push_back({half() * (below - above), middle, true, exact_sum(segments[end].lower(), -middle), {}, {}});
        below = above;
      } else if (!(enclosed && kind != Kind::open && above == below)) {
        // A monotone stretch between two equal signs has that sign; everything else here stays open.
        step_to(0, segments[i].lower(), false);
        open += bound;
      }
      i = end;
    }
    step_to(0, exact_sum(box_.y, box_.half_y), false);
    return edges;
  }

  /// Moves the edge from the middle of its stretch to the zero on the strip's centre line, and gives it the zero's
  /// slope.
  bool locate(const Strip& strip, Edge& edge) const {
    const DifferentiableFunction f = [&](const Ball& y) {
      const CentredRatio<Ball> found = centred_ratio(pair_.about(strip.x, middle_of(y)), Ball(0), y - middle_of(y));
      return ValueAndSlope{found.value, found.gradient[1]};
    };
    const Interval stretch = {exact_sum(edge.place, -edge.reach), exact_sum(edge.place, edge.reach)};
    const std::vector<Root> zeros = isolate_roots(f, stretch, {edge.reach * Ball(0x1p-20), most_segments});
    if (zeros.size() != 1) return false;
    edge.place = midpoint(zeros.front().place);
    edge.doubt = length(zeros.front().place);
    const std::array<Ball, 2> gap = PairAt<Ball>(pair_.about(strip.x, edge.place), Ball(0), Ball(0)).score_gap();
    edge.slope = Ball(-approximate(gap[0] / gap[1]));
    return is_finite(edge.slope);
  }

  /// Proves by a Newton step that f(x, .) has exactly one zero in the square for every x of the complex box, in
  /// coordinates that follow the zero's slope.
  bool follow(const Strip& strip, const ComplexBall& s, Edge& edge) const {
    const LocalPair local = sheared(pair_.about(strip.x, edge.place), edge.slope);
    const PairAt<Ball> centre(local, Ball(0), Ball(0));
    const ComplexBall value = ComplexBall(centre.log_ratio()) + gap_range(local, s, ComplexBall(0))[0] * s;
    ComplexBall slope = centre.score_gap()[1];
    for (int attempt = 0; attempt < 4; ++attempt) {
      const ComplexBall step = value / slope;
      const Ball size = hull(abs(real_part(step)), abs(imaginary_part(step)));
      if (!is_finite(size)) return false;
      if (attempt > 0 && less(size, edge.reach) == Truth::yes) return true;
      edge.reach = exact_sum(Ball(1.25 * (approximate(size) + radius_upper(size))), 2 * edge.doubt);
      const ComplexBall square(symmetric(edge.reach), symmetric(edge.reach));
      slope = gap_range(local, s, square)[1];
    }
    return false;
  }

  /// grad f on the box of s and t, both symmetric to 0, from its values on the parts of the upper half of s.
  static std::array<ComplexBall, 2> gap_range(const LocalPair& local, const ComplexBall& s, const ComplexBall& t) {
    constexpr int parts = 4;
    const Ball width = Ball(radius_upper(real_part(s))) * Ball(1.0 / parts);
    const Ball rise = Ball(radius_upper(imaginary_part(s))) * Ball(0.25);
    std::array<Ball, 2> real;
    std::array<Ball, 2> imaginary;
    for (int i = 0; i < 2 * parts; ++i) {
      const ComplexBall part(symmetric(width) + (2 * (i % parts) - parts + 1) * width,
                             symmetric(rise) + (2 * (i / parts) + 1) * rise);
      const std::array<ComplexBall, 2> gap = PairAt<ComplexBall>(local, part, t).score_gap();
      for (std::size_t c = 0; c < 2; ++c) {
        real[c] = i == 0 ? real_part(gap[c]) : hull(real[c], real_part(gap[c]));
        imaginary[c] = hull(imaginary[c], hull(imaginary_part(gap[c]), -imaginary_part(gap[c])));
      }
    }
    return {ComplexBall(real[0], imaginary[0]), ComplexBall(real[1], imaginary[1])};
  }

  /// Above sum_e |factor_e D(x, y_e(x))| on the ellipse, by |Phi(u + i v)| <= 1 + |v| exp(v^2/2) / sqrt(2 pi).
  Ball edge_bound(const Strip& strip, const ComplexBall& s, const std::vector<Edge>& edges) const {
    Ball total(0);
    const ComplexBall x = s + ComplexBall(strip.x);
    for (const std::vector<PlaneComponent>* law : {&pair_.p, &pair_.q})
      for (const PlaneComponent& c : *law) {
        const Ball size = abs(marginal(c, x));
        for (const Edge& e : edges) {
          const Ball v = ((e.root ? e.reach : Ball(0)) + abs(imaginary_part((e.slope - c.regression) * s))) /
                         sqrt(c.conditional_variance);
          total += abs(e.factor) * size * (1 + half() * v * exp(half() * v * v));
        }
      }
    return total;
  }

  /// p and q on the line at x: for every component its share of p - q and the law of y.
  struct Part {
    Ball share, mean, inverse_deviation;
  };

  std::vector<Part> column(const Ball& x) const {
    std::vector<Part> parts;
    for (const auto& [law, sign] : {std::pair(&pair_.p, 1), std::pair(&pair_.q, -1)})
      for (const PlaneComponent& c : *law)
        parts.push_back(
            {sign * marginal(c, x), c.mean_y + c.regression * (x - c.mean_x), 1 / sqrt(c.conditional_variance)});
    return parts;
  }

  /// D(x, y).
  static Ball mass_below(const std::vector<Part>& parts, const Ball& y) {
    Ball total(0);
    for (const Part& part : parts) total += part.share * normal_cdf((y - part.mean) * part.inverse_deviation);
    return total;
  }

  Ball quadrature(const Strip& strip, const std::vector<Edge>& edges, long points) {
    const GaussRule& rule = rules_.points(points);
    Ball sum(0);
    for (std::size_t k = 0; k < rule.nodes.size(); ++k) {
      const Ball s = strip.half_x * rule.nodes[k];
      const Ball x = strip.x + s;
      const std::vector<Part> parts = column(x);
      Ball value(0);
      for (const Edge& e : edges)
        value += e.factor * (e.root ? mass_below_root(parts, x, s, e) : mass_below(parts, e.place));
      sum += rule.weights[k] * value;
    }
    return strip.half_x * sum;
  }

  /// D at the zero: the derivative of D in y is p - q, which vanishes there, so the radius of the zero counts twice.
  Ball mass_below_root(const std::vector<Part>& parts, const Ball& x, const Ball& s, const Edge& edge) const {
    const Ball zero = refined(x, edge.place + edge.slope * s, edge.reach);
    const Ball distance = zero - middle_of(zero);
    const LocalPair local = pair_.about(x, middle_of(zero));
    const Ball gap = expm1(centred_ratio(local, Ball(0), distance).value);
    return mass_below(parts, middle_of(zero)) - PairAt<Ball>(local, Ball(0), distance).p() * gap * distance;
  }

  /// Newton steps towards the zero of f(x, .) that is the only one within `reach` of any point of the guess. A step
  /// without proof steers the next one; the last one's interval is proved to hold a zero, or the whole interval is
  /// returned.
  Ball refined(const Ball& x, const Ball& guess, const Ball& reach) const {
    const Ball interval = widened(guess, reach);
    const Ball inside = widened(middle_of(guess), reach - Ball(2 * radius_upper(guess)));
    if (less(Ball(4 * radius_upper(guess)), reach) != Truth::yes) return interval;
    Ball y = middle_of(interval);
    for (int step = 0; step < newton_steps; ++step) {
      const LocalPair local = pair_.about(x, y);
      const PairAt<Ball> at(local, Ball(0), Ball(0));
      const Ball move = at.log_ratio() / at.score_gap()[1];
      const double size = std::abs(approximate(move)) + radius_upper(move);
      if (size < small_step * radius_upper(interval) || step + 1 == newton_steps) {
        const Ball trial = symmetric(Ball(2 * size));
        const Ball proved = y - at.log_ratio() / PairAt<Ball>(local, Ball(0), trial).score_gap()[1];
        if (contains(y + trial, proved) && contains(inside, y + trial)) return proved;
      }
      y = middle_of(y - move);
      if (!is_finite(y)) break;
    }
    return interval;
  }

  const PlanePair& pair_;
  PlaneBox box_;
  Ball tolerance_, density_;
  GaussRules rules_;
};

}  // namespace

PlaneSum sweep_plane(const PlanePair& pair, const PlaneBox& box, const Ball& tolerance, const PlaneEffort& effort) {
  Sweep sweep(pair, box, tolerance);
  return add_pieces(box, effort, [&](const PlaneBox& strip, bool crudely) { return sweep.look_at(strip, crudely); });
}

}  // namespace verimix
