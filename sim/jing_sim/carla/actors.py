"""The register of an episode's actors: bodies of the driving world, sensors, lights, signs and the rest."""

from dataclasses import dataclass, field
from enum import IntEnum

from jing_sim.carla.frames import Six
from jing_sim.carla.streams import Stream
from jing_sim.carla.structs import Actor, ActorDescription, BoundingBox, Transform

__all__ = ["ActorEntry", "ActorKind", "ActorRegister", "kind_of"]


class ActorKind(IntEnum):
    """What a client makes of an actor."""

    OTHER = 0
    VEHICLE = 1
    WALKER = 2
    PROP = 3
    SENSOR = 4
    LIGHT = 5
    SIGN = 6
    CONTROLLER = 7


_BY_FAMILY = {
    "vehicle": ActorKind.VEHICLE,
    "walker": ActorKind.WALKER,
    "static": ActorKind.PROP,
    "sensor": ActorKind.SENSOR,
    "controller": ActorKind.CONTROLLER,
}


def kind_of(type_id: str) -> ActorKind:
    """As the client's library tells them apart."""
    if type_id.startswith("traffic.traffic_light"):
        return ActorKind.LIGHT
    if type_id.startswith("traffic."):
        return ActorKind.SIGN
    return _BY_FAMILY.get(type_id.split(".", 1)[0], ActorKind.OTHER)


@dataclass(eq=False, slots=True)
class ActorEntry:
    """One actor.

    Attributes:
        description: type id and attributes, as clients see them.
        attributes: the same, by name.
        box: in its own frame; of lights and signs the trigger volume.
        label: semantic label.
        has_body: it is a body of the driving world, which then knows its pose.
        parent: id, 0 = none. mount: pose in the parent's frame.
        pose: in the world, of actors without a body (CARLA's frame).
        stream: of a sensor.
        children: ids of what is mounted on it.
        sticky: its control stays until the next one.
        lights: flags of a vehicle's lights.
        doors: bit set of its open doors.
        wheel_angles: degrees that a client has set, by "steer" or "pitch" and wheel.
        gbuffers: streams of a camera's G-buffers that a client has asked for.
        zone: of friction, in the driving world; 0 = none.
        bones: poses that a client has set, by name.
    """

    id: int
    kind: ActorKind
    description: ActorDescription
    attributes: dict[str, str]
    box: BoundingBox
    label: int = 0
    has_body: bool = False
    parent: int = 0
    mount: Six = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    pose: Six = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    stream: Stream | None = None
    children: list[int] = field(default_factory=list)
    sticky: bool = True
    lights: int = 0
    doors: int = 0
    wheel_angles: dict[tuple[str, int], float] = field(default_factory=dict)
    gbuffers: dict[int, Stream] = field(default_factory=dict)
    zone: int = 0
    bones: dict[str, Transform] = field(default_factory=dict)

    def record(self, token: bytes) -> Actor:
        """As clients get it; `token` of its stream, empty for none."""
        tags = bytes([self.label]) if self.label else b""
        return Actor(self.id, self.parent, self.description, self.box, tags, token)


class ActorRegister:
    """All actors of an episode, in the order of their ids.

    Attributes:
        by_id: those that are there.
        changes: grows with every actor that comes or goes.
    """

    def __init__(self) -> None:
        self.by_id: dict[int, ActorEntry] = {}
        self.changes = 0

    def add(self, entry: ActorEntry) -> None:
        """The actor is there, and its parent knows."""
        self.by_id[entry.id] = entry
        if entry.parent:
            self.by_id[entry.parent].children.append(entry.id)
        self.changes += 1

    def remove(self, actor: int) -> ActorEntry:
        """The actor is gone; what was mounted on it stands free."""
        entry = self.by_id.pop(actor)
        if entry.parent in self.by_id:
            self.by_id[entry.parent].children.remove(actor)
        for child in entry.children:
            self.by_id[child].parent = 0
        self.changes += 1
        return entry

    def of_kind(self, kind: ActorKind) -> list[ActorEntry]:
        """All actors of this kind."""
        return [entry for entry in self.by_id.values() if entry.kind == kind]
