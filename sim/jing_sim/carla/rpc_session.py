"""Calls about the session, the episode, the map and the Traffic Managers."""

from collections.abc import Awaitable

import msgspec

from jing_sim.carla.rpc import Calls, RefusedError, Session, rpc
from jing_sim.carla.service import Service
from jing_sim.carla.structs import (
    Actor,
    ActorDefinition,
    EpisodeInfo,
    EpisodeSettings,
    MapInfo,
    OpenDriveParameters,
    Token,
)

__all__ = ["CALLS", "VERSION"]

VERSION = "0.9.16"
CALLS: Calls = {}


@rpc(CALLS, "version")
def version(_: Service) -> str:
    """The version that clients compare with their own."""
    return VERSION


@rpc(CALLS, "get_available_maps")
def get_available_maps(service: Service) -> list[str]:
    """Paths of all maps on offer."""
    return [source.path for source in service.shelf.sources.values()]


@rpc(CALLS, "get_episode_info")
def get_episode_info(service: Service) -> EpisodeInfo:
    """The episode, and the stream of its snapshots."""
    return EpisodeInfo(service.episode.number, Token(service.streams.token(service.world_stream.id)))


@rpc(CALLS, "get_sensor_token")
def get_sensor_token(service: Service, stream: int) -> Token:
    """Where a stream is; the next tick waits until the client has come for it."""
    if not 0 <= stream < 1 << 32:
        raise RefusedError(f"there is no stream {stream}")
    if stream in service.streams.by_id:
        service.streams.expect(stream)
    return Token(service.streams.token(stream))


@rpc(CALLS, "get_episode_settings")
def get_episode_settings(service: Service) -> EpisodeSettings:
    """As set last."""
    service.guard.asked()
    return service.settings


@rpc(CALLS, "set_episode_settings")
def set_episode_settings(service: Service, settings: EpisodeSettings) -> int:
    """The next tick goes by these; returns the present frame."""
    try:
        fixed = settings.fixed_delta_s
    except (IndexError, TypeError, ValueError) as problem:
        raise RefusedError(f"fixed_delta_seconds is {settings.fixed_delta}; no or a number would be right") from problem
    if fixed is not None and not 0.0 < fixed <= 10.0:
        if fixed == 0.0:
            settings = msgspec.structs.replace(settings, fixed_delta=(False,))
        else:
            raise RefusedError(f"fixed_delta_seconds is {fixed}; above 0 and at most 10 s would be right")
    service.set_settings(settings)
    return service.frame


@rpc(CALLS, "tick_cue")
def tick_cue(service: Service) -> Awaitable[int]:
    """One tick; returns its frame."""
    return service.tick_cue()


@rpc(CALLS, "load_new_episode")
async def load_new_episode(service: Service, name: str, reset_settings: bool, layers: int) -> None:  # noqa: ARG001
    """A new episode on this map, "" = the present one; layers have nothing to show."""
    await service.load(name, reset_settings=reset_settings)


@rpc(CALLS, "load_map_layer")
@rpc(CALLS, "unload_map_layer")
def load_map_layer(_: Service, layers: int) -> None:
    """There are no layers to show or hide."""


@rpc(CALLS, "copy_opendrive_to_file")
def copy_opendrive_to_file(service: Service, text: str, parameters: OpenDriveParameters) -> None:  # noqa: ARG001
    """The text is what `OpenDriveMap` is loaded from."""
    service.brought = text


@rpc(CALLS, "get_map_info")
def get_map_info(service: Service) -> MapInfo:
    """Name and spawn points."""
    return MapInfo(service.episode.stage.name, service.episode.stage.spawn_points)


@rpc(CALLS, "get_map_data")
def get_map_data(service: Service) -> str:
    """The OpenDRIVE text."""
    return service.episode.stage.xodr


@rpc(CALLS, "get_navigation_mesh")
def get_navigation_mesh(_: Service) -> bytes:
    """There is none."""
    return b""


@rpc(CALLS, "get_required_files")
def get_required_files(_: Service, folder: str) -> list[str]:  # noqa: ARG001
    """None: the map's text comes with `get_map_data`."""
    return []


@rpc(CALLS, "request_file")
def request_file(_: Service, name: str) -> bytes:
    """No files are handed out."""
    raise RefusedError(f"there is no file {name!r}")


@rpc(CALLS, "get_actor_definitions")
def get_actor_definitions(service: Service) -> tuple[ActorDefinition, ...]:
    """All blueprints."""
    return service.episode.blueprints.definitions


@rpc(CALLS, "get_spectator")
def get_spectator(service: Service) -> Actor:
    """The actor that clients move to look around."""
    return service.episode.record(service.episode.actors.by_id[service.episode.spectator])


# -- Traffic Managers live in clients; here it is only known which there are ----------------------------------------


@rpc(CALLS, "is_traffic_manager_running")
def is_traffic_manager_running(service: Service, port: int) -> bool:
    """A client has one at this port."""
    return port in service.managers


@rpc(CALLS, "get_traffic_manager_running")
def get_traffic_manager_running(service: Service, port: int) -> tuple[str, int]:
    """Host and port, "" and 0 for none."""
    return (service.managers[port][0], port) if port in service.managers else ("", 0)


@rpc(CALLS, "add_traffic_manager_running", session=True)
def add_traffic_manager_running(service: Service, session: Session, where: tuple[str, int]) -> bool:
    """A client has begun one; False where there is one at this port already."""
    if where[1] in service.managers:
        return False
    service.managers[where[1]] = (where[0], session)
    return True


@rpc(CALLS, "destroy_traffic_manager")
def destroy_traffic_manager(service: Service, port: int) -> bool:
    """It has ended; False where there was none."""
    return service.managers.pop(port, None) is not None
