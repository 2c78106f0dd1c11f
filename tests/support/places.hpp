// Where the tests find what is not compiled into them. One source knows the paths, so that the others compile to the
// same object in every checkout and a compiler cache serves them all.
#pragma once

#include <filesystem>

namespace verimix::support {

/// tests/data of the source tree.
std::filesystem::path test_data();

/// tests/support/peers of the source tree: small programs that answer over the pipe.
std::filesystem::path peers();

/// The top of the source tree.
std::filesystem::path source_root();

/// The program `verimix` of this build.
std::filesystem::path program();

/// What starts several ranks of it; empty where it was built without MPI.
std::filesystem::path mpirun();

}  // namespace verimix::support
