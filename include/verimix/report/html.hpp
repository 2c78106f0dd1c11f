// Text on its way into a page: nothing that a document says can become markup or script.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "verimix/core/json.hpp"

namespace verimix {

/// The text with & < > " ' escaped: for content and for quoted attributes.
std::string html_text(std::string_view text);

/// The document as it may stand inside a <script type="application/json">: compact, with "</", "<!--", U+2028 and
/// U+2029 escaped. JSON.parse gives the document back. Bytes that are not UTF-8 become U+FFFD.
std::string script_json(const Json& document);

/// A paragraph-level piece of the notes' Markdown as HTML: paragraphs, indented blocks, tables and lists as they stand,
/// `code`, **bold**. Headings become bold lines.
std::string note_html(std::string_view markdown);

/// RFC 4648 base64, with padding.
std::string base64(std::string_view bytes);
/// The numbers as 16-bit integers, the low byte first, round(65534 (v - lowest)/(highest - lowest)), in base64; what
/// lies outside is moved to the end that is nearer, and NaN is 65535. Domain: lowest < highest.
std::string base64_quantised(const std::vector<double>& values, double lowest, double highest);

}  // namespace verimix
