// The kernels against values at 60 digits from mpmath (tests/data/mixture_reference.py). Those at t > 0 are in
// tests/diffusion.
#include <gtest/gtest.h>

#include "support/mixture_reference.hpp"

namespace verimix {
namespace {

TEST(DensityReference, everyScalarAgreesWithMpmath) {
  std::size_t count = 0;
  for (const support::ReferenceCase& reference : support::reference_cases()) {
    if (reference.time != 0) continue;
    SCOPED_TRACE(reference.mixture.name);
    support::expect_reference<double>(reference, round_to<double>(reference.mixture), Real100(0x1p-53));
    support::expect_reference<Real50>(reference, round_to<Real50>(reference.mixture), Real100("1e-50"));
    support::expect_reference<Real100>(reference, round_to<Real100>(reference.mixture), Real100("1e-100"));
    support::expect_enclosed(reference, round_to<Ball>(reference.mixture));
    ++count;
  }
  EXPECT_EQ(count, 7U);
}

}  // namespace
}  // namespace verimix
