// The rows of a verimix.experiment/1 by the names of their columns.
#pragma once

#include <string>
#include <vector>

#include "verimix/core/json.hpp"

namespace verimix {

class ExperimentTable {
 public:
  /// The document outlives the table. Every row has as many entries as there are columns (read_result refuses others).
  explicit ExperimentTable(const Json& document);

  const std::vector<std::string>& columns() const { return columns_; }
  std::size_t size() const { return rows_->size(); }
  bool has(const std::string& column) const;
  /// Throws InputError (field "columns") for a column that the document lacks.
  const Json& at(std::size_t row, const std::string& column) const;
  /// What is said of the entry.
  std::string text(std::size_t row, const std::string& column) const;
  /// The different texts of a column, in the order of their first rows.
  std::vector<std::string> values(const std::string& column) const;
  /// Is there an entry in the column that is neither a number nor null?
  bool is_text(const std::string& column) const;

 private:
  std::vector<std::string> columns_;
  const Json* rows_;
};

}  // namespace verimix
