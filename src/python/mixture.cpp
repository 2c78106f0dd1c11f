#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include "bindings.hpp"
#include "verimix/core/error.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/diffusion/score_enclosure.hpp"
#include "verimix/mixture/conditioning.hpp"
#include "verimix/mixture/density_in_place.hpp"
#include "verimix/mixture/draw.hpp"
#include "verimix/mixture/families.hpp"
#include "verimix/mixture/mixture_file.hpp"

namespace verimix::python {

PythonMixture::PythonMixture(ExactMixture exact) : exact_(std::make_shared<const ExactMixture>(std::move(exact))) {}

PythonMixture::PythonMixture(std::shared_ptr<const ExactMixture> exact) : exact_(std::move(exact)) {}

Mixture<double> PythonMixture::at(const Rational& time) const {
  return at_time(round_to<double>(*exact_), from_rational<double>(time));
}

std::shared_ptr<const Density<double>> PythonMixture::density(const Rational& time) const {
  const std::lock_guard lock(cache_->mutex);
  if (!cache_->density || cache_->time != time) {
    require_density(*exact_, time);
    cache_->density = std::make_shared<const Density<double>>(at(time));
    cache_->time = time;
  }
  return cache_->density;
}

namespace {

Rational time_argument(const py::object& time) {
  const Rational value = exact_number(time, "time");
  if (value < 0) throw InputError("", "time", exact_text(time, "time"), "a time >= 0");
  return value;
}

/// Nested sequences of numbers as JSON with exact numbers.
Json exact_json(const py::handle& value, const std::string& field) {
  if (!py::isinstance<py::str>(value) && (py::isinstance<py::sequence>(value) || py::isinstance<py::array>(value))) {
    Json array = Json::array();
    py::ssize_t position = 0;
    for (const py::handle entry : value)
      array.push_back(exact_json(entry, field + "[" + std::to_string(position++) + "]"));
    return array;
  }
  return exact_text(value, field);
}

bool is_floating(const py::object& values) {
  const auto array = py::array::ensure(values);
  if (!array) PyErr_Clear();
  return array && array.dtype().kind() == 'f';
}

/// From three arrays of floats: the binary values, the largest weight set to 1 minus the others.
ExactMixture from_floats(const py::object& weights, const py::object& means, const py::object& covariances) {
  const auto w = Array::ensure(weights);
  const auto m = Array::ensure(means);
  const auto c = Array::ensure(covariances);
  if (!w || !m || !c) throw py::error_already_set();
  if (w.ndim() != 1) throw InputError("", "weights", std::to_string(w.ndim()) + " axes", "shape (k,)");
  if (m.ndim() != 2 || m.shape(0) != w.shape(0)) throw InputError("", "means", "another shape", "shape (k, d)");
  const Index k = w.shape(0);
  const Index d = m.shape(1);
  if (c.ndim() != 3 || c.shape(0) != k || c.shape(1) != d || c.shape(2) != d) {
    throw InputError("", "covariances", "another shape", "shape (k, d, d)");
  }
  Mixture<double> mixture;
  mixture.weights = Eigen::Map<const Vector<double>>(w.data(), k);
  mixture.means = Eigen::Map<const Matrix<double>>(m.data(), d, k);
  for (Index i = 0; i < k; ++i) {
    mixture.covariances.emplace_back(Eigen::Map<const Matrix<double>>(c.data() + i * d * d, d, d).transpose());
  }
  ExactMixture result = exact(mixture);
  validate(result);
  return result;
}

PythonMixture from_parameters(const py::object& weights, const py::object& means, const py::object& covariances,
                              const std::string& name) {
  if (is_floating(weights) && is_floating(means) && is_floating(covariances)) {
    ExactMixture result = from_floats(weights, means, covariances);
    result.name = name;
    return PythonMixture(std::move(result));
  }
  const Json w = exact_json(weights, "weights");
  const Json m = exact_json(means, "means");
  const Json c = exact_json(covariances, "covariances");
  if (!w.is_array() || !m.is_array() || !c.is_array() || w.size() != m.size() || w.size() != c.size() || m.empty()) {
    throw InputError("", "weights, means, covariances", "sequences of different lengths", "one entry a component each");
  }
  Json document;
  document["format"] = "verimix.mixture/1";
  document["name"] = name;
  document["dimension"] = m[0].size();
  document["components"] = Json::array();
  for (std::size_t i = 0; i < w.size(); ++i) {
    Json component;
    component["weight"] = w[i];
    component["mean"] = m[i];
    component["covariance"] = c[i];
    document["components"].push_back(std::move(component));
  }
  return PythonMixture(parse_mixture(document));
}

std::string json_text(const PythonMixture& mixture) { return mixture_json(mixture.exact()).dump(); }

/// A float in the dict stands for the decimal that Python prints for it, as it would in a file.
PythonMixture from_dict(const py::dict& document) {
  const auto text = py::module_::import("json").attr("dumps")(document, py::arg("default") = py::type::of(py::str()));
  return PythonMixture(parse_mixture(parse_json(text.cast<std::string>())));
}

struct What {
  bool log_density = false, score = false, responsibilities = false, jacobian = false;
};

struct Answer {
  Array log_density, score, responsibilities, jacobian;
};

Answer evaluate(const PythonMixture& mixture, const py::object& x, const py::object& time, unsigned threads,
                const What& what) {
  const Index d = mixture.exact().dimension();
  const Points points(x, d);
  const Rational at = time_argument(time);
  Answer answer;
  EvaluationMemory memory;
  const auto make = [&](bool wanted, Array& array, double*& target, const std::vector<py::ssize_t>& shape) {
    if (!wanted) return;
    array = points.results(shape);
    target = array.mutable_data();
  };
  make(what.log_density, answer.log_density, memory.log_density, {});
  make(what.score, answer.score, memory.score, {d});
  make(what.responsibilities, answer.responsibilities, memory.responsibilities, {mixture.exact().size()});
  make(what.jacobian, answer.jacobian, memory.jacobian, {d, d});
  const py::gil_scoped_release released;
  evaluate_in_place(*mixture.density(at), points.data(), points.count(), memory, threads);
  return answer;
}

template <bool What::*wanted, Array Answer::*answer>
Array evaluate_one(const PythonMixture& mixture, const py::object& x, const py::object& time, unsigned threads) {
  What what;
  what.*wanted = true;
  return evaluate(mixture, x, time, threads, what).*answer;
}

py::tuple parameters(const PythonMixture& mixture, const py::object& time) {
  Mixture<double> at = mixture.at(time_argument(time));
  const Index d = at.dimension();
  Array weights(at.size());
  Array covariances(std::vector<py::ssize_t>{at.size(), d, d});
  std::copy_n(at.weights.data(), at.size(), weights.mutable_data());
  for (Index i = 0; i < at.size(); ++i) {
    std::copy_n(at.covariances[static_cast<std::size_t>(i)].data(), d * d, covariances.mutable_data(i, 0, 0));
  }
  return py::make_tuple(weights, array_of(std::move(at.means)), covariances);
}

py::tuple draw_points(const PythonMixture& mixture, Index count, std::uint64_t seed, std::uint64_t first,
                      const py::object& time) {
  if (count < 0) throw InputError("", "count", std::to_string(count), "a number >= 0");
  const Rational at = time_argument(time);
  Draws draws;
  {
    const py::gil_scoped_release released;
    draws = draw(mixture.at(at), count, seed, first);
  }
  const py::array_t<Index> components(count, draws.components.data());
  return py::make_tuple(array_of(std::move(draws.points)), components);
}

py::dict conditioning_of(const PythonMixture& mixture, const py::object& time) {
  const Conditioning<double> found = conditioning(mixture.at(time_argument(time)));
  py::dict result;
  result["alpha"] = found.alpha;
  result["beta"] = found.beta;
  result["R"] = found.R;
  result["tau"] = found.tau;
  result["lambda_min"] = found.lambda_min;
  return result;
}

PythonMixture make_instance(const std::string& name, const py::kwargs& settings) {
  std::map<std::string, std::string> texts;
  for (const auto& [key, value] : settings) texts[key.cast<std::string>()] = py::str(value).cast<std::string>();
  return PythonMixture(instance(name, texts));
}

py::list list_families() {
  py::list result;
  for (const Family& family : families()) {
    py::dict parameters;
    for (const auto& [key, parameter] : family.parameters) {
      parameters[py::str(key)] = py::make_tuple(parameter.default_value, parameter.domain);
    }
    result.append(py::make_tuple(family.name, family.summary, parameters));
  }
  return result;
}

}  // namespace

void add_mixture(py::module_& module) {
  using namespace py::literals;
  const py::object zero = py::int_(0);
  py::class_<PythonMixture> mixture(module, "Mixture", "A mixture of Gaussians with exact parameters.");
  mixture.def(py::init(&from_parameters), "weights"_a, "means"_a, "covariances"_a, "name"_a = "")
      .def_static(
          "from_file", [](const std::filesystem::path& path) { return PythonMixture(read_mixture(path)); }, "path"_a)
      .def_static("from_dict", &from_dict, "document"_a)
      .def_static(
          "from_json", [](const std::string& text) { return PythonMixture(parse_mixture(parse_json(text))); }, "text"_a)
      .def("to_json", &json_text)
      .def("to_dict", [](const PythonMixture& m) { return py::module_::import("json").attr("loads")(json_text(m)); })
      .def(
          "save", [](const PythonMixture& m, const std::filesystem::path& path) { write_mixture(path, m.exact()); },
          "path"_a)
      .def_property_readonly("name", [](const PythonMixture& m) { return m.exact().name; })
      .def_property_readonly("dimension", [](const PythonMixture& m) { return m.exact().dimension(); })
      .def_property_readonly("size", [](const PythonMixture& m) { return m.exact().size(); })
      .def("parameters", &parameters, "time"_a = zero)
      .def("conditioning", &conditioning_of, "time"_a = zero)
      .def("log_density", &evaluate_one<&What::log_density, &Answer::log_density>, "x"_a, "time"_a = zero,
           "threads"_a = 0)
      .def("score", &evaluate_one<&What::score, &Answer::score>, "x"_a, "time"_a = zero, "threads"_a = 0)
      .def("responsibilities", &evaluate_one<&What::responsibilities, &Answer::responsibilities>, "x"_a,
           "time"_a = zero, "threads"_a = 0)
      .def("jacobian", &evaluate_one<&What::jacobian, &Answer::jacobian>, "x"_a, "time"_a = zero, "threads"_a = 0)
      .def("draw", &draw_points, "count"_a, "seed"_a = 0, "first"_a = 0, "time"_a = zero)
      .def("__eq__", [](const PythonMixture& a, const PythonMixture& b) { return json_text(a) == json_text(b); })
      .def("__hash__", [](const PythonMixture& m) { return py::hash(py::str(json_text(m))); })
      .def(py::pickle([](const PythonMixture& m) { return json_text(m); },
                      [](const std::string& text) { return PythonMixture(parse_mixture(parse_json(text))); }))
      .def("__repr__", [](const PythonMixture& m) {
        return "<verimix.Mixture " + (m.exact().name.empty() ? "" : m.exact().name + ", ") + "dimension " +
               std::to_string(m.exact().dimension()) + ", " + std::to_string(m.exact().size()) + " components>";
      });
  add_enclosure(module, mixture);
  module.def("instance", &make_instance, "name"_a);
  module.def("families", &list_families);
}

}  // namespace verimix::python
