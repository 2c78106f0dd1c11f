// What Python callers may pass where C++ wants points, a time or a number.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include "verimix/core/linear_algebra.hpp"

namespace verimix::python {

namespace py = pybind11;

/// A C-contiguous array of float64: what is mapped without a copy.
using Array = py::array_t<double, py::array::c_style>;

/// The exact number that is meant: an int, a float (its binary value), a fractions.Fraction, or a string as in files.
/// Throws InputError that names the field for anything else.
Rational exact_number(const py::handle& value, const std::string& field);

/// The text of the exact number, as files hold it.
std::string exact_text(const py::handle& value, const std::string& field);

/// n points in R^d, held for as long as this lives. A C-contiguous float64 array of shape (n, d) is looked at in place:
/// row-major n x d is our column-major d x n. Other real arrays and lists are converted by one copy. Shape (d,) is one
/// point, and results for it lose their first axis.
class Points {
 public:
  /// Throws TypeError for what is not an array of real numbers, InputError (field "x") for a wrong shape.
  Points(const py::object& x, Index dimension);

  const double* data() const { return data_; }
  Index count() const { return count_; }
  Index dimension() const { return dimension_; }

  /// A new array for results of this shape a point.
  Array results(std::vector<py::ssize_t> shape) const;

 private:
  Array array_;
  const double* data_;
  Index count_;
  Index dimension_;
  bool single_;
};

/// Points as exact numbers, d x n: of a float array its binary values, of other sequences what `exact_number` says.
Matrix<Rational> exact_points(const py::object& x, Index dimension);

/// A matrix d x n as a new array of shape (n, d) that owns it: nothing is copied.
Array array_of(Matrix<double>&& columns);

/// The largest double <= x and the least >= x.
double rounded_down(const Rational& x);
double rounded_up(const Rational& x);

}  // namespace verimix::python
