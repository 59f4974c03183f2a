"""All calls that the server answers."""

from jing_sim.carla import (
    rpc_actors,
    rpc_batch,
    rpc_environment,
    rpc_lights,
    rpc_motion,
    rpc_rays,
    rpc_recorder,
    rpc_sensors,
    rpc_session,
    rpc_vehicles,
    rpc_walkers,
)
from jing_sim.carla.rpc import Calls

__all__ = ["CALLS"]

CALLS: Calls = {
    **rpc_session.CALLS,
    **rpc_sensors.CALLS,
    **rpc_actors.CALLS,
    **rpc_motion.CALLS,
    **rpc_batch.CALLS,
    **rpc_vehicles.CALLS,
    **rpc_walkers.CALLS,
    **rpc_environment.CALLS,
    **rpc_lights.CALLS,
    **rpc_recorder.CALLS,
    **rpc_rays.CALLS,
}
