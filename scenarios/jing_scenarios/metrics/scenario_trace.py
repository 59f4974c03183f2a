"""The frozen columns of a run that metrics, criteria and law monitors read.

>>> trace = straight_trace({"Ego": (0.0, 20.0), "Lead": (50.0, 10.0)}, duration_s=2.0, dt_s=1.0)
>>> trace.names[trace.ego], trace.x_m[:, 1].tolist()
('Ego', [50.0, 60.0, 70.0])
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jing_maps.errors import JingError, UnknownNameError
from jing_maps.opendrive import OpenDriveMap

__all__ = [
    "Boxes",
    "Contact",
    "Message",
    "Places",
    "ScenarioTrace",
    "ScenarioTraceError",
    "SignalChange",
    "StoryChange",
    "ego_of",
    "straight_trace",
]

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Bool = NDArray[np.bool_]


class ScenarioTraceError(JingError, ValueError):
    """Columns of a run that contradict each other."""


class SignalChange(NamedTuple):
    """From `time_s` on the traffic signal shows `state`, as the scenario or the map's program writes it."""

    time_s: float
    signal: str
    state: str


class StoryChange(NamedTuple):
    """A storyboard element of a `type` (act, event, action ...) enters a state by a transition."""

    time_s: float
    element: str
    type: str
    state: str
    transition: str = ""


class Contact(NamedTuple):
    """Two actors (rows; `other` -1 = something that is no actor) begin to touch."""

    time_s: float
    actor: int
    other: int


class Message(NamedTuple):
    """A V2X message that `receiver` (row) got; `generated_s` is its own time stamp."""

    received_s: float
    generated_s: float
    receiver: int
    kind: str


@dataclass(frozen=True)
class Boxes:
    """`(n,)` bodies: size [m], centre in the actor's own frame from its reference point (rear axle), mass [kg].

    A mass of 0 is not known; `mass_of` guesses it from the kind then.
    """

    length_m: Float
    width_m: Float
    height_m: Float
    centre_x_m: Float
    centre_y_m: Float
    centre_z_m: Float
    mass_kg: Float

    def __len__(self) -> int:
        return len(self.length_m)


@dataclass(frozen=True)
class Places:
    """`(n_t, n)` places on the OpenDRIVE map.

    Attributes:
        road: row of the map's roads, -1 = off the map or unknown.
        lane: OpenDRIVE lane id, 0 = unknown.
        s_m, t_m: road coordinates of the reference point, NaN = unknown.
        offset_m: from the lane's centre, to the left of s.
    """

    road: Int
    lane: Int
    s_m: Float
    t_m: Float
    offset_m: Float

    @classmethod
    def unknown(cls, n_t: int, n: int) -> "Places":
        """Places of actors of which none is known."""
        gone = np.full((n_t, n), np.nan)
        return cls(np.full((n_t, n), -1), np.zeros((n_t, n), dtype=np.int64), gone, gone, gone)


@dataclass(frozen=True)
class ScenarioTrace:
    """A run: `n_t` instants, `n` actors; map frame, SI units, radians counter-clockwise; NaN = an actor is not there.

    Attributes:
        time_s: `(n_t,)` rising.
        names, kinds: `n` each; kind is car, truck, bus, trailer, van, motorbike, bicycle, train, tram, pedestrian,
            wheelchair, animal, obstacle ... (names of OpenSCENARIO's categories).
        boxes: bodies.
        x_m, y_m, z_m: `(n_t, n)` reference points: middle of the rear axle on the ground for vehicles.
        heading_rad: `(n_t, n)`.
        speed_mps: `(n_t, n)` along the heading, negative backwards.
        accel_mps2: `(n_t, n)` change of that speed.
        places: on the map.
        odr: the map, or None.
        ego: row of the ego, -1 = none.
        signals: changes in the order of time.
        contacts: collisions that the world saw, in the order of time; metrics compare the boxes as well.
        story: transitions of the storyboard.
        messages: V2X messages received.
        routes: planned way of actors, by row, `(k, 2)` points in the map frame.
        t0: wall-clock time of 0 s, ISO 8601; empty = unknown (monitors that depend on the hour say so).
        roles: of vehicles, as OpenSCENARIO writes them (ambulance, fire, police, civil ...); empty = nobody has one.
    """

    time_s: Float
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    boxes: Boxes
    x_m: Float
    y_m: Float
    z_m: Float
    heading_rad: Float
    speed_mps: Float
    accel_mps2: Float
    places: Places
    odr: OpenDriveMap | None = None
    ego: int = -1
    signals: tuple[SignalChange, ...] = ()
    contacts: tuple[Contact, ...] = ()
    story: tuple[StoryChange, ...] = ()
    messages: tuple[Message, ...] = ()
    routes: Mapping[int, Float] = field(default_factory=dict)
    t0: str = ""
    roles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        shape = (len(self.time_s), len(self.names))
        for name in ("x_m", "y_m", "z_m", "heading_rad", "speed_mps", "accel_mps2"):
            _must_be(name, getattr(self, name).shape, shape)
        for part in fields(self.places):
            _must_be(f"places.{part.name}", getattr(self.places, part.name).shape, shape)
        for part in fields(self.boxes):
            _must_be(f"boxes.{part.name}", getattr(self.boxes, part.name).shape, shape[1:])
        _must_be("kinds", (len(self.kinds),), shape[1:])
        if self.roles:
            _must_be("roles", (len(self.roles),), shape[1:])
        if np.any(np.diff(self.time_s) <= 0):
            row = int(np.argmax(np.diff(self.time_s) <= 0))
            raise ScenarioTraceError(f"time_s: {self.time_s[row + 1]} after {self.time_s[row]}; times must rise")

    @property
    def n_t(self) -> int:
        """Number of instants."""
        return len(self.time_s)

    def __len__(self) -> int:
        return len(self.names)

    def row(self, name: str) -> int:
        """Row of an actor; `ego` is the ego whatever it is called.

        Raises:
            UnknownNameError: there is none.
        """
        if name in self.names:
            return self.names.index(name)
        if name.lower() == "ego" and self.ego >= 0:
            return self.ego
        raise UnknownNameError("actor", name, self.names)

    @cached_property
    def derived(self) -> dict[tuple[str, int], Any]:
        """What metrics have worked out already, by a name and an actor's row: several ask for the same."""
        return {}

    @cached_property
    def present(self) -> Bool:
        """`(n_t, n)`: the actor is there."""
        return np.asarray(np.isfinite(self.x_m))

    @cached_property
    def centre_m(self) -> tuple[Float, Float]:
        """`(n_t, n)` x and y of the centres of the bodies."""
        cos, sin = np.cos(self.heading_rad), np.sin(self.heading_rad)
        ahead, left = self.boxes.centre_x_m, self.boxes.centre_y_m
        return self.x_m + ahead * cos - left * sin, self.y_m + ahead * sin + left * cos

    @cached_property
    def front_m(self) -> tuple[Float, Float]:
        """`(n_t, n)` x and y of the middles of the front bumpers."""
        reach = self.boxes.centre_x_m + self.boxes.length_m / 2
        cos, sin = np.cos(self.heading_rad), np.sin(self.heading_rad)
        left = self.boxes.centre_y_m
        return self.x_m + reach * cos - left * sin, self.y_m + reach * sin + left * cos

    @cached_property
    def yaw_rate_radps(self) -> Float:
        """`(n_t, n)` turning speed over the interval before each instant, and where an actor comes into the run over
        the one after it; 0 of who is there for one instant, NaN of who is not there."""
        turn = np.diff(self.heading_rad, axis=0)
        turn = (turn + np.pi) % (2 * np.pi) - np.pi
        unknown = np.full((1, len(self)), np.nan)
        rate = np.concatenate([unknown, turn / np.diff(self.time_s)[:, None], unknown])
        return np.where(self.present, np.nan_to_num(np.where(np.isnan(rate[:-1]), rate[1:], rate[:-1])), np.nan)

    def signal_states(self, signal: str) -> list[str]:
        """State of a signal at each instant; empty text before its first change."""
        times = np.array([change.time_s for change in self.signals if change.signal == signal])
        states = [change.state for change in self.signals if change.signal == signal]
        last = np.searchsorted(times, self.time_s + 1e-9, side="right") - 1
        return [states[k] if k >= 0 else "" for k in last.tolist()]


def ego_of(names: Sequence[str]) -> int:
    """Row of the actor that is called ego or hero (case, dashes and what follows the word do not matter), else -1.

    >>> ego_of(["Target", "Ego-Vehicle"])
    1
    """
    for word in ("ego", "hero", "vut", "sut"):
        for row, name in enumerate(names):
            if name.lower().startswith(word):
                return row
    return -1


def straight_trace(actors: Mapping[str, tuple[float, float]], duration_s: float, dt_s: float) -> ScenarioTrace:
    """Cars of 4 x 2 m on the x axis, `name: (x at 0 s of the centre, constant speed)`: for tests and examples."""
    n = len(actors)
    time: Float = np.arange(round(duration_s / dt_s) + 1, dtype=np.float64) * dt_s
    begin, speed = (np.array(column, dtype=np.float64) for column in zip(*actors.values(), strict=True))
    zeros = np.zeros((len(time), n))
    zero = np.zeros(n)
    boxes = Boxes(np.full(n, 4.0), np.full(n, 2.0), np.full(n, 1.5), zero, zero, np.full(n, 0.75), zero)
    names = tuple(actors)
    return ScenarioTrace(
        time_s=time,
        names=names,
        kinds=("car",) * n,
        boxes=boxes,
        x_m=begin + speed * time[:, None],
        y_m=zeros,
        z_m=zeros,
        heading_rad=zeros,
        speed_mps=zeros + speed,
        accel_mps2=zeros,
        places=Places.unknown(len(time), n),
        ego=ego_of(names),
    )


def _must_be(name: str, has: tuple[int, ...], right: tuple[int, ...]) -> None:
    if has != right:
        raise ScenarioTraceError(f"{name} has the shape {has}; {right} is right")
