"""Gymnasium environments over the worlds of `jing_sim`."""

from jing_agents.envs.signals import SIGNALS_ID, EnvError, SignalEnv, SignalEnvOptions, register

__all__ = ["SIGNALS_ID", "EnvError", "SignalEnv", "SignalEnvOptions", "register"]
