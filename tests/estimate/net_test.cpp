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
  const double radius = *rc::gen::element(1e-9, 0.3, 1.0, 2.5, 7.0);
  const double mesh = radius / *rc::gen::element(0.5, 1.0, 2.0, 3.3, 5.0);
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
  EXPECT_THROW(net_size<double>(9, 1e4, 1), InputError);  // too long to count
  EXPECT_THROW(net_size<double>(2, 1e9, 1), InputError);
}

TEST(Net, RefusesWhatIsNoNet) {
  for (const double radius : {0.0, -1.0, std::numeric_limits<double>::infinity(), std::nan("")}) {
    EXPECT_THROW(net_size<double>(2, radius, 1), InputError) << radius;
    EXPECT_THROW(BallNet<double>(Matrix<double>::Identity(2, 2), radius, 1), InputError) << radius;
  }
  EXPECT_THROW(net_size<double>(2, 1, 0), InputError);
  EXPECT_EQ(net_size<double>(0, 1, 1), 1);
}

// More points than 64 bits hold: counted exactly, refused as a list with the number in the message.
TEST(Net, BeyondSixtyFourBitsIsCountedExactlyAndRefusedAsAList) {
  using boost::multiprecision::cpp_int;
  const cpp_int count = net_size<double>(40, 4, 1);
  EXPECT_GE(count, boost::multiprecision::pow(cpp_int(4), 40));  // by volume
  EXPECT_GT(count, std::numeric_limits<std::uint64_t>::max());
  try {
    const BallNet<double> net(Matrix<double>::Identity(40, 40), 4, 1);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find(count.str()), std::string::npos) << error.what();
  }
  // Radius below half a spacing in every direction but for the signs: r coordinates out of {-1, 0, 1}, at most b of
  // them not 0, b = floor(r radius^2/mesh^2). Here r = 70, b = 70 (1/2)^2 = 17.
  cpp_int expected = 0;
  cpp_int term = 1;
  for (int j = 0; j <= 17; ++j) {
    expected += term;
    // binomial(70, j) 2^j; a coordinate 2 would need 9 of the budget of 17, which 8 others of size 1 leave room for.
    term = term * 2 * (70 - j) / (j + 1);
  }
  // One coordinate +-2 (o = 3, o^2 = 9) and at most 8 others +-1.
  cpp_int others = 0;
  term = 1;
  for (int j = 0; j <= 8; ++j) {
    others += term;
    term = term * 2 * (69 - j) / (j + 1);
  }
  EXPECT_EQ(net_size<double>(70, 0.5, 1), expected + 140 * others);
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
