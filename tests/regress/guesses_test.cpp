// The guesses of the modes analysis and exhaustive, from rows that several ranks hold.
#include "verimix/regress/guesses.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "support/thread_ranks.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/mixture/families.hpp"

namespace verimix {
namespace {

/// Ranks that keep the size of the largest exchange that reached them.
class WatchedRanks : public Ranks {
 public:
  explicit WatchedRanks(Ranks& inner) : inner_(inner) {}

  int size() const override { return inner_.size(); }
  int rank() const override { return inner_.rank(); }
  std::vector<std::string> gather(std::string_view own) override { return inner_.gather(own); }
  std::vector<std::string> exchange(const std::vector<std::string>& to) override {
    std::vector<std::string> received = inner_.exchange(to);
    std::size_t bytes = 0;
    for (const std::string& message : received) bytes += message.size();
    most_ = std::max(most_, bytes);
    return received;
  }
  bool all_fail() override { return inner_.all_fail(); }
  void end_all(int status) override { inner_.end_all(status); }

  /// In bytes, since the last call.
  std::size_t take_most() { return std::exchange(most_, 0); }

 private:
  Ranks& inner_;
  std::size_t most_ = 0;
};

/// 16000 rows: 9600 are for training, and each half of these is three blocks of 2048, 2048 and 704.
constexpr Index row_count = 16000, block = 2048;

SplitRows<double> split_of(const Matrix<double>& data, Ranks& ranks) {
  RowSlice<double> slice{{}, RowBlocks(data.cols()), ranks};
  const IndexRange own = slice.blocks.rows_of_rank(ranks.rank(), ranks.size());
  slice.points = data.middleCols(own.begin, own.size());
  return split_rows(std::move(slice), 7);
}

std::vector<double> numbers_of(const std::vector<ParameterEstimates<double>>& list) {
  std::vector<double> out;
  const auto add = [&](const Matrix<double>& matrix) {
    out.insert(out.end(), matrix.data(), matrix.data() + matrix.size());
  };
  for (const ParameterEstimates<double>& guess : list) {
    add(guess.means);
    for (const Matrix<double>& q : guess.covariances) add(q);
  }
  return out;
}

TEST(Guesses, AreTheSameBitsForAnyNumberOfRanks) {
  for (const auto& [name, mode, with_truth, longest] :
       {std::tuple("nest2", LearnMode::analysis, true, 1), std::tuple("over1", LearnMode::analysis, true, 1),
        std::tuple("over1", LearnMode::exhaustive, true, 100),
        std::tuple("over1", LearnMode::exhaustive, false, 100)}) {
    const Mixture<double> mixture = round_to<double>(instance(name));
    const Matrix<double> data = draw(mixture, row_count, 1).points;
    std::optional<Mixture<double>> truth;
    if (with_truth) truth = mixture;
    const auto at = [&, mode = mode](Ranks& ranks) {
      return guesses(split_of(data, ranks), mixture.size(), mode, {100, 7}, truth);
    };
    const Guesses<double> alone = at(one_rank());
    EXPECT_GE(alone.list.size(), mode == LearnMode::analysis ? 1U : 2U);
    EXPECT_LE(alone.list.size(), static_cast<std::size_t>(longest));
    for (int size = 1; size <= 4; ++size) {
      for (const Guesses<double>& each : support::of_ranks<Guesses<double>>(size, at)) {
        EXPECT_EQ(numbers_of(each.list), numbers_of(alone.list)) << name << ", " << size << " ranks";
        ASSERT_EQ(each.hypotheses.size(), alone.hypotheses.size());
        for (std::size_t h = 0; h < alone.hypotheses.size(); ++h)
          EXPECT_EQ(each.hypotheses[h].detail, alone.hypotheses[h].detail);
      }
    }
  }
}

// Once every rank fetched all training rows: 9600 of them at once.
TEST(Guesses, NoRankFetchesMoreThanItsShare) {
  const Mixture<double> truth = round_to<double>(instance("nest2"));
  const Matrix<double> data = draw(truth, row_count, 1).points;
  // A row travels as its number and its entries.
  constexpr std::size_t row_bytes = 8 + 2 * 8;
  const auto most = support::of_ranks<std::size_t>(3, [&](Ranks& ranks) {
    WatchedRanks watched(ranks);
    const SplitRows<double> split = split_of(data, watched);
    watched.take_most();
    guesses<double>(split, 2, LearnMode::analysis, {1, 7}, truth);
    return watched.take_most();
  });
  EXPECT_EQ(most[0], block * row_bytes) << "one of the three blocks of a half";
  for (const std::size_t bytes : most) EXPECT_LE(bytes, block * row_bytes);
}

TEST(SplitRows, APartIsItsPlacesInTheirOrder) {
  Matrix<double> data(1, row_count);
  for (Index i = 0; i < row_count; ++i) data(0, i) = static_cast<double>(i);
  const IndexRange places{4800, 9600};
  const SplitRows<double> alone = split_of(data, one_rank());
  EXPECT_EQ(alone.part(places).points, alone.slice.points.middleCols(places.begin, places.size()));
  for (const int size : {2, 3, 4}) {
    const auto parts = support::of_ranks<Matrix<double>>(
        size, [&](Ranks& ranks) { return split_of(data, ranks).part(places).points; });
    Matrix<double> joined(1, 0);
    for (const Matrix<double>& part : parts) {
      EXPECT_LE(part.cols(), (size == 2 ? 2 : 1) * block);
      const Matrix<double> before = joined;
      joined.resize(1, before.cols() + part.cols());
      joined << before, part;
    }
    EXPECT_EQ(joined, alone.part(places).points) << size << " ranks";
  }
}

}  // namespace
}  // namespace verimix
