"""The arrays of a driving world: made, grown, copied."""

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.bodies import Bodies
from jing_sim.driving.kernels_step import StateArrays
from jing_sim.driving.rows import CAR, CONTACT, EXTRA, HIT, SLAB, BodyArrays

__all__ = ["bodies_of", "copied", "fill", "grown", "new_state", "part_of", "world_of"]

_ZONES = 4
_NOWHERE = -1.0
"""Half extent of a friction zone that is not there."""


def bodies_of(state: StateArrays) -> Bodies:
    """The columns of one world; no copies."""
    return Bodies(*state.bodies)


def _room(rows: int) -> int:
    """Contacts of so many bodies at one time: a body among others of its size touches eight."""
    return 8 * rows + 64


def new_state(worlds: int, rows: int, zones: int = _ZONES) -> StateArrays:
    """State of `worlds` worlds with `rows` rows each and nothing in them; all arrays have a leading axis of worlds."""
    one = Bodies.empty(rows)
    columns: list[NDArray[Any]] = []
    for field in fields(one):
        column: NDArray[Any] = getattr(one, field.name)
        columns.append(np.zeros((worlds, *column.shape), column.dtype))
    places = np.zeros((worlds, zones, 9))
    places[:, :, 3:6] = _NOWHERE
    return StateArrays(
        bodies=BodyArrays(*columns),
        cars=np.zeros((worlds, rows), CAR),
        extra=np.zeros((worlds, rows), EXTRA),
        slabs=np.zeros((worlds, rows + 1), SLAB),
        contacts=np.zeros((worlds, _room(rows)), CONTACT),
        order=np.zeros((worlds, rows), np.int64),
        hits=np.zeros((worlds, _room(rows)), HIT),
        counts=np.zeros((worlds, 3), np.int64),
        zones=places,
    )


def _each(state: StateArrays, cut: Any) -> StateArrays:  # noqa: ANN401
    bodies = BodyArrays(*(cut(column) for column in state.bodies))
    return StateArrays(bodies, *(cut(column) for column in state[1:]))


def world_of(state: StateArrays, world: int) -> StateArrays:
    """The part of one world; no copies."""
    return _each(state, lambda column: column[world])


def part_of(state: StateArrays, world: int) -> StateArrays:
    """A batch of this one world; no copies."""
    return _each(state, lambda column: column[world : world + 1])


def copied(state: StateArrays) -> StateArrays:
    """A copy that shares nothing."""
    return _each(state, lambda column: column.copy())


def fill(state: StateArrays, kept: StateArrays) -> None:
    """Writes the numbers of `kept`, of the same shapes, into the arrays of `state`."""
    mine: list[NDArray[Any]] = [*state.bodies, *state[1:]]
    theirs: list[NDArray[Any]] = [*kept.bodies, *kept[1:]]
    for column, other in zip(mine, theirs, strict=True):
        column[...] = other


def grown(state: StateArrays, rows: int, zones: int) -> StateArrays:
    """The state of many worlds with room for more rows and zones."""
    new = new_state(len(state.cars), rows, zones)
    n = state.cars.shape[1]
    for k in range(len(new.bodies)):
        column: NDArray[Any] = new.bodies[k]
        column[:, :n] = state.bodies[k]
    new.cars[:, :n], new.extra[:, :n] = state.cars, state.extra
    new.zones[:, : state.zones.shape[1]] = state.zones
    new.hits[:, : state.hits.shape[1]], new.counts[:] = state.hits, state.counts
    return new
