"""Where entities are and when, by closed forms: speeds, lane changes, distances, meetings, trajectories."""

import math
from pathlib import Path

import pytest
from tests.scenarios.acceptance.files import at_lane, delta, event, linear_speed, private, run, speed, when, xosc

BEGIN_S = 1.01
"""`simulation time > 1` is true for the first time in this step."""
AFTER_1_S = when('<SimulationTimeCondition value="1" rule="greaterThan"/>')
EGO = {"Ego": (at_lane("1", -1, 50.0), 10.0)}
BOTH = {**EGO, "Other": (at_lane("1", -2, 100.0), 5.0)}
STEP = 0.011


@pytest.mark.parametrize(("shape", "longer"), [("linear", 1.0), ("cubic", 1.5), ("sinusoidal", math.pi / 2)])
@pytest.mark.parametrize(("dimension", "value"), [("time", 4.0), ("rate", 2.0), ("distance", 42.0)])
def test_a_transition_of_speed_takes_the_time_and_way_of_its_shape(
    tmp_path: Path, shape: str, longer: float, dimension: str, value: float
) -> None:
    dynamics = f'dynamicsShape="{shape}" dynamicsDimension="{dimension}" value="{value}"'
    action = speed('<AbsoluteTargetSpeed value="18"/>', dynamics)
    done = run(tmp_path, xosc(event("e", AFTER_1_S, private(action)), places=EGO))
    (end_s,) = done.times("e", "endTransition")
    takes_s = {"time": 4.0, "rate": 8.0 / 2.0 * longer, "distance": 42.0 / 14.0}[dimension]
    assert end_s - BEGIN_S == pytest.approx(takes_s, abs=2 * STEP)
    assert done.at("Ego", end_s)["v"] == pytest.approx(18.0, abs=0.05)
    assert delta(done, "Ego", BEGIN_S, end_s) == pytest.approx(14.0 * takes_s, abs=0.3)


def test_a_relative_speed_that_is_continuous_follows_the_other(tmp_path: Path) -> None:
    target = '<RelativeTargetSpeed entityRef="Other" value="{}" speedTargetValueType="{}" continuous="{}"/>'
    action = private(speed(target.format(1.5, "factor", "true")))
    done = run(tmp_path, xosc(event("e", AFTER_1_S, action), places=BOTH))
    assert done.at("Ego", 5.0)["v"] == pytest.approx(7.5)
    assert done.times("e", "endTransition") == []


@pytest.mark.parametrize(("to", "offset_m", "y_m"), [(-2, 0.0, -5.25), (-3, 0.5, -8.25), (1, 0.0, 1.75)])
def test_a_lane_change_ends_in_the_middle_of_the_lane_or_beside_it(
    tmp_path: Path, to: int, offset_m: float, y_m: float
) -> None:
    action = (
        f'<LateralAction><LaneChangeAction targetLaneOffset="{offset_m}"><LaneChangeActionDynamics '
        'dynamicsShape="sinusoidal" dynamicsDimension="time" value="4"/><LaneChangeTarget>'
        f'<AbsoluteTargetLane value="{to}"/></LaneChangeTarget></LaneChangeAction></LateralAction>'
    )
    done = run(tmp_path, xosc(event("e", AFTER_1_S, private(action)), places=EGO))
    assert done.at("Ego", BEGIN_S + 2.0)["y"] == pytest.approx((-1.75 + y_m) / 2, abs=0.02)
    assert done.at("Ego", 6.0)["y"] == pytest.approx(y_m, abs=1e-3)
    assert done.at("Ego", 6.0)["lane"] == to


def test_speed_and_lane_change_run_side_by_side(tmp_path: Path) -> None:
    change = (
        '<LateralAction><LaneChangeAction><LaneChangeActionDynamics dynamicsShape="linear" dynamicsDimension="time" '
        'value="4"/><LaneChangeTarget><RelativeTargetLane entityRef="Ego" value="-1"/></LaneChangeTarget>'
        "</LaneChangeAction></LateralAction>"
    )
    done = run(tmp_path, xosc(event("e", AFTER_1_S, private(linear_speed(20.0, 2.5), change)), places=EGO))
    half = done.at("Ego", BEGIN_S + 2.0)
    assert (half["y"], half["v"]) == pytest.approx((-3.5, 15.0), abs=0.03)
    assert done.at("Ego", 6.0)["y"] == pytest.approx(-5.25, abs=1e-3)


@pytest.mark.parametrize(
    ("displacement", "ahead_m"), [("leadingReferencedEntity", -20.0), ("trailingReferencedEntity", 20.0)]
)
def test_a_continuous_distance_is_kept_on_the_side_that_is_asked_for(
    tmp_path: Path, displacement: str, ahead_m: float
) -> None:
    action = (
        '<LongitudinalAction><LongitudinalDistanceAction entityRef="Other" distance="20" freespace="false" '
        f'continuous="true" displacement="{displacement}">'
        '<DynamicConstraints maxAcceleration="3" maxDeceleration="5" maxSpeed="30"/>'
        "</LongitudinalDistanceAction></LongitudinalAction>"
    )
    done = run(tmp_path, xosc(event("e", AFTER_1_S, private(action)), places=BOTH, until_s=28.0))
    assert done.at("Other", 27.0)["x"] - done.at("Ego", 27.0)["x"] == pytest.approx(ahead_m, abs=0.3)
    assert done.at("Ego", 27.0)["v"] == pytest.approx(5.0, abs=0.1)


@pytest.mark.parametrize(
    ("final", "speed_mps"),
    [
        ("", None),
        ('<FinalSpeed><AbsoluteSpeed value="8"/></FinalSpeed>', 8.0),
        ('<FinalSpeed><RelativeSpeedToMaster value="3" speedTargetValueType="delta"/></FinalSpeed>', 8.0),
        ('<FinalSpeed><AbsoluteSpeed value="9"><TargetTimeSteadyState time="2"/></AbsoluteSpeed></FinalSpeed>', 9.0),
    ],
)
def test_both_arrive_at_the_same_time(tmp_path: Path, final: str, speed_mps: float | None) -> None:
    action = (
        '<SynchronizeAction masterEntityRef="Other">'
        f"<TargetPositionMaster>{at_lane('1', -2, 150.0)}</TargetPositionMaster>"
        f"<TargetPosition>{at_lane('1', -1, 140.0)}</TargetPosition>{final}</SynchronizeAction>"
    )
    done = run(tmp_path, xosc(event("e", AFTER_1_S, private(action)), places=BOTH))
    assert done.at("Other", 10.0)["x"] == pytest.approx(150.0)
    assert done.at("Ego", 10.0)["x"] == pytest.approx(140.0, abs=0.5)
    if speed_mps is not None:
        assert done.at("Ego", 10.0)["v"] == pytest.approx(speed_mps, abs=0.3)


def _trajectory(shape: str, timing: str = "<None/>") -> str:
    return (
        '<RoutingAction><FollowTrajectoryAction><TrajectoryRef><Trajectory name="t" closed="false">'
        f"<Shape>{shape}</Shape></Trajectory></TrajectoryRef><TimeReference>{timing}</TimeReference>"
        '<TrajectoryFollowingMode followingMode="position"/></FollowTrajectoryAction></RoutingAction>'
    )


def _world(x_m: float, y_m: float, h_rad: float = 0.0) -> str:
    return f'<Position><WorldPosition x="{x_m}" y="{y_m}" h="{h_rad}"/></Position>'


@pytest.mark.parametrize(
    ("domain", "scale", "offset_s", "at_4_m"),
    [("absolute", 1.0, 0.0, 80.0), ("absolute", 1.0, 1.0, 100.0), ("relative", 1.0, 0.0, 59.8),
     ("relative", 0.5, 0.0, 29.9)],
)  # fmt: skip
def test_times_of_a_trajectory_are_scaled_and_shifted(
    tmp_path: Path, domain: str, scale: float, offset_s: float, at_4_m: float
) -> None:
    line = f'<Polyline><Vertex time="0">{_world(60, 0)}</Vertex><Vertex time="10">{_world(260, 0)}</Vertex></Polyline>'
    timing = f'<Timing domainAbsoluteRelative="{domain}" scale="{scale}" offset="{offset_s}"/>'
    done = run(tmp_path, xosc(event("e", AFTER_1_S, private(_trajectory(line, timing))), places=EGO))
    assert done.at("Ego", 4.0)["x"] == pytest.approx(60.0 + at_4_m, abs=1e-6)


@pytest.mark.parametrize("order", ["clothoid", "spline", "nurbs"])
def test_a_quarter_circle_is_the_same_as_clothoid_spline_and_nurbs(tmp_path: Path, order: str) -> None:
    way_m, root = 50.0 * math.pi, math.sqrt(0.5)
    points = "".join(
        f'<ControlPoint weight="{w!r}"><Position><WorldPosition x="{x}" y="{y}"/></Position></ControlPoint>'
        for x, y, w in ((60, 0, 1.0), (160, 0, root), (160, 100, 1.0))
    )
    knots = "".join(f'<Knot value="{k}"/>' for k in (0, 0, 0, 1, 1, 1))
    shape = {
        "clothoid": f'<Clothoid curvature="0.01" curvaturePrime="0" length="{way_m!r}">{_world(60, 0)}</Clothoid>',
        "spline": (
            f'<ClothoidSpline><ClothoidSplineSegment curvatureStart="0.01" curvatureEnd="0.01" length="{way_m!r}">'
            '<PositionStart><WorldPosition x="60" y="0" h="0"/></PositionStart></ClothoidSplineSegment>'
            "</ClothoidSpline>"
        ),
        "nurbs": f'<Nurbs order="3">{points}{knots}</Nurbs>',
    }[order]
    done = run(tmp_path, xosc(event("e", AFTER_1_S, private(_trajectory(shape))), places=EGO, until_s=18.0))
    for time_s in (4.0, 9.0, 14.0):
        angle = 10.0 * (time_s - BEGIN_S + 0.01) / 100.0
        seen = done.at("Ego", time_s)
        assert (seen["x"], seen["y"]) == pytest.approx(
            (60.0 + 100.0 * math.sin(angle), 100.0 - 100.0 * math.cos(angle)), abs=0.15
        )
        assert seen["h"] == pytest.approx(angle, abs=0.01)
    assert done.times("e", "endTransition")[0] - BEGIN_S == pytest.approx(way_m / 10.0, abs=2 * STEP)


def test_a_lane_leads_over_a_joint_into_a_curve(tmp_path: Path) -> None:
    places = {"Ego": (at_lane("1", -1, 480.0), 10.0)}
    done = run(tmp_path, xosc(event("e", AFTER_1_S, private(linear_speed(10.0, 1.0))), places=places))
    angle = (10.0 * 9.0 - 20.0) / 101.75
    seen = done.at("Ego", 9.0)
    assert (seen["x"], seen["y"]) == pytest.approx(
        (500.0 + 101.75 * math.sin(angle), 100.0 - 101.75 * math.cos(angle)), abs=0.02
    )
    assert seen["h"] == pytest.approx(angle, abs=1e-3)
