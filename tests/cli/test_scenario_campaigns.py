"""`jingsim scenario sweep`, `search` and `convert`: the contract's keys, exit codes, and messages."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jing_cli.scenario_command import app
from jing_maps.errors import JingError

# Ray's own processes and sockets warn while they are ended.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]

CUT_IN = str(Path(__file__).parents[2] / "examples" / "scenarios" / "cut_in.py")


def _run(*arguments: str) -> tuple[int, dict[str, object]]:
    done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    return done.exit_code, json.loads(done.stdout.strip().splitlines()[-1])


def test_a_sweep_prints_the_contract_and_is_resumed(tmp_path: Path) -> None:
    call = ("sweep", CUT_IN, "--vary", "cut_in_gap_m=2,25", "--levels", "2", "--max-time", "10", "--json")
    where = ("--out", str(tmp_path / "sweep"), "--workers", "1")
    code, first = _run(*call, *where)
    _, again = _run(*call, *where)
    assert {"cases", "passed", "failed", "errors", "inconclusive", "wall_s", "report"} <= set(first)
    assert first["cases"] == 4
    assert code == (1 if first["failed"] else 0)
    assert Path(str(first["report"])).is_file()
    assert again["resumed"] == 4
    assert [again[name] for name in ("cases", "passed", "failed")] == [
        first[name] for name in ("cases", "passed", "failed")
    ]


def test_a_sweep_whose_cases_cannot_be_judged_does_not_pass(tmp_path: Path) -> None:
    call = ("sweep", CUT_IN, "--vary", "no_such_m=2,25", "--method", "random", "--cases", "2", "--no-report")
    done = CliRunner().invoke(app, [*call, "--out", str(tmp_path / "sweep"), "--workers", "1"], catch_exceptions=False)
    assert done.exit_code == 1
    assert "no_such_m" in done.stderr


def test_a_search_finds_a_case_below_the_threshold(tmp_path: Path) -> None:
    code, found = _run(
        "search", CUT_IN, "--method", "cma", "--cases", "12", "--round", "6", "--max-time", "12", "--json",
        "--out", str(tmp_path / "search"), "--workers", "1",
    )  # fmt: skip
    assert code == 0
    assert found["cases"] == 12
    assert set(found["parameters"]) == {"cut_in_gap_m", "cutter_braking_mps2"}  # type: ignore[call-overload]
    assert float(found["margin"]) < 5.0  # type: ignore[arg-type]


def test_scripts_become_files_and_commonroad(tmp_path: Path) -> None:
    code, _ = _run("convert", CUT_IN, str(tmp_path / "cut_in.xosc"), "--json")
    assert code == 0
    code, figures = _run("convert", str(tmp_path / "cut_in.xosc"), str(tmp_path / "cut_in.xml"), "--json")
    assert (code, figures["obstacles"]) == (0, 1)
    code, _ = _run("convert", str(tmp_path / "cut_in.xml"), str(tmp_path / "back.xosc"), "--json")
    assert code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("sweep", "nowhere.xosc", "--vary", "a=1,2"), "nowhere.xosc"),
        (("sweep", CUT_IN, "--method", "gird"), "did you mean grid"),
        (("sweep", CUT_IN, "--vary", "gap"), "would be right"),
        (("sweep", CUT_IN, "--method", "own"), "own takes the file's distributions"),
        (("search", CUT_IN, "--method", "best"), "bayes"),
        (("convert", "a.txt", "b.xosc"), "would be right"),
    ],
)
def test_wrong_use_is_told(arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises((JingError, OSError), match=message):
        CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def test_resume_asks_for_the_campaign_to_go_on_with(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["sweep", CUT_IN, "--resume", "--out", str(tmp_path / "nowhere")])
    assert done.exit_code == 2
