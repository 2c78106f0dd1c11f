#include "whitened_tile.hpp"

#include <array>
#include <limits>

namespace verimix {

namespace {

namespace packets = Eigen::internal;

using Packet = packets::packet_traits<double>::type;
constexpr Index lanes = packets::packet_traits<double>::size;
/// Four rows of accumulators of this many packets take half of the registers.
constexpr Index packets_per_tile = EIGEN_ARCH_DEFAULT_NUMBER_OF_REGISTERS / 8;
constexpr Index tile_width = lanes * packets_per_tile;

/// A coordinate of every point of the tile.
struct Row {
  Packet part[packets_per_tile];
};

inline Row load_row(const double* from) {
  Row row;
  for (Index v = 0; v < packets_per_tile; ++v) row.part[v] = packets::pload<Packet>(from + v * lanes);
  return row;
}

inline void store_row(double* to, const Row& row) {
  for (Index v = 0; v < packets_per_tile; ++v) packets::pstore(to + v * lanes, row.part[v]);
}

inline Row constant_row(double value) {
  Row row;
  for (Packet& part : row.part) part = packets::pset1<Packet>(value);
  return row;
}

inline void add_multiple(Row& sum, double factor, const Row& row) {
  const Packet broadcast = packets::pset1<Packet>(factor);
  for (Index v = 0; v < packets_per_tile; ++v) sum.part[v] = packets::pmadd(broadcast, row.part[v], sum.part[v]);
}

inline void add_product(Row& sum, const Row& a, const Row& b) {
  for (Index v = 0; v < packets_per_tile; ++v) sum.part[v] = packets::pmadd(a.part[v], b.part[v], sum.part[v]);
}

/// exp(x) for x <= 0, with exact zeros where Eigen's would return its least value instead of underflowing.
inline Packet decaying_exponential(const Packet& x) {
  const Packet lowest = packets::pset1<Packet>(-708.0);
  return packets::pselect(packets::pcmp_lt(x, lowest), packets::pset1<Packet>(0.0), packets::pexp(x));
}

/// Rows j .. j + rows - 1 of W times the centred points; adds the squares to the distance.
template <std::size_t rows>
void whiten_panel(const Matrix<double>& whitening, Index j, const double* centred, double* whitened, Row& distance) {
  const Index d = whitening.rows();
  std::array<Row, rows> sums;
  sums.fill(constant_row(0));
  const double* column = whitening.data() + j;
  for (Index m = 0; m < j; ++m, column += d) {
    const Row z = load_row(centred + m * tile_width);
    for (std::size_t r = 0; r < rows; ++r) add_multiple(sums[r], column[r], z);
  }
  for (std::size_t q = 0; q < rows; ++q, column += d) {
    const Row z = load_row(centred + (j + static_cast<Index>(q)) * tile_width);
    for (std::size_t r = q; r < rows; ++r) add_multiple(sums[r], column[r], z);
  }
  for (std::size_t r = 0; r < rows; ++r) {
    add_product(distance, sums[r], sums[r]);
    store_row(whitened + (j + static_cast<Index>(r)) * tile_width, sums[r]);
  }
}

/// weighted <- keep weighted + fresh W^T whitened for the coordinates m .. m + rows - 1.
template <std::size_t rows>
void accumulate_panel(const Matrix<double>& whitening, Index m, const double* whitened, const Row& keep,
                      const Row& fresh, double* weighted) {
  const Index d = whitening.rows();
  std::array<Row, rows> sums;
  sums.fill(constant_row(0));
  const double* entry = whitening.data() + m * d + m;
  for (std::size_t q = 0; q < rows; ++q, ++entry) {
    const Row y = load_row(whitened + (m + static_cast<Index>(q)) * tile_width);
    for (std::size_t r = 0; r <= q; ++r) add_multiple(sums[r], entry[static_cast<Index>(r) * d], y);
  }
  for (Index j = m + static_cast<Index>(rows); j < d; ++j, ++entry) {
    const Row y = load_row(whitened + j * tile_width);
    for (std::size_t r = 0; r < rows; ++r) add_multiple(sums[r], entry[static_cast<Index>(r) * d], y);
  }
  for (std::size_t r = 0; r < rows; ++r) {
    double* target = weighted + (m + static_cast<Index>(r)) * tile_width;
    const Row old = load_row(target);
    for (Index v = 0; v < packets_per_tile; ++v) {
      sums[r].part[v] = packets::pmadd(fresh.part[v], sums[r].part[v], packets::pmul(keep.part[v], old.part[v]));
    }
    store_row(target, sums[r]);
  }
}

/// Calls panel.operator()<rows>(first) for four rows at a time and for what remains.
template <class Panel>
void for_each_panel(Index d, const Panel& panel) {
  Index first = 0;
  for (; first + 4 <= d; first += 4) panel.template operator()<4>(first);
  if (d - first == 3) panel.template operator()<3>(first);
  if (d - first == 2) panel.template operator()<2>(first);
  if (d - first == 1) panel.template operator()<1>(first);
}

}  // namespace

const Index WhitenedTile::width = tile_width;

WhitenedTile::WhitenedTile(Index dimension, Index components)
    : dimension_(dimension),
      points_(tile_width, dimension),
      centred_(tile_width, dimension),
      whitened_(tile_width, dimension),
      weighted_(tile_width, dimension),
      logs_(tile_width, components),
      distance_(tile_width),
      largest_distance_(tile_width),
      maximum_(tile_width),
      sum_(tile_width),
      keep_(tile_width),
      fresh_(tile_width) {}

bool WhitenedTile::evaluate(const std::vector<WhitenedComponent<double>>& components, const Vector<double>& log_weights,
                            const double* points, Index begin, Index end, Index size, const EvaluationMemory& out) {
  load(points, begin, end);
  weighted_.setZero();
  sum_.setZero();
  largest_distance_.setZero();
  maximum_.setConstant(std::numeric_limits<double>::lowest());
  for (Index i = 0; i < std::ssize(components); ++i) {
    const WhitenedComponent<double>& component = components[static_cast<std::size_t>(i)];
    add(component, log_weights(i) + component.log_peak, i);
  }
  // The sum of the distances is NaN or infinite as soon as one of them is.
  if (!(largest_distance_.array() <= 1e300).all()) return false;
  store(components, begin, end, size, out);
  return true;
}

/// A tile that is not full repeats its first point.
void WhitenedTile::load(const double* points, Index begin, Index end) {
  for (Index p = 0; p < tile_width; ++p) {
    const double* point = points + (begin + p < end ? begin + p : begin) * dimension_;
    for (Index m = 0; m < dimension_; ++m) points_(p, m) = point[m];
  }
}

void WhitenedTile::add(const WhitenedComponent<double>& component, double log_scale, Index position) {
  for (Index m = 0; m < dimension_; ++m) {
    const Packet mean = packets::pset1<Packet>(component.mean(m));
    Row z = load_row(points_.data() + m * tile_width);
    for (Packet& part : z.part) part = packets::psub(part, mean);
    store_row(centred_.data() + m * tile_width, z);
  }
  whiten(component.whitening);
  update_weights(log_scale, position);
  accumulate(component.whitening);
}

void WhitenedTile::whiten(const Matrix<double>& whitening) {
  Row distance = constant_row(0);
  for_each_panel(dimension_, [&]<std::size_t rows>(Index j) {
    whiten_panel<rows>(whitening, j, centred_.data(), whitened_.data(), distance);
  });
  store_row(distance_.data(), distance);
}

void WhitenedTile::update_weights(double log_scale, Index position) {
  const Packet scale = packets::pset1<Packet>(log_scale);
  const Packet minus_half = packets::pset1<Packet>(-0.5);
  const Packet one = packets::pset1<Packet>(1.0);
  for (Index v = 0; v < tile_width; v += lanes) {
    const Packet distance = packets::pload<Packet>(distance_.data() + v);
    const Packet maximum = packets::pload<Packet>(maximum_.data() + v);
    const Packet value = packets::pmadd(minus_half, distance, scale);
    const Packet ratio = decaying_exponential(packets::pnegate(packets::pabs(packets::psub(value, maximum))));
    const Packet is_larger = packets::pcmp_lt(maximum, value);
    const Packet keep = packets::pselect(is_larger, ratio, one);
    const Packet fresh = packets::pselect(is_larger, one, ratio);
    const Packet sum = packets::pload<Packet>(sum_.data() + v);
    const Packet distances = packets::pload<Packet>(largest_distance_.data() + v);
    packets::pstore(logs_.data() + position * tile_width + v, value);
    packets::pstore(maximum_.data() + v, packets::pmax(maximum, value));
    packets::pstore(sum_.data() + v, packets::pmadd(keep, sum, fresh));
    packets::pstore(keep_.data() + v, keep);
    packets::pstore(fresh_.data() + v, fresh);
    packets::pstore(largest_distance_.data() + v, packets::padd(distances, distance));
  }
}

void WhitenedTile::accumulate(const Matrix<double>& whitening) {
  const Row keep = load_row(keep_.data());
  const Row fresh = load_row(fresh_.data());
  for_each_panel(dimension_, [&]<std::size_t rows>(Index m) {
    accumulate_panel<rows>(whitening, m, whitened_.data(), keep, fresh, weighted_.data());
  });
}

void WhitenedTile::store(const std::vector<WhitenedComponent<double>>& components, Index begin, Index end, Index size,
                         const EvaluationMemory& out) {
  for (Index v = 0; v < tile_width; v += lanes) {
    const Packet sum = packets::pload<Packet>(sum_.data() + v);
    const Packet maximum = packets::pload<Packet>(maximum_.data() + v);
    packets::pstore(distance_.data() + v, packets::padd(maximum, packets::plog(sum)));
    packets::pstore(fresh_.data() + v, packets::pdiv(packets::pset1<Packet>(-1.0), sum));
  }
  for (Index p = 0; p < end - begin; ++p) {
    if (out.log_density != nullptr) out.log_density[begin + p] = distance_(p);
    if (out.score == nullptr) continue;
    double* score = out.score + (begin + p) * dimension_;
    for (Index m = 0; m < dimension_; ++m) score[m] = weighted_(p, m) * fresh_(p);
  }
  if (out.responsibilities == nullptr) return;
  for (Index i = 0; i < std::ssize(components); ++i) {
    const Index row = components[static_cast<std::size_t>(i)].component;
    for (Index v = 0; v < tile_width; v += lanes) {
      const Packet value = packets::pload<Packet>(logs_.data() + i * tile_width + v);
      const Packet ratio = decaying_exponential(packets::psub(value, packets::pload<Packet>(maximum_.data() + v)));
      packets::pstore(keep_.data() + v, packets::pdiv(ratio, packets::pload<Packet>(sum_.data() + v)));
    }
    for (Index p = 0; p < end - begin; ++p) out.responsibilities[(begin + p) * size + row] = keep_(p);
  }
}

}  // namespace verimix
