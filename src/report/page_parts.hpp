// What the page is put together from: sections of HTML, and figures whose data stand in one place for the script.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "verimix/core/json.hpp"
#include "verimix/report/board.hpp"
#include "verimix/report/figure.hpp"
#include "verimix/report/result_document.hpp"

namespace verimix {

struct Section {
  std::string id, title, html;
};

/// Places figures: HTML with the caption where they stand, data for the script (or static SVG where there is none).
class FigureShelf {
 public:
  explicit FigureShelf(bool drawn_by_script) : drawn_by_script_(drawn_by_script) {}

  /// The figure's element. Its id is made unique; its group likewise for figures that were given together.
  std::string place(Figure figure);
  std::string place_all(std::vector<Figure> figures);
  const Json& data() const { return data_; }

 private:
  std::string unique(const std::string& id);

  bool drawn_by_script_;
  Json data_ = Json::array();
  std::set<std::string> used_;
};

/// A table with a caption; cells are HTML.
std::string table_html(const std::string& caption, const std::vector<std::string>& heads,
                       const std::vector<std::vector<std::string>>& rows);
/// `<span class="chip ...">word</span>`: verdicts and evidence in their colours and shapes.
std::string chip_html(const std::string& word);
/// A list of what a thing has: names and values (HTML); entries without a value are left out.
std::string facts_html(const std::vector<std::pair<std::string, std::string>>& facts);
/// `<code>` with a command that may be copied.
std::string command_html(const std::string& command);

/// A strip of the log10 axis [-12, 4] with the checks' lhs/rhs on it, and the line at 1.
std::string ratio_strip(const std::vector<BoardCheck>& checks);

std::string findings_html(const std::vector<const ResultDocument*>& hunts, FigureShelf& shelf);
std::string distance_html(const ResultDocument& document);
std::string experiment_html(const ResultDocument& document);
std::string learn_html(const ResultDocument& document);
std::string validate_html(const ResultDocument& document);
/// Documents of `validate --vectors` side by side: the worst error in tolerances by flag.
std::string league_html(const std::vector<const ResultDocument*>& documents);
std::string benchmark_html(const ResultDocument& document);
std::string score_html(const ResultDocument& document);

}  // namespace verimix
