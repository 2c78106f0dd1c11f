#include "verimix/core/random.hpp"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>

namespace verimix {

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

}  // namespace verimix
