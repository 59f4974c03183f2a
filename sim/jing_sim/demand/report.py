"""What demand could not do, in words: nothing is dropped in silence."""

from dataclasses import dataclass

from jing_maps.errors import JingError

__all__ = ["DemandError", "DemandReport", "Unroutable"]


class DemandError(JingError, ValueError):
    """Demand that cannot be read or made; the message says file, line and cure."""

    @classmethod
    def at(cls, path: object, line: int | None, problem: str) -> "DemandError":
        """The error at a place of a file."""
        return cls(f"{path}:{line}: {problem}" if line is not None else f"{path}: {problem}")


@dataclass(frozen=True)
class Unroutable:
    """Trips that were wanted and not made.

    Attributes:
        what: id of the vehicle or flow, or the pair of terminals.
        trips: how many; 0 for a pair that got no trips because there is no way.
        reason: why, and at which road.
        line: of the file; None when the demand did not come from a file.
    """

    what: str
    trips: int
    reason: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line is not None else ""
        return f"{place}{self.what} ({self.trips} trips): {self.reason}"


@dataclass(frozen=True)
class DemandReport:
    """What came of a demand: `wanted = made + trips of unroutable`.

    Attributes:
        source: file or name of the demand.
        wanted, made: trips.
        unroutable: what was not made and why.
        warnings: what was ignored or approximated.
    """

    source: str
    wanted: int
    made: int
    unroutable: tuple[Unroutable, ...] = ()
    warnings: tuple[str, ...] = ()

    def lines(self, most: int = 20) -> tuple[str, ...]:
        """The report as warnings for a manifest, the first `most` unroutable ones in full."""
        out = [f"{self.source}: {warning}" for warning in self.warnings]
        out += [f"{self.source}: not simulated: {item}" for item in self.unroutable[:most]]
        if len(self.unroutable) > most:
            out.append(f"{self.source}: not simulated: {len(self.unroutable) - most} more entries")
        return tuple(out)
