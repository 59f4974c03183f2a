"""Traffic of scenarios: who comes, who goes, and that both sides see each other."""

import math
from pathlib import Path

import numpy as np
import pytest

from jing_maps.grid import grid
from jing_maps.opendrive.write import write_opendrive
from jing_scenarios.openscenario.read import load_scenario
from jing_scenarios.storyboard.options import RunOptions
from jing_scenarios.storyboard.run import ScenarioRun
from jing_scenarios.storyboard.run_scenario import run_scenario

VEHICLE = (
    '<Vehicle name="car" vehicleCategory="car" mass="1500"><BoundingBox><Center x="1.4" y="0" z="0.75"/>'
    '<Dimensions width="1.8" length="4.6" height="1.5"/></BoundingBox>'
    '<Performance maxSpeed="60" maxAcceleration="5" maxDeceleration="9"/><Axles>'
    '<FrontAxle maxSteering="0.5" wheelDiameter="0.6" trackWidth="1.7" positionX="2.7" positionZ="0.3"/>'
    '<RearAxle maxSteering="0" wheelDiameter="0.6" trackWidth="1.7" positionX="0" positionZ="0.3"/></Axles>'
    "<Properties/></Vehicle>"
)
HEAD = (
    '<OpenSCENARIO><FileHeader revMajor="1" revMinor="3" date="2026-01-01T00:00:00" description="t" author="t"/>'
    '<CatalogLocations/><RoadNetwork><LogicFile filepath="map.xodr"/></RoadNetwork>'
    f'<Entities><ScenarioObject name="Ego">{VEHICLE}</ScenarioObject></Entities>'
)
MIX = (
    '<TrafficDefinition name="mix"><VehicleCategoryDistribution><VehicleCategoryDistributionEntry category="car" '
    'weight="3"/><VehicleCategoryDistributionEntry category="truck" weight="1"/></VehicleCategoryDistribution>'
    '<ControllerDistribution><ControllerDistributionEntry weight="1"><Controller name="Default_Driver"><Properties/>'
    "</Controller></ControllerDistributionEntry></ControllerDistribution></TrafficDefinition>"
)
SWARM = (
    '<TrafficSwarmAction semiMajorAxis="150" semiMinorAxis="120" innerRadius="20" offset="0" numberOfVehicles="8">'
    f'<CentralObject entityRef="Ego"/>{MIX}</TrafficSwarmAction>'
)


def _at(x_m: float, y_m: float) -> str:
    return f'<Position><WorldPosition x="{x_m}" y="{y_m}" h="0"/></Position>'


def _source(rate: float) -> str:
    return f'<TrafficSourceAction rate="{rate}" radius="10" speed="8">{_at(-120, -3.75)}{MIX}</TrafficSourceAction>'


def _scenario(folder: Path, *traffic: str, stop_s: float = 0.0, end_s: float = 20.0, speed: float = 0.0) -> Path:
    """Ego near the middle of a crossing's southern lane; the traffic begins with Init."""
    write_opendrive(grid(1, 1, spacing_m=200.0), folder / "map.xodr")
    actions = "".join(
        f'<GlobalAction><TrafficAction trafficName="t{k}">{action}</TrafficAction></GlobalAction>'
        for k, action in enumerate(traffic)
    )
    init = (
        f'<Init><Actions>{actions}<Private entityRef="Ego"><PrivateAction><TeleportAction>{_at(-60, -3.75)}'
        "</TeleportAction></PrivateAction><PrivateAction><LongitudinalAction><SpeedAction><SpeedActionDynamics "
        'dynamicsShape="step" value="0" dynamicsDimension="time"/><SpeedActionTarget><AbsoluteTargetSpeed '
        f'value="{speed}"/></SpeedActionTarget></SpeedAction></LongitudinalAction></PrivateAction></Private>'
        "</Actions></Init>"
    )
    story = _stop(stop_s) if stop_s else ""
    path = folder / "traffic.xosc"
    end = f"<StopTrigger>{_when('end', end_s)}</StopTrigger>"
    path.write_text(f"{HEAD}<Storyboard>{init}{story}{end}</Storyboard></OpenSCENARIO>", encoding="utf-8")
    return path


def _when(name: str, time_s: float) -> str:
    return (
        f'<ConditionGroup><Condition name="{name}" delay="0" conditionEdge="none"><ByValueCondition>'
        f'<SimulationTimeCondition value="{time_s}" rule="greaterOrEqual"/></ByValueCondition></Condition>'
        "</ConditionGroup>"
    )


def _stop(time_s: float) -> str:
    return (
        '<Story name="s"><Act name="a"><ManeuverGroup name="g" maximumExecutionCount="1"><Actors '
        'selectTriggeringEntities="false"/><Maneuver name="m"><Event name="e" priority="parallel"><Action name="x">'
        '<GlobalAction><TrafficAction trafficName="t0"><TrafficStopAction/></TrafficAction></GlobalAction></Action>'
        f"<StartTrigger>{_when('stop', time_s)}</StartTrigger></Event></Maneuver></ManeuverGroup></Act></Story>"
    )


def _run(path: Path, seed: int = 1) -> ScenarioRun:
    return run_scenario(load_scenario(path), RunOptions(dt_s=0.1, seed=seed))


def _there(run: ScenarioRun) -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]]":
    """`(m, n)` who is there, the ego left out."""
    return np.isfinite(run.x[:, 1:])


def test_a_swarm_keeps_its_number_around_the_ego_and_touches_nobody(tmp_path: Path) -> None:
    run = _run(_scenario(tmp_path, SWARM))
    count = _there(run).sum(axis=1)
    assert count[0] >= 5
    assert count.max() <= 8
    away = np.hypot(run.x[:, 1:] - run.x[:, :1], run.y[:, 1:] - run.y[:, :1])
    assert np.nanmax(away) < 150.0 * 1.25
    assert not run.contacts
    assert np.nanmax(run.speed[:, 1:]) > 5.0
    assert {name.split()[0] for name in run.names[1:]} == {"swarm"}
    assert any("the traffic engine drives" in warning for warning in run.warnings)


def test_the_same_seed_gives_the_same_traffic_and_another_one_another(tmp_path: Path) -> None:
    path = _scenario(tmp_path, SWARM, end_s=6.0)
    assert _run(path).state_hash == _run(path).state_hash
    assert _run(path).state_hash != _run(path, seed=2).state_hash


def test_a_source_brings_vehicles_at_its_rate_and_a_sink_takes_them(tmp_path: Path) -> None:
    sink = f'<TrafficSinkAction radius="15">{_at(-80, -3.75)}</TrafficSinkAction>'
    with_sink = _run(_scenario(tmp_path, _source(0.5), sink, end_s=24.0))
    there = _there(with_sink)
    came = int((there[1:] & ~there[:-1]).sum() + there[0].sum())
    assert 6 <= came <= 13
    assert there[-1].sum() <= 5
    assert np.nanmax(with_sink.x[:, 1:]) < -60.0


def test_vehicles_of_the_traffic_stop_behind_the_ego(tmp_path: Path) -> None:
    run = _run(_scenario(tmp_path, _source(0.4), end_s=30.0))
    assert not run.contacts
    lane = run.x[-1, 1:][np.abs(run.y[-1, 1:] + 3.75) < 1.0]
    near = lane[(lane > -90.0) & (lane < -50.0)]
    assert len(near) >= 1
    assert near.max() < -60.0 - 4.0


def test_an_area_on_a_road_is_filled(tmp_path: Path) -> None:
    area = (
        '<TrafficAreaAction continuous="true" numberOfEntities="5"><TrafficDistribution>'
        '<TrafficDistributionEntry weight="1"><EntityDistribution><EntityDistributionEntry weight="1">'
        f"<ScenarioObjectTemplate>{VEHICLE}</ScenarioObjectTemplate></EntityDistributionEntry></EntityDistribution>"
        "</TrafficDistributionEntry></TrafficDistribution><TrafficArea><Polygon>"
        + "".join(_at(x, y) for x, y in ((-190, -30), (190, -30), (190, 30), (-190, 30)))
        + "</Polygon></TrafficArea></TrafficAreaAction>"
    )
    run = _run(_scenario(tmp_path, area, end_s=10.0))
    there = _there(run)
    assert there[0].sum() == 5
    assert there[-1].sum() >= 4
    assert run.bodies[1].size_m == (4.6, 1.8, 1.5)


def test_traffic_that_is_stopped_is_gone(tmp_path: Path) -> None:
    run = _run(_scenario(tmp_path, SWARM, stop_s=3.0, end_s=5.0))
    there = _there(run).sum(axis=1)
    assert there[10] >= 5
    assert there[-1] == 0


@pytest.mark.parametrize("speed", [10.0])
def test_an_ego_that_drives_is_followed_by_its_swarm(tmp_path: Path, speed: float) -> None:
    run = _run(_scenario(tmp_path, SWARM, end_s=12.0, speed=speed))
    assert math.hypot(run.x[-1, 0] - run.x[0, 0], run.y[-1, 0] - run.y[0, 0]) > 80.0
    assert _there(run)[-1].sum() >= 4
