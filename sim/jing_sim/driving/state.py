"""The arrays of a driving world: made, grown, copied."""

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.bodies import Bodies
from jing_sim.driving.kernels_step import StateArrays
from jing_sim.driving.rows import CAR, CONTACT, EXTRA, HIT, MAX_HITS, SLAB, BodyArrays

__all__ = ["arrays_of", "grown", "new_state"]


def arrays_of(bodies: Bodies) -> BodyArrays:
    """The columns as kernels take them; no copies."""
    return BodyArrays(*(getattr(bodies, field.name) for field in fields(bodies)))


def new_state(bodies: Bodies) -> StateArrays:
    """State beside these columns, with nothing in it."""
    n = len(bodies)
    return StateArrays(
        bodies=arrays_of(bodies),
        cars=np.zeros(n, CAR),
        extra=np.zeros(n, EXTRA),
        slabs=np.zeros(n + 1, SLAB),
        contacts=np.zeros(8 * n + 64, CONTACT),
        order=np.zeros(n, np.int64),
        hits=np.zeros(MAX_HITS, HIT),
        counts=np.zeros(2, np.int64),
        zones=np.zeros((0, 9)),
    )


def grown(state: StateArrays, n: int) -> tuple[Bodies, StateArrays]:
    """The same with `n` rows, at least as many as there are."""
    bodies = Bodies.empty(n)
    new = new_state(bodies)
    old = len(state.extra)
    for k in range(len(new.bodies)):
        column: NDArray[Any] = new.bodies[k]
        column[:old] = state.bodies[k]
    new.cars[:old], new.extra[:old] = state.cars, state.extra
    return bodies, new._replace(hits=state.hits, counts=state.counts, zones=state.zones)
