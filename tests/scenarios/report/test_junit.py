"""JUnit: the stack's failures and errors are three things with what the platform could not judge."""

from lxml import etree

from jing_scenarios.report.junit import junit_xml
from jing_scenarios.report.results import CaseResult, CriterionResult

# The rules of the schema that Jenkins and GitLab publish: elements, their order, and the attributes they must have.
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"testcase", "properties", "system-out", "system-err"},
    "testcase": {"failure", "error", "skipped", "system-out", "system-err"},
}
NEEDED = {
    "testsuite": {"name", "tests", "failures", "errors", "time", "timestamp", "hostname"},
    "testcase": {"name", "classname", "time"},
    "failure": {"type"},
    "error": {"type"},
}


def _document(cases: list[CaseResult]) -> etree._Element:
    return etree.fromstring(junit_xml("suite", cases, "2026-11-28T00:00:00"))


def test_the_document_keeps_the_rules_of_the_schema(cases: list[CaseResult]) -> None:
    for node in _document(cases).iter():
        assert NEEDED.get(str(node.tag), set()) <= set(node.attrib)
        assert {str(child.tag) for child in node} <= CHILDREN.get(str(node.tag), set())
        if node.tag == "testcase":
            assert len([child for child in node if child.tag in {"failure", "error", "skipped"}]) <= 1


def test_counts_are_those_of_the_elements(cases: list[CaseResult]) -> None:
    root = _document(cases)
    for suite in root:
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(attribute, "")) == len(suite.findall(f"testcase/{tag}"))
    assert int(root.get("failures", "")) == sum(case.verdict == "fail" for case in cases)


def test_an_inconclusive_case_is_skipped_with_its_reason_and_never_a_failure() -> None:
    case = CaseResult("a", "inconclusive", reason="the worker died", scenario="x")
    (test,) = _document([case]).iter("testcase")
    assert [child.tag for child in test] == ["skipped", "system-out"]
    assert test[0].get("message") == "the worker died"


def test_signs_that_xml_cannot_hold_do_not_break_the_document() -> None:
    broken = CriterionResult("speed", "fail", reason="\x00 <&> 超速")
    case = CaseResult("a", "fail", reason="a\x1b[0m <b>", scenario="x", criteria=(broken,))
    (failure,) = _document([case]).iter("failure")
    assert failure.get("message") == "a?[0m <b>"
    assert failure.text == "? <&> 超速"
