// All crude guesses at the parameters: [CKS25] Lemma 13 as repaired and Algorithm 4, the complete list, counted before
// it is made, walked where it is short, and read at one place where the truth is known.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include "verimix/estimate/crude_covariances.hpp"
#include "verimix/estimate/crude_means.hpp"
#include "verimix/estimate/estimates.hpp"

namespace verimix {

/// What the algorithm is told of the mixture: alpha Id <= Q_i <= beta Id, |mu_i| <= R, and the smallest weight.
template <Scalar T>
struct CrudeScales {
  T alpha, beta, R, lambda_min;
};

/// All k-tuples from W_mu x W_Q. W_mu: net of radius R and mesh sqrt(beta) in the top-k eigenspace of the first
/// sample's second moment. W_Q: net of radius 3 beta sqrt(d) + v, v = 2 beta/lambda_min, and mesh beta in the top
/// eigenspace of the second sample's fourth moment, projected route. (The paper's list is made of pairs; k of them make
/// a guess.)
template <RealScalar T>
class CrudeList {
 public:
  /// The samples as in crude_means, both held by the same ranks; they may be the same one, but the statement wants them
  /// independent. Throws InputError for k < 1, an empty sample, different dimensions, scales that are not 0 < alpha <=
  /// beta, R > 0, 0 < lambda_min <= 1, or as BallNet does (more than 2^64 points of one net). Collective.
  CrudeList(const RowSlice<T>& mean_sample, const RowSlice<T>& covariance_sample, Index k,
            const CrudeScales<T>& scales);
  CrudeList(const Matrix<T>& mean_sample, const Matrix<T>& covariance_sample, Index k, const CrudeScales<T>& scales);

  Index components() const { return k_; }
  const CrudeScales<T>& scales() const { return scales_; }
  const CrudeMeans<T>& means() const { return means_; }
  const CrudeCovariances<T>& covariances() const { return covariances_; }

  /// (|W_mu| |W_Q|)^k, exactly.
  boost::multiprecision::cpp_int size() const;
  /// Guess number `index`: its digits in base |W_mu| |W_Q| number the pairs, the first component's the least. Domain: 0
  /// <= index < size().
  ParameterEstimates<T> operator[](const boost::multiprecision::cpp_int& index) const;

  /// A walk through the first `count` guesses, each made when it is looked at.
  class Walk {
   public:
    class Iterator {
     public:
      using iterator_category = std::input_iterator_tag;
      using value_type = ParameterEstimates<T>;
      using difference_type = std::ptrdiff_t;
      using pointer = const value_type*;
      using reference = value_type;

      Iterator(const CrudeList* list, std::uint64_t index) : list_(list), index_(index) {}
      value_type operator*() const { return (*list_)[index_]; }
      Iterator& operator++() {
        ++index_;
        return *this;
      }
      Iterator operator++(int) {
        Iterator before = *this;
        ++index_;
        return before;
      }
      friend bool operator==(const Iterator& a, const Iterator& b) { return a.index_ == b.index_; }

     private:
      const CrudeList* list_;
      std::uint64_t index_;
    };

    Walk(const CrudeList* list, std::uint64_t count) : list_(list), count_(count) {}
    std::uint64_t size() const { return count_; }
    Iterator begin() const { return {list_, 0}; }
    Iterator end() const { return {list_, count_}; }

   private:
    const CrudeList* list_;
    std::uint64_t count_;
  };

  /// The mode `exhaustive`: all of them. Throws UndecidedError that says the exact number if there are more than
  /// `limit`. The list must outlive the walk.
  Walk exhaustive(std::uint64_t limit = 1'000'000) const;

 private:
  Index k_;
  CrudeScales<T> scales_;
  CrudeMeans<T> means_;
  CrudeCovariances<T> covariances_;
};

/// A hypothesis of Lemma 13 as measured against the truth: `measured` <= `allowed` is wanted.
template <RealScalar T>
struct CrudeHypothesis {
  std::string name;
  T measured, allowed;
  bool holds() const { return measured <= allowed; }
};

/// What the mode `analysis` finds for one component: the errors of the net points nearest to what the statement
/// promises to be near, and the bounds with the perturbations that were measured. They hold whenever the scales fit the
/// truth and |N mu_i|^2 <= 2 beta/lambda_min; that the perturbations are small is wanted for the closed promises only.
template <RealScalar T>
struct CrudeChoice {
  std::uint64_t mean_index, covariance_index;
  T mean_error, mean_error_upper;
  T covariance_error, covariance_error_upper;
};

/// The mode `analysis`: the true parameters say which guess of the list the statement means.
template <RealScalar T>
struct CrudeAnalysis {
  /// By component of the truth, in its order.
  std::vector<CrudeChoice<T>> choices;
  ParameterEstimates<T> estimates;
  /// Its number in the list: list[index] is `estimates`.
  boost::multiprecision::cpp_int index;
  /// |Mhat - M|_op <= beta/2, |C11hat - C11|_op <= beta^2/2, |N mu_i|^2 <= 2 beta/lambda_min, and that the scales fit.
  std::vector<CrudeHypothesis<T>> hypotheses;
  bool all_hypotheses_hold() const;
};

/// `covariance_sample` is the one that the list was made from. Domain: the truth has the list's dimension and number of
/// components, all of positive weight; InputError (field "truth") otherwise. Collective; every rank gets the same bits.
template <RealScalar T>
CrudeAnalysis<T> analyse(const CrudeList<T>& list, const RowSlice<T>& mean_sample, const RowSlice<T>& covariance_sample,
                         const Mixture<T>& truth);
template <RealScalar T>
CrudeAnalysis<T> analyse(const CrudeList<T>& list, const Matrix<T>& mean_sample, const Matrix<T>& covariance_sample,
                         const Mixture<T>& truth);

/// Lemma 13, repaired, under its hypotheses: |mu_i - muhat|^2 <= 5.83 beta/lambda_min.
template <Scalar T>
T crude_mean_promise(const CrudeScales<T>& scales);
/// ... and |Q_i - Qhat|_F <= 6.4 beta/lambda_min.
template <Scalar T>
T crude_covariance_promise(const CrudeScales<T>& scales);

/// Lemma 13 (and Lemma 9) as printed, hidden constants 1: k^{3/2} beta/lambda_min + k^2 alpha log R, and the logarithm
/// of the length (R/sqrt(beta))^{k^2} d^k with hidden exponents 1. Both can be <= 0, which no error and no list with a
/// member can be.
template <Scalar T>
T crude_covariance_printed(Index k, const T& alpha, const T& beta, const T& log_R, const T& lambda_min);
template <Scalar T>
T log_list_size_printed(Index d, Index k, const T& beta, const T& log_R);

extern template class CrudeList<double>;
extern template class CrudeList<Real50>;
extern template struct CrudeAnalysis<double>;
extern template struct CrudeAnalysis<Real50>;
extern template CrudeAnalysis<double> analyse(const CrudeList<double>&, const RowSlice<double>&,
                                              const RowSlice<double>&, const Mixture<double>&);
extern template CrudeAnalysis<Real50> analyse(const CrudeList<Real50>&, const RowSlice<Real50>&,
                                              const RowSlice<Real50>&, const Mixture<Real50>&);
extern template CrudeAnalysis<double> analyse(const CrudeList<double>&, const Matrix<double>&, const Matrix<double>&,
                                              const Mixture<double>&);
extern template CrudeAnalysis<Real50> analyse(const CrudeList<Real50>&, const Matrix<Real50>&, const Matrix<Real50>&,
                                              const Mixture<Real50>&);
extern template double crude_mean_promise(const CrudeScales<double>&);
extern template Real50 crude_mean_promise(const CrudeScales<Real50>&);
extern template Ball crude_mean_promise(const CrudeScales<Ball>&);
extern template Ball crude_covariance_promise(const CrudeScales<Ball>&);
extern template double crude_covariance_promise(const CrudeScales<double>&);
extern template Real50 crude_covariance_promise(const CrudeScales<Real50>&);
extern template double crude_covariance_printed(Index, const double&, const double&, const double&, const double&);
extern template Ball crude_covariance_printed(Index, const Ball&, const Ball&, const Ball&, const Ball&);
extern template double log_list_size_printed(Index, Index, const double&, const double&);
extern template Ball log_list_size_printed(Index, Index, const Ball&, const Ball&);

}  // namespace verimix
