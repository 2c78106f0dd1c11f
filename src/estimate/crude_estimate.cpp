#include "verimix/estimate/crude_estimate.hpp"

#include <algorithm>
#include <string>

#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/estimate/moments.hpp"

namespace verimix {
namespace {

using boost::multiprecision::cpp_int;

template <RealScalar T>
CrudeScales<T> checked(const CrudeScales<T>& scales) {
  const auto require = [](bool ok, const char* field, const T& value, const char* expected) {
    if (!ok) throw InputError("", field, to_text(value), expected);
  };
  require(is_finite(scales.alpha) && scales.alpha > T(0), "alpha", scales.alpha, "a number > 0");
  require(is_finite(scales.beta) && scales.beta >= scales.alpha, "beta", scales.beta, "a number >= alpha");
  require(is_finite(scales.R) && scales.R > T(0), "R", scales.R, "a number > 0");
  require(scales.lambda_min > T(0) && scales.lambda_min <= T(1), "lambda_min", scales.lambda_min, "a number in (0, 1]");
  return scales;
}

template <RealScalar T>
const RowSlice<T>& of_same_dimension(const RowSlice<T>& sample, const RowSlice<T>& other) {
  if (sample.dimension() != other.dimension()) {
    throw InputError("", "covariance_sample", std::to_string(sample.dimension()) + " rows",
                     "the dimension of the sample for the means, " + std::to_string(other.dimension()));
  }
  return sample;
}

template <RealScalar T>
T covariance_net_radius(Index d, const CrudeScales<T>& scales) {
  return 3 * scales.beta * sqrt(T(d)) + 2 * scales.beta / scales.lambda_min;
}

template <RealScalar T>
T spectral_norm(const Matrix<T>& symmetric) {
  const Eigen::SelfAdjointEigenSolver<Matrix<T>> solver(symmetric, Eigen::EigenvaluesOnly);
  return solver.eigenvalues().cwiseAbs().maxCoeff();
}

/// vec(N (Q + mu mu^T) N).
template <RealScalar T>
Vector<T> signal_of(const Matrix<T>& n, const Vector<T>& mean, const Matrix<T>& covariance) {
  const Matrix<T> g = n * (covariance + mean * mean.transpose()) * n;
  return Eigen::Map<const Vector<T>>(g.data(), g.size());
}

template <RealScalar T>
struct Measured {
  Matrix<T> n;
  /// Operator norms of Mhat - M and of C11hat - C11, and max |N mu_i|^2.
  T eta_mean, eta_covariance, v;
};

template <RealScalar T>
Measured<T> measure(const CrudeList<T>& list, const RowSlice<T>& mean_sample, const RowSlice<T>& covariance_sample,
                    const Mixture<T>& truth) {
  const Index d = truth.dimension();
  Measured<T> out;
  out.n = Matrix<T>::Identity(d, d) - list.means().subspace.projector();
  out.eta_mean = spectral_norm<T>(second_moment(mean_sample) - second_moment(truth));
  out.eta_covariance = spectral_norm<T>(fourth_moment(covariance_sample, out.n) - fourth_moment<T>(truth, out.n));
  out.v = T((out.n * truth.means).colwise().squaredNorm().maxCoeff());
  return out;
}

template <RealScalar T>
std::vector<CrudeHypothesis<T>> hypotheses_of(const CrudeScales<T>& scales, const Measured<T>& measured,
                                              const Mixture<T>& truth) {
  T least = scales.alpha;
  T greatest = scales.alpha;
  for (const Matrix<T>& q : truth.covariances) {
    const Eigen::SelfAdjointEigenSolver<Matrix<T>> solver(q, Eigen::EigenvaluesOnly);
    least = std::min<T>(least, solver.eigenvalues()(0));
    greatest = std::max<T>(greatest, solver.eigenvalues()(q.rows() - 1));
  }
  return {{"|Mhat - M|_op <= beta/2", measured.eta_mean, scales.beta / T(2)},
          {"|C11hat - C11|_op <= beta^2/2", measured.eta_covariance, scales.beta * scales.beta / T(2)},
          {"|N mu_i|^2 <= 2 beta/lambda_min", measured.v, 2 * scales.beta / scales.lambda_min},
          {"|mu_i| <= R", sqrt(T(truth.means.colwise().squaredNorm().maxCoeff())), scales.R},
          {"alpha Id <= Q_i", scales.alpha, least},
          {"Q_i <= beta Id", greatest, scales.beta},
          {"lambda_min <= lambda_i", scales.lambda_min, truth.weights.minCoeff()}};
}

}  // namespace

template <RealScalar T>
CrudeList<T>::CrudeList(const RowSlice<T>& mean_sample, const RowSlice<T>& covariance_sample, Index k,
                        const CrudeScales<T>& scales)
    : k_(k),
      scales_(checked(scales)),
      means_(crude_means(mean_sample, k, scales.R, T(sqrt(scales.beta)))),
      covariances_(of_same_dimension(covariance_sample, mean_sample), k, CovarianceRoute::projected, means_.subspace,
                   covariance_net_radius(covariance_sample.dimension(), scales), scales.beta) {}

template <RealScalar T>
CrudeList<T>::CrudeList(const Matrix<T>& mean_sample, const Matrix<T>& covariance_sample, Index k,
                        const CrudeScales<T>& scales)
    : CrudeList(whole(mean_sample), whole(covariance_sample), k, scales) {}

template <RealScalar T>
cpp_int CrudeList<T>::size() const {
  return boost::multiprecision::pow(cpp_int(means_.net.size()) * covariances_.net().size(), static_cast<unsigned>(k_));
}

template <RealScalar T>
ParameterEstimates<T> CrudeList<T>::operator[](const cpp_int& index) const {
  require_invariant(index >= 0 && index < size(), "a guess is asked for by a number below the size");
  const Index d = means_.net.dimension();
  ParameterEstimates<T> out{Matrix<T>(d, k_), {}};
  cpp_int rest = index;
  for (Index i = 0; i < k_; ++i) {
    const auto mean = static_cast<std::uint64_t>(cpp_int(rest % means_.net.size()));
    rest /= means_.net.size();
    const auto covariance = static_cast<std::uint64_t>(cpp_int(rest % covariances_.net().size()));
    rest /= covariances_.net().size();
    out.means.col(i) = means_.net[mean];
    out.covariances.push_back(covariances_.covariance(covariance, out.means.col(i), scales_.alpha, scales_.beta));
  }
  return out;
}

template <RealScalar T>
typename CrudeList<T>::Walk CrudeList<T>::exhaustive(std::uint64_t limit) const {
  const cpp_int count = size();
  if (count > limit) {
    throw UndecidedError("the complete list has " + count.str() + " guesses and at most " + std::to_string(limit) +
                         " were allowed; raise the limit, or take the mode budgeted");
  }
  return {this, static_cast<std::uint64_t>(count)};
}

template <RealScalar T>
bool CrudeAnalysis<T>::all_hypotheses_hold() const {
  return std::all_of(hypotheses.begin(), hypotheses.end(), [](const auto& h) { return h.holds(); });
}

template <RealScalar T>
CrudeAnalysis<T> analyse(const CrudeList<T>& list, const Matrix<T>& mean_sample, const Matrix<T>& covariance_sample,
                         const Mixture<T>& truth) {
  return analyse(list, whole(mean_sample), whole(covariance_sample), truth);
}

template <RealScalar T>
CrudeAnalysis<T> analyse(const CrudeList<T>& list, const RowSlice<T>& mean_sample, const RowSlice<T>& covariance_sample,
                         const Mixture<T>& truth) {
  if (truth.size() != list.components() || truth.dimension() != mean_sample.dimension() ||
      truth.weights.minCoeff() <= T(0)) {
    throw InputError("", "truth", std::to_string(truth.size()) + " components",
                     "components of positive weight, as many as the list has, in its dimension");
  }
  const CrudeScales<T>& scales = list.scales();
  const Measured<T> measured = measure(list, mean_sample, covariance_sample, truth);
  const BallNet<T>& mean_net = list.means().net;
  const BallNet<T>& covariance_net = list.covariances().net();
  CrudeAnalysis<T> out;
  out.hypotheses = hypotheses_of(scales, measured, truth);
  cpp_int place = 1;
  for (Index i = 0; i < truth.size(); ++i) {
    const Vector<T> mean = truth.means.col(i);
    const Matrix<T>& covariance = truth.covariances[static_cast<std::size_t>(i)];
    const T lambda = truth.weights(i);
    CrudeChoice<T> choice;
    choice.mean_index = mean_net.nearest(mean);
    choice.covariance_index = covariance_net.nearest(signal_of(measured.n, mean, covariance));
    out.index += place * (choice.mean_index + cpp_int(mean_net.size()) * choice.covariance_index);
    place *= cpp_int(mean_net.size()) * covariance_net.size();
    choice.mean_error_upper =
        sqrt(crude_mean_error_squared_upper(scales.alpha, scales.beta, measured.eta_mean, lambda, T(mean_net.mesh())));
    const T signal_error =
        sqrt(signal_error_squared_upper(scales.alpha, scales.beta, measured.v, measured.eta_covariance, lambda));
    choice.covariance_error_upper =
        projected_covariance_error_upper(signal_error, T(covariance_net.mesh()), measured.v, scales.alpha, scales.beta,
                                         list.means().subspace.basis.cols());
    out.choices.push_back(choice);
  }
  out.estimates = list[out.index];
  for (Index i = 0; i < truth.size(); ++i) {
    CrudeChoice<T>& choice = out.choices[static_cast<std::size_t>(i)];
    choice.mean_error = (out.estimates.means.col(i) - truth.means.col(i)).norm();
    choice.covariance_error =
        (out.estimates.covariances[static_cast<std::size_t>(i)] - truth.covariances[static_cast<std::size_t>(i)])
            .norm();
  }
  return out;
}

template <Scalar T>
T crude_mean_promise(const CrudeScales<T>& scales) {
  return T(583) / T(100) * scales.beta / scales.lambda_min;
}

template <Scalar T>
T crude_covariance_promise(const CrudeScales<T>& scales) {
  return T(64) / T(10) * scales.beta / scales.lambda_min;
}

template <Scalar T>
T crude_covariance_printed(Index k, const T& alpha, const T& beta, const T& log_R, const T& lambda_min) {
  const T components(static_cast<int>(k));
  return components * sqrt(components) * beta / lambda_min + components * components * alpha * log_R;
}

template <Scalar T>
T log_list_size_printed(Index d, Index k, const T& beta, const T& log_R) {
  const T components(static_cast<int>(k));
  return components * components * (log_R - log(beta) / T(2)) + components * log(T(static_cast<int>(d)));
}

template class CrudeList<double>;
template class CrudeList<Real50>;
template struct CrudeAnalysis<double>;
template struct CrudeAnalysis<Real50>;
template CrudeAnalysis<double> analyse(const CrudeList<double>&, const RowSlice<double>&, const RowSlice<double>&,
                                       const Mixture<double>&);
template CrudeAnalysis<Real50> analyse(const CrudeList<Real50>&, const RowSlice<Real50>&, const RowSlice<Real50>&,
                                       const Mixture<Real50>&);
template CrudeAnalysis<double> analyse(const CrudeList<double>&, const Matrix<double>&, const Matrix<double>&,
                                       const Mixture<double>&);
template CrudeAnalysis<Real50> analyse(const CrudeList<Real50>&, const Matrix<Real50>&, const Matrix<Real50>&,
                                       const Mixture<Real50>&);
template double crude_mean_promise(const CrudeScales<double>&);
template Real50 crude_mean_promise(const CrudeScales<Real50>&);
template Ball crude_mean_promise(const CrudeScales<Ball>&);
template Ball crude_covariance_promise(const CrudeScales<Ball>&);
template double crude_covariance_promise(const CrudeScales<double>&);
template Real50 crude_covariance_promise(const CrudeScales<Real50>&);
template double crude_covariance_printed(Index, const double&, const double&, const double&, const double&);
template Ball crude_covariance_printed(Index, const Ball&, const Ball&, const Ball&, const Ball&);
template double log_list_size_printed(Index, Index, const double&, const double&);
template Ball log_list_size_printed(Index, Index, const Ball&, const Ball&);

}  // namespace verimix
