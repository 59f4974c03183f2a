"""UserDefinedAction: functions of whoever runs the scenario.

A `CustomCommandAction` of type `python` names a function that the run was given (`RunOptions.commands`); a function may
also be given under another type of command itself. Shell commands and other programs' commands are never run: the
standard leaves their meaning to each simulator. Nobody is there who would say that they are done, so they go on, with a
warning, until something ends them, as in esmini.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jing_maps.errors import UnknownNameError
from jing_scenarios.actions.action import Action, Owned, UnsupportedElementError
from jing_scenarios.openscenario.node import Node

if TYPE_CHECKING:
    from jing_scenarios.storyboard.context import CompileContext
    from jing_scenarios.storyboard.engine import Engine
    from jing_scenarios.storyboard.options import Command

__all__ = ["CommandAction", "command_of"]


def command_of(node: Node, actors: tuple[int, ...], context: CompileContext) -> Action:
    """The action of a `CustomCommandAction` element; raises UnsupportedElementError for an unknown python function."""
    kind, text, commands = node.string("type"), node.text, context.engine.options.commands
    name = text if kind == "python" else kind
    if name in commands:
        return CommandAction(actors, commands[name])
    if kind == "python":
        known = UnknownNameError("function (RunOptions.commands)", text, list(commands))
        raise UnsupportedElementError(f"{node.place}: CustomCommandAction: {known}")
    context.engine.log.warn(
        f"{node.place}: CustomCommandAction type={kind!r} is another simulator's command; nobody carries it out here"
    )
    return CommandAction(actors, lambda _, __, ___: False)


class CommandAction:
    """A function that is called in every step until it says that it is done."""

    kind = "CustomCommandAction"

    def __init__(self, actors: tuple[int, ...], command: Command) -> None:
        self.owns: tuple[Owned, ...] = ()
        self._actors, self._command = actors, command
        self._begin_s = 0.0

    def start(self, engine: Engine) -> None:
        """Its clock begins at 0."""
        self._begin_s = engine.time_s

    def step(self, engine: Engine, dt_s: float) -> bool:
        """The function has been called with the time at the end of the step."""
        return bool(self._command(engine, self._actors, engine.time_s + dt_s - self._begin_s))

    def stop(self, engine: Engine) -> None:
        """The function is not called any more."""
