"""Looks for faults that a road network may have although its columns fit together.

>>> from jing_maps.grid import grid
>>> check(grid(1, 1))
[]
"""

from jing_maps.check_finding import Finding
from jing_maps.check_lanes import check_lanes
from jing_maps.check_signals import check_signals
from jing_maps.check_turns import check_turns
from jing_maps.network import RoadNetwork

__all__ = ["Finding", "check"]


def check(network: RoadNetwork) -> list[Finding]:
    """All findings, errors first; within a severity lanes, then connectors, then signals, in the order of the rows."""
    findings = [*check_lanes(network), *check_turns(network), *check_signals(network)]
    return sorted(findings, key=lambda finding: finding.severity != "error")
