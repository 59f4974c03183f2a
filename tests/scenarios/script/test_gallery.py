"""The examples run, end as they say, and give the same bits again."""

from pathlib import Path

import pytest

from jing_scenarios.script.load import load_script

EXAMPLES = sorted((Path(__file__).parents[3] / "examples" / "scenarios").glob("*.py"))
FAILING = {"crossing_red_runner", "right_turn_e_bike", "synchronised_crossing"}
"""Nobody drives the ego in these: they show what a driver has to cope with."""


def test_there_are_twenty_examples() -> None:
    assert len(EXAMPLES) >= 20


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_to_its_stop_trigger_and_is_judged(path: Path) -> None:
    scenario = load_script(path)
    run = scenario.run(dt_s=0.05)
    verdict = scenario.verdict(run)
    assert run.stopped_by == "stop trigger"
    assert run.warnings == ()
    assert verdict.outcome == ("fail" if path.stem in FAILING else "pass"), verdict.reason


def test_an_example_gives_the_same_bits_again() -> None:
    path = next(path for path in EXAMPLES if path.stem == "cut_in")
    first, second = (load_script(path).run(dt_s=0.05).state_hash for _ in range(2))
    assert first == second


def test_the_page_shows_the_cut_in_as_it_is() -> None:
    page = (EXAMPLES[0].parents[2] / "docs" / "scenario-scripts.md").read_text(encoding="utf-8")
    shown = page.split("```python\n")[1].split("```")[0]
    code = next(path for path in EXAMPLES if path.stem == "cut_in").read_text(encoding="utf-8")
    assert shown in code
    assert len(shown.strip().splitlines()) <= 20
