"""What states of traffic signals mean to drivers and lights."""

__all__ = ["light_of"]


def light_of(state: str) -> str:
    """A state in the words of the standard or of files (`red;off;off`, `green`, `flashing yellow`) as one of four."""
    word = state.casefold()
    for name in ("red", "yellow", "green"):
        if name in word:
            return name
    lamps = word.replace(",", ";").split(";")
    if len(lamps) == 3 and "on" in (lamp.strip() for lamp in lamps):
        return ("red", "yellow", "green")[[lamp.strip() for lamp in lamps].index("on")]
    return "off"
