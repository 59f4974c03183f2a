"""The tables of a run folder, and the integers that states are stored as."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jing_sim.protocols import VehicleFrame
from jing_sim.trace.manifest import TraceError

__all__ = [
    "EVENTS",
    "LINKS",
    "SIGNALS",
    "STATES",
    "STATE_DTYPES",
    "VEHICLES",
    "EncodedFrame",
    "encode_frame",
    "time_ms_of",
]

STATES = pa.schema(
    [
        ("time_ms", pa.int32()),
        ("vehicle", pa.uint32()),
        ("x_cm", pa.int32()),
        ("y_cm", pa.int32()),
        ("z_cm", pa.int32()),
        ("heading_cdeg", pa.uint16()),
        ("speed_cms", pa.int16()),
        ("accel_cms2", pa.int16()),
        ("lane", pa.int32()),
        ("pos_cm", pa.int32()),
        ("flags", pa.uint8()),
    ]
)
STATE_DTYPES: dict[str, np.dtype[np.generic]] = {field.name: np.dtype(field.type.to_pandas_dtype()) for field in STATES}
VEHICLES = pa.schema(
    [
        ("id", pa.uint32()),
        ("ext_id", pa.string()),
        ("type", pa.string()),
        ("length", pa.float32()),
        ("width", pa.float32()),
        ("depart", pa.float64()),
        ("entered", pa.float64()),
        ("arrive", pa.float64()),
        ("origin", pa.string()),
        ("destination", pa.string()),
        ("is_av", pa.bool_()),
    ]
)
SIGNALS = pa.schema([("time_ms", pa.int32()), ("group", pa.int32()), ("state", pa.uint8())])
LINKS = pa.schema(
    [
        ("time_ms", pa.int32()),
        ("edge", pa.int32()),
        ("count", pa.int32()),
        ("mean_speed", pa.float32()),
        ("delay", pa.float32()),
        ("queue", pa.float32()),
        ("vehicle_s", pa.float32()),
    ]
)
EVENTS = pa.schema(
    [
        ("time_ms", pa.int32()),
        ("kind", pa.string()),
        ("actor", pa.int32()),
        ("lon", pa.float64()),
        ("lat", pa.float64()),
        ("severity", pa.int8()),
        ("text", pa.string()),
    ]
)

_MAX_TIME_S = np.iinfo(np.int32).max / 1000


@dataclass(frozen=True)
class EncodedFrame:
    """The columns of `STATES` but for time, `(n,)` each, and how many accelerations did not fit."""

    time_ms: int
    columns: dict[str, NDArray[np.generic]]
    clipped: NDArray[np.int64]
    """Rows whose acceleration was clipped to what 16 bits hold."""


def time_ms_of(time_s: float) -> int:
    """Simulation time in whole milliseconds.

    Raises:
        TraceError: not a number, or beyond the 24 days that 32 bits hold.
    """
    if not abs(time_s) <= _MAX_TIME_S:
        raise TraceError(f"time {time_s} s does not fit in 32 bits of milliseconds")
    return round(time_s * 1000)


def encode_frame(time_s: float, frame: VehicleFrame) -> EncodedFrame:
    """A frame as the integers of `STATES`.

    Accelerations beyond +-327.67 m/s2 are clipped (the physics of an impact); everything else must fit.

    Raises:
        TraceError: vehicles unsorted or twice, a value not finite, or too large for its column.
    """
    vehicle = np.asarray(frame.vehicle)
    if len(vehicle) and (vehicle[0] < 0 or (np.diff(vehicle) <= 0).any()):
        raise TraceError(f"frame at {time_s} s: vehicles must be sorted, each once, none negative")
    accel = _scaled("accel_mps2", frame.accel_mps2, time_s, frame)
    limit = np.iinfo(np.int16).max
    clipped = np.flatnonzero(np.abs(accel) > limit)
    # Rounding may reach 36000, which is 0 again.
    heading = np.mod(_scaled("heading_rad", frame.heading_rad, time_s, frame, 18000.0 / np.pi), 36000.0)
    scaled = {
        "x_cm": _scaled("x_m", frame.x_m, time_s, frame),
        "y_cm": _scaled("y_m", frame.y_m, time_s, frame),
        "z_cm": _scaled("z_m", frame.z_m, time_s, frame),
        "heading_cdeg": heading,
        "speed_cms": _scaled("speed_mps", frame.speed_mps, time_s, frame),
        "accel_cms2": np.clip(accel, -limit, limit) if len(clipped) else accel,
        "pos_cm": _scaled("pos_m", frame.pos_m, time_s, frame),
    }
    columns: dict[str, NDArray[np.generic]] = {
        "vehicle": vehicle.astype(np.uint32),
        "lane": np.asarray(frame.lane, dtype=np.int32),
        "flags": np.asarray(frame.flags, dtype=np.uint8),
    }
    for name, values in scaled.items():
        columns[name] = _fit(name, values, time_s, frame)
    for name, column in columns.items():
        if len(column) != len(vehicle):
            raise TraceError(f"frame at {time_s} s: {name} has {len(column)} values for {len(vehicle)} vehicles")
    return EncodedFrame(time_ms_of(time_s), columns, clipped)


def _scaled(
    name: str, values: NDArray[np.float64], time_s: float, frame: VehicleFrame, factor: float = 100.0
) -> NDArray[np.float64]:
    out = np.rint(np.asarray(values, dtype=np.float64) * factor)
    if not np.isfinite(out).all():
        row = int(np.flatnonzero(~np.isfinite(out))[0])
        raise TraceError(f"frame at {time_s} s, vehicle {frame.vehicle[row]}: {name} is {values[row]}")
    return out


def _fit(name: str, values: NDArray[np.float64], time_s: float, frame: VehicleFrame) -> NDArray[np.generic]:
    dtype = STATE_DTYPES[name]
    info = np.iinfo(dtype)  # type: ignore[type-var]
    if len(values) and (values.min() < info.min or values.max() > info.max):
        row = int(np.flatnonzero((values < info.min) | (values > info.max))[0])
        raise TraceError(
            f"frame at {time_s} s, vehicle {frame.vehicle[row]}: {name} would be {values[row]:.0f}, "
            f"outside {info.min}..{info.max} of the trace's {dtype} column"
        )
    return values.astype(dtype)
