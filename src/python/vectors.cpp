#include <fmt/format.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <memory>
#include <optional>

#include "bindings.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/rational.hpp"
#include "verimix/diffusion/score_enclosure.hpp"
#include "verimix/validate/answers.hpp"
#include "verimix/validate/vector_corpus.hpp"

namespace verimix::python {
namespace {

std::vector<py::ssize_t> shape_of(const VectorCase& a_case) {
  return {a_case.answer.shape.begin(), a_case.answer.shape.end()};
}

Array array_of_entries(const VectorCase& a_case, const std::vector<double>& entries) {
  Array result(shape_of(a_case));
  std::copy(entries.begin(), entries.end(), result.mutable_data());
  return result;
}

Array bounds(const VectorCase& a_case, bool upper) {
  std::vector<double> entries;
  for (const std::string& text : upper ? a_case.answer.upper_text : a_case.answer.lower_text)
    entries.push_back(outward(text, upper));
  return array_of_entries(a_case, entries);
}

py::object tolerance(const VectorCase& a_case, const std::string& dtype) {
  const auto& found = a_case.answer.tolerance.at(static_cast<std::size_t>(parse_dtype(dtype)));
  if (!found) return py::none();
  return array_of_entries(a_case, *found);
}

py::object loaded(const Json& document) { return py::module_::import("json").attr("loads")(document.dump()); }

/// Row-major entries as nested arrays of hexadecimal floats, which lose nothing.
Json nested(const double*& entry, const py::ssize_t* extent, py::ssize_t axes) {
  if (axes == 0) return fmt::format("{:a}", *entry++);
  Json array = Json::array();
  for (py::ssize_t i = 0; i < *extent; ++i) array.push_back(nested(entry, extent + 1, axes - 1));
  return array;
}

Judgement judge_array(const VectorCase& a_case, const py::object& answer, const std::string& dtype) {
  const auto given = Array::ensure(answer);
  if (!given) throw py::error_already_set();
  const double* entry = given.data();
  Json document;
  document[std::string(name_of(a_case.question.operation))] = nested(entry, given.shape(), given.ndim());
  const Dtype parsed = parse_dtype(dtype);
  const py::gil_scoped_release released;
  return judge(a_case, document, parsed);
}

/// The request as over the pipe. Domain: numbers that doubles hold exactly, as those of the corpus are.
std::string request_text(const VectorCase& a_case, const std::string& dtype) {
  const VectorQuestion& question = a_case.question;
  const auto require = [](const Rational& x) {
    if (to_rational(from_rational<double>(x)) != x)
      throw InputError("", "case", to_text(x), "numbers that doubles hold exactly");
  };
  require(question.time);
  std::ranges::for_each(question.points.reshaped(), require);
  std::ranges::for_each(question.mixture->weights, require);
  std::ranges::for_each(question.mixture->means.reshaped(), require);
  for (const Matrix<Rational>& covariance : question.mixture->covariances)
    std::ranges::for_each(covariance.reshaped(), require);
  return request_json(question, parse_dtype(dtype)).dump();
}

/// Own questions, answered: one for all points, or one a point.
std::vector<VectorCase> make_cases(const PythonMixture& mixture, const py::object& x, const py::object& time,
                                   const std::string& op, const std::string& predicts, const py::object& process,
                                   bool by_point) {
  VectorQuestion question;
  question.operation = parse_operation(op);
  question.predicts = parse_prediction(predicts);
  question.mixture = mixture.shared();
  if (!process.is_none()) question.process = process_argument(process);
  question.time = exact_number(time, "time");
  question.group = "given";
  const Matrix<Rational> points = exact_points(x, mixture.exact().dimension());
  std::vector<VectorQuestion> questions;
  const Index step = by_point ? 1 : points.cols();
  for (Index first = 0; first < points.cols(); first += step) {
    question.id = fmt::format("given-{:03}", questions.size() + 1);
    question.points = points.middleCols(first, step);
    questions.push_back(question);
  }
  const py::gil_scoped_release released;
  if (!question.process && question.time >= 0) require_density(mixture.exact(), question.time);
  return answered(questions);
}

std::vector<VectorCase> load(const std::filesystem::path& folder, const std::optional<std::string>& tier) {
  const py::gil_scoped_release released;
  return (tier ? read_corpus(folder, parse_tier(*tier)) : read_corpus(folder)).cases;
}

std::vector<VectorCase> cases_of(const std::string& tier) {
  const py::gil_scoped_release released;
  return answered(vector_questions(parse_tier(tier)));
}

void generate(const std::filesystem::path& folder, const std::string& tier) {
  const py::gil_scoped_release released;
  const Tier parsed = parse_tier(tier);
  write_corpus(folder, corpus_files(answered(vector_questions(parsed)), parsed));
}

py::dict flags() {
  py::dict result;
  for (const VectorFlag& flag : vector_flags()) result[py::str(flag.name)] = py::str(flag.sentence);
  return result;
}

py::dict roundoffs() {
  py::dict result;
  for (const Dtype dtype : dtypes) {
    const DtypeModel& model = model_of(dtype);
    result[py::str(model.name)] = py::make_tuple(model.storage_roundoff, model.arithmetic_roundoff);
  }
  return result;
}

void add_case(py::module_& module) {
  using namespace py::literals;
  const auto question = [](auto member) { return [member](const VectorCase& c) { return c.question.*member; }; };
  py::class_<VectorCase>(module, "VectorCase", "A question with exact inputs, and its answer as enclosures.")
      .def_property_readonly("id", question(&VectorQuestion::id))
      .def_property_readonly("group", question(&VectorQuestion::group))
      .def_property_readonly("flags", question(&VectorQuestion::flags))
      .def_property_readonly("tier", [](const VectorCase& c) { return c.question.smoke ? "smoke" : "full"; })
      .def_property_readonly("op", [](const VectorCase& c) { return std::string(name_of(c.question.operation)); })
      .def_property_readonly("predicts", [](const VectorCase& c) { return std::string(name_of(c.question.predicts)); })
      .def_property_readonly("mixture", [](const VectorCase& c) { return PythonMixture(c.question.mixture); })
      .def_property_readonly("process",
                             [](const VectorCase& c) {
                               return c.question.process ? loaded(process_json(*c.question.process)) : py::none();
                             })
      .def_property_readonly("time", [](const VectorCase& c) { return from_rational<double>(c.question.time); })
      .def_property_readonly("points",
                             [](const VectorCase& c) {
                               return array_of(Matrix<double>(c.question.points.unaryExpr(
                                   [](const Rational& x) { return from_rational<double>(x); })));
                             })
      .def_property_readonly("shape", [](const VectorCase& c) { return py::tuple(py::cast(c.answer.shape)); })
      .def_property_readonly("lower", [](const VectorCase& c) { return bounds(c, false); })
      .def_property_readonly("upper", [](const VectorCase& c) { return bounds(c, true); })
      .def_property_readonly("lower_text", [](const VectorCase& c) { return c.answer.lower_text; })
      .def_property_readonly("upper_text", [](const VectorCase& c) { return c.answer.upper_text; })
      .def_property_readonly("input_condition",
                             [](const VectorCase& c) { return array_of_entries(c, c.answer.input_condition); })
      .def_property_readonly("operation_condition",
                             [](const VectorCase& c) { return array_of_entries(c, c.answer.operation_condition); })
      .def_property_readonly("operations", [](const VectorCase& c) { return c.answer.operations; })
      .def("tolerance", &tolerance, "dtype"_a = "float64")
      .def(
          "inapplicable",
          [](const VectorCase& c, const std::string& dtype) {
            return c.answer.inapplicable.at(static_cast<std::size_t>(parse_dtype(dtype)));
          },
          "dtype"_a = "float64")
      .def("judge", &judge_array, "answer"_a, "dtype"_a = "float64")
      .def("request", &request_text, "dtype"_a = "float64")
      .def("__repr__", [](const VectorCase& c) { return "<verimix.VectorCase " + c.question.id + ">"; });
}

void add_judgement(py::module_& module) {
  py::class_<Judgement>(module, "Judgement", "What became of a case.")
      .def_readonly("id", &Judgement::id)
      .def_readonly("flags", &Judgement::flags)
      .def_property_readonly("outcome", [](const Judgement& j) { return std::string(name_of(j.outcome)); })
      .def_property_readonly("failed", [](const Judgement& j) { return is_failure(j.outcome); })
      .def_property_readonly("error_in_tolerances",
                             [](const Judgement& j) -> std::optional<double> {
                               if (j.error_in_tolerances < 0) return std::nullopt;
                               return j.error_in_tolerances;
                             })
      .def_readonly("place", &Judgement::place)
      .def_readonly("got", &Judgement::got)
      .def_readonly("lower", &Judgement::lower)
      .def_readonly("upper", &Judgement::upper)
      .def("__repr__",
           [](const Judgement& j) { return fmt::format("<verimix.Judgement {}: {}>", j.id, name_of(j.outcome)); });
}

}  // namespace

void add_vectors(py::module_& module) {
  using namespace py::literals;
  add_judgement(module);
  add_case(module);
  module.def("make_cases", &make_cases, "mixture"_a, "x"_a, "time"_a, "op"_a, "predicts"_a, "process"_a, "by_point"_a);
  module.def("load_vectors", &load, "folder"_a, "tier"_a);
  module.def("vector_cases", &cases_of, "tier"_a);
  module.def("generate_vectors", &generate, "folder"_a, "tier"_a);
  module.def(
      "verify_vectors",
      [](const std::filesystem::path& folder) {
        const py::gil_scoped_release released;
        return verify_corpus(folder);
      },
      "folder"_a);
  module.def("vector_flags", &flags);
  module.def("dtype_roundoffs", &roundoffs);
}

}  // namespace verimix::python
