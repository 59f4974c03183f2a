"""A scenario as a file of version 1.3 that depends on no other but its roads.

Parameters stand at their values, elements of catalogs in place of the references to them.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from jing_scenarios.openscenario.node import Node, Value
from jing_scenarios.openscenario.read import Scenario
from jing_scenarios.openscenario.write import write_xosc

__all__ = ["flattened", "write_flattened"]

_FILES = {"LogicFile", "SceneGraphFile"}


def write_flattened(scenario: Scenario, path: str | Path) -> Path:
    """The scenario stands in a file; paths to roads are relative to it."""
    path = Path(path)
    write_xosc(flattened(scenario, path.resolve().parent), path)
    return path


def flattened(scenario: Scenario, folder: Path) -> Node:
    """The element OpenSCENARIO of that file, which is to stand in `folder`."""
    before = scenario.path.resolve().parent if scenario.path is not None else Path.cwd()
    return _node(scenario.root, before, folder)


def _node(node: Node, before: Path, folder: Path) -> Node:
    if node.tag == "CatalogLocations":
        return Node(node.tag)
    values: Mapping[str, Value] = node.values
    if node.tag == "FileHeader":
        values = {**values, "revMajor": 1, "revMinor": 3}
    elif node.tag in _FILES and node.string("filepath", ""):
        values = {**values, "filepath": os.path.relpath(before / node.string("filepath"), folder)}
    return replace(node, values=values, children=tuple(_node(child, before, folder) for child in node.children))
