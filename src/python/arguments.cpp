#include "arguments.hpp"

#include <cmath>
#include <limits>

#include "verimix/core/error.hpp"
#include "verimix/core/rational.hpp"

namespace verimix::python {
namespace {

std::string shape_text(const py::array& array) { return py::str(array.attr("shape")).cast<std::string>(); }

/// NumPy's letter for the kind of number.
char kind_of(const py::array& array) { return array.dtype().kind(); }

[[noreturn]] void refuse_shape(const py::array& array, Index dimension) {
  throw InputError("", "x", "an array of shape " + shape_text(array),
                   "shape (n, " + std::to_string(dimension) + ") or (" + std::to_string(dimension) + ",)");
}

}  // namespace

std::string exact_text(const py::handle& value, const std::string& field) {
  if (py::isinstance<py::str>(value)) return value.cast<std::string>();
  if (py::isinstance<py::float_>(value)) {
    if (!std::isfinite(value.cast<double>())) throw InputError("", field, py::str(value), "a finite number");
    return value.attr("hex")().cast<std::string>();
  }
  const py::module_ numbers = py::module_::import("numbers");
  if (py::isinstance(value, numbers.attr("Rational"))) {
    return py::str(value.attr("numerator")).cast<std::string>() + "/" +
           py::str(value.attr("denominator")).cast<std::string>();
  }
  if (py::isinstance(value, numbers.attr("Real")))
    return exact_text(py::float_(py::reinterpret_borrow<py::object>(value)), field);
  throw InputError("", field, py::str(value), "an int, a float, a Fraction or a string");
}

Rational exact_number(const py::handle& value, const std::string& field) {
  const std::string text = exact_text(value, field);
  try {
    return parse_rational(text);
  } catch (const InputError& error) {
    throw InputError("", field, text, error.expected());
  }
}

Points::Points(const py::object& x, Index dimension) {
  const auto given = py::array::ensure(x);
  if (!given) throw py::type_error("x: expected an array of real numbers");
  const char kind = kind_of(given);
  if (kind != 'f' && kind != 'i' && kind != 'u') {
    throw py::type_error("x: expected an array of real numbers, not of dtype " +
                         py::str(static_cast<py::object>(given.dtype())).cast<std::string>());
  }
  array_ = Array::ensure(given);
  if (!array_) throw py::error_already_set();
  single_ = array_.ndim() == 1;
  if (array_.ndim() < 1 || array_.ndim() > 2 || array_.shape(array_.ndim() - 1) != dimension) {
    refuse_shape(array_, dimension);
  }
  data_ = array_.data();
  count_ = single_ ? 1 : array_.shape(0);
  dimension_ = dimension;
}

Array Points::results(std::vector<py::ssize_t> shape) const {
  if (!single_) shape.insert(shape.begin(), count_);
  return Array(shape);
}

Matrix<Rational> exact_points(const py::object& x, Index dimension) {
  const py::array given = py::module_::import("numpy").attr("asarray")(x);
  const py::array array = given.ndim() == 1 ? py::array(given.attr("reshape")(1, -1)) : given;
  if (array.ndim() != 2 || array.shape(1) != dimension) refuse_shape(given, dimension);
  const py::list rows = array.attr("tolist")();
  Matrix<Rational> points(dimension, static_cast<Index>(rows.size()));
  for (Index j = 0; j < points.cols(); ++j) {
    const py::list row = rows[static_cast<std::size_t>(j)];
    for (Index m = 0; m < dimension; ++m) {
      points(m, j) =
          exact_number(row[static_cast<std::size_t>(m)], "x[" + std::to_string(j) + "][" + std::to_string(m) + "]");
    }
  }
  return points;
}

Array array_of(Matrix<double>&& columns) {
  auto owned = std::make_unique<Matrix<double>>(std::move(columns));
  const py::capsule owner(owned.get(), [](void* matrix) { delete static_cast<Matrix<double>*>(matrix); });
  const Matrix<double>& kept = *owned.release();
  return Array({kept.cols(), kept.rows()}, kept.data(), owner);
}

double rounded_down(const Rational& x) {
  const double nearest = from_rational<double>(x);
  if (std::isinf(nearest)) return nearest > 0 ? std::numeric_limits<double>::max() : nearest;
  return to_rational(nearest) <= x ? nearest : std::nextafter(nearest, -INFINITY);
}

double rounded_up(const Rational& x) { return -rounded_down(-x); }

}  // namespace verimix::python
