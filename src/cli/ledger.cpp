#include <memory>

#include "options.hpp"
#include "verbs.hpp"
#include "verimix/core/error.hpp"
#include "verimix/ledger/registry.hpp"

namespace verimix {
namespace {

struct LedgerOptions {
  std::string format = "json";
  std::string output;
};

void run(const LedgerOptions& options) {
  if (options.format == "json") return write_document(options.output, ledger_json());
  if (options.format == "markdown") return write_text(options.output, ledger_markdown());
  throw InputError("", "--format", options.format, "json or markdown");
}

}  // namespace

void add_ledger(CLI::App& program) {
  const auto options = std::make_shared<LedgerOptions>();
  CLI::App* verb =
      program.add_subcommand("ledger", "what is known of each numbered statement and algorithm of the paper");
  verb->add_option("--format", options->format, "json or markdown")->type_name("FORMAT");
  add_output(*verb, options->output);
  verb->callback([options] { run(*options); });
}

}  // namespace verimix
