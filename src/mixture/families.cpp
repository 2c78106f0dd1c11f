#include "verimix/mixture/families.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <initializer_list>

#include "verimix/core/decompositions.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/random.hpp"

namespace verimix {
namespace {

/// The values of a family's parameters, each checked against its domain when it is read.
class Settings {
 public:
  Settings(const Family& family, const std::map<std::string, std::string>& given) : family_(family) {
    for (const auto& [key, parameter] : family.parameters) values_[key] = parameter.default_value;
    for (const auto& [key, value] : given) {
      if (!family.parameters.contains(key)) throw InputError("", "--set " + key, value, known_parameters());
      values_[key] = value;
    }
  }

  std::string mixture_name() const {
    std::vector<std::string> items;
    for (const auto& [key, value] : values_) items.push_back(key + "=" + value);
    return items.empty() ? family_.name : fmt::format("{}({})", family_.name, fmt::join(items, ","));
  }

  [[noreturn]] void refuse(const std::string& key) const {
    throw InputError("", "--set " + key, values_.at(key), family_.parameters.at(key).domain);
  }
  Rational number(const std::string& key, const Rational& least, const Rational& most) const {
    try {
      const Rational value = parse_rational(values_.at(key));
      if (value >= least && value <= most) return value;
    } catch (const InputError&) {
      refuse(key);
    }
    refuse(key);
  }
  std::uint64_t integer(const std::string& key, std::uint64_t least, std::uint64_t most) const {
    const std::string& text = values_.at(key);
    std::uint64_t value = 0;
    const auto end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, value);
    if (failure != std::errc{} || stop != end || value < least || value > most) refuse(key);
    return value;
  }
  Index count(const std::string& key, Index least, Index most) const {
    return static_cast<Index>(integer(key, static_cast<std::uint64_t>(least), static_cast<std::uint64_t>(most)));
  }

 private:
  std::string known_parameters() const {
    if (family_.parameters.empty()) return fmt::format("no setting, since the family {} has none", family_.name);
    std::vector<std::string> keys;
    for (const auto& [key, parameter] : family_.parameters) keys.push_back(key);
    return fmt::format("one of the parameters of {}: {}", family_.name, fmt::join(keys, ", "));
  }

  const Family& family_;
  std::map<std::string, std::string> values_;
};

/// A component by the decimals of the documentation.
struct Component {
  const char* weight;
  std::initializer_list<const char*> mean;
  /// Row by row.
  std::initializer_list<const char*> covariance;
};

ExactMixture tabulated(std::initializer_list<Component> components) {
  const auto d = static_cast<Index>(components.begin()->mean.size());
  ExactMixture mixture;
  mixture.means.resize(d, static_cast<Index>(components.size()));
  for (Index i = 0; const Component& component : components) {
    mixture.weights.push_back(parse_rational(component.weight));
    for (Index r = 0; const char* entry : component.mean) mixture.means(r++, i) = parse_rational(entry);
    Matrix<Rational> covariance(d, d);
    for (Index j = 0; const char* entry : component.covariance) {
      covariance(j / d, j % d) = parse_rational(entry);
      ++j;
    }
    mixture.covariances.push_back(std::move(covariance));
    ++i;
  }
  return mixture;
}

/// A mixture on R from its weights, means and variances.
ExactMixture on_the_line(const std::vector<Rational>& weights, const std::vector<Rational>& means,
                         const std::vector<Rational>& variances) {
  ExactMixture mixture;
  mixture.weights = weights;
  mixture.means.resize(1, static_cast<Index>(means.size()));
  for (std::size_t i = 0; i < means.size(); ++i) {
    mixture.means(0, static_cast<Index>(i)) = means[i];
    mixture.covariances.push_back(Matrix<Rational>::Constant(1, 1, variances[i]));
  }
  return mixture;
}

Matrix<Rational> identity(Index d) {
  Matrix<Rational> id = Matrix<Rational>::Constant(d, d, Rational(0));
  for (Index i = 0; i < d; ++i) id(i, i) = 1;
  return id;
}

/// The multiple of 2^-bits that is nearest to x.
template <class Real>
Rational dyadic(const Real& x, int bits) {
  using std::ldexp;
  using std::round;
  return to_rational(Real(ldexp(Real(round(Real(ldexp(x, bits)))), -bits)));
}

Rational farthest() { return Rational(1'000'000'000'000); }

ExactMixture two(const Settings& settings) {
  const Rational R = settings.number("R", 0, farthest());
  return on_the_line({{1, 2}, {1, 2}}, {-R, R}, {1, 1});
}

ExactMixture clusters(const Settings& settings) {
  const Rational R = settings.number("R", 0, farthest());
  return on_the_line({{1, 5}, {3, 10}, {1, 5}, {1, 5}, {1, 10}},
                     {-R - Rational(3, 5), -R, R - Rational(3, 2), R, R + Rational(6, 5)},
                     {{49, 100}, {4, 25}, {9, 25}, {1, 4}, {1, 4}});
}

ExactMixture comb(const Settings& settings) {
  constexpr std::uint64_t most_components = 1024;
  const std::uint64_t R = settings.integer("R", 0, 4 * (most_components - 1));
  if (R % 4 != 0) settings.refuse("R");
  const std::size_t k = R / 4 + 1;
  std::vector<Rational> means;
  for (std::size_t j = 0; j < k; ++j) means.emplace_back(Rational(8 * j) - Rational(R));
  return on_the_line(std::vector<Rational>(k, Rational(1) / k), means, std::vector<Rational>(k, Rational(1)));
}

/// The k nodes and weights of Gauss-Hermite quadrature for N(0, 1), by Golub and Welsch: the eigenvalues of the matrix
/// with sqrt(1), ..., sqrt(k - 1) beside the diagonal, and the squares of the first entries of its eigenvectors.
struct GaussHermite {
  std::vector<Real50> nodes;
  std::vector<Real50> weights;
};
GaussHermite gauss_hermite(Index k) {
  Matrix<Real50> jacobi = Matrix<Real50>::Constant(k, k, Real50(0));
  for (Index j = 1; j < k; ++j) jacobi(j, j - 1) = jacobi(j - 1, j) = sqrt(Real50(j));
  const Eigen::SelfAdjointEigenSolver<Matrix<Real50>> solver(jacobi);
  GaussHermite rule;
  for (Index j = 0; j < k; ++j) {
    rule.nodes.push_back(solver.eigenvalues()(j));
    rule.weights.push_back(solver.eigenvectors()(0, j) * solver.eigenvectors()(0, j));
  }
  return rule;
}

ExactMixture pancakes(const Settings& settings) {
  const Index k = settings.count("k", 1, 16);
  const Index d = settings.count("d", 1, 256);
  const Rational eta = settings.number("eta", 0, 1);
  if (eta == 0) settings.refuse("eta");
  constexpr int bits = 60;
  const GaussHermite rule = gauss_hermite(k);
  ExactMixture mixture;
  mixture.means = Matrix<Rational>::Constant(d, k, Rational(0));
  Matrix<Rational> covariance = identity(d);
  covariance(0, 0) = eta;
  Rational others = 0;
  for (Index j = 0; j < k; ++j) {
    const auto i = static_cast<std::size_t>(j);
    mixture.means(0, j) = dyadic(Real50(sqrt(from_rational<Real50>(1 - eta)) * rule.nodes[i]), bits);
    mixture.weights.push_back(dyadic(rule.weights[i], bits));
    if (j != k / 2) others += mixture.weights.back();
    mixture.covariances.push_back(covariance);
  }
  mixture.weights[static_cast<std::size_t>(k / 2)] = 1 - others;
  return mixture;
}

ExactMixture degenerate(const Settings& settings) {
  const Index d = settings.count("d", 1, 256);
  const Index r = settings.count("r", 0, 256);
  if (r > d) settings.refuse("r");
  // Q_1 projects onto the first r axes. Q_2 = B B^T, where the columns of B are e_{d-j} + e_{d-j-1}/2, does not commute
  // with it.
  Matrix<Rational> first = Matrix<Rational>::Constant(d, d, Rational(0));
  Matrix<Rational> second = first;
  for (Index j = 0; j < r; ++j) {
    first(j, j) = 1;
    const Index last = d - 1 - j;
    second(last, last) += 1;
    if (last == 0) continue;
    second(last - 1, last - 1) += Rational(1, 4);
    second(last, last - 1) += Rational(1, 2);
    second(last - 1, last) += Rational(1, 2);
  }
  ExactMixture mixture;
  mixture.weights = {{1, 2}, {1, 2}};
  mixture.means = Matrix<Rational>::Constant(d, 2, Rational(0));
  mixture.means(0, 0) = -1;
  mixture.means(0, 1) = 1;
  mixture.covariances = {first, second};
  return mixture;
}

/// Weights (Dirichlet(1) + 1)/2, so that none is below 1/(2k) before rounding; the last makes the sum 1.
std::vector<Rational> random_weights(Index k, int bits, Stream& stream) {
  std::vector<double> shares;
  double sum = 0;
  for (Index i = 0; i < k; ++i) {
    shares.push_back(-log(stream.uniform()));
    sum += shares.back();
  }
  std::vector<Rational> weights;
  Rational rest = 1;
  for (Index i = 0; i + 1 < k; ++i) {
    const double even = 1 / static_cast<double>(k);
    weights.push_back(dyadic((shares[static_cast<std::size_t>(i)] / sum + even) / 2, bits));
    rest -= weights.back();
  }
  weights.push_back(rest);
  return weights;
}

/// U diag(e) U^T with a Haar rotation U and e uniform in [low, high].
Matrix<double> random_symmetric(Index d, double low, double high, Stream& stream) {
  Matrix<double> gaussian(d, d);
  for (double& entry : gaussian.reshaped()) entry = stream.normal();
  const Eigen::HouseholderQR<Matrix<double>> factored(gaussian);
  Matrix<double> rotation = factored.householderQ();
  // With the signs of the triangular factor taken out, the orthogonal factor is Haar.
  for (Index j = 0; j < d; ++j)
    if (factored.matrixQR()(j, j) < 0) rotation.col(j) *= -1;
  Vector<double> e(d);
  for (double& eigenvalue : e) eigenvalue = low + (high - low) * stream.uniform();
  return rotation * e.asDiagonal() * rotation.transpose();
}

/// The families' draws are rounded to multiples of 2^-32: coarse enough that the last bits of a machine's exp and sqrt
/// do not show, fine enough for the margins left below.
constexpr int random_bits = 32;
constexpr double margin = 0x1p-10;

ExactMixture random(const Settings& settings) {
  const Index d = settings.count("d", 1, 64);
  const Index k = settings.count("k", 1, 256);
  const Rational alpha = settings.number("alpha", 0, 1);
  const Rational beta = settings.number("beta", 1, 1024);
  const Rational R = settings.number("R", Rational(1, 1024), farthest());
  const std::uint64_t seed = settings.integer("seed", 0, ~std::uint64_t{0});
  if (alpha < Rational(1, 65536)) settings.refuse("alpha");
  if (alpha != beta && beta - alpha < Rational(1, 256)) settings.refuse("alpha");

  const auto low = from_rational<double>(alpha);
  const auto high = from_rational<double>(beta);
  const auto radius = from_rational<double>(R);
  ExactMixture mixture;
  mixture.means.resize(d, k);
  Stream weight_stream(seed, Purpose::instance, 0);
  mixture.weights = random_weights(k, random_bits, weight_stream);
  for (Index i = 0; i < k; ++i) {
    Stream stream(seed, Purpose::instance, static_cast<std::uint64_t>(i + 1));
    const double inset = margin * (high - low);
    Matrix<double> excess = random_symmetric(d, low + inset, high - inset, stream) - Matrix<double>::Identity(d, d);
    // Moving Q towards Id keeps alpha <= 1 <= beta; half of R at least is left for the mean.
    if (const double size = excess.norm(); size > radius / 2) excess *= radius / (2 * size);
    Matrix<Rational> covariance = identity(d);
    for (Index r = 0; r < d; ++r)
      for (Index c = 0; c <= r; ++c) {
        const Rational entry = dyadic(excess(r, c), random_bits);
        covariance(r, c) += entry;
        if (c != r) covariance(c, r) += entry;
      }
    Vector<double> mean(d);
    for (double& entry : mean) entry = stream.normal();
    mean *= (1 - margin) * (radius - excess.norm()) * stream.uniform() / mean.norm();
    for (Index r = 0; r < d; ++r) mixture.means(r, i) = dyadic(mean(r), random_bits);
    mixture.covariances.push_back(std::move(covariance));
  }
  return mixture;
}

struct Entry {
  Family family;
  std::function<ExactMixture(const Settings&)> build;
};

Entry fixed(const char* name, const char* summary, std::initializer_list<Component> components) {
  return {{name, summary, {}}, [mixture = tabulated(components)](const Settings&) { return mixture; }};
}

std::vector<Entry> make_entries() {
  const char* far = "a number from 0 to 10^12";
  const char* dimension = "an integer from 1 to 256";
  return {
      fixed("over1", "1/2 N(-1, 1/2) + 1/2 N(1, 1/2): overlapping",
            {{"1/2", {"-1"}, {"1/2"}}, {"1/2", {"1"}, {"1/2"}}}),
      fixed("sep1", "0.4 N(-6, 1) + 0.6 N(5, 1.5): separated", {{"0.4", {"-6"}, {"1"}}, {"0.6", {"5"}, {"1.5"}}}),
      fixed("diff1", "0.4 N(-1, 0.3) + 0.6 N(1.5, 1.5): different widths",
            {{"0.4", {"-1"}, {"0.3"}}, {"0.6", {"1.5"}, {"1.5"}}}),
      fixed("nest1", "1/2 N(0, 0.1) + 1/2 N(0, 2): one inside the other",
            {{"1/2", {"0"}, {"0.1"}}, {"1/2", {"0"}, {"2"}}}),
      fixed("tri1", "0.3 N(-4, 0.5) + 0.3 N(0, 1) + 0.4 N(3, 0.3)",
            {{"0.3", {"-4"}, {"0.5"}}, {"0.3", {"0"}, {"1"}}, {"0.4", {"3"}, {"0.3"}}}),
      fixed("pan1", "1/2 N(-0.7, 0.05) + 1/2 N(0.7, 0.05): a pancake's profile",
            {{"1/2", {"-0.7"}, {"0.05"}}, {"1/2", {"0.7"}, {"0.05"}}}),
      fixed("over2", "1/2 N((-1, 0), [[.6, .2], [.2, .8]]) + 1/2 N((1, .5), [[1, -.3], [-.3, .5]])",
            {{"1/2", {"-1", "0"}, {".6", ".2", ".2", ".8"}}, {"1/2", {"1", ".5"}, {"1", "-.3", "-.3", ".5"}}}),
      fixed("pan2", "1/2 N((0, -0.7), diag(1, .05)) + 1/2 N((0, 0.7), diag(1, .05))",
            {{"1/2", {"0", "-0.7"}, {"1", "0", "0", ".05"}}, {"1/2", {"0", "0.7"}, {"1", "0", "0", ".05"}}}),
      fixed("nest2", "1/2 N(0, diag(2, .2)) + 1/2 N(0, diag(.2, 2)): a cross",
            {{"1/2", {"0", "0"}, {"2", "0", "0", ".2"}}, {"1/2", {"0", "0"}, {".2", "0", "0", "2"}}}),
      fixed("sep2", ".3 N((-7, 0), diag(1, .5)) + .3 N((7, 1), diag(.5, 1.2)) + .4 N((0, 8), [[1, .4], [.4, .8]])",
            {{".3", {"-7", "0"}, {"1", "0", "0", ".5"}},
             {".3", {"7", "1"}, {".5", "0", "0", "1.2"}},
             {".4", {"0", "8"}, {"1", ".4", ".4", ".8"}}}),
      fixed("over5", "1/2 N(-e_1, diag(.6, .8, 1, .5, 1.2)) + 1/2 N((1, .5, 0, 0, 0), diag(1, .5, .7, 1.3, .6))",
            {{"1/2", {"-1", "0", "0", "0", "0"}, {".6", "0", "0", "0", "0", "0",  ".8", "0", "0", "0", "0", "0",  "1",
                                                  "0",  "0", "0", "0", "0", ".5", "0",  "0", "0", "0", "0", "1.2"}},
             {"1/2", {"1", ".5", "0", "0", "0"}, {"1", "0", "0", "0", "0", "0",   ".5", "0", "0", "0", "0", "0", ".7",
                                                  "0", "0", "0", "0", "0", "1.3", "0",  "0", "0", "0", "0", ".6"}}}),
      {{"two", "1/2 N(-R, 1) + 1/2 N(R, 1)", {{"R", {"4", far}}}}, two},
      {{"clusters",
        ".2 N(-R - .6, .49) + .3 N(-R, .16) + .2 N(R - 1.5, .36) + .2 N(R, .25) + .1 N(R + 1.2, .25): two far clusters",
        {{"R", {"10", far}}}},
       clusters},
      {{"comb", "R/4 + 1 equal unit Gaussians 8 apart on [-R, R]", {{"R", {"16", "a multiple of 4 from 0 to 4092"}}}},
       comb},
      {{"pancakes",
        "k parallel pancakes Id - (1 - eta) v v^T along v = e_1, means and weights by Gauss-Hermite, so that the law "
        "along "
        "v matches 2k - 1 moments of N(0, 1)",
        {{"k", {"3", "an integer from 1 to 16"}},
         {"eta", {"1/16", "a number with 0 < eta <= 1"}},
         {"d", {"4", dimension}}}},
       pancakes},
      {{"degenerate",
        "1/2 N(-e_1, Q_1) + 1/2 N(e_1, Q_2), both of rank r: Q_1 the projector on the first r axes, Q_2 = B B^T with "
        "columns "
        "e_(d-j) + e_(d-j-1)/2, j < r",
        {{"d", {"3", dimension}}, {"r", {"2", "an integer from 0 to d"}}}},
       degenerate},
      {{"random",
        "k components with alpha Id <= Q_i <= beta Id and |mu_i| + |Q_i - Id|_F <= R: Haar eigenvectors, uniform "
        "eigenvalues "
        "(drawn towards Id where R asks it), uniform radii, weights (1/k + Dirichlet(1))/2",
        {{"d", {"2", "an integer from 1 to 64"}},
         {"k", {"3", "an integer from 1 to 256"}},
         {"alpha", {"1/4", "a number with 2^-16 <= alpha <= 1 and, unless alpha = beta = 1, alpha <= beta - 1/256"}},
         {"beta", {"4", "a number from 1 to 1024"}},
         {"R", {"8", "a number from 1/1024 to 10^12"}},
         {"seed", {"1", "an integer from 0 to 2^64 - 1"}}}},
       random},
  };
}

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all = make_entries();
  return all;
}

}  // namespace

const std::vector<Family>& families() {
  static const std::vector<Family> all = [] {
    std::vector<Family> list;
    for (const Entry& entry : entries()) list.push_back(entry.family);
    return list;
  }();
  return all;
}

ExactMixture instance(const std::string& name, const std::map<std::string, std::string>& settings) {
  const auto found =
      std::find_if(entries().begin(), entries().end(), [&](const Entry& entry) { return entry.family.name == name; });
  if (found == entries().end())
    throw InputError("", "family", name, "the name of a built-in family (`verimix instance --list` names them)");
  const Settings values(found->family, settings);
  ExactMixture mixture = found->build(values);
  mixture.name = values.mixture_name();
  validate(mixture);
  return mixture;
}

}  // namespace verimix
