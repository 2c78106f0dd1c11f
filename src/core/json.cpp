#include "verimix/core/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "verimix/core/error.hpp"

namespace verimix {
namespace {

/// The grammar alone: nlohmann's parser refuses a number that overflows its floating type, although the value is never
/// used here, so it is given the widest type there is.
using Grammar =
    nlohmann::basic_json<std::map, std::vector, std::string, bool, std::int64_t, std::uint64_t, long double>;

constexpr std::size_t deepest = 64;

std::string position_text(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  return fmt::format("line {}, column {}", lines + 1, std::max<std::size_t>(1, before.size() - line_start));
}

/// Builds the document from the events of nlohmann's parser.
class DocumentBuilder {
 public:
  explicit DocumentBuilder(std::string_view text) : text_(text) {}
  Json take() { return std::move(root_); }

  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(std::int64_t value) { return add(value); }
  bool number_unsigned(std::uint64_t value) { return add(value); }
  bool number_float(long double /*rounded*/, const std::string& written) { return add(written); }
  bool string(std::string& value) { return add(std::move(value)); }
  bool binary(Grammar::binary_t& /*value*/) { return false; }

  bool start_object(std::size_t /*size*/) {
    open(Json::object());
    keys_.emplace_back();
    return true;
  }
  bool key(std::string& name) {
    if (!keys_.back().insert(name).second) throw InputError("", "key", name, "a key that stands once in its object");
    key_ = name;
    return true;
  }
  bool end_object() {
    keys_.pop_back();
    open_.pop_back();
    return true;
  }
  bool start_array(std::size_t /*size*/) {
    open(Json::array());
    return true;
  }
  bool end_array() {
    open_.pop_back();
    return true;
  }

  bool parse_error(std::size_t offset, const std::string& last_token, const nlohmann::detail::exception& error) {
    constexpr int number_overflow = 406;
    const std::string where = position_text(text_, offset);
    if (error.id == number_overflow)
      throw InputError("", where, last_token, "a smaller number, or the same one as a string");
    if (offset > text_.size()) throw InputError("", where, "", "more JSON, but the document ends here");
    throw InputError("", where, last_token, "valid JSON");
  }

 private:
  Json* place(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Json& parent = *open_.back();
    if (parent.is_array()) return &parent.emplace_back(std::move(value));
    // The keys are known to differ, so the look-up that an insertion by key makes is spared.
    auto& members = parent.get_ref<Json::object_t&>();
    members.emplace_back(key_, std::move(value));
    return &members.back().second;
  }
  bool add(Json value) {
    place(std::move(value));
    return true;
  }
  void open(Json container) {
    if (open_.size() == deepest) throw InputError("", "nesting", "", fmt::format("at most {} levels", deepest));
    open_.push_back(place(std::move(container)));
  }

  std::string_view text_;
  Json root_;
  std::string key_;
  /// The containers that are open, outermost first. A container is changed only while it is the innermost, so that none
  /// of these pointers is ever moved away from.
  std::vector<Json*> open_;
  std::vector<std::unordered_set<std::string>> keys_;
};

/// The events of an array of arrays of numbers; any other event ends the reading.
class RowReader {
 public:
  explicit RowReader(const std::function<void(const std::vector<Json>&)>& on_row) : on_row_(on_row) {}

  bool null() { return false; }
  bool boolean(bool /*value*/) { return false; }
  bool number_integer(std::int64_t value) { return add(value); }
  bool number_unsigned(std::uint64_t value) { return add(value); }
  bool number_float(long double /*rounded*/, const std::string& written) { return add(written); }
  bool string(std::string& value) { return add(std::move(value)); }
  bool binary(Grammar::binary_t& /*value*/) { return false; }
  bool start_object(std::size_t /*size*/) { return false; }
  bool key(std::string& /*name*/) { return false; }
  bool end_object() { return false; }
  bool start_array(std::size_t /*size*/) { return ++depth_ <= 2; }
  bool end_array() {
    if (--depth_ == 1) {
      on_row_(row_);
      row_.clear();
    }
    return true;
  }
  bool parse_error(std::size_t /*offset*/, const std::string& /*last_token*/,
                   const nlohmann::detail::exception& /*error*/) {
    return false;
  }

 private:
  bool add(Json value) {
    row_.push_back(std::move(value));
    return depth_ == 2;
  }

  const std::function<void(const std::vector<Json>&)>& on_row_;
  std::vector<Json> row_;
  int depth_ = 0;
};

}  // namespace

bool read_json_rows(std::istream& stream, const std::function<void(const std::vector<Json>& row)>& on_row) {
  RowReader reader(on_row);
  return Grammar::sax_parse(stream, &reader);
}

Json parse_json(std::string_view text) {
  DocumentBuilder builder(text);
  Grammar::sax_parse(text, &builder);
  return builder.take();
}

Rational json_rational(const Json& value, const std::string& field) {
  if (value.is_number_unsigned()) return Rational(value.get<std::uint64_t>());
  if (value.is_number_integer()) return Rational(value.get<std::int64_t>());
  if (!value.is_string()) throw InputError("", field, value.dump(), "a number, or a number in a string");
  try {
    return parse_rational(value.get_ref<const std::string&>());
  } catch (const InputError& error) {
    throw InputError("", field, error.value(), error.expected());
  }
}

const Json& json_member(const Json& object, const std::string& key, const std::string& field) {
  const std::string name = field.empty() ? "document" : field;
  if (!object.is_object()) throw InputError("", name, object.dump(), "an object");
  const auto found = object.find(key);
  if (found == object.end()) throw InputError("", name, "", fmt::format("a member \"{}\"", key));
  return *found;
}

void require_known_members(const Json& object, const std::set<std::string>& allowed, const std::string& field) {
  const std::string name = field.empty() ? "document" : field;
  if (!object.is_object()) throw InputError("", name, object.dump(), "an object");
  for (const auto& [key, value] : object.items())
    if (!allowed.contains(key))
      throw InputError("", name, key, fmt::format("no member other than {}", fmt::join(allowed, ", ")));
}

}  // namespace verimix

// Promised by tools/cmake/precompiled_json.hpp.
template nlohmann::json nlohmann::json::parse<const char*>(const char*, const char*,
                                                           const nlohmann::json::parser_callback_t, const bool,
                                                           const bool);
