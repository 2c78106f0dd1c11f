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
#include "verimix/regress/hypotheses.hpp"
#include "verimix/regress/learner.hpp"
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

/// 64 candidates and all partition pairs, ranked at one noise level.
RankedStructures<double> ranked_structures(const Matrix<double>& points, Index k, const RankingOptions& options) {
  const Matrix<double> train = points.leftCols(points.cols() * 3 / 5), rest = points.rightCols(points.cols() * 2 / 5);
  Rows<double> fitted{train, {}}, judged{rest, {}};
  for (Index i = 0; i < points.cols(); ++i) (i < train.cols() ? fitted : judged).identities.push_back(i);
  const double alpha = sample_scales(train).alpha;
  return rank_structures<double>(candidates(train, k, {64, 1}), alpha, fitted, judged, {0.02}, options);
}

std::vector<Index> budgeted_labels(const Matrix<double>& points, Index k) {
  const Clustering<double> clustering = clustering_at(ranked_structures(points, k, {}).clustering, 0.0);
  EXPECT_EQ(clustering.cells(), k);
  return clustering.labels(points);
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

// The score's cells may be others where they fit better, as on nest1 here: cubics make up for cells that are none of
// the components.
TEST(BudgetedClustering, IsThatOfDegreeOneWhateverTheScoresCellsAre) {
  const Matrix<double> points = draw(round_to<double>(instance("nest1")), 20000, 1).points;
  RankingOptions options;
  const auto by_cubics = ranked_structures(points, 2, options);
  options.second_degree = 1;
  const auto by_lines = ranked_structures(points, 2, options);
  const auto labels = [&](const CellStructure<double>& cells) { return clustering_at(cells, 0.0).labels(points); };
  EXPECT_EQ(labels(by_cubics.clustering), labels(by_lines.clustering));
  EXPECT_NE(labels(by_cubics.clustering), labels(by_cubics.best.front().front()));
}

/// The clustering that `learn` reports, at time 0, and what it says of Proposition 25.
struct LearnedClustering {
  std::vector<Index> labels;
  Index cells = 0;
  HypothesisSummary promise;
};
LearnedClustering learned_clustering(const Matrix<double>& points, Index k, Index budget) {
  LearnOptions options;
  options.components = k;
  options.budget = budget;
  options.steps = 4;
  options.stop = 0.01;
  options.degree = 1;
  options.threads = 1;
  const Learned<double> learned = learn<double>(points, options);
  const Clustering<double> clustering = clustering_at(*learned.model.clustering, 0.0);
  LearnedClustering out{clustering.labels(learned.model.standardisation.apply(points)), clustering.cells(), {}};
  for (const HypothesisSummary& h : learned.summary.hypotheses)
    if (h.name.starts_with("proposition-25")) out.promise = h;
  return out;
}

/// At most `factor` times the best. Returns what is promised of it.
HypothesisSummary expect_learned_within(double factor, const std::string& family, Index points, Index budget) {
  const Mixture<double> truth = round_to<double>(instance(family));
  const Draws drawn = draw(truth, points, 1);
  const LearnedClustering learned = learned_clustering(drawn.points, truth.size(), budget);
  const double error = error_of(learned.labels, drawn.components, truth.size());
  const double best = error_of(best_labels(truth, drawn.points), drawn.components, truth.size());
  std::printf("%s through learn: %.5f, best %.5f, %s\n", family.c_str(), error, best, learned.promise.detail.c_str());
  EXPECT_EQ(learned.cells, truth.size()) << family;
  EXPECT_LE(error, factor * best + 3 * std::sqrt(best / static_cast<double>(points))) << family;
  return learned.promise;
}

TEST(BudgetedClustering, Sep2ThroughLearnIsWithinTwiceTheBest) { expect_learned_within(2, "sep2", 1200, 2); }

// proofs-notes/decisions/011-clustering-by-degree-one.md has the figures.
TEST(BudgetedClustering, DISABLED_EverySeparatedFamilyThroughLearn) {
  const HypothesisSummary promise = expect_learned_within(2, "sep1", 100000, 64);
  EXPECT_EQ(promise.verdict, Verdict::holds) << promise.detail;
  EXPECT_TRUE(promise.detail.ends_with("if the estimates were exact")) << promise.detail;
  for (const char* family : {"sep2", "pan1", "pan2", "tri1", "nest1", "nest2"})
    expect_learned_within(2, family, 100000, 64);
}

void expect_nothing_promised(const std::string& family, Index points, Index budget) {
  const Mixture<double> truth = round_to<double>(instance(family));
  const HypothesisSummary promise = learned_clustering(draw(truth, points, 1).points, truth.size(), budget).promise;
  EXPECT_NE(promise.verdict, Verdict::holds) << family << ": " << promise.detail;
  EXPECT_NE(promise.detail.find("the theory promises nothing"), std::string::npos) << family << ": " << promise.detail;
}

TEST(BudgetedClustering, OfOverlappingFamiliesItIsSaidThatNothingIsPromised) {
  for (const char* family : {"over1", "over2"}) expect_nothing_promised(family, 1000, 4);
}
TEST(BudgetedClustering, DISABLED_OfOverlappingFamiliesItIsSaidThatNothingIsPromisedWithManyPoints) {
  for (const char* family : {"over1", "over2", "over5", "diff1"}) expect_nothing_promised(family, 100000, 64);
}

// Every text, on structures made by hand: two components on the line at -+m/2.
TEST(BudgetedClustering, TheTextsOfWhatIsPromised) {
  const auto told = [](double m, const PartitionPair& pair, ThresholdPolicy policy = ThresholdPolicy::midpoint) {
    const CellStructure<double> structure{{(Matrix<double>(1, 2) << -m / 2, m / 2).finished(),
                                           {Matrix<double>::Identity(1, 1), 2 * Matrix<double>::Identity(1, 1)}},
                                          pair,
                                          policy,
                                          0.5};
    for (const HypothesisSummary& h : hypotheses_of(structure, structure, 0.1, 0.01, 10))
      if (h.name == "proposition-25 (repaired): an error of the clustering below epsilon is promised")
        return std::string(to_text(h.verdict)) + ": " + h.detail;
    return std::string("no such row");
  };
  const PartitionPair by_mean{{0, 1}, {0, 0}}, by_covariance{{0, 0}, {0, 1}};
  // exp(-12^2/36)/2 and exp(-4^2/36)/2.
  EXPECT_EQ(told(12, by_mean), "holds: at most 0.00916 if the estimates were exact");
  EXPECT_EQ(told(4, by_mean),
            "violated: the theory promises nothing below epsilon = 0.1 about this clustering: at most 0.321, even if "
            "the estimates were exact");
  const std::string nothing =
      "violated: the theory promises nothing about this clustering, even if the estimates were exact";
  EXPECT_EQ(told(0, by_mean), nothing);
  EXPECT_EQ(told(0, by_covariance), nothing);
  EXPECT_EQ(told(12, {{0, 1}, {0, 1}}, ThresholdPolicy::log_det), nothing);
  EXPECT_EQ(told(4, {{0, 0}, {0, 0}}),
            "not-applicable: a single cell was chosen: the theory promises nothing about telling the components apart");
}

}  // namespace
}  // namespace verimix
