"""`jingsim scenario run` as a person or a script meets it: verdicts, the JSON contract, messages, exit codes."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from jing_cli.scenario_command import app
from jing_maps.grid import grid
from jing_maps.opendrive.write import write_opendrive
from jing_sim.carla.launcher import LaunchOptions, launch

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

VEHICLE = (
    '<Vehicle name="car" vehicleCategory="car" mass="1500"><BoundingBox><Center x="1.4" y="0" z="0.75"/>'
    '<Dimensions width="1.8" length="4.6" height="1.5"/></BoundingBox>'
    '<Performance maxSpeed="60" maxAcceleration="5" maxDeceleration="9"/><Axles>'
    '<FrontAxle maxSteering="0.5" wheelDiameter="0.6" trackWidth="1.7" positionX="2.7" positionZ="0.3"/>'
    '<RearAxle maxSteering="0" wheelDiameter="0.6" trackWidth="1.7" positionX="0" positionZ="0.3"/></Axles>'
    "<Properties/></Vehicle>"
)
SCENARIO = """<?xml version="1.0" encoding="UTF-8"?>
<OpenSCENARIO>
  <FileHeader revMajor="1" revMinor="3" date="2026-01-01T00:00:00" description="test" author="test"/>
  <ParameterDeclarations>
    <ParameterDeclaration name="Speed" parameterType="double" value="12"/>
  </ParameterDeclarations>
  <CatalogLocations>{catalogs}</CatalogLocations>
  <RoadNetwork><LogicFile filepath="map.xodr"/></RoadNetwork>
  <Entities>
    <ScenarioObject name="Ego">{vehicle}</ScenarioObject>
    <ScenarioObject name="Other">{other}</ScenarioObject>
  </Entities>
  <Storyboard>
    <Init><Actions>
      <Private entityRef="Ego">
        <PrivateAction>{ego_place}</PrivateAction>
        <PrivateAction>{ego_speed}</PrivateAction>
      </Private>
      <Private entityRef="Other"><PrivateAction>{other_place}</PrivateAction></Private>
    </Actions></Init>
    <Story name="story"><Act name="act">
      <ManeuverGroup name="group" maximumExecutionCount="{count}">
        <Actors selectTriggeringEntities="false"><EntityRef entityRef="{actor}"/></Actors>
        <Maneuver name="maneuver">{events}</Maneuver>
      </ManeuverGroup>
      <StartTrigger>{begin}</StartTrigger>
    </Act></Story>
    <StopTrigger>{end}</StopTrigger>
  </Storyboard>
</OpenSCENARIO>"""


def _when(name: str, time_s: float) -> str:
    return (
        f'<ConditionGroup><Condition name="{name}" delay="0" conditionEdge="none"><ByValueCondition>'
        f'<SimulationTimeCondition value="{time_s}" rule="greaterOrEqual"/></ByValueCondition></Condition>'
        "</ConditionGroup>"
    )


def _speed(value: str, shape: str = "linear") -> str:
    return (
        f'<LongitudinalAction><SpeedAction><SpeedActionDynamics dynamicsShape="{shape}" value="2" '
        f'dynamicsDimension="time"/><SpeedActionTarget><AbsoluteTargetSpeed value="{value}"/></SpeedActionTarget>'
        "</SpeedAction></LongitudinalAction>"
    )


def _place(x_m: float) -> str:
    return f'<TeleportAction><Position><WorldPosition x="{x_m}" y="-1.75" h="0"/></Position></TeleportAction>'


def _event(name: str, action: str, time_s: float) -> str:
    return (
        f'<Event name="{name}" priority="parallel"><Action name="{name} action">{action}</Action>'
        f"<StartTrigger>{_when(name, time_s)}</StartTrigger></Event>"
    )


def _slow(shape: str = "linear", time_s: float = 1.0) -> str:
    return _event("slow", f"<PrivateAction>{_speed('5', shape)}</PrivateAction>", time_s)


def _write(folder: Path, name: str = "two_cars.xosc", **parts: str) -> Path:
    """Ego at 12 m/s, 40 m behind a car that stands, for 3 s."""
    filled = {
        "catalogs": "", "vehicle": VEHICLE, "other": VEHICLE, "ego_place": _place(-100.0),
        "ego_speed": _speed("$Speed", "step"), "other_place": _place(-60.0), "count": "1", "actor": "Ego",
        "events": _slow(), "begin": _when("begin", 0.0), "end": _when("end", 3.0),
    }  # fmt: skip
    path = folder / name
    path.write_text(SCENARIO.format(**(filled | parts)), encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_opendrive(grid(1, 1, spacing_m=200.0), tmp_path / "map.xodr")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _run(*words: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["run", *(str(word) for word in words)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def _json(*words: object) -> tuple[int, dict[str, Any]]:
    code, text, _ = _run(*words, "--json")
    found: dict[str, Any] = json.loads(text)
    return code, found


def test_a_run_prints_the_contract_and_writes_a_run_folder(folder: Path) -> None:
    code, told = _json(_write(folder), "--out", folder / "out")
    assert code == 0
    assert {"file", "world", "verdict", "reason", "sim_end_s", "stopped_by", "criteria", "storyboard", "unsupported",
            "run"} <= set(told)  # fmt: skip
    assert (told["world"], told["verdict"], told["stopped_by"]) == ("native", "pass", "stop trigger")
    assert told["sim_end_s"] == pytest.approx(3.05, abs=0.06)
    assert {"time_s", "element", "type", "state"} <= set(told["storyboard"][0])
    assert told["unsupported"] == []
    for name in ("manifest.json", "vehicles.parquet", "trace.parquet", "storyboard.json"):
        assert (folder / "out" / name).is_file()


def test_a_criterion_that_does_not_hold_fails_with_exit_code_1(folder: Path) -> None:
    file = _write(folder, end=_when("end", 6.0))
    (folder / "verdict.yaml").write_text("criteria:\n  - no_collision: {}\n", encoding="utf-8")
    code, told = _json(file, "--param", "Speed=15")
    assert (code, told["verdict"]) == (1, "fail")
    assert {"name", "verdict", "value", "threshold", "unit", "worst_time_s"} <= set(told["criteria"][0])
    assert told["collisions"][0]["actor"] == "Ego"
    assert told["run"] == "runs/two_cars-1"


def test_a_stack_that_brakes_passes_where_the_default_driver_collides(folder: Path) -> None:
    file = _write(folder, end=_when("end", 6.0))
    (folder / "verdict.yaml").write_text("criteria:\n  - no_collision: {}\n", encoding="utf-8")
    assert _json(file, "--param", "Speed=15", "--stack", "careful")[1]["verdict"] == "pass"


def test_the_same_seed_gives_the_same_bits(folder: Path) -> None:
    file = _write(folder)
    hashes = {_json(file, "--seed", "3", "--stack", "careful?pedals=true")[1]["state_hash"] for _ in range(2)}
    assert len(hashes) == 1


def test_a_stack_that_raises_is_an_error_of_the_stack(folder: Path) -> None:
    (folder / "broken.py").write_text(
        "def drive(seen, time_s):\n    if time_s > 0.5:\n        raise RuntimeError('lost')\n"
        "    from jing_scenarios.drivers.driver import MotionTarget\n    return MotionTarget(0.0)\n",
        encoding="utf-8",
    )
    code, told = _json(_write(folder), "--stack", "broken.py:drive")
    assert (code, told["verdict"]) == (1, "error")
    assert "the driver of 'Ego' failed at 0.55 s: RuntimeError: lost" in told["reason"]


@pytest.mark.parametrize(
    ("parts", "words", "message"),
    [
        ({"actor": "Eog"}, [], "entityRef='Eog': no such entity; did you mean 'Ego'?"),
        ({"ego_speed": _speed("$Sped", "step")}, [], "value='$Sped': no parameter 'Sped'; did you mean 'Speed'?"),
        ({}, ["--param", "Sped=3"], "no parameter 'Sped' is declared; did you mean 'Speed'?"),
        (
            {
                "catalogs": '<VehicleCatalog><Directory path="cars"/></VehicleCatalog>',
                "other": '<CatalogReference catalogName="VehicleCatalog" entryName="car"/>',
            },
            [],
            "no catalog 'VehicleCatalog'; there is no directory",
        ),
        (
            {
                "actor": "Other",
                "events": _event(
                    "gone",
                    '<GlobalAction><EntityAction entityRef="Other"><DeleteEntityAction/></EntityAction></GlobalAction>',
                    0.5,
                )
                + _slow(),
            },
            [],
            "SpeedAction 'slow action' at 1.000 s acts on 'Other', which is not in the scenario (any more)",
        ),
        (
            {"count": "1000000", "events": _slow("step", 0.0)},
            ["--dt", "0.01"],
            "maneuver group 'group' has run 200 times (of 1000000)",
        ),
    ],
    ids=["entity", "parameter", "option", "catalog", "deleted", "loop"],
)
def test_what_is_wrong_is_said_with_its_place_and_nothing_is_written(
    folder: Path, parts: dict[str, str], words: list[str], message: str
) -> None:
    code, _, said = _run(_write(folder, **parts), "--out", folder / "out", *words)
    said = " ".join(said.split())
    assert code == 2
    assert message in said
    assert "two_cars.xosc:" in said
    assert not (folder / "out").exists()
    assert not list(folder.glob(".*"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere.xosc"], "nowhere.xosc: there is no such file"),
        (["two_cars.xosc", "--stack", "carefull"], "unknown driver 'carefull'; did you mean careful"),
        (["two_cars.xosc", "--stack", "careful?headway=1"], "unknown parameter 'headway'; did you mean headway_s"),
        (["two_cars.xosc", "--world", "nativ"], "unknown world 'nativ'; did you mean native"),
        (["two_cars.xosc", "--world", "carla", "nothost"], "is no HOST:PORT"),
        (["two_cars.xosc", "--param", "Speed"], "is no NAME=VALUE"),
        (["two_cars.xosc", "--ego", "Egg", "--stack", "idm"], "unknown entity 'Egg'; did you mean Ego"),
    ],
)
def test_wrong_use_is_exit_code_2(folder: Path, words: list[str], message: str) -> None:
    _write(folder)
    code, _, said = _run(*words)
    assert code == 2
    assert message in " ".join(said.replace("│", " ").split())


def test_unsupported_elements_are_named_in_the_json(folder: Path) -> None:
    action = '<UserDefinedAction><CustomCommandAction type="python">nothing</CustomCommandAction></UserDefinedAction>'
    code, told = _json(_write(folder, events=_event("custom", action, 1.0)))
    assert code == 2
    assert "two_cars.xosc:" in told["unsupported"][0]
    assert told["run"] is None


def test_a_folder_that_is_there_is_not_touched(folder: Path) -> None:
    (folder / "out").mkdir()
    code, _, said = _run(_write(folder), "--out", folder / "out")
    assert code == 2
    assert "is there already" in " ".join(said.replace("│", " ").split())


def test_both_worlds_are_compared_actor_by_actor(folder: Path) -> None:
    pytest.importorskip("carla", reason="the carla wheel is not installed")
    server = launch(LaunchOptions(map=str(folder / "map.xodr"), carla_root=""))
    try:
        address = f"127.0.0.1:{server.port}"
        code, told = _json(_write(folder), address, "--world", "both", "--out", folder / "out")
    finally:
        server.stop()
    assert code == 0
    assert {one["actor"] for one in told["deviations"]} == {"Ego", "Other"}
    assert max(one["max_m"] for one in told["deviations"]) < 0.01
    with (folder / "out" / "deviations.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 100
    assert (folder / "out" / "carla" / "manifest.json").is_file()


def test_nobody_at_the_address_is_said(folder: Path) -> None:
    pytest.importorskip("carla", reason="the carla wheel is not installed")
    code, _, said = _run(_write(folder), "--world", "carla", "127.0.0.1:9")
    assert code == 2
    assert "no CARLA server answers at 127.0.0.1:9" in said
