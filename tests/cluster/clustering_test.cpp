#include "verimix/cluster/clustering.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "support/clustering_generators.hpp"
#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/mixture/draw.hpp"

namespace verimix {
namespace {

using support::clustering_cases;
using support::ClusteringCase;
using support::scattered_points;

Clustering<double> clustering_of(const ClusteringCase& c) { return {c.estimates, c.pair, c.options}; }

/// How near a point comes to any of the decisions, relative to the size of what is compared: rounding may turn those
/// below 1e-9.
bool is_decided(const Clustering<double>& clustering, const Vector<double>& x) {
  const Index k = clustering.components();
  std::vector<double> distances;
  for (Index i = 0; i < k; ++i) distances.push_back((x - clustering.means().col(i)).squaredNorm());
  const auto nearest = static_cast<Index>(std::min_element(distances.begin(), distances.end()) - distances.begin());
  const Vector<double> y = x - clustering.means().col(nearest);
  double margin = 1;
  for (Index i = 0; i < k; ++i) {
    for (Index j = 0; j < i; ++j) {
      const auto a = static_cast<std::size_t>(i);
      const auto b = static_cast<std::size_t>(j);
      margin = std::min(margin, std::abs(distances[a] - distances[b]) / (1 + distances[a]));
      const double form_i = y.dot(clustering.clipped()[a].inverse * y);
      const double form_j = y.dot(clustering.clipped()[b].inverse * y);
      for (const double t : {clustering.thresholds()(i, j), -clustering.thresholds()(j, i)}) {
        margin = std::min(margin, std::abs(form_i - form_j - t) / (1 + form_i + form_j + std::abs(t)));
      }
      const Vector<double> from_i = x - clustering.means().col(i);
      const Vector<double> from_j = x - clustering.means().col(j);
      const double cost_i =
          from_i.dot(clustering.clipped()[a].inverse * from_i) + clustering.clipped()[a].log_determinant;
      const double cost_j =
          from_j.dot(clustering.clipped()[b].inverse * from_j) + clustering.clipped()[b].log_determinant;
      margin = std::min(margin, std::abs(cost_i - cost_j) / (1 + std::abs(cost_i) + std::abs(cost_j)));
    }
  }
  return margin > 1e-9;
}

/// Equal labels on every decided point; equal components make every point undecided, and are left out of this
/// comparison.
void assert_same_labels(const Clustering<double>& clustering, const Matrix<double>& points, const std::vector<Index>& a,
                        const std::vector<Index>& b) {
  for (Index j = 0; j < points.cols(); ++j) {
    const auto at = static_cast<std::size_t>(j);
    if (is_decided(clustering, points.col(j))) RC_ASSERT(a[at] == b[at]);
  }
}

/// The definition, one point at a time, with the paper's projector on the span of the estimated means.
Index label_with_projector(const Clustering<double>& clustering, const Vector<double>& x) {
  const Matrix<double>& means = clustering.means();
  const Eigen::ColPivHouseholderQR<Matrix<double>> qr(means);
  const Matrix<double> q = Matrix<double>(qr.householderQ()).leftCols(qr.rank());
  const Vector<double> projected = q * (q.transpose() * x);
  Index nearest = 0;
  (means.colwise() - projected).colwise().squaredNorm().minCoeff(&nearest);
  const Vector<double> y = x - means.col(nearest);
  const PartitionPair& pair = clustering.partition();
  const Index a = pair.mean_group[static_cast<std::size_t>(nearest)];
  const auto k = static_cast<std::size_t>(clustering.components());
  std::vector<Index> passed;
  for (std::size_t i = 0; i < k; ++i) {
    bool passes = true;
    for (std::size_t j = 0; j < k; ++j) {
      if (pair.covariance_group[i] == pair.covariance_group[j]) continue;
      const double statistic = y.dot((clustering.clipped()[i].inverse - clustering.clipped()[j].inverse) * y);
      passes = passes && statistic < clustering.thresholds()(static_cast<Index>(i), static_cast<Index>(j));
    }
    if (passes) passed.push_back(pair.covariance_group[i]);
  }
  const auto cell_with = [&](const auto& belongs) -> Index {
    for (std::size_t t = 0; t < clustering.refinement().size(); ++t) {
      if (belongs(static_cast<std::size_t>(clustering.refinement()[t].front()))) return static_cast<Index>(t);
    }
    return -1;
  };
  if (!passed.empty()) {
    const Index b = *std::min_element(passed.begin(), passed.end());
    const Index cell =
        cell_with([&](std::size_t i) { return pair.mean_group[i] == a && pair.covariance_group[i] == b; });
    if (cell >= 0) return cell;
  }
  std::size_t likely = 0;
  double best = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < k; ++i) {
    const Vector<double> from = x - means.col(static_cast<Index>(i));
    const Eigen::LLT<Matrix<double>> factor(clustering.clipped()[i].covariance);
    const double log_likelihood =
        -0.5 * factor.matrixL().solve(from).squaredNorm() - factor.matrixLLT().diagonal().array().log().sum();
    if (log_likelihood > best) {
      best = log_likelihood;
      likely = i;
    }
  }
  return cell_with([&](std::size_t i) {
    return pair.mean_group[i] == pair.mean_group[likely] && pair.covariance_group[i] == pair.covariance_group[likely];
  });
}

RC_GTEST_PROP(Algorithm5, IsTheDefinitionAndTheProjectorChangesNothing, ()) {
  const ClusteringCase c = *clustering_cases(4, 4);
  const Clustering<double> clustering = clustering_of(c);
  const Matrix<double> points = scattered_points(c, 60);
  const std::vector<Index> labels = clustering.labels(points);
  for (Index j = 0; j < points.cols(); ++j) {
    const Index label = labels[static_cast<std::size_t>(j)];
    RC_ASSERT(label >= 0 && label < clustering.cells());
    if (is_decided(clustering, points.col(j))) RC_ASSERT(label == label_with_projector(clustering, points.col(j)));
  }
}

RC_GTEST_PROP(Algorithm5, ThreadsAndBatchesChangeNothing, ()) {
  const ClusteringCase c = *clustering_cases(3, 4);
  const Clustering<double> clustering = clustering_of(c);
  const Matrix<double> points = scattered_points(c, 1300);
  const ClusterAssignment one = clustering.assign(points, 1);
  const ClusterAssignment many = clustering.assign(points, 4);
  RC_ASSERT(one.labels == many.labels);
  RC_ASSERT(one.status == many.status);
  RC_ASSERT(one.mean_group == many.mean_group);
  RC_ASSERT(one.covariance_group == many.covariance_group);
}

// (Q, mu, x, alpha, beta, ups) -> (l Q, sqrt(l) mu, sqrt(l) x, l alpha, l beta, l ups); with (31) as printed this
// fails, since its eta is not homogeneous. l is a power of 4, so that everything scales without rounding.
RC_GTEST_PROP(Algorithm5, ScaleEquivariance, ()) {
  const ClusteringCase c = *clustering_cases(3, 4);
  const double root = *rc::gen::element(1.0 / 64, 0.5, 2.0, 128.0);
  const double l = root * root;
  ClusteringCase scaled = c;
  scaled.estimates.means *= root;
  for (Matrix<double>& q : scaled.estimates.covariances) q *= l;
  scaled.options.alpha *= l;
  scaled.options.beta *= l;
  scaled.options.upsilon *= l;
  const Clustering<double> here = clustering_of(c);
  const Matrix<double> points = scattered_points(c, 100);
  assert_same_labels(here, points, here.labels(points), clustering_of(scaled).labels(root * points));
}

RC_GTEST_PROP(Algorithm5, OrthogonalEquivariance, ()) {
  const ClusteringCase c = *clustering_cases(4, 4);
  Stream stream(c.seed, Purpose::instance, 7);
  const Matrix<double> u = support::orthogonal_matrix(c.truth.dimension(), stream);
  ClusteringCase turned = c;
  turned.estimates.means = u * c.estimates.means;
  for (Matrix<double>& q : turned.estimates.covariances) q = support::symmetric_part(u * q * u.transpose());
  const Clustering<double> here = clustering_of(c);
  const Matrix<double> points = scattered_points(c, 100);
  assert_same_labels(here, points, here.labels(points), clustering_of(turned).labels(u * points));
}

RC_GTEST_PROP(Algorithm5, TranslationEquivariance, ()) {
  const ClusteringCase c = *clustering_cases(3, 4);
  ClusteringCase moved = c;
  const Vector<double> shift = Vector<double>::Constant(c.truth.dimension(), 37);
  moved.estimates.means.colwise() += shift;
  const Clustering<double> here = clustering_of(c);
  const Matrix<double> points = scattered_points(c, 100);
  assert_same_labels(here, points, here.labels(points), clustering_of(moved).labels(points.colwise() + shift));
}

// Renaming components renames cells and nothing else, where no tie rule and no smallest label is needed: status ok.
RC_GTEST_PROP(Algorithm5, PermutationOfComponents, ()) {
  const ClusteringCase c = *clustering_cases(3, 4);
  const Index k = c.truth.size();
  ClusteringCase renamed = c;
  for (Index i = 0; i < k; ++i) {
    const auto from = static_cast<std::size_t>(k - 1 - i);
    const auto to = static_cast<std::size_t>(i);
    renamed.estimates.means.col(i) = c.estimates.means.col(k - 1 - i);
    renamed.estimates.covariances[to] = c.estimates.covariances[from];
    renamed.pair.mean_group[to] = c.pair.mean_group[from];
    renamed.pair.covariance_group[to] = c.pair.covariance_group[from];
  }
  const Clustering<double> here = clustering_of(c);
  const Clustering<double> there = clustering_of(renamed);
  const Matrix<double> points = scattered_points(c, 100);
  const ClusterAssignment a = here.assign(points);
  const ClusterAssignment b = there.assign(points);
  for (Index j = 0; j < points.cols(); ++j) {
    if (!is_decided(here, points.col(j))) continue;
    const auto at = static_cast<std::size_t>(j);
    RC_ASSERT(a.status[at] == b.status[at]);
    std::vector<Index> names;
    for (const Index i : there.refinement()[static_cast<std::size_t>(b.labels[at])]) names.push_back(k - 1 - i);
    std::sort(names.begin(), names.end());
    RC_ASSERT(names == here.refinement()[static_cast<std::size_t>(a.labels[at])]);
  }
}

RC_GTEST_PROP(Algorithm5, MidpointNeverAcceptsTwoGroupsOfTwo, ()) {
  ClusteringCase c = *clustering_cases(3, 2);
  c.options.policy = *rc::gen::element(ThresholdPolicy::midpoint, ThresholdPolicy::log_det);
  const Clustering<double> clustering = clustering_of(c);
  const Matrix<double>& t = clustering.thresholds();
  RC_ASSERT((t + t.transpose()).norm() == 0);
  for (const ClusterStatus status : clustering.assign(scattered_points(c, 100)).status)
    RC_ASSERT(status != ClusterStatus::multi);
}

TEST(Algorithm5, EveryStatusHappens) {
  // Two groups with thresholds that leave a gap (c' = 10) or overlap (c' = 0, gap far above): d = 1, variances 1 and 4.
  const ParameterEstimates<double> nested{(Matrix<double>(1, 2) << 0, 0).finished(),
                                          {Matrix<double>::Constant(1, 1, 1), Matrix<double>::Constant(1, 1, 4)}};
  const PartitionPair pair{{0, 0}, {0, 1}};
  ClusteringOptions<double> options{};
  options.alpha = 1;
  options.beta = 4;
  options.policy = ThresholdPolicy::printed;
  const Matrix<double> points = Eigen::RowVectorXd::LinSpaced(801, -4, 4);
  options.c_prime = 0;
  const auto counted = [&](const Clustering<double>& clustering, ClusterStatus status) {
    const ClusterAssignment a = clustering.assign(points);
    return std::count(a.status.begin(), a.status.end(), status);
  };
  EXPECT_GT(counted({nested, pair, options}, ClusterStatus::multi), 100);
  options.c_prime = 2;
  EXPECT_GT(counted({nested, pair, options}, ClusterStatus::none), 100);
  // S = {0},{1} and T = {0},{1} with two of the four intersections empty.
  ParameterEstimates<double> apart = nested;
  apart.means(0, 1) = 2;
  options.policy = ThresholdPolicy::midpoint;
  EXPECT_GT(counted({apart, {{0, 1}, {0, 1}}, options}, ClusterStatus::empty_intersection), 10);
  EXPECT_EQ(counted({nested, pair, options}, ClusterStatus::ok), 801);
}

TEST(Algorithm5, ByHandInOneDimension) {
  // Variances 1 and 4, midpoint: q_01 = (1 - 1/4) x^2 against t = (4 - 1/4)/2, so the border is x^2 = 2.5.
  const ParameterEstimates<double> nested{(Matrix<double>(1, 2) << 0, 0).finished(),
                                          {Matrix<double>::Constant(1, 1, 1), Matrix<double>::Constant(1, 1, 4)}};
  const Clustering<double> midpoint(nested, {{0, 0}, {0, 1}}, {.alpha = 1});
  EXPECT_DOUBLE_EQ(midpoint.thresholds()(0, 1), 1.875);
  EXPECT_EQ(midpoint.labels((Matrix<double>(1, 4) << 0, 1.58, 1.59, -5).finished()), (std::vector<Index>{0, 0, 1, 1}));
  // log_det: x^2 3/4 < log 4.
  const Clustering<double> ratio(nested, {{0, 0}, {0, 1}}, {.alpha = 1, .policy = ThresholdPolicy::log_det});
  EXPECT_DOUBLE_EQ(ratio.thresholds()(0, 1), std::log(4.0));
  // A tie of the means goes to the smaller index.
  ParameterEstimates<double> tie = nested;
  tie.means << -1, 1;
  tie.covariances[1] = tie.covariances[0];
  EXPECT_EQ(Clustering<double>(tie, {{0, 1}, {0, 0}}, {.alpha = 1}).labels(Matrix<double>::Zero(1, 1)),
            std::vector<Index>{0});
}

TEST(Algorithm5, TwoPrecisionsGiveTheSameLabels) {
  const Mixture<double> m = support::random_mixture(2, 3, 0.25, 2, 3, 21);
  const PartitionPair pair{{0, 1, 1}, {0, 1, 0}};
  Stream stream(1, Purpose::instance, 0);
  const Matrix<double> points = 3 * support::normal_matrix(2, 500, stream);
  const Clustering<double> coarse(parameters_of(m), pair, {.alpha = 0.25});
  ParameterEstimates<Real50> estimates{m.means.cast<Real50>(), {}};
  for (const Matrix<double>& q : m.covariances) estimates.covariances.push_back(q.cast<Real50>());
  const Clustering<Real50> fine(estimates, pair, {.alpha = Real50(0.25)});
  EXPECT_EQ(coarse.labels(points), fine.labels(points.cast<Real50>()));
}

TEST(Algorithm5, RefusesWhatDoesNotFit) {
  const ParameterEstimates<double> one{Matrix<double>::Zero(2, 1), {Matrix<double>::Identity(2, 2)}};
  EXPECT_THROW(Clustering<double>(one, {{0, 0}, {0, 0}}, {.alpha = 1}), InputError);
  EXPECT_THROW(Clustering<double>(one, {{0}, {0}}, {.alpha = 0}), InputError);
  const Clustering<double> fine(one, {{0}, {0}}, {.alpha = 1});
  EXPECT_THROW(fine.labels(Matrix<double>::Zero(3, 1)), InputError);
  EXPECT_TRUE(fine.labels(Matrix<double>(2, 0)).empty());
}

TEST(Algorithm5, TakesThresholdsOfOnesOwn) {
  const ClusteringCase c = [] {
    ClusteringCase out;
    out.truth = support::random_mixture(2, 3, 0.25, 2, 4, 5);
    out.estimates = {out.truth.means, out.truth.covariances};
    out.pair = {{0, 0, 1}, {0, 1, 0}};
    out.options.alpha = 0.25;
    out.seed = 5;
    return out;
  }();
  const Clustering<double> midpoint = clustering_of(c);
  const Clustering<double> same(c.estimates, c.pair, c.options, midpoint.thresholds());
  EXPECT_EQ(same.labels(scattered_points(c, 500)), midpoint.labels(scattered_points(c, 500)));
  // Entries of one group are not read.
  Matrix<double> table = midpoint.thresholds();
  table(0, 2) = table(1, 1) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NO_THROW(Clustering<double>(c.estimates, c.pair, c.options, table));
  table(0, 1) = std::numeric_limits<double>::infinity();
  EXPECT_THROW(Clustering<double>(c.estimates, c.pair, c.options, table), InputError);
  EXPECT_THROW(Clustering<double>(c.estimates, c.pair, c.options, Matrix<double>::Zero(3, 2)), InputError);
  EXPECT_THROW(Clustering<double>(c.estimates, c.pair, c.options, Matrix<double>::Zero(2, 2)), InputError);
  // No threshold that low is passed, and every one that high is.
  const Clustering<double> none(c.estimates, c.pair, c.options, Matrix<double>::Constant(3, 3, -1e300));
  const Clustering<double> all(c.estimates, c.pair, c.options, Matrix<double>::Constant(3, 3, 1e300));
  for (const ClusterStatus s : none.assign(scattered_points(c, 50)).status) EXPECT_EQ(s, ClusterStatus::none);
  for (const ClusterStatus s : all.assign(scattered_points(c, 50)).status) EXPECT_NE(s, ClusterStatus::none);
}

TEST(Algorithm5, RefusesNoComponents) {
  const ParameterEstimates<double> none{Matrix<double>(2, 0), {}};
  EXPECT_THROW(Clustering<double>(none, PartitionPair{}, {.alpha = 1}), InputError);
}

// Two nested Gaussians: thresholds from the sample do as well as midpoints of the truth, and are antisymmetric.
TEST(Algorithm5, QuantileThresholds) {
  Mixture<double> truth{"", Vector<double>::Constant(2, 0.5), Matrix<double>::Zero(2, 2), {}};
  truth.covariances = {0.05 * Matrix<double>::Identity(2, 2), 2 * Matrix<double>::Identity(2, 2)};
  const PartitionPair pair{{0, 0}, {0, 1}};
  const ClusteringOptions<double> options{.alpha = 0.05};
  const Matrix<double> sample = draw(truth, 4000, 3).points;
  const Matrix<double> table = quantile_thresholds(parameters_of(truth), pair, options, sample, 0.05);
  EXPECT_EQ(table(0, 1), -table(1, 0));
  const Clustering<double> by_sample(parameters_of(truth), pair, options, table);
  const Clustering<double> by_midpoint(parameters_of(truth), pair, options);
  const Draws fresh = draw(truth, 20000, 4);
  const auto errors = [&](const Clustering<double>& c) {
    const std::vector<Index> labels = c.labels(fresh.points);
    Index wrong = 0;
    for (std::size_t j = 0; j < labels.size(); ++j) wrong += labels[j] != fresh.components[j] ? 1 : 0;
    return static_cast<double>(wrong) / 20000;
  };
  EXPECT_LT(errors(by_sample), errors(by_midpoint));
  // Too few points of a component: the midpoint stays.
  EXPECT_EQ(quantile_thresholds(parameters_of(truth), pair, options, Matrix<double>(sample.leftCols(5)), 0.05),
            by_midpoint.thresholds());
  EXPECT_THROW(quantile_thresholds(parameters_of(truth), pair, options, sample, 0.0), InputError);
  EXPECT_THROW(quantile_thresholds(parameters_of(truth), pair, options, sample, 0.6), InputError);
  EXPECT_THROW(quantile_thresholds<double>(parameters_of(truth), pair, options, Matrix<double>::Zero(3, 9), 0.1),
               InputError);
}

}  // namespace
}  // namespace verimix
