#include "verimix/core/ranks.hpp"

#include <algorithm>
#include <concepts>
#include <cstdlib>

#include "verimix/core/parallel.hpp"

namespace verimix {
namespace {

// Both are part of every learned model's bits. Large enough that a block's work outweighs its sums' journey; few enough
// that the sums of all blocks fit anywhere.
constexpr Index least_block = 2048, most_blocks = 64;

class OneRank : public Ranks {
 public:
  int size() const override { return 1; }
  int rank() const override { return 0; }
  std::vector<std::string> gather(std::string_view own) override { return {std::string(own)}; }
  std::vector<std::string> exchange(const std::vector<std::string>& to) override { return to; }
  bool all_fail() override { return true; }
  void end_all(int status) override { std::exit(status); }
};

}  // namespace

Ranks& one_rank() {
  static OneRank one;
  return one;
}

IndexRange share_of(Index count, Index part, Index parts) {
  require_invariant(count >= 0 && part >= 0 && part < parts, "a share is one of the parts of a range");
  const Index each = count / parts, more = count % parts;
  const Index begin = part * each + std::min(part, more);
  return {begin, begin + each + (part < more ? 1 : 0)};
}

RowBlocks::RowBlocks(Index n) : rows(n), block(std::max(least_block, (n + most_blocks - 1) / most_blocks)) {}

Index RowBlocks::count() const { return (rows + block - 1) / block; }

IndexRange RowBlocks::rows_of(Index number) const { return {number * block, std::min(rows, (number + 1) * block)}; }

IndexRange RowBlocks::rows_of_rank(int rank, int size) const {
  const IndexRange own = blocks_of_rank(rank, size);
  return {std::min(rows, own.begin * block), std::min(rows, own.end * block)};
}

int RowBlocks::rank_of(Index row, int size) const {
  int rank = 0;
  while (rows_of_rank(rank, size).end <= row) ++rank;
  return rank;
}

void ByteWriter::put(const Matrix<double>& matrix) {
  put(matrix.rows());
  put(matrix.cols());
  bytes_.append(reinterpret_cast<const char*>(matrix.data()), static_cast<std::size_t>(matrix.size()) * sizeof(double));
}

void ByteWriter::put(std::string_view text) {
  put(text.size());
  bytes_.append(text);
}

std::string_view ByteReader::take(std::size_t size) {
  require_invariant(size <= bytes_.size(), "what is read was written");
  const std::string_view taken = bytes_.substr(0, size);
  bytes_.remove_prefix(size);
  return taken;
}

Matrix<double> ByteReader::matrix() {
  const auto rows = number<Index>();
  const auto columns = number<Index>();
  Matrix<double> out(rows, columns);
  const std::string_view entries = take(static_cast<std::size_t>(out.size()) * sizeof(double));
  if (!entries.empty()) std::memcpy(out.data(), entries.data(), entries.size());
  return out;
}

std::string ByteReader::text() {
  const auto size = number<std::size_t>();
  return std::string(take(size));
}

template <RealScalar T>
std::vector<Matrix<T>> gather_blocks(Ranks& ranks, std::vector<Matrix<T>> own) {
  if (ranks.size() == 1) return own;
  std::vector<Matrix<T>> out;
  if constexpr (std::same_as<T, double>) {
    ByteWriter writer;
    for (const Matrix<T>& matrix : own) writer.put(matrix);
    for (const std::string& bytes : ranks.gather(writer.take()))
      for (ByteReader reader(bytes); !reader.at_end();) out.push_back(reader.matrix());
  } else {
    require_invariant(false, "several ranks work in double");
  }
  return out;
}

template <RealScalar T>
Matrix<T> sum_blocks(Ranks& ranks, std::vector<Matrix<T>> own) {
  const std::vector<Matrix<T>> all = gather_blocks(ranks, std::move(own));
  require_invariant(!all.empty(), "a sum over blocks has a block");
  Matrix<T> out = all.front();
  for (std::size_t b = 1; b < all.size(); ++b) out += all[b];
  return out;
}

std::vector<std::string> share_work(Ranks& ranks, Index count, const std::function<std::string(Index)>& answer,
                                    unsigned threads) {
  const Index size = ranks.size(), rank = ranks.rank();
  std::vector<std::string> own(static_cast<std::size_t>((count - rank + size - 1) / size));
  parallel_blocks(
      static_cast<Index>(own.size()), 1,
      [&](Index at, Index) { own[static_cast<std::size_t>(at)] = answer(rank + at * size); }, threads);
  if (size == 1) return own;
  ByteWriter writer;
  for (const std::string& bytes : own) writer.put(bytes);
  const std::vector<std::string> all = ranks.gather(writer.take());
  std::vector<ByteReader> readers(all.begin(), all.end());
  std::vector<std::string> out;
  for (Index i = 0; i < count; ++i) out.push_back(readers[static_cast<std::size_t>(i % size)].text());
  return out;
}

double largest(Ranks& ranks, double own) {
  if (ranks.size() == 1) return own;
  ByteWriter writer;
  writer.put(own);
  for (const std::string& bytes : ranks.gather(writer.take())) own = std::max(own, ByteReader(bytes).number<double>());
  return own;
}

void throw_first_failure(Ranks& ranks, const RankFailure& failure) {
  ByteWriter writer;
  writer.put(static_cast<int>(failure.kind));
  for (const std::string& text : {failure.input.file(), failure.input.field(), failure.input.value(),
                                  failure.input.expected(), failure.undecided})
    writer.put(text);
  for (const std::string& bytes : ranks.gather(writer.take())) {
    ByteReader reader(bytes);
    const auto kind = static_cast<RankFailure::Kind>(reader.number<int>());
    if (kind == RankFailure::Kind::none) continue;
    const std::string file = reader.text(), field = reader.text(), value = reader.text(), expected = reader.text();
    if (kind == RankFailure::Kind::input) throw InputError(file, field, value, expected);
    throw UndecidedError(reader.text());
  }
}

template Matrix<double> sum_blocks(Ranks&, std::vector<Matrix<double>>);
template Matrix<Real50> sum_blocks(Ranks&, std::vector<Matrix<Real50>>);
template std::vector<Matrix<double>> gather_blocks(Ranks&, std::vector<Matrix<double>>);
template std::vector<Matrix<Real50>> gather_blocks(Ranks&, std::vector<Matrix<Real50>>);

}  // namespace verimix
