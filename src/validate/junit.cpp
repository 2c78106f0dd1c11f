#include "junit.hpp"

#include <algorithm>
#include <map>
#include <pugixml.hpp>
#include <sstream>

namespace verimix {
namespace {

using Result = JunitCase::Result;

void add_case(pugi::xml_node suite, const JunitCase& a_case) {
  pugi::xml_node node = suite.append_child("testcase");
  node.append_attribute("classname") = a_case.suite.c_str();
  node.append_attribute("name") = a_case.name.c_str();
  if (a_case.result == Result::passed) return;
  pugi::xml_node result = node.append_child(a_case.result == Result::failed ? "failure" : "skipped");
  result.append_attribute("message") = a_case.message.c_str();
  if (!a_case.type.empty()) result.append_attribute("type") = a_case.type.c_str();
  if (!a_case.text.empty()) result.text() = a_case.text.c_str();
}

template <class Cases>
void add_counts(pugi::xml_node node, const std::string& name, const Cases& cases, const auto& result_of) {
  node.append_attribute("name") = name.c_str();
  node.append_attribute("tests") = cases.size();
  node.append_attribute("failures") = std::ranges::count(cases, Result::failed, result_of);
  node.append_attribute("errors") = 0;
  node.append_attribute("skipped") = std::ranges::count(cases, Result::skipped, result_of);
}

}  // namespace

std::string junit_document(const std::vector<JunitCase>& cases) {
  std::map<std::string, std::vector<const JunitCase*>> suites;
  for (const JunitCase& a_case : cases) suites[a_case.suite].push_back(&a_case);
  pugi::xml_document document;
  document.append_child(pugi::node_declaration).append_attribute("version") = "1.0";
  pugi::xml_node root = document.append_child("testsuites");
  add_counts(root, "verimix validate", cases, &JunitCase::result);
  for (const auto& [name, members] : suites) {
    pugi::xml_node suite = root.append_child("testsuite");
    add_counts(suite, name, members, [](const JunitCase* c) { return c->result; });
    for (const JunitCase* a_case : members) add_case(suite, *a_case);
  }
  std::ostringstream text;
  document.save(text, " ");
  return text.str();
}

}  // namespace verimix
