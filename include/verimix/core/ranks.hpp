// Several processes that work on one problem (ranks, as MPI calls them). Work is cut into blocks that depend on the
// problem alone, and what blocks give is put together in block order, so no bit depends on the number of ranks.
#pragma once

#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "verimix/core/error.hpp"
#include "verimix/core/linear_algebra.hpp"

namespace verimix {

/// The processes of one run. `gather` and `exchange` are collective: every rank calls them, in the same order, from the
/// thread that made the ranks. A rank that dies ends all of them; no call returns without it.
class Ranks {
 public:
  virtual ~Ranks() = default;

  virtual int size() const = 0;
  /// 0, ..., size() - 1. Rank 0 alone writes: results, checkpoints, messages.
  virtual int rank() const = 0;
  /// The bytes of every rank, in the order of the ranks, at every rank.
  virtual std::vector<std::string> gather(std::string_view own) = 0;
  /// Sends to[r] to rank r; what rank r sent here is the r-th of the result. Domain: one entry for each rank.
  virtual std::vector<std::string> exchange(const std::vector<std::string>& to) = 0;
  /// For a rank that is about to fail: is every rank, within a few seconds?
  virtual bool all_fail() = 0;
  /// Ends every rank with this exit status, at once.
  [[noreturn]] virtual void end_all(int status) = 0;
};

/// A process by itself: rank 0 of 1. Its collective calls copy.
Ranks& one_rank();

/// [begin, end).
struct IndexRange {
  Index begin = 0, end = 0;
  Index size() const { return end - begin; }
};

/// The `part`-th of `parts` neighbouring shares of [0, count), of sizes that differ by at most 1. Domain: 0 <= part <
/// parts, count >= 0.
IndexRange share_of(Index count, Index part, Index parts);

/// n rows in blocks: of 2048 rows, or of n/64 where that is more, so that there are at most 64 of them, whatever the
/// ranks. Rank r holds the neighbouring blocks share_of(count(), r, ranks).
struct RowBlocks {
  Index rows = 0, block = 1;

  explicit RowBlocks(Index n = 0);
  Index count() const;
  /// The rows of a block, and those of a rank's blocks.
  IndexRange rows_of(Index number) const;
  IndexRange blocks_of_rank(int rank, int size) const { return share_of(count(), rank, size); }
  IndexRange rows_of_rank(int rank, int size) const;
  int rank_of(Index row, int size) const;
};

/// Numbers one after the other as bytes, and back in the same order. Domain of reading: what was written.
class ByteWriter {
 public:
  template <class N>
  requires std::is_arithmetic_v<N>
  void put(N number) { bytes_.append(reinterpret_cast<const char*>(&number), sizeof(N)); }
  void put(const Matrix<double>& matrix);
  void put(std::string_view text);
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  template <class N>
  requires std::is_arithmetic_v<N> N number() {
    N out{};
    std::memcpy(&out, take(sizeof(N)).data(), sizeof(N));
    return out;
  }
  Matrix<double> matrix();
  std::string text();
  bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view take(std::size_t size);
  std::string_view bytes_;
};

/// The matrices of all ranks, in the order of the ranks, at every rank: what the blocks of each rank gave, in block
/// order. Collective. Several ranks exchange double only (an invariant).
template <RealScalar T>
std::vector<Matrix<T>> gather_blocks(Ranks& ranks, std::vector<Matrix<T>> own);

/// The sum of all of them, added one after the other in block order. Domain: at least one in all, of one shape.
template <RealScalar T>
Matrix<T> sum_blocks(Ranks& ranks, std::vector<Matrix<T>> own);

/// answer(i) for i = 0, ..., count - 1, at every rank; each is asked for on one rank, i mod size, on up to `threads`
/// threads. Collective.
std::vector<std::string> share_work(Ranks& ranks, Index count, const std::function<std::string(Index)>& answer,
                                    unsigned threads);

/// The largest of every rank's number. Collective.
double largest(Ranks& ranks, double own);

/// Throws at every rank what the first rank with an error could not do: `failure` is empty where there is none.
/// Collective.
struct RankFailure {
  enum class Kind : int { none, input, undecided } kind = Kind::none;
  InputError input{"", "", "", ""};
  std::string undecided;
};
void throw_first_failure(Ranks& ranks, const RankFailure& failure);

/// work() at every rank. An InputError or UndecidedError of some of them becomes one of all of them: that of the
/// first. `work` makes no collective call. Collective.
template <class Work>
void together(Ranks& ranks, const Work& work) {
  if (ranks.size() == 1) return work();
  RankFailure failure;
  try {
    work();
  } catch (const InputError& error) {
    failure = {RankFailure::Kind::input, error, ""};
  } catch (const UndecidedError& error) {
    failure = {RankFailure::Kind::undecided, failure.input, error.what()};
  }
  throw_first_failure(ranks, failure);
}

extern template Matrix<double> sum_blocks(Ranks&, std::vector<Matrix<double>>);
extern template Matrix<Real50> sum_blocks(Ranks&, std::vector<Matrix<Real50>>);
extern template std::vector<Matrix<double>> gather_blocks(Ranks&, std::vector<Matrix<double>>);
extern template std::vector<Matrix<Real50>> gather_blocks(Ranks&, std::vector<Matrix<Real50>>);

}  // namespace verimix
