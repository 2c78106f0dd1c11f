#include <pybind11/stl.h>

#include "bindings.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/diffusion/score_enclosure.hpp"

namespace verimix::python {
namespace {

/// An array of balls: floats rounded outward, and the decimals to full precision where they are asked for.
struct Enclosure {
  std::vector<Ball> balls;
  std::vector<py::ssize_t> shape;
  long bits;

  Array floats(bool upper) const {
    Array result(shape);
    double* out = result.mutable_data();
    for (const Ball& ball : balls) {
      arf_t end;
      arf_init(end);
      if (upper) {
        arb_get_ubound_arf(end, ball.data(), 64);
      } else {
        arb_get_lbound_arf(end, ball.data(), 64);
      }
      *out++ = arf_get_d(end, upper ? ARF_RND_CEIL : ARF_RND_FLOOR);
      arf_clear(end);
    }
    return result;
  }

  /// An array of the same shape of pairs (lower, upper) of decimals.
  py::object text() const {
    const BallPrecision precision(bits);
    const py::module_ numpy = py::module_::import("numpy");
    const py::object result = numpy.attr("empty")(balls.size(), py::arg("dtype") = "object");
    for (std::size_t i = 0; i < balls.size(); ++i) result[py::int_(i)] = py::cast(enclosure_text(balls[i]));
    return result.attr("reshape")(shape);
  }
};

/// The balls of a matrix point by point: shape (n, rows).
Enclosure by_point(const Matrix<Ball>& columns, long bits) {
  return {{columns.data(), columns.data() + columns.size()}, {columns.cols(), columns.rows()}, bits};
}

py::dict enclose(const PythonMixture& mixture, const py::object& x, const py::object& time, int digits, bool jacobian,
                 unsigned threads) {
  const Matrix<Rational> points = exact_points(x, mixture.exact().dimension());
  const Rational at = exact_number(time, "time");
  EnclosedEvaluation enclosed;
  {
    const py::gil_scoped_release released;
    enclosed =
        enclose_evaluation(mixture.exact(), at, points, {.digits = digits, .jacobian = jacobian, .threads = threads});
  }
  const Evaluation<Ball>& found = enclosed.evaluation;
  const long bits = enclosed.bits;
  py::dict result;
  result["log_density"] =
      Enclosure{{found.log_density.data(), found.log_density.data() + points.cols()}, {points.cols()}, bits};
  result["score"] = by_point(found.score, bits);
  result["responsibilities"] = by_point(found.responsibilities, bits);
  if (jacobian) {
    Enclosure all{{}, {points.cols(), points.rows(), points.rows()}, bits};
    for (const Matrix<Ball>& one : found.jacobian)
      all.balls.insert(all.balls.end(), one.data(), one.data() + one.size());
    result["jacobian"] = std::move(all);
  }
  return result;
}

}  // namespace

void add_enclosure(py::module_& module, py::class_<PythonMixture>& mixture) {
  using namespace py::literals;
  py::class_<Enclosure>(module, "Enclosure", "Numbers that are proved to lie between `lower` and `upper`.")
      .def_property_readonly("lower", [](const Enclosure& e) { return e.floats(false); })
      .def_property_readonly("upper", [](const Enclosure& e) { return e.floats(true); })
      .def_property_readonly("text", &Enclosure::text);
  mixture.def("enclose", &enclose, "x"_a, "time"_a = py::int_(0), "digits"_a = 30, "jacobian"_a = false,
              "threads"_a = 0);
}

}  // namespace verimix::python
