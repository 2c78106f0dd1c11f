#include "bindings.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/interrupt.hpp"

namespace verimix::python {
namespace {

/// An exception class of the package, made in Python so that it may have a documentation and attributes.
py::object exception_class(const char* name) { return py::module_::import("verimix.errors").attr(name); }

void raise(const InputError& error) {
  const py::object type = exception_class("InputError");
  const py::object raised = type(error.what());
  raised.attr("file") = error.file();
  raised.attr("field") = error.field();
  raised.attr("value") = error.value();
  raised.attr("expected") = error.expected();
  PyErr_SetObject(type.ptr(), raised.ptr());
}

}  // namespace

void add_errors(py::module_& /*module*/) {
  py::register_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const InputError& error) {
      raise(error);
    } catch (const UndecidedError& error) {
      PyErr_SetString(exception_class("UndecidedError").ptr(), error.what());
    } catch (const Interrupted& error) {
      PyErr_SetString(PyExc_KeyboardInterrupt, error.what());
    }
  });
}

}  // namespace verimix::python

PYBIND11_MODULE(_verimix, module) {
  module.doc() = "The compiled part of verimix; use the package `verimix`.";
  module.attr("__version__") = VERIMIX_VERSION;
  verimix::python::add_errors(module);
  verimix::python::add_mixture(module);
  verimix::python::add_convention(module);
  verimix::python::add_distance(module);
  verimix::python::add_vectors(module);
  verimix::python::add_sampler(module);
}
