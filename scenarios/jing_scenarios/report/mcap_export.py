"""A case as an MCAP file: what robotics tools (Foxglove Studio, the mcap command) open.

Topics, all JSON with a JSON schema: `/scene` (`foxglove.SceneUpdate`: a box for each actor), `/actors` (states of all
actors, SI units, map frame), `/criteria/NAME` (the series of a criterion with its threshold), `/storyboard`,
`/signals`, `/contacts`. Times are nanoseconds of simulation time.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from jing_maps.errors import MissingExtraError
from jing_scenarios.metrics.scenario_trace import ScenarioTrace
from jing_scenarios.report.case_files import Series
from jing_scenarios.report.results import CriterionResult

if TYPE_CHECKING:
    from mcap.writer import Writer

__all__ = ["write_mcap"]

_NUMBER, _TEXT = {"type": ["number", "null"]}, {"type": "string"}
_SCHEMAS: dict[str, tuple[str, dict[str, Any]]] = {
    "/scene": ("foxglove.SceneUpdate", {"entities": {"type": "array"}, "deletions": {"type": "array"}}),
    "/actors": ("jingsim.Actors", {"time_s": _NUMBER, "actors": {"type": "array"}}),
    "/storyboard": ("jingsim.StoryChange", {"element": _TEXT, "type": _TEXT, "state": _TEXT}),
    "/signals": ("jingsim.SignalChange", {"signal": _TEXT, "state": _TEXT}),
    "/contacts": ("jingsim.Contact", {"actor": _TEXT, "other": _TEXT}),
}
_CRITERION = ("jingsim.CriterionSample", {"value": _NUMBER, "threshold": _NUMBER, "unit": _TEXT, "comparison": _TEXT})


@dataclass(frozen=True)
class _Message:
    topic: str
    time_s: float
    value: Mapping[str, Any]


def write_mcap(
    path: Path, trace: ScenarioTrace, criteria: Sequence[CriterionResult], series: Mapping[str, Series]
) -> Path:
    """The case stands in the file; returns the path.

    Raises:
        MissingExtraError: the extra `report` is not installed.
    """
    try:
        from mcap.writer import Writer  # noqa: PLC0415 - optional dependency
    except ImportError as error:
        raise MissingExtraError("mcap", "report") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        writer = Writer(file)
        writer.start(profile="", library="jingsim")
        channels: dict[str, int] = {}
        for number, message in enumerate(sorted(_messages(trace, criteria, series), key=lambda m: m.time_s)):
            if message.topic not in channels:
                channels[message.topic] = _channel(writer, message.topic)
            at = round(message.time_s * 1e9)
            data = json.dumps(message.value, ensure_ascii=False, allow_nan=False).encode()
            writer.add_message(channels[message.topic], log_time=at, publish_time=at, sequence=number, data=data)
        writer.finish()  # type: ignore[no-untyped-call]
    return path


def _channel(writer: "Writer", topic: str) -> int:
    name, properties = _SCHEMAS.get(topic, _CRITERION)
    schema = json.dumps({"type": "object", "properties": properties}).encode()
    known = writer.register_schema(name=name, encoding="jsonschema", data=schema)
    return writer.register_channel(topic=topic, message_encoding="json", schema_id=known)


def _messages(
    trace: ScenarioTrace, criteria: Sequence[CriterionResult], series: Mapping[str, Series]
) -> Iterator[_Message]:
    for row in range(trace.n_t):
        present = [k for k in range(len(trace)) if trace.present[row, k]]
        time_s = float(trace.time_s[row])
        states = [_state(trace, row, k) for k in present]
        yield _Message("/actors", time_s, {"time_s": time_s, "actors": states})
        yield _Message("/scene", time_s, {"deletions": [], "entities": [_entity(trace, row, k) for k in present]})
    for criterion in criteria:
        said = {
            "threshold": _finite(criterion.threshold),
            "unit": criterion.unit,
            "comparison": criterion.comparison,
        }
        times, values = series.get(criterion.name, (np.empty(0), np.empty(0)))
        for time, value in zip(times.tolist(), values.tolist(), strict=True):
            yield _Message(f"/criteria/{criterion.name}", time, {"value": _finite(value), **said})
    for change in trace.story:
        said = {"element": change.element, "type": change.type, "state": change.state}
        yield _Message("/storyboard", change.time_s, said)
    for shown in trace.signals:
        yield _Message("/signals", shown.time_s, {"signal": shown.signal, "state": shown.state})
    for contact in trace.contacts or ():
        other = trace.names[contact.other] if contact.other >= 0 else ""
        yield _Message("/contacts", contact.time_s, {"actor": trace.names[contact.actor], "other": other})


def _state(trace: ScenarioTrace, row: int, actor: int) -> dict[str, Any]:
    columns = ("x_m", "y_m", "z_m", "heading_rad", "speed_mps", "accel_mps2")
    numbers = {name: _finite(float(getattr(trace, name)[row, actor])) for name in columns}
    return {"name": trace.names[actor], "kind": trace.kinds[actor], **numbers}


def _entity(trace: ScenarioTrace, row: int, actor: int) -> dict[str, Any]:
    time_s, heading = float(trace.time_s[row]), float(trace.heading_rad[row, actor])
    x, y = (float(column[row, actor]) for column in trace.centre_m)
    boxes = trace.boxes
    size = [float(column[actor]) for column in (boxes.length_m, boxes.width_m, boxes.height_m)]
    ego = actor == trace.ego
    cube = {
        "pose": {
            "position": {"x": x, "y": y, "z": float(trace.z_m[row, actor]) + size[2] / 2},
            "orientation": {"x": 0.0, "y": 0.0, "z": math.sin(heading / 2), "w": math.cos(heading / 2)},
        },
        "size": dict(zip("xyz", size, strict=True)),
        "color": {"r": 0.05 if ego else 0.45, "g": 0.44, "b": 0.68 if ego else 0.45, "a": 1.0},
    }
    stamp = {"sec": int(time_s), "nsec": round((time_s - int(time_s)) * 1e9)}
    return {"timestamp": stamp, "frame_id": "map", "id": trace.names[actor], "cubes": [cube]}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
