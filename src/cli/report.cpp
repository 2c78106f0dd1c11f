#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/utsname.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <memory>
#include <sstream>
#include <thread>

#include "options.hpp"
#include "verbs.hpp"
#include "verimix/core/error.hpp"
#include "verimix/core/file.hpp"
#include "verimix/core/interrupt.hpp"
#include "verimix/mixture/mixture_file.hpp"
#include "verimix/report/page.hpp"

namespace verimix {
namespace {

struct ReportOptions {
  std::vector<std::string> files;
  std::string truth;
  std::string output;
};

/// The name that the system gives its processor; its architecture where it gives none.
std::string processor(const utsname& system) {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);)
    if (line.starts_with("model name") && line.find(": ") != std::string::npos) return line.substr(line.find(": ") + 2);
  return system.machine;
}

/// Now, or the moment that SOURCE_DATE_EPOCH names (reproducible builds), in UTC.
std::string moment() {
  std::time_t now = std::time(nullptr);
  if (const char* fixed = std::getenv("SOURCE_DATE_EPOCH"); fixed != nullptr) {
    const Rational seconds = parse_option("SOURCE_DATE_EPOCH", fixed);
    if (denominator(seconds) != 1 || seconds < 0 || seconds > 253402300799)
      throw InputError("", "SOURCE_DATE_EPOCH", fixed, "seconds since 1970, an integer");
    now = static_cast<std::time_t>(numerator(seconds));
  }
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(now));
}

Provenance provenance_of(const ReportOptions& options) {
  Provenance out;
  out.facts.emplace_back("made", moment());
  std::istringstream version(version_text());
  for (std::string line; std::getline(version, line);) {
    const std::size_t space = line.find(' ');
    out.facts.emplace_back(line.substr(0, space), line.substr(space + 1));
  }
  utsname system{};
  if (::uname(&system) == 0) {
    out.facts.emplace_back("machine",
                           fmt::format("{}, {} threads", processor(system), std::thread::hardware_concurrency()));
    out.facts.emplace_back("system", fmt::format("{} {}", system.sysname, system.release));
  }
  out.command = "verimix report";
  for (const std::string& file : options.files) out.command += " " + file;
  if (!options.truth.empty()) out.command += " --truth " + options.truth;
  out.command += " --output " + options.output;
  return out;
}

void run(const ReportOptions& options) {
  require_writable(options.output);
  std::vector<ResultDocument> documents;
  for (const std::string& file : options.files) {
    throw_if_interrupted();
    documents.push_back(read_result(file));
  }
  std::optional<ExactMixture> truth;
  if (!options.truth.empty()) truth = read_mixture(options.truth);
  if (!has_page_script())
    spdlog::warn(
        "this program was built without npm's packages: the report has static pictures, no filters and no sliders");
  const std::string page = report_page(documents, truth, provenance_of(options));
  constexpr std::size_t promised = 2'000'000;
  if (page.size() > promised) spdlog::warn("the page has {} bytes: fewer files make a smaller one", page.size());
  write_file(options.output, page);
}

}  // namespace

void add_report(CLI::App& program) {
  const auto options = std::make_shared<ReportOptions>();
  CLI::App* verb = program.add_subcommand(
      "report", "one self-contained page of HTML from what the other verbs and the benches wrote");
  verb->add_option("FILE", options->files,
                   "results: verimix.ledger/1, check/1, hunt/1, mixture/1, model/1, score/1, learn/1, distance/1, "
                   "experiment/1, validate/1, power/1, "
                   "Google Benchmark's JSON; points as .csv, .npy or .json (the first file of points is drawn on top)")
      ->required();
  verb->add_option("--truth", options->truth, "draw each learned model beside the score of this mixture")
      ->type_name("MIXTURE");
  verb->add_option("--output", options->output, "the page (written as a whole or not at all)")
      ->type_name("PAGE.html")
      ->required();
  verb->callback([options] { run(*options); });
}

}  // namespace verimix
