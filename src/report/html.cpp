#include "verimix/report/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "verimix/core/error.hpp"

namespace verimix {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// `code` and **bold** of a line of text.
std::string inline_html(std::string_view line) {
  std::string out;
  bool code = false;
  bool bold = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '`') {
      out += code ? "</code>" : "<code>";
      code = !code;
    } else if (!code && line.substr(i, 2) == "**") {
      out += bold ? "</strong>" : "<strong>";
      bold = !bold;
      ++i;
    } else {
      out += html_text(line.substr(i, 1));
    }
  }
  if (code) out += "</code>";
  if (bold) out += "</strong>";
  return out;
}

enum class BlockKind { paragraph, as_it_stands, heading };

BlockKind kind_of(std::string_view first_line) {
  if (first_line.starts_with("#")) return BlockKind::heading;
  const bool listed = first_line.starts_with("- ") || first_line.starts_with("| ") || first_line.starts_with("1. ");
  return listed || first_line.starts_with("    ") ? BlockKind::as_it_stands : BlockKind::paragraph;
}

std::string block_html(std::string_view block) {
  const BlockKind kind = kind_of(block);
  if (kind == BlockKind::as_it_stands) return fmt::format("<pre>{}</pre>", html_text(block));
  if (kind == BlockKind::paragraph) return fmt::format("<p>{}</p>", inline_html(block));
  block.remove_prefix(block.find_first_not_of("# "));
  return fmt::format("<p><strong>{}</strong></p>", inline_html(block));
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  return out;
}

std::string script_json(const Json& document) {
  std::string text = document.dump(-1, ' ', false, Json::error_handler_t::replace);
  // Outside of strings JSON has neither "<" nor these two characters, so the escapes stand inside of strings.
  replace_all(text, "<", "\\u003c");
  replace_all(text, "\xe2\x80\xa8", "\\u2028");
  replace_all(text, "\xe2\x80\xa9", "\\u2029");
  return text;
}

std::string note_html(std::string_view markdown) {
  std::string out;
  while (!markdown.empty()) {
    const std::size_t start = markdown.find_first_not_of('\n');
    if (start == std::string_view::npos) break;
    markdown.remove_prefix(start);
    std::size_t end = std::min(markdown.find("\n\n"), markdown.size());
    if (markdown.starts_with("#")) end = std::min(end, markdown.find('\n'));
    out += block_html(markdown.substr(0, end));
    markdown.remove_prefix(end);
  }
  return out;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t given = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8U | (j < given ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) out += j <= given ? alphabet[group >> (18U - 6U * j) & 63U] : '=';
  }
  return out;
}

std::string base64_quantised(const std::vector<double>& values, double lowest, double highest) {
  require_invariant(lowest < highest, "a range to quantise in");
  constexpr double steps = 65534;
  constexpr std::uint16_t gap = 65535;
  std::string bytes;
  bytes.reserve(2 * values.size());
  for (const double v : values) {
    const double share = std::clamp((v - lowest) / (highest - lowest), 0.0, 1.0);
    const auto level = std::isnan(v) ? gap : static_cast<std::uint16_t>(std::lround(steps * share));
    bytes += static_cast<char>(level & 0xFFU);
    bytes += static_cast<char>(level >> 8U);
  }
  return base64(bytes);
}

}  // namespace verimix
