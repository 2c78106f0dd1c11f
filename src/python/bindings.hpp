// The parts of the extension module, one a file.
#pragma once

#include <memory>
#include <mutex>

#include "arguments.hpp"
#include "verimix/diffusion/convention.hpp"
#include "verimix/mixture/density.hpp"

namespace verimix::python {

/// The Mixture of Python: the exact parameters, and the factored density at the last time that was asked for.
class PythonMixture {
 public:
  explicit PythonMixture(ExactMixture exact);
  explicit PythonMixture(std::shared_ptr<const ExactMixture> exact);

  const ExactMixture& exact() const { return *exact_; }
  const std::shared_ptr<const ExactMixture>& shared() const { return exact_; }
  /// In double, at the time. Domain: time >= 0.
  Mixture<double> at(const Rational& time) const;
  /// Factored once for as long as the time stays the same. Call it without the interpreter's lock.
  std::shared_ptr<const Density<double>> density(const Rational& time) const;

 private:
  struct Cache {
    std::mutex mutex;
    Rational time;
    std::shared_ptr<const Density<double>> density;
  };
  std::shared_ptr<const ExactMixture> exact_;
  std::shared_ptr<Cache> cache_ = std::make_shared<Cache>();
};

/// The name of a process without parameters, or the dict of its document.
Process process_argument(const py::object& process);

/// The double on the outer side of the exact number that a decimal writes; "inf" and "-inf" are themselves.
double outward(const std::string& text, bool upper);

void add_errors(py::module_& module);
void add_mixture(py::module_& module);
void add_enclosure(py::module_& module, py::class_<PythonMixture>& mixture);
void add_convention(py::module_& module);
void add_distance(py::module_& module);
void add_vectors(py::module_& module);
void add_sampler(py::module_& module);

}  // namespace verimix::python
