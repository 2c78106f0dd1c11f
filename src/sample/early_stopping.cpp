#include "verimix/sample/early_stopping.hpp"

#include <string>

#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"

namespace verimix {
namespace {

template <Scalar T>
void require_not_negative(const T& value, const std::string& field) {
  if (!is_finite(value) || less(value, T(0)) == Truth::yes)
    throw InputError("", field, std::to_string(approximate(value)), "a finite number >= 0");
}

template <Scalar T>
void require_positive(const T& value, const std::string& field) {
  if (!is_finite(value) || less(T(0), value) == Truth::no)
    throw InputError("", field, std::to_string(approximate(value)), "a finite number > 0");
}

template <Scalar T>
void require_alpha(const T& alpha) {
  require_positive(alpha, "alpha");
  if (less(T(1), alpha) == Truth::yes) throw InputError("", "alpha", std::to_string(approximate(alpha)), "alpha <= 1");
}

template <Scalar T>
T squared(const T& x) {
  return x * x;
}

/// 1 - e^{-t}.
template <Scalar T>
T lost_signal(const T& time) {
  return -expm1(-time);
}

template <Scalar T>
T sinh_of(const T& x) {
  return (expm1(x) - expm1(-x)) / T(2);
}

}  // namespace

template <RealScalar T>
std::vector<ComponentSpectrum<T>> spectra(const Mixture<T>& mixture) {
  std::vector<ComponentSpectrum<T>> out;
  for (Index i = 0; i < mixture.size(); ++i) {
    if (!(mixture.weights(i) > T(0))) continue;
    const Matrix<T>& covariance = mixture.covariances[static_cast<std::size_t>(i)];
    Vector<T> variances = Eigen::SelfAdjointEigenSolver<Matrix<T>>(covariance, Eigen::EigenvaluesOnly).eigenvalues();
    for (T& v : variances)
      if (v < T(0)) v = T(0);
    out.push_back({mixture.weights(i), T(mixture.means.col(i).squaredNorm()), std::move(variances)});
  }
  return out;
}

template <Scalar T>
T early_stopping_w2_squared(const ComponentSpectrum<T>& component, const T& stop) {
  require_not_negative(component.mean_squared, "mean_squared");
  require_not_negative(stop, "stop");
  T sum = squared(lost_signal(stop)) * component.mean_squared;
  const T noise = noise_variance(stop);
  for (const T& q : component.variances) {
    require_not_negative(q, "variance");
    const T scale = signal_scale(stop);
    const T roots = sqrt(scale * scale * q + noise) + sqrt(q);
    // q = 0 and delta = 0: nothing moves.
    if (equal(roots, T(0)) == Truth::yes) continue;
    sum += squared(T(noise * (T(1) - q) / roots));
  }
  return sum;
}

template <Scalar T>
T degenerate_w2_squared_upper(const std::vector<ComponentSpectrum<T>>& mixture, const T& stop) {
  require_not_negative(stop, "stop");
  T sum(0);
  for (const ComponentSpectrum<T>& component : mixture) {
    T nuclear(0);
    for (const T& q : component.variances) {
      require_not_negative(q, "variance");
      nuclear += abs(T(T(1) - q));
    }
    sum += component.weight * (squared(lost_signal(stop)) * component.mean_squared + noise_variance(stop) * nuclear);
  }
  return sum;
}

template <Scalar T>
T definite_w2_upper(const T& alpha, const T& radius, const T& stop) {
  require_alpha(alpha);
  require_not_negative(radius, "radius");
  require_not_negative(stop, "stop");
  return lost_signal(stop) * radius / sqrt(alpha);
}

template <Scalar T>
T printed_w2_upper(const T& alpha, const T& beta, const T& radius, int power, const T& stop) {
  require_positive(alpha, "alpha");
  require_positive(beta, "beta");
  T condition(1);
  for (int i = 0; i < power; ++i) condition *= beta / alpha;
  return stop * (radius + condition);
}

template <Scalar T>
T variance_ratio_kl(const T& ratio) {
  require_positive(ratio, "ratio");
  const T excess = ratio - T(1);
  // 1 + excess has lost a small ratio.
  const T logarithm = less(T(2) * ratio, T(1)) == Truth::yes ? T(log(ratio)) : T(log1p(excess));
  return (excess - logarithm) / T(2);
}

template <Scalar T>
T variance_ratio_kl_upper(const T& ratio) {
  require_positive(ratio, "ratio");
  // min(1, r) as (1 + r - |1 - r|)/2, which a ball that contains 1 survives.
  const T excess = ratio - T(1);
  const T least = less(ratio, T(1)) == Truth::yes  ? ratio
                  : less(ratio, T(1)) == Truth::no ? T(1)
                                                   : T((T(1) + ratio - abs(excess)) / T(2));
  return squared(excess) / (T(4) * least);
}

template <Scalar T>
T early_stopping_kl_upper(const std::vector<ComponentSpectrum<T>>& mixture, const T& stop) {
  require_not_negative(stop, "stop");
  T sum(0);
  for (const ComponentSpectrum<T>& component : mixture) {
    T spread(0), precision(0);
    for (const T& q : component.variances) {
      require_positive(q, "variance");
      spread += squared(T((T(1) - q) / q));
      // The largest 1/q; a ball may not tell which, and its larger midpoint would prove nothing.
      const T here = T(1) / q;
      precision = (precision + here + abs(T(precision - here))) / T(2);
    }
    sum += component.weight *
           (squared(sinh_of(stop)) * spread + squared(lost_signal(stop)) * component.mean_squared * precision / T(2));
  }
  return sum;
}

template <Scalar T>
T early_stopping_kl_upper(const T& alpha, const T& radius, const T& stop) {
  return T(2) * squared(early_stopping_tv_upper(alpha, radius, stop));
}

template <Scalar T>
T early_stopping_tv_upper(const T& alpha, const T& radius, const T& stop) {
  require_alpha(alpha);
  require_not_negative(radius, "radius");
  require_not_negative(stop, "stop");
  return sinh_of(stop) * radius / (sqrt(T(2)) * alpha);
}

template <Scalar T>
T forward_kl_upper(const std::vector<ComponentSpectrum<T>>& mixture, const T& horizon) {
  require_positive(horizon, "horizon");
  const T signal = squared(signal_scale(horizon)), noise = noise_variance(horizon);
  T sum(0);
  for (const ComponentSpectrum<T>& component : mixture) {
    T spread(0);
    for (const T& q : component.variances) {
      require_not_negative(q, "variance");
      spread += squared(T(q - T(1)));
    }
    sum += component.weight * (signal * component.mean_squared / T(2) + squared(signal) * spread / (T(4) * noise));
  }
  return sum;
}

template <Scalar T>
T forward_kl_upper(const T& radius, const T& horizon) {
  require_not_negative(radius, "radius");
  if (!is_finite(horizon) || less(horizon, T(1)) == Truth::yes)
    throw InputError("", "horizon", std::to_string(approximate(horizon)), "a horizon T >= 1");
  return squared(T(signal_scale(horizon) * radius)) / T(2);
}

template std::vector<ComponentSpectrum<double>> spectra(const Mixture<double>&);
template std::vector<ComponentSpectrum<Real50>> spectra(const Mixture<Real50>&);

template double early_stopping_w2_squared(const ComponentSpectrum<double>&, const double&);
template double degenerate_w2_squared_upper(const std::vector<ComponentSpectrum<double>>&, const double&);
template double definite_w2_upper(const double&, const double&, const double&);
template double printed_w2_upper(const double&, const double&, const double&, int, const double&);
template double variance_ratio_kl(const double&);
template double variance_ratio_kl_upper(const double&);
template double early_stopping_kl_upper(const std::vector<ComponentSpectrum<double>>&, const double&);
template double early_stopping_kl_upper(const double&, const double&, const double&);
template double early_stopping_tv_upper(const double&, const double&, const double&);
template double forward_kl_upper(const std::vector<ComponentSpectrum<double>>&, const double&);
template double forward_kl_upper(const double&, const double&);
template Real50 early_stopping_w2_squared(const ComponentSpectrum<Real50>&, const Real50&);
template Real50 degenerate_w2_squared_upper(const std::vector<ComponentSpectrum<Real50>>&, const Real50&);
template Real50 definite_w2_upper(const Real50&, const Real50&, const Real50&);
template Real50 printed_w2_upper(const Real50&, const Real50&, const Real50&, int, const Real50&);
template Real50 variance_ratio_kl(const Real50&);
template Real50 variance_ratio_kl_upper(const Real50&);
template Real50 early_stopping_kl_upper(const std::vector<ComponentSpectrum<Real50>>&, const Real50&);
template Real50 early_stopping_kl_upper(const Real50&, const Real50&, const Real50&);
template Real50 early_stopping_tv_upper(const Real50&, const Real50&, const Real50&);
template Real50 forward_kl_upper(const std::vector<ComponentSpectrum<Real50>>&, const Real50&);
template Real50 forward_kl_upper(const Real50&, const Real50&);
template Ball early_stopping_w2_squared(const ComponentSpectrum<Ball>&, const Ball&);
template Ball degenerate_w2_squared_upper(const std::vector<ComponentSpectrum<Ball>>&, const Ball&);
template Ball definite_w2_upper(const Ball&, const Ball&, const Ball&);
template Ball printed_w2_upper(const Ball&, const Ball&, const Ball&, int, const Ball&);
template Ball variance_ratio_kl(const Ball&);
template Ball variance_ratio_kl_upper(const Ball&);
template Ball early_stopping_kl_upper(const std::vector<ComponentSpectrum<Ball>>&, const Ball&);
template Ball early_stopping_kl_upper(const Ball&, const Ball&, const Ball&);
template Ball early_stopping_tv_upper(const Ball&, const Ball&, const Ball&);
template Ball forward_kl_upper(const std::vector<ComponentSpectrum<Ball>>&, const Ball&);
template Ball forward_kl_upper(const Ball&, const Ball&);

}  // namespace verimix
