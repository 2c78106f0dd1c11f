// The pinned smoke tier, and questions made by hand.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "support/places.hpp"
#include "verimix/validate/vector_corpus.hpp"

namespace verimix::support {

/// The cases of tests/data/vectors, read once.
inline const std::vector<VectorCase>& pinned_cases() {
  static const VectorCorpus corpus = read_corpus(support::test_data() / "vectors");
  return corpus.cases;
}

inline const VectorCase& pinned_case(const std::string& id) {
  const auto found = std::ranges::find_if(pinned_cases(), [&](const VectorCase& c) { return c.question.id == id; });
  if (found == pinned_cases().end()) throw std::runtime_error("no case " + id);
  return *found;
}

/// The first `count` pinned cases in at most `largest` dimensions.
inline std::vector<VectorCase> small_cases(std::size_t count, Index largest = 3) {
  std::vector<VectorCase> cases;
  for (const VectorCase& c : pinned_cases())
    if (c.question.mixture->dimension() <= largest && cases.size() < count) cases.push_back(c);
  return cases;
}

/// One question about the mixture at time t.
inline VectorQuestion question_about(const ExactMixture& mixture, const Matrix<Rational>& points, const Rational& time,
                                     Operation operation) {
  VectorQuestion question;
  question.id = "by-hand-001";
  question.group = "by-hand";
  question.flags = {"PLAIN"};
  question.operation = operation;
  question.mixture = std::make_shared<const ExactMixture>(mixture);
  question.time = time;
  question.points = points;
  return question;
}

}  // namespace verimix::support
