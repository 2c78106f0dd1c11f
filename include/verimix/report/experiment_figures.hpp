// Pictures of what the other verbs wrote: experiments, learning, distances, samples, benchmarks. A number keeps the
// evidence of its document, and its label the enclosure as it was written.
#pragma once

#include <string>
#include <vector>

#include "verimix/core/json.hpp"
#include "verimix/report/figure.hpp"
#include "verimix/report/result_document.hpp"

namespace verimix {

/// By the experiment's name: `degree` (least degree against R, a figure a family), `discretisation` and `output-law`
/// (the terms of the KL bound stacked, beside the measured KL), anything else: a curve for each numeric column over the
/// first, a figure for each value of a first column of texts. A column NAME with NAME_lower and NAME_upper has bars.
std::vector<Figure> experiment_figures(const Json& document, const std::string& id);

/// Validation loss and score error over the noise levels, degrees and cells over the noise levels.
std::vector<Figure> learn_figures(const Json& document, const std::string& id);

/// The metrics of a verimix.distance/1 as intervals.
std::vector<Figure> distance_figures(const Json& document, const std::string& id);

/// The scores of a verimix.score/1 on the line, with their enclosures; nothing in other dimensions.
std::vector<Figure> score_figures(const Json& document, const std::string& id);

/// Samples of one dimension over each other: histograms on the line (48 bins of equal width, the first sample filled),
/// else clouds of the first two coordinates. `most` points of each sample at most, evenly thinned.
std::vector<Figure> sample_figures(const std::vector<const ResultDocument*>& samples, Index most,
                                   const std::string& id);

/// The times of Google Benchmark's JSON: real time of each benchmark, at most 60, aggregates other than the mean left
/// out.
std::vector<Figure> benchmark_figures(const Json& document, const std::string& id);

}  // namespace verimix
