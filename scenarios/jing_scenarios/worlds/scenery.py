"""Driven vehicles that touch what stands beside the road: poles, barriers, walls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jing_scenarios.storyboard.story_log import ContactChange

if TYPE_CHECKING:
    from jing_scenarios.storyboard.engine import Engine

__all__ = ["Scenery"]

_ENDS_S = 0.5
"""Who has not touched anything for so long has left it: a vehicle that scrapes along a barrier touches it once."""


class Scenery:
    """Of one run; contacts between entities are found by the engine, from their boxes."""

    def __init__(self) -> None:
        self._last_s: dict[int, float] = {}

    def note(self, engine: Engine) -> None:
        """What the world has seen in the step that has ended is in the log."""
        if engine.world is None:
            return
        now_s, log = engine.time_s, engine.log.contacts
        for contact in engine.world.contacts():
            if contact.other >= 0 or not engine.entities.driven[contact.row]:
                continue
            if contact.row not in self._last_s:
                log.append(ContactChange(now_s, contact.row, -1, True))
            self._last_s[contact.row] = now_s
        for row in [row for row, last_s in self._last_s.items() if now_s - last_s > _ENDS_S]:
            log.append(ContactChange(self._last_s.pop(row), row, -1, False))
