// Any bytes either are refused with an InputError, or are a mixture that is written and read back as it was.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "verimix/core/error.hpp"
#include "verimix/core/table.hpp"
#include "verimix/mixture/mixture_file.hpp"

namespace verimix {
namespace {

void read_as_mixture(const Json& document) {
  try {
    const ExactMixture mixture = parse_mixture(document);
    const ExactMixture again = parse_mixture(mixture_json(mixture));
    require_invariant(again.weights == mixture.weights && again.means == mixture.means, "a written mixture reads back");
    round_to<double>(mixture);
  } catch (const InputError&) {
  }
}

void read_as_points(std::string_view text) {
  try {
    require_invariant(parse_json_points<double>(text).size() > 0, "points that are accepted are some");
  } catch (const InputError&) {
  }
}

}  // namespace
}  // namespace verimix

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  verimix::read_as_points(text);
  try {
    verimix::read_as_mixture(verimix::parse_json(text));
  } catch (const verimix::InputError&) {
  }
  return 0;
}
