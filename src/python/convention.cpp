#include "verimix/diffusion/convention.hpp"

#include <pybind11/stl.h>

#include "bindings.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/rational.hpp"

namespace verimix::python {

Process process_argument(const py::object& process) {
  if (py::isinstance<py::str>(process)) return parse_process(Json{{"kind", process.cast<std::string>()}});
  const py::module_ json = py::module_::import("json");
  const auto text = json.attr("dumps")(process, py::arg("default") = py::type::of(py::str()));
  return parse_process(parse_json(text.cast<std::string>()));
}

namespace {

py::dict noise_level_of(const py::object& process, const py::object& time) {
  const auto level = noise_level(process_argument(process), from_rational<double>(exact_number(time, "time")));
  py::dict result;
  result["signal"] = level.signal;
  result["noise_variance"] = level.noise_variance;
  result["signal_rate"] = level.signal_rate;
  result["noise_rate"] = level.noise_rate;
  return result;
}

/// The time and the scale of our process to 100 digits, as fractions, and the prediction's coefficients.
py::dict rescaling(const py::object& process, const py::object& time, const std::string& predicts) {
  const auto level = noise_level(process_argument(process), from_rational<Real100>(exact_number(time, "time")));
  const auto rescaled = rescaled_time(level);
  const auto coefficients = prediction_coefficients(level, parse_prediction(predicts));
  const py::object fraction = py::module_::import("fractions").attr("Fraction");
  py::dict result;
  result["time"] = fraction(to_text(to_rational(rescaled.time)));
  result["scale"] = fraction(to_text(to_rational(rescaled.scale)));
  result["of_point"] = static_cast<double>(coefficients.of_point);
  result["of_score"] = static_cast<double>(coefficients.of_score);
  return result;
}

Array convert(const Array& predicted, const Array& x, const py::object& process, const py::object& time,
              const std::string& from, const std::string& to) {
  if (x.ndim() != 2 || predicted.ndim() != 2) throw InputError("", "x", "another number of axes", "shape (n, d)");
  const auto level = noise_level(process_argument(process), from_rational<double>(exact_number(time, "time")));
  const auto columns = [](const Array& rows) {
    return Matrix<double>(Eigen::Map<const Matrix<double>>(rows.data(), rows.shape(1), rows.shape(0)));
  };
  return array_of(
      convert_prediction(level, columns(x), columns(predicted), parse_prediction(from), parse_prediction(to)));
}

}  // namespace

void add_convention(py::module_& module) {
  using namespace py::literals;
  module.def("noise_level", &noise_level_of, "process"_a, "time"_a);
  module.def("rescaling", &rescaling, "process"_a, "time"_a, "predicts"_a);
  module.def("convert", &convert, "predicted"_a, "x"_a, "process"_a, "time"_a, "source"_a, "target"_a);
}

}  // namespace verimix::python
