#include "verimix/regress/level_choice.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "verimix/core/error.hpp"

namespace verimix {
namespace {

// A weighted sum of paired differences, with a bound on its standard error that needs no independence of levels that
// share rows.
class Pooled {
 public:
  void add(double weight, const PairedDifference& difference, const RowArc& rows) {
    mean_ += weight * difference.mean;
    const double error = weight * difference.standard_error;
    variance_ += error * error;
    for (const auto& [other, other_rows] : added_)
      if (share_rows(rows, other_rows)) variance_ += 2 * error * other;
    added_.emplace_back(error, rows);
  }
  double mean() const { return mean_; }
  bool within(double errors) const { return mean_ <= errors * std::sqrt(variance_); }

 private:
  double mean_ = 0, variance_ = 0;
  std::vector<std::pair<double, RowArc>> added_;
};

PairedDifference difference(const StructureTrial& trial, Index a, Index b) {
  const double variance = trial.covariance(a, a) + trial.covariance(b, b) - 2 * trial.covariance(a, b);
  return {trial.mean(a) - trial.mean(b), std::sqrt(std::max(0.0, variance))};
}

// The first option within `within` standard errors of the best; `compare(o, best)` is pooled.
template <class Compare>
std::size_t first_good(std::size_t count, double within, const Compare& compare) {
  std::size_t best = 0;
  for (std::size_t o = 1; o < count; ++o)
    if (compare(o, best).mean() < 0) best = o;
  for (std::size_t o = 0; o < best; ++o)
    if (compare(o, best).within(within)) return o;
  return best;
}

std::size_t choose_structure(const std::vector<const LevelTrials*>& levels, const LevelTrials& own, double within) {
  const auto compare = [&](std::size_t a, std::size_t b) {
    Pooled out;
    for (const LevelTrials* level : levels) {
      const auto i = static_cast<Index>(a), j = static_cast<Index>(b);
      out.add(level->weight, {level->difference(i, j), level->standard_error(i, j)}, level->rows);
    }
    return out;
  };
  std::size_t best = 0;
  for (std::size_t s = 1; s < own.structures.size(); ++s)
    if (compare(s, best).mean() < 0) best = s;
  std::size_t chosen = best;
  for (std::size_t s = 0; s < own.structures.size(); ++s) {
    if (own.structures[s].options.size() >= own.structures[chosen].options.size()) continue;
    if (compare(s, best).within(within)) chosen = s;
  }
  return chosen;
}

// In cell c of structure s, a place in its options.
std::size_t choose_piece(const std::vector<const LevelTrials*>& levels, const LevelTrials& own, std::size_t s,
                         std::size_t c, double within) {
  const std::size_t count = own.structures[s].options[c].size();
  const auto compare = [&](std::size_t a, std::size_t b) {
    Pooled out;
    for (const LevelTrials* level : levels) {
      const StructureTrial& trial = level->structures[s];
      if (trial.options[c].size() != count) continue;
      const Index first = trial.first[c];
      out.add(level->weight, difference(trial, first + static_cast<Index>(a), first + static_cast<Index>(b)),
              level->rows);
    }
    return out;
  };
  return first_good(count, within, compare);
}

}  // namespace

bool share_rows(const RowArc& a, const RowArc& b) {
  if (a.circle == 0 || a.circle != b.circle) return true;
  const Index ahead = ((b.begin - a.begin) % a.circle + a.circle) % a.circle;
  return ahead < a.count || a.circle - ahead < b.count;
}

StructureTrial structure_trial(const std::vector<CellValidation>& cells, double within) {
  StructureTrial out;
  Index columns = 0;
  for (const CellValidation& cell : cells) {
    out.options.push_back(cell.options);
    out.first.push_back(columns);
    columns += static_cast<Index>(cell.options.size());
  }
  const Index rows = cells.front().excess.front().size();
  Matrix<double> all(rows, columns);
  for (std::size_t c = 0; c < cells.size(); ++c)
    for (std::size_t o = 0; o < cells[c].excess.size(); ++o)
      all.col(out.first[c] + static_cast<Index>(o)) = cells[c].excess[o];
  out.mean = all.colwise().mean().transpose();
  const Matrix<double> centred = all.rowwise() - out.mean.transpose();
  const auto n = static_cast<double>(rows);
  out.covariance = centred.transpose() * centred / std::max(1.0, n - 1) / n;
  out.excess = Vector<double>::Zero(rows);
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const auto compare = [&](std::size_t a, std::size_t b) {
      Pooled pooled;
      pooled.add(1, difference(out, out.first[c] + static_cast<Index>(a), out.first[c] + static_cast<Index>(b)), {});
      return pooled;
    };
    out.own.push_back(first_good(cells[c].options.size(), within, compare));
    out.excess += cells[c].excess[out.own.back()];
  }
  return out;
}

void compare_structures(LevelTrials& trials) {
  const auto count = static_cast<Index>(trials.structures.size());
  trials.difference = Matrix<double>::Zero(count, count);
  trials.standard_error = Matrix<double>::Zero(count, count);
  for (Index s = 0; s < count; ++s)
    for (Index r = 0; r < count; ++r) {
      const PairedDifference found = paired_difference(trials.structures[static_cast<std::size_t>(s)].excess,
                                                       trials.structures[static_cast<std::size_t>(r)].excess);
      trials.difference(s, r) = found.mean;
      trials.standard_error(s, r) = found.standard_error;
    }
  for (StructureTrial& trial : trials.structures) trial.excess.resize(0);
}

LevelChoice choose_level(const std::vector<const LevelTrials*>& window, std::size_t own, double within) {
  require_invariant(own < window.size(), "a level is part of its own window");
  const LevelTrials& level = *window[own];
  std::vector<const LevelTrials*> levels;
  for (const LevelTrials* other : window)
    if (other->group == level.group) levels.push_back(other);
  LevelChoice out;
  out.structure = choose_structure(levels, level, within);
  const StructureTrial& trial = level.structures[out.structure];
  Vector<double> chosen = Vector<double>::Zero(trial.mean.size());
  for (std::size_t c = 0; c < trial.options.size(); ++c) {
    const std::size_t place = choose_piece(levels, level, out.structure, c, within);
    out.pieces.push_back(trial.options[c][place]);
    chosen(trial.first[c] + static_cast<Index>(place)) = 1;
  }
  out.loss = level.target + trial.mean.dot(chosen);
  out.standard_error = std::sqrt(std::max(0.0, chosen.dot(trial.covariance * chosen)));
  return out;
}

}  // namespace verimix
