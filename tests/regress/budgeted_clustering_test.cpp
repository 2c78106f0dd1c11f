// What the budgeted mode reaches as a clustering: its error on points whose component is known, beside that of the best
// labelling by the true parameters.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

#include "verimix/estimate/candidates.hpp"
#include "verimix/mixture/density.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/mixture/families.hpp"
#include "verimix/regress/ranking.hpp"

namespace verimix {
namespace {

/// 20000 points unless VERIMIX_CLUSTERED_POINTS says otherwise (the table of the note: 100000).
Index clustered_points() {
  const char* told = std::getenv("VERIMIX_CLUSTERED_POINTS");
  return told == nullptr ? 20000 : static_cast<Index>(std::strtol(told, nullptr, 10));
}

/// The smallest share of points that a labelling with k labels puts elsewhere, over all names of the labels.
double error_of(const std::vector<Index>& labels, const std::vector<Index>& components, Index k) {
  std::vector<Index> names;
  for (Index i = 0; i < k; ++i) names.push_back(i);
  std::size_t best = labels.size();
  do {
    std::size_t wrong = 0;
    for (std::size_t j = 0; j < labels.size(); ++j)
      wrong += names[static_cast<std::size_t>(labels[j])] == components[j] ? 0U : 1U;
    best = std::min(best, wrong);
  } while (std::next_permutation(names.begin(), names.end()));
  return static_cast<double>(best) / static_cast<double>(labels.size());
}

/// Bayes' rule: the component with the largest lambda_i N_i(x).
std::vector<Index> best_labels(const Mixture<double>& truth, const Matrix<double>& points) {
  Matrix<double> densities(truth.size(), points.cols());
  for (Index i = 0; i < truth.size(); ++i) {
    const Mixture<double> one{
        "", Vector<double>::Ones(1), truth.means.col(i), {truth.covariances[static_cast<std::size_t>(i)]}};
    densities.row(i) =
        Density<double>(one).evaluate(points, {}).log_density.transpose().array() + std::log(truth.weights(i));
  }
  std::vector<Index> out(static_cast<std::size_t>(points.cols()));
  for (Index j = 0; j < points.cols(); ++j) densities.col(j).maxCoeff(&out[static_cast<std::size_t>(j)]);
  return out;
}

/// Of 64 candidates and all partition pairs, those with a cell for every component: the one with the smallest degree-1
/// denoising loss.
std::vector<Index> budgeted_labels(const Matrix<double>& points, Index k) {
  const Matrix<double> train = points.leftCols(points.cols() * 3 / 5), rest = points.rightCols(points.cols() * 2 / 5);
  Rows<double> fitted{train, {}}, judged{rest, {}};
  for (Index i = 0; i < points.cols(); ++i) (i < train.cols() ? fitted : judged).identities.push_back(i);
  RankingOptions options;
  options.kept = 1000;
  options.rows = 4000;
  options.second_degree = 1;
  const double alpha = sample_scales(train).alpha;
  const auto ranked = rank_structures<double>(candidates(train, k, {64, 1}), alpha, fitted, judged, {0.02}, options);
  for (const CellStructure<double>& structure : ranked.best.front()) {
    const Clustering<double> clustering = clustering_at(structure, 0.0);
    if (clustering.cells() == k) return clustering.labels(points);
  }
  ADD_FAILURE() << "no structure has a cell for every component";
  return std::vector<Index>(static_cast<std::size_t>(points.cols()), 0);
}

struct Errors {
  double budgeted, best;
};

Errors errors_on(const std::string& family) {
  const Mixture<double> truth = round_to<double>(instance(family));
  const Draws drawn = draw(truth, clustered_points(), 1);
  const Errors out{error_of(budgeted_labels(drawn.points, truth.size()), drawn.components, truth.size()),
                   error_of(best_labels(truth, drawn.points), drawn.components, truth.size())};
  std::printf("%s: budgeted %.5f, best %.5f\n", family.c_str(), out.budgeted, out.best);
  return out;
}

void expect_within_twice_the_best(const std::vector<std::string>& families) {
  // Three standard errors of a share, at most: the two errors are counted on the same points.
  const double room = 3 / std::sqrt(static_cast<double>(clustered_points()));
  for (const std::string& family : families) {
    const Errors found = errors_on(family);
    EXPECT_LE(found.budgeted, 2 * found.best + room * std::sqrt(found.best)) << family;
    EXPECT_GE(found.budgeted, found.best - room * std::sqrt(found.best)) << family << ": better than the best rule";
  }
}

TEST(BudgetedClustering, IsWithinTwiceTheBestLabellingOnSeparatedFamilies) {
  expect_within_twice_the_best({"sep1", "nest2"});
}

TEST(BudgetedClustering, DISABLED_IsWithinTwiceTheBestLabellingOnEverySeparatedFamily) {
  expect_within_twice_the_best({"sep1", "sep2", "pan1", "pan2", "tri1", "nest1", "nest2"});
}

}  // namespace
}  // namespace verimix
