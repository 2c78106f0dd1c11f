// Log-density alone with Armadillo's gmm_full (it has no score). Usage: armadillo_density D K N
#include <armadillo>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto d = static_cast<arma::uword>(std::atoi(argv[1]));
  const auto k = static_cast<arma::uword>(std::atoi(argv[2]));
  const auto n = static_cast<arma::uword>(std::atoi(argv[3]));
  arma::arma_rng::set_seed(1);
  const arma::mat means = 2 * arma::randn(d, k);
  arma::cube covariances(d, d, k);
  for (arma::uword i = 0; i < k; ++i) {
    const arma::mat a = arma::randn(d, d);
    covariances.slice(i) = a * a.t() / static_cast<double>(d) + 0.5 * arma::eye(d, d);
  }
  arma::gmm_full model;
  model.set_params(means, covariances, arma::rowvec(k, arma::fill::value(1.0 / static_cast<double>(k))));
  const arma::mat points = 3 * arma::randn(d, n);
  double best = INFINITY;
  for (int run = 0; run < 3; ++run) {
    const std::clock_t start = std::clock();
    const arma::rowvec result = model.log_p(points);
    if (!result.is_finite()) return 1;
    best = std::fmin(best, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  std::printf("armadillo-%u.%u-density-only,%s,%s,%s,%.2f,ns/point\n", ARMA_VERSION_MAJOR, ARMA_VERSION_MINOR, argv[1],
              argv[2], argv[3], best / static_cast<double>(n) * 1e9);
  return 0;
}
