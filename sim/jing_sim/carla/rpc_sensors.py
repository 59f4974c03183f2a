"""Calls about sensors: G-buffers, which need a renderer, ROS, and messages between vehicles."""

from jing_sim.carla.actors import ActorEntry, ActorKind
from jing_sim.carla.rpc import Calls, RefusedError, rpc
from jing_sim.carla.rpc_actors import known
from jing_sim.carla.service import Service

__all__ = ["CALLS"]

CALLS: Calls = {}

_GBUFFERS = 13


def _camera(service: Service, actor: int) -> ActorEntry | None:
    entry = known(service, actor)
    if entry and entry.kind != ActorKind.SENSOR:
        raise RefusedError(f"actor {actor} is a {entry.description.id}, not a sensor")
    return entry


@rpc(CALLS, "get_gbuffer_token")
def get_gbuffer_token(service: Service, actor: int, index: int) -> bytes:
    """Where a G-buffer would be: a stream on which nothing comes, for nothing is rendered here."""
    entry = _camera(service, actor)
    if not 0 <= index < _GBUFFERS:
        raise RefusedError(f"there is no G-buffer {index}; 0 to {_GBUFFERS - 1} would be right")
    if entry is None:
        return b""
    if index not in entry.gbuffers:
        entry.gbuffers[index] = service.streams.open()
    return service.streams.token(entry.gbuffers[index].id)


@rpc(CALLS, "enable_gbuffers")
def enable_gbuffers(service: Service, actor: int, enabled: bool) -> None:  # noqa: ARG001
    """Nothing is rendered."""
    _camera(service, actor)


@rpc(CALLS, "are_gbuffers_enabled")
def are_gbuffers_enabled(service: Service, actor: int) -> bool:
    """Never."""
    _camera(service, actor)
    return False


@rpc(CALLS, "set_ignored_vehicles")
def set_ignored_vehicles(service: Service, actor: int, vehicles: list[int]) -> None:
    """Refused but for none: rays meet all vehicles here but the one that carries the sensor."""
    _camera(service, actor)
    if vehicles:
        raise RefusedError("a sensor cannot be told to ignore vehicles here")


# -- ROS: nothing is published; what clients switch is remembered ------------------------------------------------------


def _stream(service: Service, stream: int) -> int:
    if stream not in service.streams.by_id:
        raise RefusedError(f"there is no stream {stream}")
    return stream


@rpc(CALLS, "enable_sensor_for_ros")
def enable_sensor_for_ros(service: Service, stream: int) -> None:
    """Remembered."""
    service.ros_streams.add(_stream(service, stream))


@rpc(CALLS, "disable_sensor_for_ros")
def disable_sensor_for_ros(service: Service, stream: int) -> None:
    """Remembered."""
    service.ros_streams.discard(stream)


@rpc(CALLS, "is_sensor_enabled_for_ros")
def is_sensor_enabled_for_ros(service: Service, stream: int) -> bool:
    """As a client has switched it."""
    return stream in service.ros_streams


@rpc(CALLS, "send")
def send(service: Service, actor: int, message: str) -> None:  # noqa: ARG001
    """Refused: there is no radio between vehicles in these streams."""
    known(service, actor)
    raise RefusedError("V2X sensors are not part of this server")
