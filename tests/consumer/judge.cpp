// Judges a score of one's own by the corpus of reference cases, and a sampler by exact tests.
#include <cstdio>
#include <verimix/mixture/draw.hpp>
#include <verimix/mixture/families.hpp>
#include <verimix/validate/law_report.hpp>
#include <verimix/validate/vector_corpus.hpp>
#include <verimix/validate/verdict_report.hpp>

// The score of one Gaussian on the line at time 0; nothing else is offered.
std::optional<std::vector<double>> score(const verimix::VectorQuestion& q) {
  const auto m = verimix::round_to<double>(*q.mixture);
  if (q.operation != verimix::Operation::score || q.process || q.time != 0 || m.size() * m.dimension() > 1) return {};
  return std::vector<double>{(m.means(0) - verimix::from_rational<double>(q.points(0))) / m.covariances[0](0)};
}

int main(int, char** argv) {
  verimix::ValidationReport report;
  report.judgements = verimix::judge_function(verimix::read_corpus(argv[1]).cases, score, report.dtype);
  const auto truth = verimix::round_to<double>(verimix::instance("over1"));
  const verimix::SampleBattery battery(truth, 1000);
  const verimix::SampleVerdict sampler = battery.check(verimix::draw(truth, 1000, 7).points);
  std::printf("score: %s, %zu cases passed; ", report.verdict().c_str(), report.count(verimix::Outcome::pass));
  std::printf("sampler: %s\n", verimix::report_on_sample(sampler, battery.alpha(), {}).verdict().c_str());
}
