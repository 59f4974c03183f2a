"""Three entities on a straight road of a lane each way, placed by hand, for conditions."""

from types import SimpleNamespace
from typing import Any, cast

from jing_maps.opendrive.example import straight_road
from jing_scenarios.conditions.registry import condition_of
from jing_scenarios.openscenario.node import Node, Value
from jing_scenarios.roads.motion import RoadMotion
from jing_scenarios.roads.place import placed_on_lane
from jing_scenarios.roads.plan import road_plan
from jing_scenarios.storyboard.context import CompileContext
from jing_scenarios.storyboard.entities import Entities
from jing_scenarios.storyboard.set_up import scene_of
from jing_scenarios.storyboard.triggers import Truth
from jing_scenarios.worlds.world import EntityBody

NAMES = ("Ego", "Lead", "Walker")


class Ground:
    """Ego at s = 100 m, Lead 40 m ahead, Walker 10 m ahead of that on the lane of the other direction; all stand."""

    def __init__(self) -> None:
        self.plan = road_plan(straight_road(length_m=1000.0, lane_width_m=3.5))
        kinds = ("Vehicle", "Vehicle", "Pedestrian")
        nodes = [Node("ScenarioObject", {"name": name}, (Node(kind),)) for name, kind in zip(NAMES, kinds, strict=True)]
        bodies = [EntityBody(name, "vehicle", size_m=(4.0, 2.0, 1.5), centre_m=(1.5, 0.0, 0.75)) for name in NAMES]
        self.entities = Entities.at_rest(nodes, bodies, RoadMotion(self.plan, 3))
        self.engine = cast("Any", SimpleNamespace(
            entities=self.entities, plan=self.plan, time_s=0.0, parameters={}, variables={}, user_values={},
            overlapping=set(), scene=scene_of(self.plan, self.entities, 0),
            signals=SimpleNamespace(state_of=lambda _: "red", phase_of=lambda _: "go"),
            environment=SimpleNamespace(date_time=lambda _: None),
            scenario=SimpleNamespace(selections=[], signal_controllers=[element("TrafficSignalController", name="c")]),
        ))  # fmt: skip
        self.context = CompileContext(self.engine)
        for row, (lane, s) in enumerate(((-1, 100.0), (-1, 140.0), (1, 150.0))):
            self.put(row, lane, s)

    def put(self, row: int, lane: int, s_m: float, offset_m: float = 0.0) -> None:
        """The entity stands there."""
        self.entities.place.put(row, placed_on_lane(self.plan, 0, lane, s_m, offset_m))

    def drive(self, row: int, speed_mps: float, accel_mps2: float = 0.0) -> None:
        """It moves along x."""
        e = self.entities
        e.speed[row], e.vx[row], e.ax[row] = speed_mps, speed_mps, accel_mps2

    def of_entity(self, condition: Node, *names: str, rule: str = "any") -> Truth:
        """The compiled ByEntityCondition."""
        refs = tuple(Node("EntityRef", {"entityRef": name}) for name in names or ("Ego",))
        who = Node("TriggeringEntities", {"triggeringEntitiesRule": rule}, refs)
        return condition_of(
            Node("ByEntityCondition", {}, (who, Node("EntityCondition", {}, (condition,)))), self.context
        )

    def of_value(self, tag: str, **values: Value) -> Truth:
        """The compiled ByValueCondition."""
        return condition_of(Node("ByValueCondition", {}, (Node(tag, values),)), self.context)


def element(tag: str, *children: Node, **values: Value) -> Node:
    """A node."""
    return Node(tag, values, children)
