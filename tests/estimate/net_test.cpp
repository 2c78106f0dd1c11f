#include "verimix/estimate/net.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/estimate_generators.hpp"
#include "verimix/core/error.hpp"

namespace verimix {
namespace {

Matrix<double> basis_of(Index m, Index r, Stream& stream) { return support::orthogonal_matrix(m, stream).leftCols(r); }

/// A point of the ball, often on the sphere, where the net has to be clipped.
Vector<double> point_of_ball(const Matrix<double>& basis, double radius, Stream& stream) {
  const Vector<double> direction = support::normal_matrix(basis.cols(), 1, stream).col(0).normalized();
  const double length =
      stream.uniform() < 0.3 ? 1 : std::pow(stream.uniform(), 1.0 / static_cast<double>(basis.cols()));
  return basis * (radius * length * direction);
}

RC_GTEST_PROP(Net, CoversTheBallAndStaysInIt, ()) {
  const Index r = *rc::gen::inRange<Index>(1, 4);
  const Index m = r + *rc::gen::inRange<Index>(0, 3);
  const double radius = *rc::gen::element(0.0, 0.3, 1.0, 2.5, 7.0);
  const double mesh = radius == 0 ? 1 : radius / *rc::gen::element(0.5, 1.0, 2.0, 3.3, 5.0);
  Stream stream(static_cast<std::uint64_t>(*rc::gen::inRange(0, 1 << 30)), Purpose::instance, 0);
  const BallNet<double> net(basis_of(m, r, stream), radius, mesh);
  std::vector<Vector<double>> all;
  for (const Vector<double>& point : net) {
    RC_ASSERT(point.norm() <= radius * (1 + 1e-14));
    all.push_back(point);
  }
  RC_ASSERT(all.size() == net.size());
  RC_ASSERT(net.size() == net_size(r, radius, mesh));
  const double room = 1e-13 * (radius + mesh);  // rounding of a few coordinates of that size
  for (int trial = 0; trial < 20; ++trial) {
    const Vector<double> x = point_of_ball(net.basis(), radius, stream);
    double least = (x - all.front()).norm();
    for (const Vector<double>& point : all) least = std::min(least, (x - point).norm());
    RC_ASSERT(least <= mesh + room);
    const Vector<double> named = net[net.nearest(x)];
    RC_ASSERT((x - named).norm() <= mesh + room);
  }
}

TEST(Net, SizeIsThatOfAnIndependentCount) {
  // All lattice points in a box, one by one, with the definition's real arithmetic.
  for (const double ratio : {0.4, 1.0, 1.9, 3.1, 6.0}) {
    const double spacing = 2 / std::sqrt(3.0);
    const int reach = 12;
    std::uint64_t count = 0;
    for (int x = -reach; x <= reach; ++x) {
      for (int y = -reach; y <= reach; ++y) {
        for (int z = -reach; z <= reach; ++z) {
          double distance = 0;
          for (const int n : {x, y, z}) distance += std::pow(std::max(0.0, spacing * (std::abs(n) - 0.5)), 2);
          count += distance <= ratio * ratio * (1 + 1e-14) ? 1U : 0U;
        }
      }
    }
    EXPECT_EQ(net_size<double>(3, ratio, 1), count) << ratio;
  }
}

TEST(Net, IsTightUpToAConstant) {
  // The size of the paper's packing net is at most (1 + 2r/h)^m; the lattice pays at most the factor V_m m^{m/2}/2^m
  // for the cube, and a net needs at least (r/h)^m points by volume.
  for (const double ratio : {4.0, 16.0, 64.0}) {
    const auto two = static_cast<double>(net_size<double>(2, ratio, 1));
    EXPECT_GE(two, ratio * ratio);
    EXPECT_LE(two, 0.4 * std::pow(1 + 2 * ratio, 2) * std::pow(1 + 2 / ratio, 2));
  }
}

TEST(Net, BigNetsAreCountedButNotListedAndTooBigOnesRefused) {
  EXPECT_EQ(net_size<double>(1, 1e6, 1), 1U + 2U * 500000U);
  EXPECT_GT(net_size<double>(4, 100, 1), 100'000'000U);
  EXPECT_THROW(net_size<double>(9, 1e4, 1), InputError);
  EXPECT_THROW(net_size<double>(2, 1e9, 1), InputError);
  EXPECT_THROW(net_size<double>(2, 1, 0), InputError);
  EXPECT_THROW(net_size<double>(2, -1, 1), InputError);
}

TEST(Net, TwoPrecisionsGiveTheSameNet) {
  const Matrix<double> basis = Matrix<double>::Identity(3, 2);
  const BallNet<double> coarse(basis, 2, 0.3);
  const BallNet<Real50> fine(basis.cast<Real50>(), 2, Real50(0.3));
  ASSERT_EQ(coarse.size(), fine.size());
  for (std::uint64_t i = 0; i < coarse.size(); ++i) {
    EXPECT_LT((fine[i].cast<double>() - coarse[i]).norm(), 8 * std::numeric_limits<double>::epsilon());
  }
}

}  // namespace
}  // namespace verimix
