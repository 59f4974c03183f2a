"""Environments, planners, policies and their training; interfaces for AV stacks.

Import what is needed from its room: `jing_agents.envs` (no torch), `jing_agents.policies` (loads torch).
"""

__all__: list[str] = []
