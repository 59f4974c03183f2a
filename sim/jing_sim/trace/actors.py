"""Who takes part in a run: the rows of `vehicles.parquet`, from trips or given one by one."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jing_maps.network import RoadNetwork
from jing_sim.trace.manifest import TraceError
from jing_sim.trips import Trips

__all__ = ["Actors"]

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Actors:
    """`(n_actors,)` participants of a run; the row is the vehicle id of its frames.

    Attributes:
        ext_id: id in the source, unique.
        type: name of the vehicle type.
        length_m, width_m: body.
        depart_s: wish to depart.
        max_speed_mps: of the vehicle; delay is counted against the lower of this and the lane's limit.
        origin, destination: external ids of roads; empty = none.
        is_av: driven by a stack under test.
    """

    ext_id: tuple[str, ...]
    type: tuple[str, ...]
    length_m: Float
    width_m: Float
    depart_s: Float
    max_speed_mps: Float
    origin: tuple[str, ...]
    destination: tuple[str, ...]
    is_av: NDArray[np.bool_]

    def __post_init__(self) -> None:
        for field in fields(self):
            if len(getattr(self, field.name)) != len(self):
                raise TraceError(f"actors: {field.name} has another length than ext_id ({len(self)})")

    def __len__(self) -> int:
        return len(self.ext_id)

    @classmethod
    def of_trips(cls, network: RoadNetwork, trips: Trips) -> "Actors":
        """The vehicles of trips."""
        types, kind = trips.types, trips.vehicle_type
        ext_id = network.roads.ext_id
        return cls(
            ext_id=trips.ext_id,
            type=tuple(types.name[int(k)] for k in kind),
            length_m=types.length_m[kind],
            width_m=types.width_m[kind],
            depart_s=trips.depart_s,
            max_speed_mps=types.max_speed_mps[kind],
            origin=tuple(ext_id[int(r)] for r in trips.origin),
            destination=tuple(ext_id[int(r)] for r in trips.destination),
            is_av=np.zeros(len(trips), dtype=bool),
        )

    def followed_by(self, others: "Actors") -> "Actors":
        """These, and the others behind them."""
        columns: dict[str, Any] = {}
        for field in fields(self):
            own, more = getattr(self, field.name), getattr(others, field.name)
            columns[field.name] = own + more if isinstance(own, tuple) else np.concatenate([own, more])
        return Actors(**columns)

    def beyond(self, n: int) -> "Actors":
        """Those behind the first `n`."""
        return Actors(**{field.name: getattr(self, field.name)[n:] for field in fields(self)})
