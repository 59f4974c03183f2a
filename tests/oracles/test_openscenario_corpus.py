"""The OpenSCENARIO files of the corpus: what must load loads, what is wrong is rejected with its place."""

import csv
import re
from pathlib import Path

import pytest

from jing_scenarios.openscenario.catalogs import load_catalog
from jing_scenarios.openscenario.distributions import load_distribution
from jing_scenarios.openscenario.findings import Findings
from jing_scenarios.openscenario.grammar import NEWEST, grammar_of
from jing_scenarios.openscenario.node import Node, OpenScenarioError, ParameterConstraintError
from jing_scenarios.openscenario.read import load_scenario
from jing_scenarios.openscenario.validate import validate
from jing_scenarios.openscenario.write import xosc_text
from jing_scenarios.openscenario.xml_tree import parse_file, parse_text

SHARED = Path(__file__).resolve().parents[3] / "shared/data/openscenario"
CORPUS = SHARED / "corpus"

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.skipif(not CORPUS.exists(), reason="the OpenSCENARIO files under ../shared are absent"),
]

_BY_FILE_ITSELF = (
    "no such road network file",
    "there is no directory",
    "no such entity",
    "no parameter",
    "expression",
    "a number is right",
)


def files(tier: str) -> list[Path]:
    if not CORPUS.exists():
        return []
    with (SHARED / "ACCEPTANCE.csv").open(encoding="utf-8") as rows:
        return [CORPUS / row["file"] for row in csv.DictReader(rows) if row["tier"].startswith(tier)]


def name(path: Path) -> str:
    return str(path.relative_to(CORPUS))


@pytest.mark.parametrize("path", files("A-run"), ids=name)
def test_what_others_run_loads_and_keeps_the_grammar_of_1_3(path: Path) -> None:
    read = load_scenario(path)
    assert read.entities
    findings = Findings()
    validate(read.root, grammar_of(NEWEST).root, grammar_of(NEWEST), findings)
    assert findings.errors == []


@pytest.mark.parametrize("path", files("N-negative"), ids=name)
def test_what_is_wrong_is_rejected_with_its_place(path: Path) -> None:
    with pytest.raises(OpenScenarioError) as error:
        load_scenario(path)
    assert all(re.match(rf"{re.escape(str(path))}:\d+:\d+: \S", finding) for finding in error.value.findings)


@pytest.mark.parametrize("path", files("B-parse"), ids=name)
def test_what_others_cannot_run_loads_or_says_what_it_lacks(path: Path) -> None:
    try:
        load_scenario(path)
    except OpenScenarioError as error:
        if not any(reason in str(error) for reason in _BY_FILE_ITSELF):
            raise


@pytest.mark.parametrize("path", files("C-catalog"), ids=name)
def test_catalogs_load(path: Path) -> None:
    assert load_catalog(path).entries


def test_the_variations_of_un_r157_are_121060_cases() -> None:
    distributions = [load_distribution(path) for path in files("P-dist") if "asam_alks" in str(path)]
    assert len(distributions) == 15
    assert sum(distribution.count for distribution in distributions) == 121_060
    assert max(distribution.count for distribution in distributions) == 52_500


@pytest.mark.parametrize("path", files("P-dist"), ids=name)
def test_cases_of_distributions_resolve_or_break_a_constraint(path: Path) -> None:
    distribution = load_distribution(path)
    for index in range(0, distribution.count, max(distribution.count // 5, 1)):
        try:
            load_scenario(distribution.scenario_file, distribution.case(index))
        except ParameterConstraintError:
            continue


@pytest.mark.parametrize("path", files("A-run") + files("C-catalog") + files("P-dist"), ids=name)
def test_files_survive_being_written(path: Path) -> None:
    def same(node: Node, other: Node) -> bool:
        texts = (node.text, other.text) if not node.children else ("", "")
        alike = (node.tag, node.values, texts[0]) == (other.tag, other.values, texts[1])
        return alike and len(node.children) == len(other.children) and all(map(same, node.children, other.children))

    root = parse_file(path)
    assert same(parse_text(xosc_text(root)), root)
