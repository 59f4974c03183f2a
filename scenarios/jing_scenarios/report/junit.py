"""JUnit XML, as Jenkins, GitLab and GitHub read it.

A failure is the stack's (a criterion does not hold), an error too (the stack crashed); what the platform could not
judge is skipped, never a failure.
"""

from collections.abc import Sequence

from lxml import etree

from jing_scenarios.report.results import CaseResult

__all__ = ["junit_xml"]


def junit_xml(name: str, cases: Sequence[CaseResult], timestamp: str) -> bytes:
    """The document: a `testsuite` for each scenario, a `testcase` for each case.

    Args:
        name: of all suites together.
        cases: of a run.
        timestamp: when it ran, ISO 8601 without zone (the schema's form).
    """
    root = etree.Element("testsuites", {"name": name, **_counts(cases), "time": _seconds(cases)})
    for number, scenario in enumerate(dict.fromkeys(case.scenario for case in cases)):
        own = [case for case in cases if case.scenario == scenario]
        said = {
            "name": scenario or name,
            **_counts(own),
            "skipped": str(sum(case.verdict == "inconclusive" for case in own)),
            "time": _seconds(own),
            "timestamp": timestamp,
            "hostname": "localhost",
            "id": str(number),
            "package": name,
        }
        suite = etree.SubElement(root, "testsuite", said)
        for case in own:
            _test_case(suite, name, case)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _counts(cases: Sequence[CaseResult]) -> dict[str, str]:
    verdicts = [case.verdict for case in cases]
    return {
        "tests": str(len(verdicts)),
        "failures": str(verdicts.count("fail")),
        "errors": str(verdicts.count("error")),
    }


def _seconds(cases: Sequence[CaseResult]) -> str:
    return f"{sum(case.wall_s for case in cases if case.wall_s > 0):.3f}"


def _test_case(suite: etree._Element, name: str, case: CaseResult) -> None:
    wall_s = case.wall_s if case.wall_s > 0 else 0.0
    classname = f"{name}.{case.scenario}" if case.scenario else name
    test = etree.SubElement(suite, "testcase", name=case.case, classname=classname, time=f"{wall_s:.3f}")
    message = _clean(case.reason)
    if case.verdict == "fail":
        broken = [c for c in case.criteria if c.verdict == "fail"]
        node = etree.SubElement(test, "failure", message=message, type=broken[0].name if broken else "criterion")
        node.text = _clean("\n".join(c.reason or c.name for c in broken))
    elif case.verdict == "error":
        etree.SubElement(test, "error", message=message, type="stack").text = message
    elif case.verdict == "inconclusive":
        etree.SubElement(test, "skipped", message=message)
    said = [f"{key} = {value}" for key, value in (*case.parameters.items(), ("seed", case.seed), ("stack", case.stack))]
    etree.SubElement(test, "system-out").text = _clean("\n".join(said))


def _clean(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(sign if sign in "\t\n\r" or ord(sign) >= 32 else "?" for sign in text)
