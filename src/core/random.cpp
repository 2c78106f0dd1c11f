#include "verimix/core/random.hpp"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>
#include <vector>
#include <xsimd/xsimd.hpp>

#include "verimix/core/error.hpp"

namespace verimix {
namespace {

using Lanes = xsimd::batch<double>;

/// From uniforms u, v: radius sqrt(-2 log u) times cosine and sine of 2 pi v. The quarters are taken off v, where that
/// is exact, so that sincos sees [-pi/4, pi/4] only: beyond that its way of reducing a lane depends on the others.
void box_muller(const double* u, const double* v, double* cosines, double* sines) {
  const Lanes radius = xsimd::sqrt(Lanes(-2) * xsimd::log(Lanes::load_unaligned(u)));
  const Lanes turns = Lanes(4) * Lanes::load_unaligned(v);
  const Lanes quarter = xsimd::nearbyint(turns);
  const auto [sine, cosine] = xsimd::sincos((turns - quarter) * Lanes(std::numbers::pi / 2));
  const auto first = quarter == Lanes(1), second = quarter == Lanes(2), third = quarter == Lanes(3);
  const auto odd = first || third;
  const Lanes x = xsimd::select(odd, sine, cosine), y = xsimd::select(odd, cosine, sine);
  (radius * xsimd::select(first || second, -x, x)).store_unaligned(cosines);
  (radius * xsimd::select(second || third, -y, y)).store_unaligned(sines);
}

}  // namespace

Stream::Stream(std::uint64_t seed, Purpose purpose, std::uint64_t index, std::uint64_t substream)
    : key_{seed, static_cast<std::uint64_t>(purpose)}, counter_{0, index, substream, 0} {}

std::uint64_t Stream::bits() {
  if (used_ == block_.size()) {
    const r123::Philox4x64::ctr_type counter{{counter_[0], counter_[1], counter_[2], counter_[3]}};
    const r123::Philox4x64::key_type key{{key_[0], key_[1]}};
    const auto words = r123::Philox4x64()(counter, key);
    for (std::size_t i = 0; i < block_.size(); ++i) block_[i] = words[i];
    ++counter_[0];
    used_ = 0;
  }
  return block_[used_++];
}

double Stream::uniform() { return (static_cast<double>(bits() >> 12U) + 0.5) * 0x1p-52; }

double Stream::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const double radius = std::sqrt(-2 * std::log(uniform()));
  const double angle = 2 * std::numbers::pi * uniform();
  spare_ = radius * std::sin(angle);
  has_spare_ = true;
  return radius * std::cos(angle);
}

void Stream::fill_normal(std::span<Stream> streams, Matrix<double>& out) {
  require_invariant(out.cols() == static_cast<Index>(streams.size()) && out.rows() % 2 == 0,
                    "a column for each stream, and whole pairs");
  const auto pairs = static_cast<std::size_t>(out.size() / 2);
  // The last vector may be filled up with anything in (0, 1).
  const std::size_t room = (pairs + Lanes::size - 1) / Lanes::size * Lanes::size;
  std::vector<double> u(room, 0.5), v(room, 0.5);
  std::size_t at = 0;
  for (Stream& stream : streams) {
    require_invariant(!stream.has_spare_, "pairs are taken whole");
    for (Index j = 0; j < out.rows(); j += 2, ++at) {
      u[at] = stream.uniform();
      v[at] = stream.uniform();
    }
  }
  for (std::size_t i = 0; i < room; i += Lanes::size) box_muller(&u[i], &v[i], &u[i], &v[i]);
  for (std::size_t i = 0; i < pairs; ++i) {
    out.data()[2 * i] = u[i];
    out.data()[2 * i + 1] = v[i];
  }
}

}  // namespace verimix
