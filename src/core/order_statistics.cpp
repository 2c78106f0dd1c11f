#include "verimix/core/order_statistics.hpp"

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstdint>
#include <numeric>

#include "verimix/core/parallel.hpp"

namespace verimix {
namespace {

// The bits of a double as a number that rises with it.
std::uint64_t key_of(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  return (bits >> 63U) != 0 ? ~bits : bits | (std::uint64_t{1} << 63U);
}
double value_of(std::uint64_t key) {
  return std::bit_cast<double>((key >> 63U) != 0 ? key & ~(std::uint64_t{1} << 63U) : ~key);
}

// Digits of the keys from the highest on, four bits a round: of 16 ranges the one where the rank lies.
class RankSearch {
 public:
  RankSearch(const std::vector<double>& sorted, Index rank) : sorted_(sorted), rank_(rank) {}

  static constexpr unsigned bits = 4, rounds = 64 / bits, ranges = 1U << bits;

  // How many of this rank's values are below the start of each range.
  void put_counts(unsigned round, ByteWriter& writer) const {
    for (unsigned r = 0; r < ranges; ++r) {
      const std::uint64_t start = start_of(round, r);
      const auto place =
          std::partition_point(sorted_.begin(), sorted_.end(), [&](double x) { return key_of(x) < start; });
      writer.put(static_cast<Index>(place - sorted_.begin()));
    }
  }
  void choose(unsigned round, const std::vector<Index>& counts) {
    unsigned chosen = 0;
    while (chosen + 1 < ranges && counts[chosen + 1] < rank_) ++chosen;
    key_ = start_of(round, chosen);
  }
  double value() const { return value_of(key_); }

 private:
  std::uint64_t start_of(unsigned round, unsigned range) const {
    return key_ + (std::uint64_t{range} << (64 - bits * (round + 1)));
  }

  const std::vector<double>& sorted_;
  Index rank_;
  std::uint64_t key_ = 0;
};

std::vector<Vector<double>> search_together(Ranks& ranks, const std::vector<std::vector<double>>& sorted,
                                            const std::vector<std::vector<Index>>& orders) {
  std::vector<RankSearch> searches;
  for (std::size_t s = 0; s < orders.size(); ++s)
    for (const Index order : orders[s]) searches.emplace_back(sorted[s], order);
  for (unsigned round = 0; round < RankSearch::rounds && !searches.empty(); ++round) {
    ByteWriter writer;
    for (const RankSearch& search : searches) search.put_counts(round, writer);
    const std::vector<std::string> all = ranks.gather(writer.take());
    std::vector<ByteReader> readers(all.begin(), all.end());
    for (RankSearch& search : searches) {
      std::vector<Index> counts(RankSearch::ranges, 0);
      for (ByteReader& reader : readers)
        for (Index& count : counts) count += reader.number<Index>();
      search.choose(round, counts);
    }
  }
  std::vector<Vector<double>> out;
  std::size_t next = 0;
  for (const std::vector<Index>& set : orders) {
    out.emplace_back(static_cast<Index>(set.size()));
    for (double& value : out.back()) value = searches[next++].value();
  }
  return out;
}

/// The values of these ranks, by selection: the least rank first, so that the next is sought among what is above.
template <class T>
Vector<T> select(std::vector<T>& values, const std::vector<Index>& ranks) {
  std::vector<std::size_t> rising(ranks.size());
  std::iota(rising.begin(), rising.end(), std::size_t{0});
  std::sort(rising.begin(), rising.end(), [&](std::size_t a, std::size_t b) { return ranks[a] < ranks[b]; });
  // A statistic that is the same for all points is common, and the slowest case of nth_element.
  const bool constant = std::all_of(values.begin(), values.end(), [&](const T& x) { return x == values.front(); });
  Vector<T> out(static_cast<Index>(ranks.size()));
  auto from = values.begin();
  for (const std::size_t i : rising) {
    const auto place = values.begin() + (ranks[i] - 1);
    if (!constant) std::nth_element(from, place, values.end());
    out(static_cast<Index>(i)) = *place;
    from = place;
  }
  return out;
}

}  // namespace

template <RealScalar T>
std::vector<Vector<T>> order_statistics(Ranks& ranks, std::vector<std::vector<T>> own,
                                        const std::vector<std::vector<Index>>& orders, unsigned threads) {
  require_invariant(own.size() == orders.size(), "order statistics are asked of each set");
  std::vector<Vector<T>> out(own.size());
  const bool alone = ranks.size() == 1;
  parallel_blocks(
      static_cast<Index>(own.size()), 1,
      [&](Index at, Index) {
        const auto s = static_cast<std::size_t>(at);
        if (alone)
          out[s] = select(own[s], orders[s]);
        else
          std::sort(own[s].begin(), own[s].end());
      },
      threads);
  if (alone) return out;
  if constexpr (std::same_as<T, double>) return search_together(ranks, own, orders);
  require_invariant(false, "several ranks work in double");
  return out;
}

template std::vector<Vector<double>> order_statistics(Ranks&, std::vector<std::vector<double>>,
                                                      const std::vector<std::vector<Index>>&, unsigned);
template std::vector<Vector<Real50>> order_statistics(Ranks&, std::vector<std::vector<Real50>>,
                                                      const std::vector<std::vector<Index>>&, unsigned);

}  // namespace verimix
