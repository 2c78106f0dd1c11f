#include <pybind11/stl.h>

#include <memory>

#include "bindings.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/rational.hpp"
#include "verimix/diffusion/score_enclosure.hpp"
#include "verimix/validate/law_report.hpp"

namespace verimix::python {
namespace {

/// What the battery says about a sample.
struct SampleReport {
  SampleVerdict verdict;
  double alpha;
  Index count;
  std::vector<StatedPower> powers;

  LawReport law_report() const { return report_on_sample(verdict, alpha, powers); }
};

SampleReport check_sample(const PythonMixture& mixture, const py::object& x, const py::object& time, double alpha,
                          std::uint64_t seed, Index power_repetitions, unsigned threads) {
  const Points points(x, mixture.exact().dimension());
  const Rational at = exact_number(time, "time");
  if (at < 0) throw InputError("", "time", exact_text(time, "time"), "a time >= 0");
  const py::gil_scoped_release released;
  require_density(mixture.exact(), at);
  const SampleBattery battery(mixture.at(at), points.count(), {alpha, seed, threads});
  const Eigen::Map<const Matrix<double>> columns(points.data(), points.dimension(), points.count());
  SampleReport report{battery.check(columns), alpha, points.count(), {}};
  if (power_repetitions > 0) report.powers = stated_powers(battery, power_repetitions, seed);
  return report;
}

py::list powers_of(const SampleReport& report) {
  py::list result;
  for (const StatedPower& stated : report.powers)
    result.append(py::make_tuple(stated.alternative, stated.size, stated.power.share, stated.power.lower));
  return result;
}

}  // namespace

void add_sampler(py::module_& module) {
  using namespace py::literals;
  py::class_<SampleCheck>(module, "SampleCheck", "One test of a sample.")
      .def_readonly("kind", &SampleCheck::kind)
      .def_readonly("place", &SampleCheck::place)
      .def_readonly("observed", &SampleCheck::observed)
      .def_readonly("expected", &SampleCheck::expected)
      .def_readonly("p_value", &SampleCheck::p_value)
      .def_readonly("adjusted", &SampleCheck::adjusted)
      .def("__repr__", [](const SampleCheck& check) {
        return "<verimix.SampleCheck " + check.kind + ": " + check.place +
               ", adjusted p = " + py::str(py::float_(check.adjusted)).cast<std::string>() + ">";
      });
  py::class_<SampleReport>(module, "SampleReport", "All tests of a sample, the worst first.")
      .def_property_readonly("rejected", [](const SampleReport& r) { return r.verdict.rejected; })
      .def_property_readonly("p_value", [](const SampleReport& r) { return r.verdict.p_value; })
      .def_property_readonly("checks", [](const SampleReport& r) { return r.verdict.checks; })
      .def_readonly("alpha", &SampleReport::alpha)
      .def_readonly("count", &SampleReport::count)
      .def_property_readonly("powers", &powers_of)
      .def("text", [](const SampleReport& r) { return verdict_text(r.law_report()); })
      .def("to_dict", [](const SampleReport& r) {
        return py::module_::import("json").attr("loads")(to_json(r.law_report()).dump());
      });
  const SampleCheckRequest defaults;
  module.def("check_sample", &check_sample, "mixture"_a, "x"_a, py::kw_only(), "time"_a = py::int_(0),
             "alpha"_a = defaults.alpha, "seed"_a = defaults.seed, "power"_a = 0, "threads"_a = 0);
}

}  // namespace verimix::python
