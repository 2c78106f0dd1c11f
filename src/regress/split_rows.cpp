#include "verimix/regress/split_rows.hpp"

#include <concepts>
#include <limits>
#include <numeric>

#include "verimix/core/random.hpp"

namespace verimix {
namespace {

// The rows at the given places of a slice, wherever they are held: places travel to their ranks, rows come back.
template <class T>
Rows<T> fetch_from(const RowSlice<T>& slice, const std::vector<Index>& identities, const std::vector<Index>& places) {
  Ranks& ranks = slice.ranks;
  const Index begin = slice.begin();
  Rows<T> out{Matrix<T>(slice.dimension(), static_cast<Index>(places.size())), std::vector<Index>(places.size())};
  if (ranks.size() == 1) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      out.points.col(static_cast<Index>(i)) = slice.points.col(places[i]);
      out.identities[i] = identities[static_cast<std::size_t>(places[i])];
    }
    return out;
  }
  if constexpr (std::same_as<T, double>) {
    std::vector<int> owner;
    std::vector<ByteWriter> asked(static_cast<std::size_t>(ranks.size()));
    for (const Index place : places) {
      owner.push_back(slice.blocks.rank_of(place, ranks.size()));
      asked[static_cast<std::size_t>(owner.back())].put(place);
    }
    std::vector<std::string> questions, answers;
    for (ByteWriter& writer : asked) questions.push_back(writer.take());
    for (const std::string& bytes : ranks.exchange(questions)) {
      ByteWriter answer;
      for (ByteReader reader(bytes); !reader.at_end();) {
        const Index at = reader.number<Index>() - begin;
        answer.put(identities[static_cast<std::size_t>(at)]);
        for (Index j = 0; j < slice.dimension(); ++j) answer.put(slice.points(j, at));
      }
      answers.push_back(answer.take());
    }
    answers = ranks.exchange(answers);
    std::vector<ByteReader> readers(answers.begin(), answers.end());
    for (std::size_t i = 0; i < places.size(); ++i) {
      ByteReader& reader = readers[static_cast<std::size_t>(owner[i])];
      out.identities[i] = reader.number<Index>();
      for (Index j = 0; j < slice.dimension(); ++j) out.points(j, static_cast<Index>(i)) = reader.number<double>();
    }
  } else {
    require_invariant(false, "several ranks work in double");
  }
  return out;
}

std::vector<std::uint32_t> permutation(Index n, std::uint64_t seed) {
  if (n > Index{std::numeric_limits<std::uint32_t>::max()})
    throw InputError("", "rows", std::to_string(n), "fewer than 2^32 rows");
  std::vector<std::uint32_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  Stream stream(seed, Purpose::split, 0);
  for (std::size_t i = order.size() - 1; i > 0; --i)
    std::swap(order[i], order[static_cast<std::size_t>(stream.uniform() * static_cast<double>(i + 1))]);
  return order;
}

}  // namespace

template <RealScalar T>
Rows<T> Rows<T>::window(Index begin, Index count) const {
  const std::vector<Index> places = window_places({0, points.cols()}, begin, count);
  Rows<T> out{Matrix<T>(points.rows(), static_cast<Index>(places.size())), {}};
  for (std::size_t i = 0; i < places.size(); ++i) {
    out.points.col(static_cast<Index>(i)) = points.col(places[i]);
    out.identities.push_back(identities[static_cast<std::size_t>(places[i])]);
  }
  return out;
}

template <RealScalar T>
std::vector<Rows<T>> SplitRows<T>::own_blocks(Index end) const {
  std::vector<Rows<T>> out;
  const IndexRange own = slice.blocks.blocks_of_rank(ranks().rank(), ranks().size());
  const Index begin = slice.begin();
  for (Index b = own.begin; b < own.end; ++b) {
    const IndexRange rows = slice.blocks.rows_of(b);
    const Index count = std::min(rows.end, end) - rows.begin;
    if (count <= 0) continue;
    const auto first = identities.begin() + (rows.begin - begin);
    out.push_back({slice.points.middleCols(rows.begin - begin, count), {first, first + count}});
  }
  return out;
}

template <RealScalar T>
Rows<T> SplitRows<T>::fetch(const std::vector<Index>& places) const {
  return fetch_from(slice, identities, places);
}

template <RealScalar T>
RowSlice<T> SplitRows<T>::part(IndexRange places) const {
  RowSlice<T> out{{}, RowBlocks(places.size()), slice.ranks};
  const IndexRange own = out.blocks.rows_of_rank(ranks().rank(), ranks().size());
  const IndexRange wanted{places.begin + own.begin, places.begin + own.end};
  out.points = fetch(window_places(wanted, 0, wanted.size())).points;
  return out;
}

std::vector<Index> window_places(IndexRange range, Index begin, Index count) {
  const Index n = range.size();
  std::vector<Index> out;
  for (Index i = 0; i < std::min(count, n); ++i) out.push_back(range.begin + (count >= n ? i : (begin + i) % n));
  return out;
}

template <RealScalar T>
SplitRows<T> split_rows(RowSlice<T> data, std::uint64_t seed) {
  const Index n = data.blocks.rows;
  std::vector<Index> numbers(static_cast<std::size_t>(data.points.cols())), wanted(numbers.size());
  std::iota(numbers.begin(), numbers.end(), data.begin());
  {
    const std::vector<std::uint32_t> order = permutation(n, seed);
    for (std::size_t i = 0; i < wanted.size(); ++i)
      wanted[i] = Index{order[static_cast<std::size_t>(data.begin()) + i]};
  }
  Rows<T> own = fetch_from(data, numbers, wanted);
  data.points = std::move(own.points);
  return {std::move(data), std::move(own.identities), n * 3 / 5, n * 4 / 5};
}

template struct Rows<double>;
template struct Rows<Real50>;
template struct SplitRows<double>;
template struct SplitRows<Real50>;
template SplitRows<double> split_rows(RowSlice<double>, std::uint64_t);
template SplitRows<Real50> split_rows(RowSlice<Real50>, std::uint64_t);

}  // namespace verimix
