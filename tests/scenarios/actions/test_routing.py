"""Trajectories, routes, synchronisation and trailers, each in a small scenario."""

from math import hypot
from pathlib import Path

import numpy as np
import pytest
from tests.scenarios.actions.stage import Stage, ended_at, row_at

from jing_scenarios.openscenario.node import OpenScenarioError

FOLLOW = """<RoutingAction><FollowTrajectoryAction {offset}><TrajectoryRef><Trajectory name="t" closed="false">
<Shape><Polyline>{vertices}</Polyline></Shape></Trajectory></TrajectoryRef><TimeReference>{timing}</TimeReference>
<TrajectoryFollowingMode followingMode="{mode}"/></FollowTrajectoryAction></RoutingAction>"""
NO_TIMES = "<None/>"


def vertices(*points: tuple[float, float], times: tuple[float, ...] = ()) -> str:
    given = [f'time="{time}"' for time in times] or [""] * len(points)
    return "".join(
        f'<Vertex {time}><Position><WorldPosition x="{x}" y="{y}"/></Position></Vertex>'
        for (x, y), time in zip(points, given, strict=True)
    )


L_SHAPE = ((110.0, -1.75), (150.0, -1.75), (150.0, 28.25))


def test_a_trajectory_is_driven_with_the_speed_that_one_has(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    event = stage.private("A", FOLLOW.format(offset="", vertices=vertices(*L_SHAPE), timing=NO_TIMES, mode="position"))
    run, _ = stage.run(9.0)
    assert (run.x[row_at(run, 3.0), 0], run.y[row_at(run, 3.0), 0]) == pytest.approx((130.0, -1.75))
    assert (run.x[row_at(run, 6.0), 0], run.y[row_at(run, 6.0), 0]) == pytest.approx((150.0, 8.25))
    assert ended_at(run, event) == pytest.approx(8.0, abs=0.021)
    assert run.speed[-1, 0] == 10.0


def test_an_initial_distance_is_skipped(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    text = FOLLOW.format(
        offset='initialDistanceOffset="35"', vertices=vertices(*L_SHAPE), timing=NO_TIMES, mode="position"
    )
    stage.private("A", text)
    run, _ = stage.run(3.0)
    assert (run.x[row_at(run, 2.0), 0], run.y[row_at(run, 2.0), 0]) == pytest.approx((150.0, 3.25))


@pytest.mark.parametrize(
    ("domain", "scale", "offset", "at"), [("relative", 1.0, 0.0, 1.0), ("absolute", 1.0, -1.0, 1.0)]
)
def test_times_of_a_trajectory_are_kept(tmp_path: Path, domain: str, scale: float, offset: float, at: float) -> None:
    stage = Stage(tmp_path)
    timing = f'<Timing domainAbsoluteRelative="{domain}" scale="1" offset="{offset}"/>'
    text = FOLLOW.format(offset="", vertices=vertices(*L_SHAPE, times=(0.0, 2.0, 5.0)), timing=timing, mode="position")
    event = stage.private("A", text, at)
    run, _ = stage.run(9.0)
    assert (run.x[row_at(run, at + 1.0), 0], run.speed[row_at(run, at + 1.0), 0]) == pytest.approx((130.0, 20.0))
    assert (run.y[row_at(run, at + 3.5), 0], run.speed[row_at(run, at + 3.5), 0]) == pytest.approx((13.25, 10.0))
    assert ended_at(run, event) == pytest.approx(at + 5.0, abs=0.021)


def test_a_scale_makes_times_longer(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    timing = '<Timing domainAbsoluteRelative="relative" scale="0.5" offset="0"/>'
    text = FOLLOW.format(offset="", vertices=vertices(*L_SHAPE, times=(0.0, 2.0, 5.0)), timing=timing, mode="position")
    event = stage.private("A", text)
    run, _ = stage.run(13.0)
    assert ended_at(run, event) == pytest.approx(11.0, abs=0.03)


def test_following_with_times_accelerates_evenly(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    timing = '<Timing domainAbsoluteRelative="relative" scale="1" offset="0"/>'
    line = vertices((100.0, -1.75), (140.0, -1.75), times=(0.0, 2.0))
    stage.private("A", FOLLOW.format(offset="", vertices=line, timing=timing, mode="follow"), at=0.0)
    run, _ = stage.run(1.9)
    assert np.diff(run.speed[5:, 0]) == pytest.approx(0.1, abs=1e-6)


def test_a_lane_change_takes_an_entity_off_its_trajectory(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    line = vertices((110.0, -1.75), (400.0, -1.75))
    event = stage.private("A", FOLLOW.format(offset="", vertices=line, timing=NO_TIMES, mode="position"))
    change = """<LateralAction><LaneChangeAction><LaneChangeActionDynamics dynamicsShape="cubic" value="2"
    dynamicsDimension="time"/><LaneChangeTarget><AbsoluteTargetLane value="-2"/></LaneChangeTarget></LaneChangeAction>
    </LateralAction>"""
    stage.private("A", change, at=3.0)
    run, engine = stage.run(6.0)
    assert ended_at(run, event) == pytest.approx(3.0)
    assert run.y[-1, 0] == pytest.approx(-5.25)
    assert not engine.scene.following


def test_a_route_is_assigned_and_a_position_acquired(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    waypoint = """<Waypoint routeStrategy="shortest"><Position><LanePosition roadId="1" laneId="-1" s="{}"/></Position>
    </Waypoint>"""
    route = f'<Route name="r" closed="false">{waypoint.format(100)}{waypoint.format(900)}</Route>'
    first = stage.private("A", f"<RoutingAction><AssignRouteAction>{route}</AssignRouteAction></RoutingAction>")
    goal = '<Position><LanePosition roadId="1" laneId="-1" s="700"/></Position>'
    acquire = f"<RoutingAction><AcquirePositionAction>{goal}</AcquirePositionAction></RoutingAction>"
    stage.private("B", acquire)
    wander = stage.private("B", "<RoutingAction><RandomRouteAction/></RoutingAction>", at=2.0)
    run, engine = stage.run(3.0)
    assert ended_at(run, first) == 1.0
    assert ended_at(run, wander) == 2.0
    assert list(engine.scene.routes) == [0]


SYNC = """<SynchronizeAction masterEntityRef="B" targetTolerance="0.5" targetToleranceMaster="0.5">
<TargetPositionMaster><LanePosition roadId="1" laneId="-1" s="{}"/></TargetPositionMaster><TargetPosition>
<LanePosition roadId="1" laneId="-1" s="{}"/></TargetPosition>{}</SynchronizeAction>"""


@pytest.mark.parametrize(
    "final",
    [
        "",
        '<FinalSpeed><AbsoluteSpeed value="10"/></FinalSpeed>',
        '<FinalSpeed><AbsoluteSpeed value="25"/></FinalSpeed>',
        '<FinalSpeed><AbsoluteSpeed value="3"/></FinalSpeed>',
        '<FinalSpeed><RelativeSpeedToMaster value="1.2" speedTargetValueType="factor"/></FinalSpeed>',
        '<FinalSpeed><AbsoluteSpeed value="14"><TargetDistanceSteadyState distance="20"/></AbsoluteSpeed></FinalSpeed>',
        '<FinalSpeed><AbsoluteSpeed value="14"><TargetTimeSteadyState time="1.5"/></AbsoluteSpeed></FinalSpeed>',
    ],
)
def test_both_arrive_together(tmp_path: Path, final: str) -> None:
    stage = Stage(tmp_path, speeds=(10.0, 12.0), starts=(100.0, 150.0))
    event = stage.private("A", SYNC.format(282.0, 242.0, final))
    run, _ = stage.run(20.0)
    end = row_at(run, ended_at(run, event))
    assert run.x[end, 1] == pytest.approx(282.0, abs=0.8)
    assert run.x[end, 0] == pytest.approx(242.0, abs=1.2)


def test_one_who_waits_too_long_stops_on_the_way(tmp_path: Path) -> None:
    stage = Stage(tmp_path, speeds=(10.0, 5.0))
    event = stage.private("A", SYNC.format(250.0, 160.0, '<FinalSpeed><AbsoluteSpeed value="8"/></FinalSpeed>'))
    run, _ = stage.run(30.0)
    end = row_at(run, ended_at(run, event))
    assert run.speed[:end, 0].min() == 0.0
    assert run.x[end, 0] == pytest.approx(160.0, abs=1.2)
    assert run.speed[end + 1, 0] == pytest.approx(8.0, abs=0.3)


def test_a_steady_state_without_speed_is_refused(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    final = '<FinalSpeed><AbsoluteSpeed value="0"><TargetTimeSteadyState time="1"/></AbsoluteSpeed></FinalSpeed>'
    stage.private("A", SYNC.format(250.0, 160.0, final))
    with pytest.raises(OpenScenarioError, match=r"TargetTimeSteadyState with a final speed of 0\.0"):
        stage.run(1.0)


HITCH, COUPLER = '<TrailerHitch dx="-1"/>', '<TrailerCoupler dx="4"/>'


def test_a_trailer_follows_its_hitch(tmp_path: Path) -> None:
    stage = Stage(tmp_path, starts=(100.0, 95.0), extras=(HITCH, COUPLER), speeds=(10.0, 0.0))
    stage.private("A", '<TrailerAction><ConnectTrailerAction trailerRef="B"/></TrailerAction>', at=0.0)
    change = """<LateralAction><LaneChangeAction><LaneChangeActionDynamics dynamicsShape="cubic" value="3"
    dynamicsDimension="time"/><LaneChangeTarget><AbsoluteTargetLane value="-2"/></LaneChangeTarget></LaneChangeAction>
    </LateralAction>"""
    stage.private("A", change)
    stage.private("A", "<TrailerAction><DisconnectTrailerAction/></TrailerAction>", at=8.0)
    run, engine = stage.run(9.0)
    for k in range(10, row_at(run, 8.0)):
        hitch = run.x[k, 0] - np.cos(run.h[k, 0]), run.y[k, 0] - np.sin(run.h[k, 0])
        assert hypot(hitch[0] - run.x[k, 1], hitch[1] - run.y[k, 1]) == pytest.approx(4.0)
    assert run.y[-1, 1] == pytest.approx(-5.25, abs=0.05)
    assert not engine.trailers.any


def test_a_vehicle_without_hitch_tows_nothing(tmp_path: Path) -> None:
    stage = Stage(tmp_path, extras=("", COUPLER))
    stage.private("A", '<TrailerAction><ConnectTrailerAction trailerRef="B"/></TrailerAction>')
    with pytest.raises(OpenScenarioError, match="'A' has no TrailerHitch"):
        stage.run(1.0)
