#include <fmt/format.h>

#include <memory>

#include "options.hpp"
#include "verbs.hpp"
#include "verimix/core/error.hpp"
#include "verimix/mixture/families.hpp"
#include "verimix/mixture/mixture_file.hpp"

namespace verimix {
namespace {

struct InstanceOptions {
  std::string family;
  std::vector<std::string> settings;
  bool list = false;
  std::string output;
};

std::string family_list() {
  std::string text;
  for (const Family& family : families()) {
    text += fmt::format("{}\n    {}\n", family.name, family.summary);
    for (const auto& [key, parameter] : family.parameters)
      text += fmt::format("    --set {}={}    {}\n", key, parameter.default_value, parameter.domain);
  }
  return text;
}

void run(const InstanceOptions& options) {
  if (options.list) return write_text(options.output, family_list());
  if (options.family.empty())
    throw InputError("", "NAME", "", "the name of a built-in family (`verimix instance --list` names them)");
  write_document(options.output, mixture_json(instance(options.family, parse_settings(options.settings))));
}

}  // namespace

void add_instance(CLI::App& program) {
  const auto options = std::make_shared<InstanceOptions>();
  CLI::App* verb = program.add_subcommand("instance", "write a built-in mixture as a file verimix.mixture/1");
  verb->add_option("NAME", options->family, "the family");
  verb->add_option("--set", options->settings, "a parameter of the family, as KEY=VALUE; may be given several times")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  verb->add_flag("--list", options->list, "list the families, their parameters, defaults and domains");
  add_output(*verb, options->output);
  verb->callback([options] { run(*options); });
}

}  // namespace verimix
