"""Writes a road network as a SUMO .net.xml, compiled by netconvert from plain XML."""

import gzip
import shutil
import tempfile
from pathlib import Path

from jing_maps.errors import MapFormatError
from jing_maps.network import RoadNetwork
from jing_maps.sumo.netconvert import run_netconvert
from jing_maps.sumo.plain import write_plain
from jing_maps.sumo.segments import SumoNames, segments

__all__ = ["sumo_edges", "write_net"]


def write_net(network: RoadNetwork, path: str | Path) -> list[str]:
    """Writes `path` (.net.xml or .net.xml.gz) and returns netconvert's warnings.

    Kept: external ids, lanes with shapes, widths, speeds and permissions, connectors with shapes, lengths and speeds,
    signal programs and which connectors they rule, classes, levels and names of roads, and the projection. Roads with
    turn pockets become several edges (`sumo_edges`), 0.1 m apart. Lanes of one edge get its one length, parallel
    connectors between two edges their mean length. Who yields is kept from edge to edge where both could move at once;
    elsewhere netconvert decides by road class. Places to wait
    inside a junction are kept; where a network has none, netconvert chooses. A stop sign at a priority junction becomes
    one for all who yield there. Not kept: crosswalks with their signal groups, shapes of U-turns, and
    shapes that begin away from their lane (a warning each).

    Raises:
        MapFormatError: the suffix is another one, or netconvert refuses the network.
        MissingExtraError: no netconvert here.
    """
    target = Path(path)
    if not target.name.endswith((".net.xml", ".net.xml.gz")):
        raise MapFormatError(path, "SUMO networks end in .net.xml or .net.xml.gz")
    with tempfile.TemporaryDirectory(prefix="jing-net-") as folder:
        made = Path(folder) / "made.net.xml"
        plain = write_plain(network, Path(folder))
        arguments = [word for option, file in plain.items() for word in (f"--{option}", str(file))]
        warnings = run_netconvert([*arguments, *_OPTIONS, "--output-file", str(made)], path)
        if target.name.endswith(".gz"):
            with made.open("rb") as source, gzip.GzipFile(target, "wb", mtime=0) as sink:
                shutil.copyfileobj(source, sink)
        else:
            shutil.copyfile(made, target)
    return warnings


_OPTIONS = (
    "--offset.disable-normalization", "true",
    "--no-turnarounds", "true",
    "--junctions.endpoint-shape", "true",
    "--junctions.corner-detail", "0",
    "--output.street-names", "true",
    "--geometry.max-grade.fix", "false",
    "--precision", "2",
)  # fmt: skip


def sumo_edges(network: RoadNetwork) -> list[tuple[str, ...]]:
    """The SUMO edges of each road of an exported network, in driving direction."""
    names = SumoNames.of(network)
    return [tuple(segment.edge for segment in road) for road in segments(network, names)]
