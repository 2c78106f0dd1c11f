// The two common measures of double's roundoff.
#pragma once

namespace verimix::support {

/// u: the largest relative error of rounding to nearest.
inline constexpr double unit_roundoff = 0x1p-53;
/// 2u: the distance from 1 to the next number.
inline constexpr double machine_epsilon = 0x1p-52;

}  // namespace verimix::support
