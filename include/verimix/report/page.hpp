// The report: one self-contained page of HTML.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "verimix/mixture/mixture.hpp"
#include "verimix/report/result_document.hpp"

namespace verimix {

/// Where and when a page was made, by whom and how: shown at its end. Facts are shown in their order.
struct Provenance {
  std::vector<std::pair<std::string, std::string>> facts;
  std::string command;
};

/// Was the program built with the page's script? Without it, pictures are static SVG.
bool has_page_script();

/// The page, deterministic in its arguments. It asks for nothing from anywhere (and forbids it by its
/// Content-Security-Policy), shows text of the documents as text, and says what it left out. Sections stand in the
/// order board, findings, mixtures, learned models, experiments, learning, samples, distances, scores, judged
/// implementations, power, benchmarks, provenance, each only where a document calls for it. With `truth` each model is
/// drawn beside its score. Samples of one dimension are drawn over each other; at most 1e5 points a page are drawn.
/// Throws InputError that names the document whose content cannot be drawn, among them a model of another dimension
/// than `truth`. Domain: at least one document.
std::string report_page(const std::vector<ResultDocument>& documents, const std::optional<ExactMixture>& truth,
                        const Provenance& provenance);

}  // namespace verimix
