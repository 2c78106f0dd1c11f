// The ranks that a launcher (mpirun) started this process as one of.
#pragma once

#include <memory>

#include "verimix/core/ranks.hpp"

namespace verimix {

/// Starts MPI where a launcher set its environment; nothing for a process by itself, which never calls MPI. With
/// several ranks on one machine and no VERIMIX_THREADS in the environment, sets it to this rank's share of the
/// machine's cores. MPI ends with the object: every rank destroys it, or one calls end_all. In a build without MPI
/// (no_mpi.cpp), where a launcher started several processes: throws InputError in the first of them and ends the
/// others.
std::unique_ptr<Ranks> launched_ranks();

}  // namespace verimix
