"""Trajectory elements: compiled before the run, laid out in the map when somebody begins to follow them."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from jing_scenarios.openscenario.node import Node, OpenScenarioError
from jing_scenarios.orientation import orientation_of
from jing_scenarios.roads.placement import Placement
from jing_scenarios.scene import PositionOf, Scene, Where
from jing_scenarios.trajectories.curves import ClothoidPiece, clothoid_end, clothoid_table, nurbs_table
from jing_scenarios.trajectories.path_rows import AT_CORNERS, OVER_SEGMENT
from jing_scenarios.trajectories.polyline import Vertex, polyline_table
from jing_scenarios.trajectories.trajectory import Trajectory

__all__ = ["TrajectoryShape", "compiled_trajectory"]

Lay = Callable[[int | None, float | None], Trajectory]


@dataclass(frozen=True)
class TrajectoryShape:
    """A compiled Trajectory element; positions that refer to entities are computed when it is laid out.

    Attributes:
        name, closed: of the file.
        lay: makes the trajectory for an entity's row (None: for nobody) and its speed (None: `followingMode` position).
    """

    name: str
    closed: bool
    lay: Lay

    def laid_out(self, row: int | None = None, speed_mps: float | None = None) -> Trajectory:
        """The trajectory in the map, as things are now.

        Args:
            row: of the entity that will follow it; a clothoid spline without a begin starts at it.
            speed_mps: its speed, where it follows by driving (`follow`): it accelerates evenly between times, and
                headings change over whole pieces. None where it is put on the trajectory (`position`): each piece of a
                polyline has one speed, and headings change at corners.
        """
        return self.lay(row, speed_mps)


def compiled_trajectory(node: Node, scene: Scene, position_of: PositionOf) -> TrajectoryShape:
    """A Trajectory, or the TrajectoryRef that holds it, with positions compiled by `position_of`.

    Raises:
        OpenScenarioError: an element is missing, or its numbers make no curve.
    """
    if node.tag == "TrajectoryRef":
        node = node.child("Trajectory")
    shape = node.child("Shape").only()
    compiled = _SHAPES.get(shape.tag)
    if compiled is None:
        raise OpenScenarioError(f"{shape.place}: {shape.tag} is no shape; known are {', '.join(_SHAPES)}")
    return compiled(node, shape, _Positions(scene, position_of))


@dataclass(frozen=True)
class _Positions:
    scene: Scene
    position_of: PositionOf

    def of(self, node: Node) -> Where:
        return self.position_of(node, self.scene)


def _polyline(node: Node, shape: Node, positions: _Positions) -> TrajectoryShape:
    vertices = [_vertex_of(vertex, positions) for vertex in shape.every("Vertex")]
    if len(vertices) < 2:
        raise OpenScenarioError(f"{shape.place}: a Polyline has {len(vertices)} Vertex; at least two are right")
    times = [vertex.number("time", math.nan) for vertex in shape.every("Vertex")]
    _check_times(shape, times)
    name, closed = node.string("name"), node.boolean("closed", False)

    def lay(_row: int | None, speed_mps: float | None) -> Trajectory:
        points = [vertex() for vertex in vertices]
        timed = not any(math.isnan(point.time) for point in points)
        if closed and not timed and math.dist(points[0][:2], points[-1][:2]) > 1e-3:
            points.append(points[0])
        table = polyline_table(points, speed_mps)
        way = AT_CORNERS if speed_mps is None else OVER_SEGMENT
        return Trajectory(name, table, closed=closed and not timed, way=way)

    return TrajectoryShape(name, closed, lay)


def _clothoid(node: Node, shape: Node, positions: _Positions) -> TrajectoryShape:
    where = positions.of(shape.child("Position"))
    curvature, rate = shape.number("curvature"), shape.number("curvaturePrime", 0.0)
    length = _length(shape)
    times = shape.number("startTime", math.nan), shape.number("stopTime", math.nan)
    _check_times(shape, list(times))
    name, closed = node.string("name"), node.boolean("closed", False)

    def lay(_row: int | None, _speed_mps: float | None) -> Trajectory:
        begin = where()
        piece = ClothoidPiece(begin.x, begin.y, begin.h, curvature, curvature + rate * length, length, *times)
        return Trajectory(name, clothoid_table([piece]), closed=closed, smooth=True)

    return TrajectoryShape(name, closed, lay)


@dataclass(frozen=True)
class _Segment:
    where: Where | None
    curvature_start: float
    curvature_end: float
    length: float
    turn: float
    begin_s: float


def _clothoid_spline(node: Node, shape: Node, positions: _Positions) -> TrajectoryShape:
    segments = [_segment_of(segment, positions) for segment in shape.every("ClothoidSplineSegment")]
    if not segments:
        raise OpenScenarioError(f"{shape.place}: ClothoidSpline has no ClothoidSplineSegment; at least one is right")
    times = [segment.begin_s for segment in segments] + [shape.number("timeEnd", math.nan)]
    _check_times(shape, times)
    name, closed = node.string("name"), node.boolean("closed", False)

    def lay(row: int | None, _speed_mps: float | None) -> Trajectory:
        if segments[0].where is None and row is None:
            msg = f"{shape.place}: the first segment needs a PositionStart where no entity follows the trajectory"
            raise OpenScenarioError(msg)
        at = (0.0, 0.0, 0.0) if row is None else _begin(positions.scene.motion.placement(row))
        pieces: list[ClothoidPiece] = []
        for segment, begin_s, end_s in zip(segments, times[:-1], times[1:], strict=True):
            x, y, h = at if segment.where is None else _begin(segment.where())
            curvatures = segment.curvature_start, segment.curvature_end
            pieces.append(ClothoidPiece(x, y, h + segment.turn, *curvatures, segment.length, begin_s, end_s))
            at = clothoid_end(pieces[-1])
        return Trajectory(name, clothoid_table(pieces), closed=closed, smooth=True)

    return TrajectoryShape(name, closed, lay)


def _segment_of(node: Node, positions: _Positions) -> _Segment:
    start = node.find("PositionStart")
    return _Segment(
        where=None if start is None else positions.of(start),
        curvature_start=node.number("curvatureStart"),
        curvature_end=node.number("curvatureEnd"),
        length=_length(node),
        turn=node.number("hOffset", 0.0),
        begin_s=node.number("timeStart", math.nan),
    )


def _nurbs(node: Node, shape: Node, positions: _Positions) -> TrajectoryShape:
    controls = shape.every("ControlPoint")
    vertices = [_vertex_of(control, positions) for control in controls]
    weights = [control.number("weight", 1.0) for control in controls]
    order = shape.integer("order")
    knots = [knot.number("value") for knot in shape.every("Knot")] or _clamped(len(controls), order)
    _check_nurbs(shape, len(controls), order, knots)
    name, closed = node.string("name"), node.boolean("closed", False)

    def lay(_row: int | None, _speed_mps: float | None) -> Trajectory:
        table = nurbs_table([vertex() for vertex in vertices], weights, knots, order)
        return Trajectory(name, table, closed=closed, smooth=order > 2)

    return TrajectoryShape(name, closed, lay)


_SHAPES = {"Polyline": _polyline, "Clothoid": _clothoid, "ClothoidSpline": _clothoid_spline, "Nurbs": _nurbs}


def _vertex_of(node: Node, positions: _Positions) -> Callable[[], Vertex]:
    """Of a Vertex or ControlPoint; what its position does not say stays NaN."""
    where, position = positions.of(node.child("Position")), node.child("Position").only()
    time = node.number("time", math.nan)
    orientation = orientation_of(position)
    world = position.tag == "WorldPosition"
    said_z = position.has("z") or position.has("dz") or position.has("altitude")
    said = [
        position.has(name) if world else not math.isnan(value)
        for name, value in zip(("h", "p", "r"), orientation[1:], strict=True)
    ]

    def vertex() -> Vertex:
        place = where()
        h, p, r = (angle if there else math.nan for angle, there in zip(place[3:6], said, strict=True))
        z = place.z if said_z else math.nan
        return Vertex(place.x, place.y, time, z, h, p, r, place.z - place.z_rel)

    return vertex


def _begin(place: Placement) -> tuple[float, float, float]:
    return place.x, place.y, place.h


def _length(node: Node) -> float:
    length = node.number("length")
    if not length > 0:
        raise OpenScenarioError(f"{node.place}: {node.tag} length={length:g}; a length above 0 is right")
    return length


def _check_times(node: Node, times: list[float]) -> None:
    given = [time for time in times if not math.isnan(time)]
    if any(after < before for before, after in pairwise(given)):
        raise OpenScenarioError(f"{node.place}: times of {node.tag} fall ({given}); rising ones are right")


def _clamped(points: int, order: int) -> list[float]:
    """The usual knots where the file has none."""
    inner = points - order
    return [0.0] * order + [(i + 1) / (inner + 1) for i in range(inner)] + [1.0] * order


def _check_nurbs(node: Node, points: int, order: int, knots: list[float]) -> None:
    if not 2 <= order <= points:
        raise OpenScenarioError(f"{node.place}: Nurbs order={order} with {points} ControlPoint; 2 to {points} is right")
    if len(knots) != points + order:
        right = f"{points} ControlPoint + order {order} = {points + order}"
        msg = f"{node.place}: Nurbs has {len(knots)} Knot; {right} is right"
        raise OpenScenarioError(msg)
    if any(after < before for before, after in pairwise(knots)) or knots[-1] <= knots[0]:
        raise OpenScenarioError(f"{node.place}: Knot values {knots} of Nurbs do not rise")
