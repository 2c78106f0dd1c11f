#include "verimix/distance/distance.hpp"

#include <pybind11/stl.h>

#include <cmath>

#include "bindings.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/rational.hpp"
#include "verimix/diffusion/score_enclosure.hpp"

namespace verimix::python {

double outward(const std::string& text, bool upper) {
  if (text == "inf") return INFINITY;
  if (text == "-inf") return -INFINITY;
  const Rational value = parse_rational(text);
  return upper ? rounded_up(value) : rounded_down(value);
}

namespace {

Distance distance_between(const PythonMixture& p, const PythonMixture& q, const std::string& metric,
                          const py::object& time, std::optional<int> digits, std::optional<Index> samples,
                          double confidence, std::uint64_t seed, unsigned threads) {
  const std::optional<Metric> parsed = parse_metric(metric);
  if (!parsed) throw InputError("", "metric", metric, "one of " + metric_names());
  DistanceRequest request;
  request.metrics = {*parsed};
  request.time = exact_number(time, "time");
  request.digits = digits;
  request.samples = samples;
  request.confidence = confidence;
  request.seed = seed;
  request.threads = threads;
  const py::gil_scoped_release released;
  if (request.time >= 0) {
    require_density(p.exact(), request.time);
    require_density(q.exact(), request.time);
  }
  return distances(p.exact(), q.exact(), request).front();
}

}  // namespace

void add_distance(py::module_& module) {
  using namespace py::literals;
  py::class_<Distance>(module, "Distance", "A distance between `lower` and `upper`, with the evidence for it.")
      .def_property_readonly("metric", [](const Distance& d) { return std::string(to_text(d.name)); })
      .def_property_readonly("lower", [](const Distance& d) { return outward(d.lower, false); })
      .def_property_readonly("upper", [](const Distance& d) { return outward(d.upper, true); })
      .def_readonly("lower_text", &Distance::lower)
      .def_readonly("upper_text", &Distance::upper)
      .def_property_readonly("evidence", [](const Distance& d) { return std::string(to_text(d.evidence)); })
      .def_readonly("confidence", &Distance::confidence)
      .def_readonly("method", &Distance::method)
      .def("__repr__", [](const Distance& d) {
        return "<verimix.Distance " + std::string(to_text(d.name)) + " in [" + d.lower + ", " + d.upper + "], " +
               std::string(to_text(d.evidence)) + ">";
      });
  module.def("distance", &distance_between, "p"_a, "q"_a, "metric"_a = "tv", py::kw_only(), "time"_a = py::int_(0),
             "digits"_a = py::none(), "samples"_a = py::none(), "confidence"_a = DistanceRequest{}.confidence,
             "seed"_a = DistanceRequest{}.seed, "threads"_a = 0);
}

}  // namespace verimix::python
