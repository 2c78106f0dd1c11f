// Eigen's decompositions of dense matrices, compiled once for the real scalars (in core/decompositions.cpp).
//
// An eigen-solver in 50 and 100 digits costs its source ten seconds of compiling, so sources include this page instead
// of Eigen's own headers. It changes no result. What is compiled once takes a plain Matrix<T>: a decomposition of an
// expression (`a + b`) is compiled where it stands, so give it a name or write Matrix<T>(a + b).
// Not for Ball: pivoted and iterative algorithms have no meaning there (core/cholesky.hpp proves what is needed).
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/QR>

#include "verimix/core/linear_algebra.hpp"

namespace Eigen {

extern template class LLT<verimix::Matrix<double>>;
extern template class LLT<verimix::Matrix<verimix::Real50>>;
extern template class LLT<verimix::Matrix<verimix::Real100>>;
extern template LLT<verimix::Matrix<double>>& LLT<verimix::Matrix<double>>::compute(
    const EigenBase<verimix::Matrix<double>>&);
extern template LLT<verimix::Matrix<verimix::Real50>>& LLT<verimix::Matrix<verimix::Real50>>::compute(
    const EigenBase<verimix::Matrix<verimix::Real50>>&);
extern template LLT<verimix::Matrix<verimix::Real100>>& LLT<verimix::Matrix<verimix::Real100>>::compute(
    const EigenBase<verimix::Matrix<verimix::Real100>>&);

extern template class SelfAdjointEigenSolver<verimix::Matrix<double>>;
extern template class SelfAdjointEigenSolver<verimix::Matrix<verimix::Real50>>;
extern template class SelfAdjointEigenSolver<verimix::Matrix<verimix::Real100>>;
extern template SelfAdjointEigenSolver<verimix::Matrix<double>>&
SelfAdjointEigenSolver<verimix::Matrix<double>>::compute(const EigenBase<verimix::Matrix<double>>&, int);
extern template SelfAdjointEigenSolver<verimix::Matrix<verimix::Real50>>&
SelfAdjointEigenSolver<verimix::Matrix<verimix::Real50>>::compute(const EigenBase<verimix::Matrix<verimix::Real50>>&,
                                                                  int);
extern template SelfAdjointEigenSolver<verimix::Matrix<verimix::Real100>>&
SelfAdjointEigenSolver<verimix::Matrix<verimix::Real100>>::compute(const EigenBase<verimix::Matrix<verimix::Real100>>&,
                                                                   int);

extern template class PartialPivLU<verimix::Matrix<double>>;
extern template class PartialPivLU<verimix::Matrix<verimix::Real50>>;

extern template class HouseholderQR<verimix::Matrix<double>>;
extern template class HouseholderQR<verimix::Matrix<verimix::Real50>>;

}  // namespace Eigen
