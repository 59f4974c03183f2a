"""The tables of a run folder, and the integers that states are stored as."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jing_sim.protocols import VehicleFrame
from jing_sim.trace.kernels_trace import pack_column
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
    "first_clipped",
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
_MAX_ACCEL_CMS2 = np.iinfo(np.int16).max


@dataclass(frozen=True)
class _Scaled:
    """A column of `STATES` that is a float of the frame times `factor`, rounded, modulo `wrap` if not 0."""

    field: str
    factor: float = 100.0
    wrap: float = 0.0


_SCALED = {
    "x_cm": _Scaled("x_m"),
    "y_cm": _Scaled("y_m"),
    "z_cm": _Scaled("z_m"),
    # Rounding may reach 36000, which is 0 again.
    "heading_cdeg": _Scaled("heading_rad", 18000.0 / np.pi, 36000.0),
    "speed_cms": _Scaled("speed_mps"),
    "accel_cms2": _Scaled("accel_mps2"),
    "pos_cm": _Scaled("pos_m"),
}
_BOUNDS = {name: (float(np.iinfo(d).min), float(np.iinfo(d).max)) for name, d in STATE_DTYPES.items()}  # type: ignore[type-var]
_BOUNDS["accel_cms2"] = (-float(_MAX_ACCEL_CMS2), float(_MAX_ACCEL_CMS2))


@dataclass(frozen=True)
class EncodedFrame:
    """The columns of `STATES` but for time, `(n,)` each.

    Attributes:
        clipped: how many accelerations did not fit into 16 bits; they are stored as the nearest that does.
    """

    time_ms: int
    columns: dict[str, NDArray[np.generic]]
    clipped: int


def time_ms_of(time_s: float) -> int:
    """Simulation time in whole milliseconds.

    Raises:
        TraceError: not a number, or beyond the 24 days that 32 bits hold.
    """
    if not abs(time_s) <= _MAX_TIME_S:
        raise TraceError(f"time {time_s} s does not fit in 32 bits of milliseconds")
    return round(time_s * 1000)


def first_clipped(frame: VehicleFrame) -> int:
    """The first row of a frame whose acceleration does not fit."""
    return int(np.flatnonzero(np.abs(np.rint(np.asarray(frame.accel_mps2) * 100.0)) > _MAX_ACCEL_CMS2)[0])


def encode_frame(time_s: float, frame: VehicleFrame) -> EncodedFrame:
    """A frame as the integers of `STATES`.

    Accelerations beyond +-327.67 m/s2 are clipped (the physics of an impact); everything else must fit.

    Raises:
        TraceError: vehicles unsorted or twice, a value not finite, or too large for its column.
    """
    vehicle = np.asarray(frame.vehicle)
    n = len(vehicle)
    if n and (vehicle[0] < 0 or not (vehicle[1:] > vehicle[:-1]).all()):
        raise TraceError(f"frame at {time_s} s: vehicles must be sorted, each once, none negative")
    columns: dict[str, NDArray[np.generic]] = {
        "vehicle": vehicle.astype(np.uint32),
        "lane": np.array(frame.lane, dtype=np.int32),
        "flags": np.array(frame.flags, dtype=np.uint8),
    }
    clipped = 0
    for name, column in _SCALED.items():
        values = np.ascontiguousarray(getattr(frame, column.field), dtype=np.float64)
        columns[name] = out = np.empty(len(values), STATE_DTYPES[name])
        unfit = pack_column(values, column.factor, column.wrap, *_BOUNDS[name], out)
        if unfit and (name != "accel_cms2" or not np.isfinite(values).all()):
            raise _refused(name, column, values, time_s, vehicle)
        clipped += unfit
    for name, packed in columns.items():
        if len(packed) != n:
            raise TraceError(f"frame at {time_s} s: {name} has {len(packed)} values for {n} vehicles")
    return EncodedFrame(time_ms_of(time_s), columns, clipped)


def _refused(
    name: str, column: _Scaled, values: NDArray[np.float64], time_s: float, vehicle: NDArray[np.generic]
) -> TraceError:
    """The error that names the first value which does not fit."""
    low, high = _BOUNDS[name]
    scaled = np.rint(values * column.factor)
    odd = np.flatnonzero(~np.isfinite(scaled))
    if len(odd):
        return TraceError(f"frame at {time_s} s, vehicle {vehicle[odd[0]]}: {column.field} is {values[odd[0]]}")
    row = int(np.flatnonzero((scaled < low) | (scaled > high))[0])
    return TraceError(
        f"frame at {time_s} s, vehicle {vehicle[row]}: {name} would be {scaled[row]:.0f}, "
        f"outside {low:.0f}..{high:.0f} of the trace's {STATE_DTYPES[name]} column"
    )
