"""The rule pack: traffic laws of China as criteria.

>>> [law.key for law in china_laws(only=("red_light", "stop_line"))]
['red_light', 'stop_line']
"""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from jing_maps.errors import UnknownNameError
from jing_scenarios.laws_china import crossings, lanes, lights, priority, speeds
from jing_scenarios.laws_china.law import Law

__all__ = ["CHINA_LAWS", "china_laws"]

_ALL = (
    Law("red_light", "no passing at red", "不闯红灯", ("RTSL 38", "IR 38(3)"), "1", lights.watch_red_light),
    Law("right_turn_on_red", "right turns at red hinder nobody", "红灯右转不妨碍他人", ("IR 38",), "1",
        lights.watch_right_turn),
    Law("stop_line", "stopping before the line", "停在停止线以外", ("IR 51(5)",), "m", lights.watch_stop_line),
    Law("yield_to_pedestrians", "stopping for people on crossings", "人行横道停车让行", ("RTSL 47",), "1",
        crossings.watch_crossings),
    Law("speed_limit", "keeping the speed limit", "不超速", ("RTSL 42", "IR 45", "IR 78"), "km/h", speeds.watch_speed),
    Law("turning_speed", "turning slowly", "转弯减速", ("IR 46(2)",), "km/h", speeds.watch_turning),
    Law("lane_change", "changing lanes without hindering", "变道不影响他车", ("IR 44",), "m/s2",
        priority.watch_lane_changes),
    Law("turn_yields", "turning behind who goes straight on", "转弯让直行", ("IR 38(1)", "IR 52(3)"), "s",
        priority.watch_turns),
    Law("emergency_vehicles", "making way for emergency vehicles", "避让特种车辆", ("RTSL 53",), "s",
        priority.watch_emergency_vehicles, threshold=5.0),
    Law("following_distance", "distance on motorways", "高速公路车距", ("IR 80", "RTSL 43"), "m",
        speeds.watch_following),
    Law("bus_lane", "leaving bus lanes to buses", "不占用公交专用车道", ("RTSL 37",), "s", lanes.watch_bus_lane),
    Law("emergency_lane", "leaving the emergency lane free", "不占用应急车道", ("IR 82(4)",), "s",
        lanes.watch_emergency_lane),
    Law("solid_line", "no crossing of solid lines", "不越实线", ("RTSL 38", "RTSL 25"), "m", lanes.watch_solid_line),
    Law("wrong_way", "driving on the right side", "不逆行", ("RTSL 35", "IR 82(1)"), "m", lanes.watch_wrong_way),
)  # fmt: skip

CHINA_LAWS = MappingProxyType({law.key: law for law in _ALL})
"""All monitors by key, for the ego."""


def china_laws(actor: str = "ego", only: Sequence[str] = ()) -> tuple[Law, ...]:
    """The monitors as criteria for an actor: all, or these.

    Raises:
        UnknownNameError: no such law.
    """
    for key in only:
        if key not in CHINA_LAWS:
            raise UnknownNameError("law", key, CHINA_LAWS)
    return tuple(replace(CHINA_LAWS[key], actor=actor) for key in (only or CHINA_LAWS))
