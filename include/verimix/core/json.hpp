// JSON (nlohmann) with exact numbers: a number that is not a 64-bit integer is kept as the text that was written, so
// that no decimal ever passes through a double.
#pragma once

#include <functional>
#include <istream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "verimix/core/rational.hpp"

namespace verimix {

/// Objects keep the order in which they were written.
using Json = nlohmann::ordered_json;

/// Parses a whole document. A number with a fraction or an exponent, or beyond 64 bits, becomes a JSON string of its
/// text. Throws InputError (field: the position) for anything that is not JSON, for a key that stands twice in one
/// object, and for nesting deeper than 64.
Json parse_json(std::string_view text);

/// Calls on_row with the entries of one inner array after the other, of a document that is an array of arrays of
/// numbers or of texts; entries as parse_json has them. No more than one row is held. False where the document is
/// something else or not JSON, which parse_json can then say; on_row may have been called before.
bool read_json_rows(std::istream& stream, const std::function<void(const std::vector<Json>& row)>& on_row);

/// The exact number in a JSON string or integer. `field` names it in the InputError that anything else throws.
Rational json_rational(const Json& value, const std::string& field);

/// The member `key` of an object, or an InputError that names it.
const Json& json_member(const Json& object, const std::string& key, const std::string& field);

/// Refuses, by name, any member that is not in `allowed`.
void require_known_members(const Json& object, const std::set<std::string>& allowed, const std::string& field);

}  // namespace verimix
