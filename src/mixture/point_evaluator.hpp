// The kernel of Density in every scalar but double: one point after the other.
#pragma once

#include <type_traits>

#include "verimix/mixture/density.hpp"

namespace verimix {

/// How balls are handled: as enclosures, or as the floating-point numbers that their midpoints are; then no radius is
/// read or made, and the results are those of rounding every operation to the working precision.
enum class Rigour { enclosing, midpoints };

// The operations of the inner loops write into numbers that are there already: to set up an Arb number costs as much as
// to multiply two.

/// out = sum_r a[r a_step] b[r b_step]. Domain: count >= 1.
template <Rigour rigour = Rigour::enclosing, Scalar T>
void set_inner_product(T& out, const T* a, Index a_step, const T* b, Index b_step, Index count) {
  if constexpr (std::is_same_v<T, Ball>) {
    static_assert(sizeof(Ball) == sizeof(arb_struct), "an array of balls is an array of arb_struct");
    const auto product = rigour == Rigour::enclosing ? &arb_dot : &arb_approx_dot;
    product(out.data(), nullptr, 0, a->data(), a_step, b->data(), b_step, count, BallPrecision::bits());
  } else {
    out = a[0] * b[0];
    for (Index r = 1; r < count; ++r) out += a[r * a_step] * b[r * b_step];
  }
}

/// out = a b.
template <Rigour rigour = Rigour::enclosing, Scalar T>
void set_product(T& out, const T& a, const T& b) {
  if constexpr (!std::is_same_v<T, Ball>) {
    out = a * b;
  } else if constexpr (rigour == Rigour::enclosing) {
    arb_mul(out.data(), a.data(), b.data(), BallPrecision::bits());
  } else {
    arf_mul(arb_midref(out.data()), arb_midref(a.data()), arb_midref(b.data()), BallPrecision::bits(), ARF_RND_DOWN);
  }
}

/// out = a - b.
template <Rigour rigour = Rigour::enclosing, Scalar T>
void set_difference(T& out, const T& a, const T& b) {
  if constexpr (!std::is_same_v<T, Ball>) {
    out = a - b;
  } else if constexpr (rigour == Rigour::enclosing) {
    arb_sub(out.data(), a.data(), b.data(), BallPrecision::bits());
  } else {
    arf_sub(arb_midref(out.data()), arb_midref(a.data()), arb_midref(b.data()), BallPrecision::bits(), ARF_RND_DOWN);
  }
}

/// out = exp(a). An exact ball is what Arb's exponential is fastest for, so midpoints shed the radius.
template <Rigour rigour = Rigour::enclosing, Scalar T>
void set_exponential(T& out, const T& a) {
  if constexpr (!std::is_same_v<T, Ball>) {
    out = exp(a);
  } else {
    arb_exp(out.data(), a.data(), BallPrecision::bits());
    if constexpr (rigour == Rigour::midpoints) mag_zero(arb_radref(out.data()));
  }
}

/// out = W z for a lower triangular W.
template <Rigour rigour = Rigour::enclosing, Scalar T>
void set_lower_times(T* out, const Matrix<T>& w, const T* z) {
  const Index d = w.rows();
  for (Index j = 0; j < d; ++j) set_inner_product<rigour>(out[j], w.data() + j, d, z, 1, j + 1);
}

/// out = W^T y for a lower triangular W.
template <Rigour rigour = Rigour::enclosing, Scalar T>
void set_transposed_lower_times(T* out, const Matrix<T>& w, const T* y) {
  const Index d = w.rows();
  for (Index m = 0; m < d; ++m) set_inner_product<rigour>(out[m], w.data() + m * d + m, 1, y + m, 1, d - m);
}

/// One point after the other in any scalar. The weights stay outside of the logarithms: a ball of weights may reach 0.
template <Scalar T, Rigour rigour = Rigour::enclosing>
class PointEvaluator {
 public:
  explicit PointEvaluator(const std::vector<WhitenedComponent<T>>& components)
      : score(components.front().mean.size()),
        responsibilities(std::ssize(components)),
        components_(components),
        centred_(score.size()),
        whitened_(score.size()),
        gradients_(score.size(), responsibilities.size()),
        logs_(responsibilities.size()) {}

  /// `x` has as many entries as the mixture has dimensions.
  void evaluate(const T* x) {
    const Index d = score.size();
    Index pivot = 0;
    for (Index i = 0; i < logs_.size(); ++i) {
      const WhitenedComponent<T>& c = components_[static_cast<std::size_t>(i)];
      for (Index m = 0; m < d; ++m) set_difference<rigour>(centred_(m), x[m], c.mean(m));
      set_lower_times<rigour>(whitened_.data(), c.whitening, centred_.data());
      set_inner_product<rigour>(inner_, whitened_.data(), 1, whitened_.data(), 1, d);
      set_product<rigour>(scaled_, inner_, half_);
      set_difference<rigour>(logs_(i), c.log_peak, scaled_);
      set_transposed_lower_times<rigour>(gradients_.data() + i * d, c.whitening, whitened_.data());
      if (&larger_midpoint(logs_(pivot), logs_(i)) == &logs_(i)) pivot = i;
    }
    sum_ = T(0);
    for (Index i = 0; i < logs_.size(); ++i) {
      const T& weight = components_[static_cast<std::size_t>(i)].weight;
      if (i == pivot) {
        responsibilities(i) = weight;
      } else {
        set_difference<rigour>(scaled_, logs_(i), logs_(pivot));
        set_exponential<rigour>(inner_, scaled_);
        set_product<rigour>(responsibilities(i), inner_, weight);
      }
      sum_ += responsibilities(i);
    }
    log_density = logs_(pivot) + log(sum_);
    const T scale = T(-1) / sum_;
    for (Index m = 0; m < d; ++m) {
      set_inner_product<rigour>(inner_, gradients_.data() + m, d, responsibilities.data(), 1, logs_.size());
      set_product<rigour>(score(m), inner_, scale);
    }
  }

  /// Divides the responsibilities by their sum, which `evaluate` has left to those who ask for them.
  void normalise_responsibilities() {
    for (T& w : responsibilities) w /= sum_;
  }

  T log_density;
  Vector<T> score;
  /// Of the whitened components, in their order.
  Vector<T> responsibilities;

 private:
  const std::vector<WhitenedComponent<T>>& components_;
  Vector<T> centred_, whitened_;
  /// d x k: Q_i^{-1} (x - mu_i).
  Matrix<T> gradients_;
  Vector<T> logs_;
  T inner_, scaled_, sum_;
  const T half_ = T(1) / T(2);
};

}  // namespace verimix
