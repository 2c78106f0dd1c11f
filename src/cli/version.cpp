#include <fmt/format.h>
#include <mpfr.h>

#include <Eigen/Core>
#include <boost/version.hpp>
#if __has_include(<flint/arb.h>)
#include <flint/flint.h>
#else
#include <arb.h>
#include <flint/flint.h>
#endif

#include "build_identity.hpp"
#include "verbs.hpp"

namespace verimix {
namespace {

std::string arb_text() {
#if __has_include(<flint/arb.h>)
  return "inside FLINT";
#else
  return arb_version;
#endif
}

}  // namespace

std::string version_text() {
#if defined(__clang__)
  const std::string compiler = "clang " __clang_version__;
#else
  const std::string compiler = "g++ " __VERSION__;
#endif
  return fmt::format("verimix {}\ngit {}\ncompiler {}\nEigen {}.{}.{}\nBoost {}.{}.{}\nMPFR {}\nFLINT {}\nArb {}",
                     build_identity::version, build_identity::git_hash, compiler, EIGEN_WORLD_VERSION,
                     EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION, BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000,
                     BOOST_VERSION % 100, mpfr_get_version(), flint_version, arb_text());
}

}  // namespace verimix
