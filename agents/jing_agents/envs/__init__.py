"""Gymnasium and PettingZoo environments over the worlds of `jing_sim`."""

from jing_agents.envs.batch_signals import BATCH_SIGNALS_ID, BatchSignalEnv, BatchSignalOptions, register_batch
from jing_agents.envs.junctions import JunctionEnv
from jing_agents.envs.signals import SIGNALS_ID, EnvError, SignalEnv, SignalEnvOptions, register

__all__ = [
    "BATCH_SIGNALS_ID",
    "SIGNALS_ID",
    "BatchSignalEnv",
    "BatchSignalOptions",
    "EnvError",
    "JunctionEnv",
    "SignalEnv",
    "SignalEnvOptions",
    "register",
    "register_batch",
]
