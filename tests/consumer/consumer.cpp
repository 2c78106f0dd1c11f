#include <cstdio>
#include <verimix/diffusion/ornstein_uhlenbeck.hpp>
#include <verimix/mixture/density.hpp>
#include <verimix/mixture/families.hpp>

int main() {
  const auto mixture = verimix::round_to<double>(verimix::instance("over1"));
  const verimix::Density<double> density(verimix::at_time(mixture, 0.1));
  std::printf("%.17g\n", density.evaluate(verimix::Matrix<double>::Constant(1, 1, 0.5)).score(0, 0));
}
