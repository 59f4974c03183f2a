"""Crosswalks at the mouths of streets, and the connectors that run over them."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from jing_maps.columns import RoadClass
from jing_maps.compile.carriageway_width import half_width_m
from jing_maps.compile.carriageways import Carriageway
from jing_maps.compile.curves import headings
from jing_maps.compile.movements import ConnectorDraft
from jing_maps.compile.plan import Control, StreetPlan

__all__ = ["CrosswalkDraft", "crossed_by", "draft_crosswalks"]

Float = NDArray[np.float64]

WIDTH_M = 4.0
STOP_TO_WALK_M = 1.5
"""From the stop line, at the end of the lane, to the crosswalk's near edge (GB 5768.3: 1 m to 3 m)."""


@dataclass(frozen=True)
class CrosswalkDraft:
    """A crosswalk: the way whose mouth it lies at (an approach where there is one), and its line from kerb to kerb."""

    node: int
    way: int
    centre: Float
    length_m: float


def draft_crosswalks(plan: StreetPlan, ways: list[Carriageway]) -> list[CrosswalkDraft]:
    """One across each street at a signal; at other crossings across branch streets. Not across expressways."""
    made = []
    seen: set[tuple[int, int]] = set()
    arms = np.bincount(np.concatenate([plan.from_node, plan.to_node]), minlength=len(plan.node_id))
    for row, way in enumerate(ways):
        for node in (way.head, way.tail):
            if (node, way.link) in seen or not _has_walk(plan, node, way.link, int(arms[node])):
                continue
            seen.add((node, way.link))
            made.append(_crosswalk(plan, way, row, node))
    return made


def _has_walk(plan: StreetPlan, node: int, link: int, arms: int) -> bool:
    if plan.kind[link] in (RoadClass.EXPRESSWAY, RoadClass.RAMP) or arms < 3:
        return False
    if plan.control[node] == Control.SIGNAL:
        return True
    return bool(plan.control[node] == Control.PRIORITY and plan.kind[link] == RoadClass.BRANCH)


def _crosswalk(plan: StreetPlan, way: Carriageway, row: int, node: int) -> CrosswalkDraft:
    at_head = way.head == node
    mouth, heading = (way.axis[-1], headings(way.axis)[1]) if at_head else (way.axis[0], headings(way.axis)[0])
    outward = heading if at_head else heading + np.pi
    middle = mouth + (STOP_TO_WALK_M + WIDTH_M / 2) * np.array([np.cos(outward), np.sin(outward)])
    half_m = half_width_m(plan, way.link)
    across = half_m * np.array([-np.sin(outward), np.cos(outward)])
    return CrosswalkDraft(node, row, np.stack([middle - across, middle + across]), 2 * half_m)


def crossed_by(walks: list[CrosswalkDraft], drafts: list[ConnectorDraft]) -> tuple[Float, Float, Float, Float]:
    """Rows (crosswalk, connector, enter_m, exit_m), as four columns, where connectors of the node run over a walk."""
    if not walks or not drafts:
        return (np.zeros(0),) * 4
    lines = np.array([shapely.LineString(draft.centre) for draft in drafts])
    areas = np.array([shapely.LineString(walk.centre).buffer(WIDTH_M / 2, cap_style="flat") for walk in walks])
    connector, walk = shapely.STRtree(areas).query(lines, predicate="intersects")
    one_node = np.array([drafts[c].node == walks[w].node for c, w in zip(connector, walk, strict=True)], dtype=bool)
    connector, walk = connector[one_node], walk[one_node]
    order = np.lexsort((connector, walk))
    connector, walk = connector[order], walk[order]
    parts = shapely.intersection(lines[connector], areas[walk])
    points, owner = shapely.get_coordinates(parts, return_index=True)
    station = shapely.line_locate_point(lines[connector][owner], shapely.points(points))
    enter, leave = np.full(len(walk), np.inf), np.full(len(walk), -np.inf)
    np.minimum.at(enter, owner, station)
    np.maximum.at(leave, owner, station)
    return walk, connector, enter, leave
