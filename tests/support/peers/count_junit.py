#!/usr/bin/env python3
"""Reads JUnit XML with Python's own parser: the structure that build servers expect, and counts that are true. Status 1 if not."""
import sys
import xml.etree.ElementTree


def require(condition, what):
    if not condition:
        sys.exit(what)


def require_counts(node, cases):
    """The attributes of a suite are what its cases say."""
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        require(int(node.get(attribute)) == sum(c.find(tag) is not None for c in cases), f"{node.get('name')}: {attribute}")
    require(int(node.get("tests")) == len(cases), f"{node.get('name')}: tests")


def main():
    root = xml.etree.ElementTree.parse(sys.argv[1]).getroot()
    require(root.tag == "testsuites", "the root is testsuites")
    require_counts(root, list(root.iter("testcase")))
    for suite in root:
        require(suite.tag == "testsuite", f"{suite.tag} where a testsuite was expected")
        require_counts(suite, list(suite))
        for case in suite:
            require(case.tag == "testcase" and case.get("name") and case.get("classname") == suite.get("name"), "a named testcase")
            require([child.tag for child in case] in ([], ["failure"], ["skipped"]), f"{case.get('name')}: one result")
            require(all(child.get("message") for child in case), f"{case.get('name')}: a message")


if __name__ == "__main__":
    main()
