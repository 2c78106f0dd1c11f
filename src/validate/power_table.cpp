#include "verimix/validate/power_table.hpp"

#include <fmt/format.h>

#include "verimix/core/error.hpp"
#include "verimix/core/number_text.hpp"
#include "verimix/diffusion/ornstein_uhlenbeck.hpp"
#include "verimix/diffusion/score_enclosure.hpp"
#include "verimix/distance/distance.hpp"

namespace verimix {
namespace {

void require_request(const PowerTableRequest& request) {
  if (request.runs < 0) throw InputError("", "runs", std::to_string(request.runs), "at least 0");
  if (request.search.repetitions < 1)
    throw InputError("", "repetitions", std::to_string(request.search.repetitions), "at least 1");
  if (!(request.search.share > 0 && request.search.share < 1))
    throw InputError("", "share", to_text(request.search.share), "a number above 0 and below 1");
}

std::pair<std::string, std::string> total_variation(const Mixture<double>& truth, const Mixture<double>& law) {
  DistanceRequest request;
  request.metrics = {Metric::tv};
  const Distance tv = distances(exact(truth), exact(law), request).front();
  return {tv.lower, tv.upper};
}

/// A decimal of four digits that is not above (below) the number.
std::string four_digits(const std::string& text, bool upwards) {
  const auto value = from_rational<double>(parse_rational(text));
  if (value == 0) return "0";
  constexpr double half_a_unit = 5e-4;
  return fmt::format("{:.3e}", value * (upwards ? 1 + half_a_unit : 1 - half_a_unit));
}

std::string brief(double x) { return fmt::format("{:.3g}", x); }

}  // namespace

PowerTable power_table(const ExactMixture& truth, const Rational& time, const PowerTableRequest& request) {
  require_request(request);
  require_density(truth, time);
  const Mixture<double> law = at_time(round_to<double>(truth), from_rational<double>(time));
  const SampleBattery battery(law, request.count, request.battery);
  PowerTable table{request, truth.name, battery.sight(), {}, {}};
  if (request.runs > 0) table.false_alarms = false_alarms(law, request.count, request.battery, request.runs);
  for (const Perturbation& perturbation : perturbations(law)) {
    const std::optional<SmallestCaught> caught = smallest_caught(battery, perturbation, request.search);
    PowerRow row{perturbation.kind, perturbation.name, {}, {}, {}};
    if (caught) {
      row.size = caught->size;
      row.power = caught->power;
    }
    const auto [lower, upper] = total_variation(law, caught ? caught->law : perturbation.apply(law, perturbation.most));
    row.tv = {four_digits(lower, false), four_digits(upper, true)};
    table.rows.push_back(std::move(row));
  }
  return table;
}

Json to_json(const PowerTable& table) {
  Json document{{"format", "verimix.power/1"},
                {"mixture", table.mixture},
                {"count", table.request.count},
                {"alpha", to_text(table.request.battery.alpha)},
                {"share", to_text(table.request.search.share)},
                {"sight", to_json(table.sight)},
                {"false_alarms", nullptr},
                {"smallest", Json::array()}};
  if (const auto& alarms = table.false_alarms)
    document["false_alarms"] = {{"runs", alarms->runs},
                                {"rejected", alarms->rejected},
                                {"lower", to_text(alarms->lower)},
                                {"upper", to_text(alarms->upper)},
                                {"confidence", "0.95"},
                                {"evidence", "estimated"}};
  for (const PowerRow& row : table.rows) {
    Json entry{{"kind", row.kind}, {"alternative", row.alternative}};
    entry["size"] = row.size ? Json(to_text(*row.size)) : Json(nullptr);
    entry["rejected"] = row.power ? Json(to_text(row.power->share)) : Json(nullptr);
    entry["lower_95"] = row.power ? Json(to_text(row.power->lower)) : Json(nullptr);
    entry["tv"] = {{"lower", row.tv.first}, {"upper", row.tv.second}};
    document["smallest"].push_back(std::move(entry));
  }
  return document;
}

std::string to_markdown(const PowerTable& table) {
  std::string text = fmt::format("`{}`, n = {}, alpha = {}: ", table.mixture, table.request.count,
                                 to_text(table.request.battery.alpha));
  if (const auto& alarms = table.false_alarms)
    text += fmt::format("{} of {} right samples rejected (95%: {} to {}); ", alarms->rejected, alarms->runs,
                        brief(alarms->lower), brief(alarms->upper));
  text += fmt::format(
      "certain to see, with probability {} or more: a shift by {} deviations, a spread {} times too large.\n\n",
      to_text(Sight::probability), brief(table.sight.shift), brief(table.sight.spread));
  text += "| wrong by | smallest size caught | share of fresh samples rejected (at least, 95%) | TV, certified |\n";
  text += "|---|---|---|---|\n";
  for (const PowerRow& row : table.rows)
    text += fmt::format("| {} ({}) | {} | {} | {} to {} |\n", row.kind, row.alternative,
                        row.size ? brief(*row.size) : "not even the largest",
                        row.power ? fmt::format("{} ({})", brief(row.power->share), brief(row.power->lower)) : "",
                        row.tv.first, row.tv.second);
  return text;
}

}  // namespace verimix
