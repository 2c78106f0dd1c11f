// The built-in mixtures.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "verimix/mixture/mixture.hpp"

namespace verimix {

/// A parameter of a family: its default as text (a number as in files), and the values that it may take.
struct FamilyParameter {
  std::string default_value;
  std::string domain;
};

/// A built-in family: its name, a line on what it is (the formula; variances throughout), and its parameters.
struct Family {
  std::string name;
  std::string summary;
  std::map<std::string, FamilyParameter> parameters;
};

/// Every built-in family, in the order of the documentation.
const std::vector<Family>& families();

/// The mixture `name` with `settings` in place of the defaults. Every parameter is an exact fraction, a dyadic one
/// where the formula is irrational (the nodes of `pancakes`, all of `random`), so that every scalar sees the same
/// mixture. The name of the mixture is `name(key=value,...)` with every parameter. Throws InputError for an unknown
/// family (field "family") or parameter and for a value outside the family's domain (field "--set key").
///
/// What the domains promise, exactly: every member passes `validate`; `degenerate` has covariances of rank r
/// (semidefinite for r < d); `random` has alpha Id <= Q_i <= beta Id, |mu_i| + |Q_i - Id|_F <= R and weights >=
/// 1/(4 k); `pancakes` matches the first 2k - 1 moments of N(0, 1) along e_1 up to the rounding of its nodes and
/// weights to multiples of 2^-60.
ExactMixture instance(const std::string& name, const std::map<std::string, std::string>& settings = {});

}  // namespace verimix
