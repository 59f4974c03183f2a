"""Our grammar against lxml's validation with the standard's own schemas, on the corpus and on files that were broken.

The schemas come with asam-qc-openscenarioxml, which asks for an older lxml than ours: install it without what it needs,
`pip install --no-deps asam-qc-openscenarioxml`.
"""

import copy
import random
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from lxml import etree

from jing_scenarios.openscenario.findings import Findings
from jing_scenarios.openscenario.grammar import VERSIONS, grammar_of
from jing_scenarios.openscenario.validate import validate
from jing_scenarios.openscenario.xml_tree import parse_text

CORPUS = Path(__file__).resolve().parents[3] / "shared/data/openscenario/corpus"
SPEC = find_spec("qc_openscenario")
FOLDERS = {(1, 0): "1.0.0", (1, 1): "1.1.1", (1, 2): "1.2.0", (1, 3): "1.3.0"}
VALUES = ["", "abc", "-1", "1.5", "true", "$p", "${1+1}", "1e5", "INF", "99999999999", " 3 ", "2020-01-01T00:00:00"]

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(not CORPUS.exists(), reason="the OpenSCENARIO files under ../shared are absent"),
    pytest.mark.skipif(SPEC is None, reason="pip install --no-deps asam-qc-openscenarioxml brings the schemas"),
]


@cache
def schema(version: tuple[int, int]) -> etree.XMLSchema:
    assert SPEC is not None
    assert SPEC.submodule_search_locations is not None
    path = Path(SPEC.submodule_search_locations[0]) / "schema" / FOLDERS[version] / "OpenSCENARIO.xsd"
    return etree.XMLSchema(etree.parse(path))


def documents() -> list[Path]:
    found = []
    for path in sorted(CORPUS.rglob("*.xosc")):
        try:
            root = etree.parse(path).getroot()
        except etree.XMLSyntaxError:
            continue
        if root.tag == "OpenSCENARIO":
            found.append(path)
    return found


def ours(tree: etree._ElementTree, version: tuple[int, int]) -> list[str]:
    findings = Findings()
    grammar = grammar_of(version)
    validate(parse_text(etree.tostring(tree)), grammar.root, grammar, findings)
    return findings.errors


def theirs(tree: etree._ElementTree, version: tuple[int, int]) -> list[str]:
    """What libxml2 finds; blanks in elements without content are harmless to us."""
    schema(version).validate(tree)
    messages = [entry.message for entry in list(schema(version).error_log)]  # type: ignore[call-overload]
    return [message for message in messages if "Character content is not allowed" not in message]


@pytest.mark.parametrize("version", VERSIONS)
def test_files_are_valid_where_the_schema_says_so(version: tuple[int, int]) -> None:
    for path in documents():
        tree = etree.parse(path)
        assert bool(ours(tree, version)) == bool(theirs(tree, version)), (
            path,
            ours(tree, version),
            theirs(tree, version),
        )


@pytest.mark.parametrize("seed", range(3))
def test_broken_files_are_broken_for_both(seed: int) -> None:
    draw = random.Random(seed)
    for path in documents():
        tree = etree.parse(path)
        what = broken(tree, draw)
        version = draw.choice(VERSIONS)
        assert bool(ours(tree, version)) == bool(theirs(tree, version)), (path, what, version)


def broken(tree: etree._ElementTree, draw: random.Random) -> str:
    """Changes one place of the tree; says what was done."""
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    element = draw.choice(elements[1:])
    kind = draw.choice(["drop attribute", "change value", "remove", "double", "swap", "append", "add attribute"])
    if kind == "drop attribute" and element.attrib:
        del element.attrib[draw.choice(list(element.attrib))]
    elif kind == "change value" and element.attrib:
        element.attrib[draw.choice(list(element.attrib))] = draw.choice(VALUES)
    elif kind == "remove":
        parent = element.getparent()
        assert parent is not None
        parent.remove(element)
    elif kind == "double":
        element.addnext(copy.deepcopy(element))
    elif kind == "swap" and len(element) > 1:
        element[0].addprevious(element[-1])
    elif kind == "append":
        element.append(copy.deepcopy(draw.choice(elements)))
    else:
        element.set(draw.choice(["foo", "name", "value", "time"]), "1")
    return f"{kind} {element.tag}"
