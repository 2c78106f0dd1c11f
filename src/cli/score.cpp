#include <fmt/format.h>

#include <memory>

#include "options.hpp"
#include "verbs.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/table.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/diffusion/score_enclosure.hpp"
#include "verimix/mixture/mixture_file.hpp"

namespace verimix {
namespace {

struct ScoreOptions {
  std::string mixture;
  std::string points;
  std::string time = "0";
  std::string precision = "double";
  int digits = 30;
  long max_bits = 65536;
  bool jacobian = false;
  std::string output;
};

/// What every precision starts from, checked.
struct ScoreTask {
  ExactMixture mixture;
  Rational time;
  const ScoreOptions& options;

  bool scores_alone() const { return options.output.ends_with(".csv") || options.output.ends_with(".npy"); }
  void require_dimension(Index dimension) const {
    if (dimension != mixture.dimension())
      throw InputError(options.points, "points", fmt::format("dimension {}", dimension),
                       fmt::format("dimension {}, that of {}", mixture.dimension(), options.mixture));
  }
};

template <Scalar T>
Json document(const ScoreTask& task, const Matrix<T>& points, const Evaluation<T>& evaluation) {
  Json rows = Json::array();
  for (Index j = 0; j < points.cols(); ++j) {
    Json row;
    row["x"] = numbers_json(points.col(j));
    row["log_density"] = number_json(evaluation.log_density(j));
    row["score"] = numbers_json(evaluation.score.col(j));
    row["responsibilities"] = numbers_json(evaluation.responsibilities.col(j));
    if (task.options.jacobian) {
      Json jacobian = Json::array();
      for (const auto& line : evaluation.jacobian[static_cast<std::size_t>(j)].rowwise())
        jacobian.push_back(numbers_json(line));
      row["jacobian"] = std::move(jacobian);
    }
    rows.push_back(std::move(row));
  }
  Json result;
  result["format"] = "verimix.score/1";
  result["mixture"] = task.mixture.name;
  result["time"] = task.options.time;
  result["precision"] = ScalarTraits<T>::name;
  if (std::same_as<T, Ball>) result["digits"] = task.options.digits;
  result["points"] = std::move(rows);
  return result;
}

template <Scalar T>
void write(const ScoreTask& task, const Matrix<T>& points, const Evaluation<T>& evaluation) {
  if (!task.scores_alone()) return write_document(task.options.output, document(task, points, evaluation));
  write_points(task.options.output, evaluation.score.unaryExpr([](const T& x) { return approximate(x); }));
}

template <RealScalar T>
void score_in(const ScoreTask& task) {
  const auto points = read_points<T>(task.options.points);
  task.require_dimension(points.rows());
  require_density(task.mixture, task.time);
  const Density<T> density(at_time(round_to<T>(task.mixture), from_rational<T>(task.time)));
  write(task, points, density.evaluate(points, {.responsibilities = true, .jacobian = task.options.jacobian}));
}

void score_in_balls(const ScoreTask& task) {
  const auto points = read_points<Rational>(task.options.points);
  task.require_dimension(points.rows());
  const EnclosedEvaluation enclosed = enclose_evaluation(
      task.mixture, task.time, points,
      {.digits = task.options.digits, .jacobian = task.options.jacobian, .largest_bits = task.options.max_bits});
  const BallPrecision precision(enclosed.bits);
  write<Ball>(task, points.unaryExpr([](const Rational& x) { return from_rational<Ball>(x); }), enclosed.evaluation);
}

void score(const ScoreTask& task) {
  const std::string& precision = task.options.precision;
  if (precision == ScalarTraits<double>::name) return score_in<double>(task);
  if (precision == ScalarTraits<Real50>::name) return score_in<Real50>(task);
  if (precision == ScalarTraits<Real100>::name) return score_in<Real100>(task);
  if (precision == ScalarTraits<Ball>::name) return score_in_balls(task);
  throw InputError("", "--precision", precision, "double, 50, 100 or ball");
}

void run(const ScoreOptions& options) {
  const Rational time = parse_option("--time", options.time);
  if (time < 0) throw InputError("", "--time", options.time, "a time >= 0");
  const ScoreTask task{read_mixture(options.mixture), time, options};
  if (options.jacobian && task.scores_alone())
    throw InputError("", "--jacobian", options.output,
                     "an --output other than .csv and .npy, which hold the scores alone");
  try {
    score(task);
  } catch (const InputError& error) {
    // The mixture's own fields are named where its file is no longer known.
    if (error.file().empty() && error.field().starts_with("components")) throw error.in_file(options.mixture);
    throw;
  }
}

}  // namespace

void add_score(CLI::App& program) {
  const auto options = std::make_shared<ScoreOptions>();
  CLI::App* verb = program.add_subcommand("score", "log-density, score and responsibilities of a mixture at points");
  verb->add_option("MIXTURE", options->mixture, "a file verimix.mixture/1")->required();
  verb->add_option("--points", options->points, "the points: .csv, .npy or .json, one a row")
      ->type_name("FILE")
      ->required();
  verb->add_option("--time", options->time, "the time of dx = -x dt + sqrt(2) dw; 0 is the mixture itself")
      ->type_name("T");
  verb->add_option("--precision", options->precision, "double, 50, 100 (decimal digits) or ball (rigorous enclosures)")
      ->type_name("P");
  verb->add_option(
          "--digits", options->digits,
          "with ball: each enclosure is at most 10^-D wide, relative to its number; one that contains 0 relative to "
          "the size of the terms it is summed from (1 for a log-density or a responsibility, sum_i w_i tr(Q_i^-1) "
          "(|x| + |mu_i|) for a score, sum_i w_i (tr(Q_i^-1) + (tr(Q_i^-1) (|x| + |mu_i|))^2) for a Jacobian)")
      ->type_name("D");
  verb->add_option("--max-bits", options->max_bits, "with ball: the largest working precision to try")
      ->type_name("BITS")
      ->check(CLI::Range(2L, 100'000'000L));
  verb->add_flag("--jacobian", options->jacobian, "also the Jacobian of the score, the Hessian of the log-density");
  add_output(*verb, options->output);
  verb->footer("--output ending in .csv or .npy holds the scores alone, in double.");
  verb->callback([options] { run(*options); });
}

}  // namespace verimix
