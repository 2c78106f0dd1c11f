#include "verimix/core/number_text.hpp"

#include <fmt/format.h>

#include <array>
#include <memory>

namespace verimix {
namespace {

template <class Real>
std::string real_text(const Real& x) {
  if (x != x) return "nan";
  if (!is_finite(x)) return x > 0 ? "inf" : "-inf";
  // MPFR's own formatting: Boost's draws false alarms from g++ 12 at -O3. A sign, a point and an exponent fit in 32
  // characters.
  std::array<char, std::numeric_limits<Real>::max_digits10 + 32> text{};
  mpfr_snprintf(text.data(), text.size(), "%.*Re", std::numeric_limits<Real>::max_digits10 - 1, x.backend().data());
  return text.data();
}

/// A bound for a value beyond 2^+-bits_in_range, whose exponent MPFR may not hold nor parse_rational read.
std::string bound_out_of_range(const arf_t value, mpfr_rnd_t direction) {
  const bool negative = arf_sgn(value) < 0;
  const bool away_from_zero = negative == (direction == MPFR_RNDD);
  const bool huge = arf_cmpabs_2exp_si(value, 0) > 0;
  // 10^99000 < 2^330000.
  const std::string magnitude = huge ? (away_from_zero ? "inf" : "1e99000") : (away_from_zero ? "1e-99000" : "0");
  return negative && magnitude != "0" ? "-" + magnitude : magnitude;
}

std::string rounded_text(const arf_t value, std::size_t digits, mpfr_rnd_t direction) {
  constexpr slong bits_in_range = 330000;
  if (arf_is_zero(value) != 0) return "0";
  if (arf_cmpabs_2exp_si(value, bits_in_range) > 0 || arf_cmpabs_2exp_si(value, -bits_in_range) < 0)
    return bound_out_of_range(value, direction);
  mpfr_t x;
  mpfr_init2(x, std::max<mpfr_prec_t>(2, static_cast<mpfr_prec_t>(arf_bits(value))));
  arf_get_mpfr(x, value, MPFR_RNDN);  // exact: x has as many bits as the value
  mpfr_exp_t exponent = 0;
  const std::unique_ptr<char, decltype(&mpfr_free_str)> held(mpfr_get_str(nullptr, &exponent, 10, digits, x, direction),
                                                             mpfr_free_str);
  mpfr_clear(x);
  std::string mantissa(held.get());
  const std::string sign = mantissa.front() == '-' ? "-" : "";
  mantissa.erase(0, sign.size());
  return fmt::format("{}{}.{}e{}", sign, mantissa.substr(0, 1), mantissa.substr(1), exponent - 1);
}

}  // namespace

// fmt would write the sign of a NaN.
std::string to_text(double x) { return x != x ? "nan" : fmt::format("{}", x); }
std::string to_text(const Real50& x) { return real_text(x); }
std::string to_text(const Real100& x) { return real_text(x); }

std::pair<std::string, std::string> enclosure_text(const Ball& x) {
  if (!is_finite(x)) return {"-inf", "inf"};
  constexpr double digits_of_a_bit = 0.30103;
  constexpr long spare_digits = 3;
  const long accurate_bits = arb_is_exact(x.data()) != 0
                                 ? static_cast<long>(arb_bits(x.data()))
                                 : std::max(0L, static_cast<long>(arb_rel_accuracy_bits(x.data())));
  const auto digits = static_cast<std::size_t>(
      std::max(2L, static_cast<long>(static_cast<double>(accurate_bits) * digits_of_a_bit) + spare_digits));
  arf_t lower;
  arf_t upper;
  arf_init(lower);
  arf_init(upper);
  // Bits by the ball's own accuracy: it may have been computed at another precision than this thread's.
  arb_get_lbound_arf(lower, x.data(), accurate_bits + 64);
  arb_get_ubound_arf(upper, x.data(), accurate_bits + 64);
  std::pair<std::string, std::string> text{rounded_text(lower, digits, MPFR_RNDD),
                                           rounded_text(upper, digits, MPFR_RNDU)};
  arf_clear(lower);
  arf_clear(upper);
  return text;
}

}  // namespace verimix
