#include <fmt/format.h>

#include <memory>

#include "options.hpp"
#include "verbs.hpp"
#include "verimix/core/error.hpp"
#include "verimix/validate/vector_corpus.hpp"

namespace verimix {
namespace {

struct VectorsOptions {
  std::string folder, other, output;
  std::string tier = "smoke";
  std::string dtype = "float64";
};

void add_generate(CLI::App& vectors, const std::shared_ptr<VectorsOptions>& options) {
  CLI::App* verb = vectors.add_subcommand("generate", "write the corpus to a folder");
  verb->add_option("--output", options->output, "the folder; a pinned one is never changed")
      ->type_name("DIR")
      ->required();
  verb->add_option("--tier", options->tier, "smoke (seconds) or full (minutes)")->type_name("TIER");
  verb->callback([options] {
    const Tier tier = parse_tier(options->tier);
    write_corpus(options->output, corpus_files(answered(vector_questions(tier)), tier));
  });
}

void add_requests(CLI::App& vectors, const std::shared_ptr<VectorsOptions>& options) {
  CLI::App* verb = vectors.add_subcommand(
      "requests", "the cases as `validate --command` asks them, a JSON line each, to be answered into a file");
  verb->add_option("DIR", options->folder, "a folder of the corpus")->required();
  verb->add_option("--tier", options->tier, "smoke or full")->type_name("TIER");
  verb->add_option("--dtype", options->dtype, "float64, float32 or bfloat16: only what applies to it")
      ->type_name("DTYPE");
  add_output(*verb, options->output);
  verb->callback([options] {
    const Dtype dtype = parse_dtype(options->dtype);
    std::string lines;
    for (const VectorCase& a_case : read_corpus(options->folder, parse_tier(options->tier)).cases)
      if (a_case.answer.tolerance.at(static_cast<std::size_t>(dtype)))
        lines += request_json(a_case.question, dtype).dump() + "\n";
    write_text(options->output, lines);
  });
}

void add_verify(CLI::App& vectors, const std::shared_ptr<VectorsOptions>& options, int& status) {
  CLI::App* verb = vectors.add_subcommand("verify", "check checksums, and compute every case anew");
  verb->add_option("DIR", options->folder, "a folder of the corpus")->required();
  add_output(*verb, options->output);
  verb->callback([options, &status] {
    const std::vector<std::string> problems = verify_corpus(options->folder);
    write_document(options->output, to_json(problems, read_corpus(options->folder).cases.size()));
    status = problems.empty() ? 0 : 1;
  });
}

void add_pin(CLI::App& vectors, const std::shared_ptr<VectorsOptions>& options) {
  CLI::App* verb = vectors.add_subcommand("pin", "freeze a folder: from now on any change of a file is refused");
  verb->add_option("DIR", options->folder, "a folder of the corpus")->required();
  verb->callback([options] { pin_corpus(options->folder); });
}

void add_diff(CLI::App& vectors, const std::shared_ptr<VectorsOptions>& options, int& status) {
  CLI::App* verb = vectors.add_subcommand("diff", "what differs between two folders, case by case");
  verb->add_option("BEFORE", options->folder, "a folder of the corpus")->required();
  verb->add_option("AFTER", options->other, "another")->required();
  add_output(*verb, options->output);
  verb->callback([options, &status] {
    const CorpusDifference difference = diff_corpora(options->folder, options->other);
    write_document(options->output, to_json(difference));
    status = difference.empty() ? 0 : 1;
  });
}

}  // namespace

void add_vectors(CLI::App& program, int& status) {
  const auto options = std::make_shared<VectorsOptions>();
  CLI::App* verb = program.add_subcommand("vectors", "the corpus of reference cases for other implementations");
  verb->require_subcommand(1);
  add_generate(*verb, options);
  add_requests(*verb, options);
  add_verify(*verb, options, status);
  add_pin(*verb, options);
  add_diff(*verb, options, status);
}

}  // namespace verimix
