#include "verimix/sample/reverse_process.hpp"

#include <memory>
#include <vector>

#include "verimix/core/error.hpp"
#include "verimix/core/parallel.hpp"
#include "verimix/core/random.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"

namespace verimix {
namespace {

// Particles that go through all steps together on one thread.
constexpr Index particle_block = 256;

template <class T>
void fill_normal(std::vector<Stream>& streams, Matrix<T>& out) {
  for (Index i = 0; i < out.cols(); ++i)
    for (Index j = 0; j < out.rows(); ++j) out(j, i) = T(streams[static_cast<std::size_t>(i)].normal());
}

std::vector<Stream> streams_of(std::uint64_t seed, Purpose purpose, std::uint64_t first, Index count) {
  std::vector<Stream> out;
  for (Index i = 0; i < count; ++i) out.emplace_back(seed, purpose, first + static_cast<std::uint64_t>(i));
  return out;
}

}  // namespace

template <RealScalar T>
ReverseStep<T>::ReverseStep(const T& gamma)
    : rho(exp(gamma)), score_factor(T(2) * expm1(gamma)), noise_factor(sqrt(T(expm1(T(2) * gamma)))) {}

template <RealScalar T>
BatchedScore<T> exact_score(const Mixture<T>& mixture, const TimeGrid<T>& grid) {
  auto densities = std::make_shared<std::vector<Density<T>>>();
  for (std::size_t l = 0; l < grid.steps.size(); ++l) densities->emplace_back(at_time(mixture, grid.remaining[l]));
  return [densities](const Matrix<T>& points, Index level) {
    EvaluationRequest request;
    request.threads = 1;
    return (*densities)[static_cast<std::size_t>(level)].evaluate(points, request).score;
  };
}

template <RealScalar T>
Matrix<T> reverse_process(const BatchedScore<T>& score, const TimeGrid<T>& grid, Index dimension, Index count,
                          std::uint64_t seed, unsigned threads, std::uint64_t first) {
  require_invariant(dimension >= 1 && count >= 0, "particles have a dimension and a number");
  std::vector<ReverseStep<T>> steps;
  for (const T& gamma : grid.steps) steps.emplace_back(gamma);
  Matrix<T> out(dimension, count);
  parallel_blocks(
      count, particle_block,
      [&](Index begin, Index end) {
        const std::uint64_t start = first + static_cast<std::uint64_t>(begin);
        std::vector<Stream> initial = streams_of(seed, Purpose::initial_particle, start, end - begin);
        std::vector<Stream> noise = streams_of(seed, Purpose::reverse_noise, start, end - begin);
        Matrix<T> y(dimension, end - begin), z(dimension, end - begin);
        fill_normal(initial, y);
        for (std::size_t l = 0; l < steps.size(); ++l) {
          fill_normal(noise, z);
          const Matrix<T> s = score(y, static_cast<Index>(l));
          y = steps[l].rho * y + steps[l].score_factor * s + steps[l].noise_factor * z;
        }
        for (Index i = 0; i < y.cols(); ++i)
          if (!is_finite(T(y.col(i).sum())))
            throw UndecidedError("a particle left the finite numbers: raise the number of steps or lower the degree");
        out.middleCols(begin, end - begin) = y;
      },
      threads);
  return out;
}

template <RealScalar T>
Matrix<T> draw_from_model(const LearnedModel<T>& model, Index count, std::uint64_t seed, unsigned threads,
                          std::uint64_t first) {
  const TimeGrid<T> grid = time_grid(model.horizon, model.stop, model.steps);
  require_invariant(grid.steps.size() == model.levels.size(), "a model has a level for each step of its grid");
  const BatchedScore<T> score = [&](const Matrix<T>& points, Index level) { return model.score(points, level); };
  return model.standardisation.undo(reverse_process(score, grid, model.dimension(), count, seed, threads, first));
}

template struct ReverseStep<double>;
template struct ReverseStep<Real50>;
template BatchedScore<double> exact_score(const Mixture<double>&, const TimeGrid<double>&);
template BatchedScore<Real50> exact_score(const Mixture<Real50>&, const TimeGrid<Real50>&);
template Matrix<double> reverse_process(const BatchedScore<double>&, const TimeGrid<double>&, Index, Index,
                                        std::uint64_t, unsigned, std::uint64_t);
template Matrix<Real50> reverse_process(const BatchedScore<Real50>&, const TimeGrid<Real50>&, Index, Index,
                                        std::uint64_t, unsigned, std::uint64_t);
template Matrix<double> draw_from_model(const LearnedModel<double>&, Index, std::uint64_t, unsigned, std::uint64_t);
template Matrix<Real50> draw_from_model(const LearnedModel<Real50>&, Index, std::uint64_t, unsigned, std::uint64_t);

}  // namespace verimix
