#include "verimix/core/decompositions.hpp"

namespace Eigen {

template class LLT<verimix::Matrix<double>>;
template class LLT<verimix::Matrix<verimix::Real50>>;
template class LLT<verimix::Matrix<verimix::Real100>>;
template LLT<verimix::Matrix<double>>& LLT<verimix::Matrix<double>>::compute(const EigenBase<verimix::Matrix<double>>&);
template LLT<verimix::Matrix<verimix::Real50>>& LLT<verimix::Matrix<verimix::Real50>>::compute(
    const EigenBase<verimix::Matrix<verimix::Real50>>&);
template LLT<verimix::Matrix<verimix::Real100>>& LLT<verimix::Matrix<verimix::Real100>>::compute(
    const EigenBase<verimix::Matrix<verimix::Real100>>&);

template class SelfAdjointEigenSolver<verimix::Matrix<double>>;
template class SelfAdjointEigenSolver<verimix::Matrix<verimix::Real50>>;
template class SelfAdjointEigenSolver<verimix::Matrix<verimix::Real100>>;
template SelfAdjointEigenSolver<verimix::Matrix<double>>& SelfAdjointEigenSolver<verimix::Matrix<double>>::compute(
    const EigenBase<verimix::Matrix<double>>&, int);
template SelfAdjointEigenSolver<verimix::Matrix<verimix::Real50>>&
SelfAdjointEigenSolver<verimix::Matrix<verimix::Real50>>::compute(const EigenBase<verimix::Matrix<verimix::Real50>>&,
                                                                  int);
template SelfAdjointEigenSolver<verimix::Matrix<verimix::Real100>>&
SelfAdjointEigenSolver<verimix::Matrix<verimix::Real100>>::compute(const EigenBase<verimix::Matrix<verimix::Real100>>&,
                                                                   int);

template class PartialPivLU<verimix::Matrix<double>>;
template class PartialPivLU<verimix::Matrix<verimix::Real50>>;

template class HouseholderQR<verimix::Matrix<double>>;
template class HouseholderQR<verimix::Matrix<verimix::Real50>>;

}  // namespace Eigen
