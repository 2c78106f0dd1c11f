// Text stays text, whatever it says.
#include "verimix/report/html.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace verimix {
namespace {

TEST(ReportText, MarkupIsEscaped) {
  EXPECT_EQ(html_text(R"(<script>alert("a & 'b'")</script>)"),
            "&lt;script&gt;alert(&quot;a &amp; &#39;b&#39;&quot;)&lt;/script&gt;");
  EXPECT_EQ(html_text("Gauß ≤ √2"), "Gauß ≤ √2");
}

TEST(ReportText, JsonInAScriptCannotEndIt) {
  const Json document = {{"name", "</script><script>alert(1)</script><!-- \xe2\x80\xa8 \xe2\x80\xa9"}};
  const std::string text = script_json(document);
  EXPECT_EQ(text.find('<'), std::string::npos);
  EXPECT_EQ(text.find("\xe2\x80\xa8"), std::string::npos);
  EXPECT_EQ(text.find("\xe2\x80\xa9"), std::string::npos);
  EXPECT_EQ(Json::parse(text), document);
}

TEST(ReportText, BytesThatAreNotUtf8AreReplaced) {
  EXPECT_EQ(Json::parse(script_json({{"name", "a\xff"}}))["name"], "a\xef\xbf\xbd");
}

TEST(ReportText, NotesBecomeParagraphsAndFormulaeStayAsTheyStand) {
  EXPECT_EQ(note_html("One `a<b` and **two**.\n\n    x < y,\n    z\n\n- a\n- b\n\n## Head\nNext"),
            "<p>One <code>a&lt;b</code> and <strong>two</strong>.</p><pre>    x &lt; y,\n    z</pre><pre>- a\n- b</pre>"
            "<p><strong>Head</strong></p><p>Next</p>");
  EXPECT_EQ(note_html("an open `tick"), "<p>an open <code>tick</code></p>");
}

// RFC 4648, section 10.
TEST(ReportText, Base64) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xff\xff"), "////");
}

TEST(ReportText, QuantisedNumbersKeepTheirEndsAndTheirGaps) {
  // 0, 65534, 65535 for NaN, and what lies outside at the nearer end; the low byte first.
  EXPECT_EQ(base64_quantised({-1, 1, std::nan(""), 7}, -1, 1),
            base64(std::string("\x00\x00\xfe\xff\xff\xff\xfe\xff", 8)));
}

}  // namespace
}  // namespace verimix
