"""The command line as a person or a script meets it: exit codes, nearest names, JSON."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jing_cli.simulate_command import parse_seeds
from jing_maps.grid import grid
from jing_maps.opendrive.write import write_opendrive
from jing_maps.store import save


def _jingsim(*arguments: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    code = "from jing_cli.main import run; run()"
    environment = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, cwd=cwd, env=environment, check=False
    )


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("maps") / "small.jingnet"
    save(grid(2, 2), path)
    return path


def test_help_lists_the_commands() -> None:
    done = _jingsim("--help")
    assert done.returncode == 0
    assert all(name in done.stdout for name in ("demo", "maps", "simulate", "replay", "doctor"))


def test_the_page_of_the_scenario_commands_loads_none_of_them() -> None:
    code = "import sys; from typer.testing import CliRunner; from jing_cli.scenario_command import app\n"
    code += "print(CliRunner().invoke(app, ['--help']).stdout, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert all(f"\n  {name}" in done.stdout for name in ("run", "sweep", "search", "convert"))
    assert done.stdout.strip().endswith("False")


def test_an_import_shows_what_was_left_out(tmp_path: Path) -> None:
    path = tmp_path / "crossing.xodr"
    write_opendrive(grid(1, 1), path)
    path.write_text(path.read_text().replace("</header>", "</header><railroad/>"))
    done = _jingsim("maps", "import", str(path), "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (warning,) = (line for line in json.loads(done.stdout)["warnings"] if "railroad" in line)
    assert f"warning: {warning}" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["simulat"], "did you mean simulate"),
        (["maps", "info", "yizuang"], "did you mean yizhuang"),
        (["simulate", "yizhuang", "--signals", "webstr"], "did you mean webster"),
        (["simulate", "yizhuang", "--minuts", "3"], "--minutes"),
        (["simulate", "yizhuang", "--seeds", "a-b"], "0-9 or 0,3,5"),
        (["maps", "build", "haidian"], "unknown area"),
        (["maps", "info", "nowhere.xodr"], "nowhere.xodr"),
        (["maps", "import"], "--bbox"),
        (["replay", "no-run"], "no-run"),
    ],
)
def test_wrong_use_ends_with_code_2_and_says_what_would_be_right(
    arguments: list[str], hint: str, tmp_path: Path
) -> None:
    done = _jingsim(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert hint in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_maps_info_prints_the_contract(small: Path) -> None:
    done = _jingsim("maps", "info", str(small), "--json")
    figures = json.loads(done.stdout)
    keys = {
        "name",
        "junctions",
        "signals",
        "roads",
        "lanes",
        "lane_km",
        "connectors",
        "conflicts",
        "bbox_wgs84",
        "streets",
    }
    assert keys <= set(figures)
    assert (figures["junctions"], figures["signals"]) == (4, 4)


def test_maps_check_prints_findings_and_passes_on_a_good_map(small: Path) -> None:
    done = _jingsim("maps", "check", str(small), "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["errors"] == 0


@pytest.mark.parametrize("name", ["zhongguancun", "yizhuang"])
def test_the_built_in_areas_have_no_error(name: str) -> None:
    done = _jingsim("maps", "check", name, "--json")
    assert json.loads(done.stdout)["errors"] == 0
    assert done.returncode == 0


def test_simulate_prints_the_contract_and_leaves_run_folders(small: Path, tmp_path: Path) -> None:
    done = _jingsim(
        "simulate", str(small), "--minutes", "1", "--seeds", "0,2", "--signals", "map", "--json", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert (result["engine"], [run["seed"] for run in result["runs"]]) == ("native", [0, 2])
    assert all((tmp_path / run["run"] / "manifest.json").exists() for run in result["runs"])


@pytest.mark.parametrize("seeds", ["0", "0,1"])
def test_trips_that_cannot_be_read_end_with_code_2_and_their_place(small: Path, tmp_path: Path, seeds: str) -> None:
    (tmp_path / "bad.rou.xml").write_text("no trips")
    words = ("--minutes", "1", "--seeds", seeds, "--routes", str(tmp_path / "bad.rou.xml"))
    done = _jingsim("simulate", str(small), *words, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "bad.rou.xml:1: not well-formed XML" in done.stderr


def test_a_finished_campaign_is_not_overwritten(small: Path, tmp_path: Path) -> None:
    (tmp_path / "c" / "results").mkdir(parents=True)
    done = _jingsim("simulate", str(small), "--out", "c", cwd=tmp_path)
    assert done.returncode == 2
    assert "--resume" in done.stderr


def test_seeds_are_ranges_and_lists() -> None:
    assert parse_seeds("0-3") == (0, 1, 2, 3)
    assert parse_seeds("5,0-1,5") == (5, 0, 1)
