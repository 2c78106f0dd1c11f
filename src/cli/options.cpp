#include "options.hpp"

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "verimix/core/error.hpp"
#include "verimix/core/file.hpp"
#include "verimix/diffusion/score_enclosure.hpp"
#include "verimix/mixture/mixture_file.hpp"

namespace verimix {

void add_output(CLI::App& verb, std::string& path) {
  verb.add_option("--output", path, "write the result to this file (complete or not at all), not to standard output")
      ->type_name("FILE");
}

void write_text(const std::string& path, std::string_view bytes) {
  if (!path.empty()) return write_file(path, bytes);
  errno = 0;
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size() || std::fflush(stdout) != 0)
    throw InputError("", "standard output", std::generic_category().message(errno), "a stream that can be written");
}

void write_document(const std::string& path, const Json& document) { write_text(path, document.dump(1) + "\n"); }

Rational parse_option(const std::string& name, const std::string& text) {
  try {
    return parse_rational(text);
  } catch (const InputError& error) {
    throw InputError("", name, text, error.expected());
  }
}

std::map<std::string, std::string> parse_settings(const std::vector<std::string>& settings) {
  std::map<std::string, std::string> values;
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) throw InputError("", "--set", setting, "KEY=VALUE");
    if (!values.emplace(setting.substr(0, equals), setting.substr(equals + 1)).second)
      throw InputError("", "--set", setting, "each key once");
  }
  return values;
}

ExactMixture read_density(const std::string& path, const Rational& time) {
  ExactMixture mixture = read_mixture(path);
  try {
    require_density(mixture, time);
  } catch (const InputError& error) {
    throw error.in_file(path);
  }
  return mixture;
}

}  // namespace verimix
