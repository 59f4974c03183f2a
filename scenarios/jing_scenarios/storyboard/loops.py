"""Maneuvers that run again and again without taking any time."""

from jing_scenarios.openscenario.node import OpenScenarioError
from jing_scenarios.storyboard.element import Element
from jing_scenarios.storyboard.story_log import StoryLog

__all__ = ["LOOP_STEPS", "LoopWatch", "StoryLoopError"]

LOOP_STEPS = 200
"""So many steps in a row, each with a whole run of a maneuver group, are a loop."""


class StoryLoopError(OpenScenarioError):
    """A maneuver group that begins and ends in every step: its actions take no time and nothing holds it back."""


class LoopWatch:
    """Is told of every element that has ended and may run again."""

    def __init__(self, log: StoryLog) -> None:
        self._log = log

    def ended(self, element: Element, step: int, time_s: float) -> None:
        """Counts runs that took no time in steps that follow each other; raises StoryLoopError for maneuver groups."""
        at_once = element.start_step == step and element.last_end_step in (step, step - 1)
        element.streak = element.streak + 1 if at_once else 0
        element.last_end_step = step
        if element.streak < LOOP_STEPS:
            return
        if element.kind == "maneuverGroup":
            events = ", ".join(event.name for maneuver in element.children for event in maneuver.children)
            raise StoryLoopError(
                f"{element.place}: maneuver group {element.name!r} has run {element.runs} times (of "
                f"{'any number' if element.max_runs < 0 else element.max_runs}) by {time_s:.3f} s, once in every step: "
                f"the actions of its events ({events}) take no time and their triggers are always true; give them a "
                "duration, a trigger that waits, or a lower maximumExecutionCount"
            )
        if element.streak == LOOP_STEPS:
            self._log.warn(f"{element.place}: event {element.name!r} starts and ends in every step")
