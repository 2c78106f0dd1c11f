// Armadillo's arma::gmm_full as an implementation under test: log-densities over the pipe of `verimix validate
// --command` (proofs-notes/validate/pipe_peer.md). It uses nothing of verimix. With --version it prints Armadillo's.
#include <armadillo>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

namespace {

using Json = nlohmann::json;

/// Numbers are strings with C hexadecimal floats.
double number(const Json& text) { return std::strtod(text.get<std::string>().c_str(), nullptr); }

/// The law of e^-t x_0 + sqrt(1 - e^-2t) eps.
arma::gmm_full law(const Json& mixture, double time) {
  const Json& components = mixture.at("components");
  const auto k = static_cast<arma::uword>(components.size());
  const auto d = mixture.at("dimension").get<arma::uword>();
  arma::rowvec weights(k);
  arma::mat means(d, k);
  arma::cube covariances(d, d, k);
  for (arma::uword i = 0; i < k; ++i) {
    const Json& component = components.at(i);
    weights(i) = number(component.at("weight"));
    for (arma::uword a = 0; a < d; ++a) {
      means(a, i) = std::exp(-time) * number(component.at("mean").at(a));
      for (arma::uword b = 0; b < d; ++b)
        covariances(a, b, i) = std::exp(-2 * time) * number(component.at("covariance").at(a).at(b)) +
                               (a == b ? -std::expm1(-2 * time) : 0);
    }
  }
  arma::gmm_full model;
  model.set_params(means, covariances, weights);
  return model;
}

Json answer(const Json& request) {
  if (request.at("op") != "log_density" || request.at("dtype") != "float64" || request.contains("process"))
    return {{"error", "unsupported: arma::gmm_full gives log-densities in float64"}};
  const arma::gmm_full model = law(request.at("mixture"), number(request.at("time")));
  Json values = Json::array();
  for (const Json& row : request.at("points")) {
    arma::vec x(row.size());
    for (arma::uword a = 0; a < x.n_elem; ++a) x(a) = number(row.at(a));
    const double value = model.log_p(x);
    values.push_back(std::isfinite(value) ? Json(value) : Json(std::to_string(value)));
  }
  return {{"log_density", values}};
}

}  // namespace

int main(int count, char** arguments) {
  if (count > 1 && std::string(arguments[1]) == "--version") {
    std::cout << "Armadillo " << arma::arma_version::as_string() << '\n';
    return 0;
  }
  for (std::string line; std::getline(std::cin, line);) {
    Json reply;
    const Json request = Json::parse(line);
    try {
      reply = answer(request);
    } catch (const std::exception& error) {
      reply = {{"error", error.what()}};
    }
    reply["id"] = request.at("id");
    std::cout << reply.dump() << std::endl;
  }
}
