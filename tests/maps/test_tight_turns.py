"""Turns back that no car can drive are left out, and what hangs on the others stays."""

import numpy as np

from jing_maps.areas import load_area
from jing_maps.columns import Turn
from jing_maps.grid import grid
from jing_maps.tight_turns import without_tight_turns


def test_only_tight_turns_back_are_gone() -> None:
    whole = load_area("yizhuang")
    reduced = without_tight_turns(whole, 8.0)
    before, after = whole.connectors, reduced.connectors
    gone = len(before) - len(after)
    assert gone > 100
    assert (before.turn == Turn.U_TURN).sum() - (after.turn == Turn.U_TURN).sum() == gone
    left = np.flatnonzero(after.turn == Turn.U_TURN)
    across = [float(np.hypot(*(after.centre[int(k)][-1] - after.centre[int(k)][0])[:2])) for k in left]
    assert all(away >= 16.0 for away in across)


def test_conflicts_and_crossed_walks_are_those_of_the_same_connectors() -> None:
    whole = load_area("yizhuang")
    reduced = without_tight_turns(whole, 8.0)

    def pairs(network: object) -> set[tuple[int, int, int, int]]:
        c, x = network.connectors, network.conflicts  # type: ignore[attr-defined]
        ends = zip(c.from_lane[x.first], c.to_lane[x.first], c.from_lane[x.second], c.to_lane[x.second], strict=True)
        return {(int(a), int(b), int(d), int(e)) for a, b, d, e in ends}

    kept = {(int(a), int(b)) for a, b in zip(reduced.connectors.from_lane, reduced.connectors.to_lane, strict=True)}
    assert pairs(reduced) == {p for p in pairs(whole) if p[:2] in kept and p[2:] in kept}
    assert reduced.crosswalks.crossed_connector.max() < len(reduced.connectors)


def test_a_network_without_them_stays_as_it_is() -> None:
    network = grid(2, 2)
    assert len(without_tight_turns(network, 0.1).connectors) == len(network.connectors)
