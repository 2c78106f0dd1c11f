#include "verimix/regress/cell_fits.hpp"

#include <optional>

#include "cell_members.hpp"
#include "verimix/core/order_statistics.hpp"
#include "verimix/core/parallel.hpp"
#include "verimix/estimate/moments.hpp"

namespace verimix {
namespace {

using regress_detail::columns_of;
using regress_detail::members_of;

// Members rise and the copies of a row are neighbours, so a row is new where its number changes.
Index distinct_rows(const std::vector<Index>& members, Index copies) {
  Index count = 0, last = -1;
  for (const Index column : members) {
    if (column / copies != last) ++count;
    last = column / copies;
  }
  return count;
}

// Number of points and of rows, mean and covariance of blocks joined one after the other. As a matrix: three columns of
// the numbers, one of the mean, d of the covariance.
template <class T>
struct CellMoments {
  Index points = 0, rows = 0, count = 0;
  Vector<T> mean;
  Matrix<T> covariance;

  CellMoments() = default;
  CellMoments(const Matrix<T>& of, Index all_points, Index all_rows)
      : points(all_points), rows(all_rows), count(of.cols()), mean(Vector<T>::Constant(of.rows(), T(0))) {
    covariance = Matrix<T>::Constant(of.rows(), of.rows(), T(0));
    if (count == 0) return;
    mean = of.rowwise().sum() / T(static_cast<double>(count));
    const Matrix<T> centred = of.colwise() - mean;
    covariance = second_moment(centred, 1);
  }
  explicit CellMoments(const Matrix<T>& packed)
      : points(static_cast<Index>(packed(0, 0))),
        rows(static_cast<Index>(packed(0, 1))),
        count(static_cast<Index>(packed(0, 2))),
        mean(packed.col(3)),
        covariance(packed.rightCols(packed.rows())) {}

  Matrix<T> packed() const {
    const Index d = mean.size();
    Matrix<T> out = Matrix<T>::Constant(d, d + 4, T(0));
    out(0, 0) = T(static_cast<double>(points));
    out(0, 1) = T(static_cast<double>(rows));
    out(0, 2) = T(static_cast<double>(count));
    out.col(3) = mean;
    out.rightCols(d) = covariance;
    return out;
  }
  void join(const CellMoments& next) {
    points += next.points;
    rows += next.rows;
    if (next.count == 0) return;
    if (count == 0) {
      count = next.count;
      mean = next.mean;
      covariance = next.covariance;
      return;
    }
    const T all(static_cast<double>(count + next.count)), other(static_cast<double>(next.count));
    const T share = other / all;
    const Vector<T> shift = next.mean - mean;
    const Matrix<T> joined =
        (T(1) - share) * covariance + share * next.covariance + share * (T(1) - share) * shift * shift.transpose();
    // One triangle, mirrored: where products and sums are fused, the two may differ in their last bits.
    covariance = joined.template selfadjointView<Eigen::Lower>();
    mean += share * shift;
    count += next.count;
  }
};

// One cell of one level, from its first sums to its fit.
template <class T>
class CellTask {
 public:
  CellTask(const LevelRows<T>& level, Index cell, const PieceOptions& options)
      : level_(level),
        cell_(cell),
        options_(options),
        region_(cell_region(*level.means, *level.clustering, cell)),
        members_(level.blocks.size()),
        statistics_(level.blocks.size()) {
    const Index d = level.clustering->dimension();
    integrated_ = level.clustering->cells() == 1 && level.rows >= 2 * (d + 1) &&
                  integrates_noise(d, level.rows, degree_for(level.rows));
  }

  void set_members(std::size_t block, std::vector<Index> members) { members_[block] = std::move(members); }

  Matrix<T> moments(std::size_t block) const {
    const NoisyRows<T>& noisy = *level_.blocks[block];
    const std::vector<Index>& members = members_[block];
    const auto points = static_cast<Index>(members.size());
    return CellMoments<T>(integrated_ ? noisy.centres : columns_of(noisy.points, members), points,
                          distinct_rows(members, noisy.copies))
        .packed();
  }
  void take_moments(const std::vector<const Matrix<T>*>& blocks) {
    for (const Matrix<T>* block : blocks) moments_.join(CellMoments<T>(*block));
    if (poor()) return;
    Matrix<T> covariance = moments_.covariance;
    if (integrated_) covariance.diagonal().array() += level_.sigma * level_.sigma;
    basis_.emplace(moments_.mean, std::move(covariance), degree_for(moments_.rows));
    staged_.emplace(*basis_, observed_count(), basis_->dimension(), static_cast<Index>(blocks.size()));
  }

  // What the fit needs of the block; or, of a cell with too few rows for a fit, its points' votes for the likeliest
  // component. The statistics of the points are kept for the thresholds.
  Matrix<T> part(std::size_t block) {
    const Matrix<T> points = columns_of(level_.blocks[block]->points, members_[block]);
    if (poor()) return votes(points);
    statistics_[block] = region_.statistics(points);
    if (members_[block].empty()) return staged_->empty_part();
    const NoisyRows<T>& noisy = *level_.blocks[block];
    if (integrated_) return staged_->part(integrated_noise(noisy.centres, noisy.sigma, basis_->degree()));
    const Matrix<T> targets = columns_of(noisy.targets, members_[block]);
    return staged_->part(observations(points, targets));
  }
  void take(const std::vector<const Matrix<T>*>& blocks) {
    if (!poor()) return staged_->take(blocks);
    votes_ = *blocks.front();
    for (std::size_t b = 1; b < blocks.size(); ++b) votes_ += *blocks[b];
  }
  bool needs_more() const { return !poor() && !staged_->done(); }

  // Row r of the statistics of this rank's points, and the ranks of the region orders among those of all.
  std::vector<T> statistic(Index r) const {
    Index count = 0;
    for (const Matrix<T>& block : statistics_) count += block.cols();
    std::vector<T> out;
    out.reserve(static_cast<std::size_t>(count));
    for (const Matrix<T>& block : statistics_)
      for (Index i = 0; i < block.cols(); ++i) out.push_back(block(r, i));
    return out;
  }
  std::vector<Index> threshold_ranks() const {
    std::vector<Index> out;
    if (poor()) return out;
    for (const double order : options_.region_orders) out.push_back(quantile_rank(order, moments_.points));
    return out;
  }

  // `thresholds` has a column a region order.
  CellFit<T> fitted(Matrix<T> thresholds) const {
    if (!poor()) return {*basis_, region_, staged_->fit(), std::move(thresholds), moments_.points, moments_.rows};
    const std::vector<Index>& components = level_.clustering->refinement()[static_cast<std::size_t>(cell_)];
    Index winner = 0;
    votes_.col(0).maxCoeff(&winner);
    const Index i = components[static_cast<std::size_t>(winner)];
    HermiteBasis<T> basis(level_.means->col(i), level_.clustering->clipped()[static_cast<std::size_t>(i)].covariance,
                          0);
    return {std::move(basis), region_, {}, Matrix<T>(3, 0), moments_.points, 0};
  }

 private:
  bool poor() const { return moments_.rows < 2 * (level_.clustering->dimension() + 1); }
  int degree_for(Index rows) const {
    int degree = 1;
    const Index d = level_.clustering->dimension();
    while (degree < options_.degree &&
           static_cast<double>(basis_size(d, degree + 1)) * options_.rows_per_coefficient <= static_cast<double>(rows))
      ++degree;
    return degree;
  }
  Index observed_count() const {
    return integrated_ ? moments_.rows * noise_nodes(level_.clustering->dimension(), basis_->degree())
                       : moments_.points;
  }
  Matrix<T> votes(const Matrix<T>& points) const {
    const std::size_t components = level_.clustering->refinement()[static_cast<std::size_t>(cell_)].size();
    Matrix<T> out = Matrix<T>::Constant(static_cast<Index>(components), 1, T(0));
    for (const Index j : region_.likeliest(points)) out(j, 0) += T(1);
    return out;
  }

  LevelRows<T> level_;
  Index cell_;
  const PieceOptions& options_;
  Region<T> region_;
  bool integrated_ = false;
  std::vector<std::vector<Index>> members_;
  std::vector<Matrix<T>> statistics_;
  CellMoments<T> moments_;
  std::optional<HermiteBasis<T>> basis_;
  std::optional<StagedFit<T>> staged_;
  Matrix<T> votes_;
};

// make(task, block) for every task and every block of this rank, in parallel; then take(task, all blocks of all ranks).
template <class T, class Make, class Take>
void in_block_order(std::vector<CellTask<T>*> tasks, std::size_t own_blocks, Ranks& ranks, unsigned threads,
                    const Make& make, const Take& take) {
  const std::size_t count = tasks.size();
  if (count == 0) return;
  std::vector<Matrix<T>> own(count * own_blocks);
  parallel_blocks(
      static_cast<Index>(own.size()), 1,
      [&](Index at, Index) {
        const auto i = static_cast<std::size_t>(at);
        own[i] = make(*tasks[i % count], i / count);
      },
      threads);
  const std::vector<Matrix<T>> all = gather_blocks(ranks, std::move(own));
  parallel_blocks(
      static_cast<Index>(count), 1,
      [&](Index at, Index) {
        std::vector<const Matrix<T>*> blocks;
        for (auto i = static_cast<std::size_t>(at); i < all.size(); i += count) blocks.push_back(&all[i]);
        take(*tasks[static_cast<std::size_t>(at)], blocks);
      },
      threads);
}

}  // namespace

template <RealScalar T>
std::vector<std::vector<CellFit<T>>> fit_cells(const std::vector<LevelRows<T>>& levels, const PieceOptions& options,
                                               Ranks& ranks, unsigned threads) {
  const std::size_t own_blocks = levels.front().blocks.size();
  std::vector<std::vector<CellTask<T>>> tasks(levels.size());
  std::vector<CellTask<T>*> all;
  for (std::size_t l = 0; l < levels.size(); ++l) {
    for (Index c = 0; c < levels[l].clustering->cells(); ++c) tasks[l].emplace_back(levels[l], c, options);
    for (CellTask<T>& task : tasks[l]) all.push_back(&task);
  }
  parallel_blocks(
      static_cast<Index>(levels.size() * own_blocks), 1,
      [&](Index at, Index) {
        const std::size_t l = static_cast<std::size_t>(at) % levels.size();
        const std::size_t block = static_cast<std::size_t>(at) / levels.size();
        auto members = members_of(*levels[l].clustering, levels[l].blocks[block]->points);
        for (std::size_t c = 0; c < members.size(); ++c) tasks[l][c].set_members(block, std::move(members[c]));
      },
      threads);
  in_block_order(
      all, own_blocks, ranks, threads, [](CellTask<T>& task, std::size_t block) { return task.moments(block); },
      [](CellTask<T>& task, const auto& blocks) { task.take_moments(blocks); });
  std::vector<CellTask<T>*> asked = all;
  while (!asked.empty()) {
    in_block_order(
        asked, own_blocks, ranks, threads, [](CellTask<T>& task, std::size_t block) { return task.part(block); },
        [](CellTask<T>& task, const auto& blocks) { task.take(blocks); });
    std::erase_if(asked, [](const CellTask<T>* task) { return !task->needs_more(); });
  }
  std::vector<std::vector<T>> statistics;
  std::vector<std::vector<Index>> orders;
  for (const CellTask<T>* task : all)
    for (Index r = 0; r < Region<T>::statistic_count; ++r) {
      statistics.push_back(task->statistic(r));
      orders.push_back(task->threshold_ranks());
    }
  const std::vector<Vector<T>> values = order_statistics(ranks, std::move(statistics), orders, threads);
  std::vector<std::vector<CellFit<T>>> out(levels.size());
  std::size_t next = 0;
  for (std::size_t l = 0; l < levels.size(); ++l)
    for (const CellTask<T>& task : tasks[l]) {
      Matrix<T> thresholds(Region<T>::statistic_count, values[next].size());
      for (Index r = 0; r < thresholds.rows(); ++r, ++next)
        if (thresholds.cols() > 0) thresholds.row(r) = values[next].transpose();
      out[l].push_back(task.fitted(std::move(thresholds)));
    }
  return out;
}

template <RealScalar T>
std::vector<CellFit<T>> fit_cells(const Matrix<T>& means, const Clustering<T>& clustering, const NoisyRows<T>& noisy,
                                  const PieceOptions& options) {
  const LevelRows<T> level{&means, &clustering, noisy.points.cols() / noisy.copies, noisy.sigma, {&noisy}};
  return std::move(fit_cells<T>({level}, options, one_rank(), 1).front());
}

template std::vector<CellFit<double>> fit_cells(const Matrix<double>&, const Clustering<double>&,
                                                const NoisyRows<double>&, const PieceOptions&);
template std::vector<CellFit<Real50>> fit_cells(const Matrix<Real50>&, const Clustering<Real50>&,
                                                const NoisyRows<Real50>&, const PieceOptions&);
template std::vector<std::vector<CellFit<double>>> fit_cells(const std::vector<LevelRows<double>>&, const PieceOptions&,
                                                             Ranks&, unsigned);
template std::vector<std::vector<CellFit<Real50>>> fit_cells(const std::vector<LevelRows<Real50>>&, const PieceOptions&,
                                                             Ranks&, unsigned);

}  // namespace verimix
