"""All calls that the server answers."""

from jing_sim.carla import rpc_actors, rpc_session
from jing_sim.carla.rpc import Calls

__all__ = ["CALLS"]

CALLS: Calls = {
    **rpc_session.CALLS,
    **rpc_actors.CALLS,
}
