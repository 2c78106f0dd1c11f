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

/// The numbers N(0, 1) of a block of particles, each from its own stream; drawn in pairs, so in an odd dimension for
/// two steps at a time.
template <class T>
class ParticleNoise {
 public:
  ParticleNoise(std::uint64_t seed, Purpose purpose, std::uint64_t first, Index dimension, Index count)
      : dimension_(dimension), drawn_(dimension % 2 == 0 ? dimension : 2 * dimension, count), used_(drawn_.rows()) {
    for (Index i = 0; i < count; ++i) streams_.emplace_back(seed, purpose, first + static_cast<std::uint64_t>(i));
  }

  /// The next d x count numbers.
  Matrix<T> next() {
    if (used_ == drawn_.rows()) {
      Stream::fill_normal(streams_, drawn_);
      used_ = 0;
    }
    const Index from = used_;
    used_ += dimension_;
    return drawn_.middleRows(from, dimension_).template cast<T>();
  }

 private:
  std::vector<Stream> streams_;
  Index dimension_;
  Matrix<double> drawn_;
  Index used_;
};

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
        Matrix<T> y = ParticleNoise<T>(seed, Purpose::initial_particle, start, dimension, end - begin).next();
        ParticleNoise<T> noise(seed, Purpose::reverse_noise, start, dimension, end - begin);
        for (std::size_t l = 0; l < steps.size(); ++l) {
          const Matrix<T> s = score(y, static_cast<Index>(l));
          y = steps[l].rho * y + steps[l].score_factor * s + steps[l].noise_factor * noise.next();
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
