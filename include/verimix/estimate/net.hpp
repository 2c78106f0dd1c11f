// A net of a ball in a subspace, listed lazily: the exact number of its points is known before the first one is made.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <vector>

#include "verimix/core/linear_algebra.hpp"

namespace verimix {

/// Every point of {V a : |a| <= radius}, V the m x r basis with orthonormal columns, is within `mesh` of a point of the
/// net, and every point of the net lies in that ball. Construction: the lattice s Z^r with s = 2 mesh / sqrt(r), those
/// points whose cube of side s meets the ball, each moved to the nearest point of the ball. Their number is counted in
/// integers: a lattice point n in Z^r belongs iff sum_j o(n_j)^2 <= floor(r radius^2 / mesh^2), o(0) = 0, o(n) = 2|n|
/// - 1.
template <RealScalar T>
class BallNet {
 public:
  /// Domain: 0 < radius < inf, 0 < mesh < inf; throws InputError (field "net radius" or "net mesh"). Throws InputError
  /// (field "net") that says the number if the net has 2^64 points or more, and if (radius/mesh)^2 r or the work of
  /// counting exceeds what can be done (10^15; 10^7 steps). r = 0 gives the single point 0.
  BallNet(const Matrix<T>& basis, const T& radius, const T& mesh);

  std::uint64_t size() const { return size_; }
  Index dimension() const { return basis_.rows(); }
  const T& radius() const { return radius_; }
  const T& mesh() const { return mesh_; }
  const Matrix<T>& basis() const { return basis_; }

  /// Point number `index`, in R^m, in a fixed order (lexicographic in the lattice). Domain: index < size().
  Vector<T> operator[](std::uint64_t index) const;
  /// The number of the net point that covers Pi x, for |Pi x| <= radius; points outside are first moved to the ball.
  std::uint64_t nearest(const Vector<T>& x) const;

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Vector<T>;
    using difference_type = std::ptrdiff_t;
    using pointer = const Vector<T>*;
    using reference = Vector<T>;

    Iterator(const BallNet* net, std::uint64_t index) : net_(net), index_(index) {}
    Vector<T> operator*() const { return (*net_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++index_;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.index_ == b.index_; }

   private:
    const BallNet* net_;
    std::uint64_t index_;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size_}; }

 private:
  using Counts = std::vector<std::map<std::uint64_t, std::uint64_t>>;

  [[noreturn]] void refuse_as_too_long() const;

  Matrix<T> basis_;
  T radius_;
  T mesh_;
  T spacing_;
  std::uint64_t budget_ = 0;
  std::uint64_t size_ = 0;
  /// counts_[c][b]: how many points of Z^c have sum o(n_j)^2 <= b, for the b that the enumeration meets.
  Counts counts_;
};

/// The number of points of the net without its points, exactly, also where it has more than 64 bits: what
/// BallNet(basis with r columns, radius, mesh).size() is or would be. Throws as the constructor does for a radius or
/// mesh out of its domain and for a count that takes too much work.
template <RealScalar T>
boost::multiprecision::cpp_int net_size(Index rank, const T& radius, const T& mesh);

extern template class BallNet<double>;
extern template class BallNet<Real50>;
extern template boost::multiprecision::cpp_int net_size(Index, const double&, const double&);
extern template boost::multiprecision::cpp_int net_size(Index, const Real50&, const Real50&);

}  // namespace verimix
