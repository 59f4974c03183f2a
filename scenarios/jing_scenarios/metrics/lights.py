"""What the state of a traffic signal means to who drives up to it.

>>> light_of("off;off;on"), light_of("RED"), light_of("attention")
('green', 'red', 'yellow')
"""

from typing import Literal

__all__ = ["Light", "light_of"]

Light = Literal["red", "yellow", "green", "off", "unknown"]

_WORDS: dict[str, Light] = {
    "red": "red", "stop": "red", "red_yellow": "red", "redyellow": "red", "red-yellow": "red", "redamber": "red",
    "yellow": "yellow", "amber": "yellow", "attention": "yellow", "caution": "yellow",
    "green": "green", "go": "green", "permissive": "green",
    "off": "off", "out": "off", "none": "off", "flashing": "off", "yellow_flashing": "off", "flashing_yellow": "off",
}  # fmt: skip
_BULBS: tuple[Light, ...] = ("red", "yellow", "green")
_ON = {"on", "true", "1"}


def light_of(state: str) -> Light:
    """The colour that rules. Lists of bulbs are red; yellow; green from the top, as signals of type 1000001 have them.

    Red and yellow together still mean to wait; dark and flashing signals leave it to the signs (`off`).
    """
    bulbs = [bulb.strip().lower() for bulb in state.split(";")]
    if len(bulbs) == 1:
        return _WORDS.get(bulbs[0].replace(" ", "_"), "unknown")
    on = [bulb in _ON for bulb in bulbs[:3]]
    if not any(on):
        return "off" if all(bulb in {*_ON, "off", "false", "0"} for bulb in bulbs) else "unknown"
    return _BULBS[on.index(True)]
