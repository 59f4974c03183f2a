"""Road networks from OpenStreetMap: files (.osm, .osm.gz, .osm.pbf) and, over the internet, boxes of the world.

netconvert compiles them with Chinese types (`data/cn_urban.typ.xml`), then `jing_maps.sumo` reads the result. Ways
without a type there (footways, driveways, railways) are left out, as are pieces that hang on nothing.
"""

import gzip
import importlib
import shutil
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Protocol

from lxml import etree

from jing_maps.errors import MapFormatError, MissingExtraError, ProjectionError, UnreachableError
from jing_maps.network import RoadNetwork
from jing_maps.sumo.netconvert import run_netconvert
from jing_maps.sumo.read import read_net_with_warnings

__all__ = ["import_bbox", "import_bbox_with_warnings", "import_osm", "import_osm_with_warnings"]

_TYPES = Path(__file__).parent / "data" / "cn_urban.typ.xml"
_ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"

_OPTIONS = (
    "--proj.utm", "true",
    "--lefthand", "false",
    "--geometry.remove", "true",
    "--roundabouts.guess", "true",
    "--ramps.guess", "true",
    "--junctions.join", "true",
    "--junctions.corner-detail", "5",
    "--junctions.limit-turn-speed", "5.5",
    "--tls.discard-simple", "true",
    "--tls.guess-signals", "true",
    "--tls.join", "true",
    "--tls.default-type", "static",
    "--tls.left-green.time", "6",
    "--no-turnarounds.except-deadend", "true",
    "--no-turnarounds.except-turnlane", "true",
    "--keep-edges.by-vclass", "passenger,bus",
    "--remove-edges.isolated", "true",
    "--osm.turn-lanes", "true",
    "--osm.all-attributes", "true",
    "--osm.extra-attributes", "layer,name:en",
    "--output.street-names", "true",
    "--sidewalks.guess", "false",
    "--crossings.guess", "false",
)  # fmt: skip

_TIMEOUT_S = 20
"""Longest wait for an answer of the OpenStreetMap servers."""

_LARGEST_DEG = 0.5
"""Longest side of a box: 0.5 degrees are some 50 km, about what the public servers answer."""


def import_osm(path: str | Path, out: str | Path | None = None) -> RoadNetwork:
    """The road network of an OpenStreetMap file, in UTM metres; see `import_osm_with_warnings`."""
    return import_osm_with_warnings(path, out)[0]


def import_osm_with_warnings(path: str | Path, out: str | Path | None = None) -> tuple[RoadNetwork, list[str]]:
    """The road network of an OpenStreetMap file, and the warnings of netconvert and of the reader.

    Args:
        path: .osm or .osm.gz (XML), or .osm.pbf (needs the package `osmium`, extra `osm`).
        out: where to keep the SUMO network in between (.net.xml or .net.xml.gz); None = nowhere.

    Raises:
        FileNotFoundError: no such file.
        MapFormatError: damaged, or without any street.
        MissingExtraError: no netconvert (extra `sumo`), or a .pbf without osmium.
    """
    source = Path(path)
    if not source.is_file():
        raise FileNotFoundError(f"{path}: no such file")
    with tempfile.TemporaryDirectory(prefix="jing-osm-") as folder:
        xml = _as_xml(source, Path(folder))
        left_out = _left_out(_count_streets(xml, source), source)
        made = Path(folder) / f"{_stem(source)}.net.xml"
        arguments = ["--osm-files", str(xml), "--type-files", str(_TYPES), *_OPTIONS, "--output-file", str(made)]
        warnings = run_netconvert(arguments, source)
        network, more = read_net_with_warnings(made)
        if out is not None:
            _keep(made, Path(out))
    more = [line.replace(str(made), str(path)) for line in more]
    return replace(network, attribution=_ATTRIBUTION), [*left_out, *warnings, *more]


def _stem(path: Path) -> str:
    name = path.name
    for suffix in (".gz", ".bz2", ".pbf", ".xml", ".osm"):
        name = name.removesuffix(suffix)
    return name or "osm"


def _keep(made: Path, out: Path) -> None:
    if out.suffix == ".gz":
        with made.open("rb") as source, gzip.GzipFile(out, "wb", mtime=0) as sink:
            shutil.copyfileobj(source, sink)
    else:
        shutil.copyfile(made, out)


def _as_xml(source: Path, folder: Path) -> Path:
    """An .osm file with what `source` holds: itself, unpacked, or converted."""
    plain = folder / "input.osm"
    if source.suffix == ".pbf":
        _convert_pbf(source, plain)
        return plain
    if source.suffix != ".gz":
        return source
    try:
        plain.write_bytes(gzip.decompress(source.read_bytes()))
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise MapFormatError(source, f"the gzip stream is damaged or cut short ({error}); fetch it again") from error
    return plain


def _convert_pbf(source: Path, plain: Path) -> None:
    """netconvert reads no .pbf: libosmium turns it into XML."""
    osmium = _load("osmium")
    try:
        with osmium.SimpleWriter(str(plain)) as writer:
            for element in osmium.FileProcessor(str(source)):
                writer.add(element)
    except RuntimeError as error:
        raise MapFormatError(source, f"libosmium cannot read it: {error}") from error


def _load(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingExtraError(name, "osm") from error


def _count_streets(xml: Path, source: Path) -> Counter[str]:
    """How many ways there are of each class; netconvert is vague about files that are damaged or something else."""
    found: Counter[str] = Counter()
    try:
        with xml.open("rb") as file:
            for event, element in etree.iterparse(file, events=("start", "end"), resolve_entities=False):
                parent = element.getparent()
                if event == "start" and parent is None and element.tag != "osm":
                    problem = f"the root element is <{element.tag}>, OpenStreetMap files begin with <osm>"
                    raise MapFormatError(source, problem, line=1)
                if event == "end" and parent is not None and parent.getparent() is None:
                    if element.tag == "way":
                        found.update(
                            tag.get("v", "") for tag in element.iterchildren("tag") if tag.get("k") == "highway"
                        )
                    element.clear()
    except etree.XMLSyntaxError as error:
        raise MapFormatError(source, f"not well-formed XML: {error.msg}", line=error.lineno) from error
    return found


def _left_out(found: Counter[str], source: Path) -> list[str]:
    """A line for each class of ways that has no type."""
    known = {str(row.get("id")).removeprefix("highway.") for row in etree.parse(_TYPES).getroot().iterchildren("type")}
    if not known & set(found):
        raise MapFormatError(source, f"no way is a street (highway={', '.join(sorted(known))}); take another extract")
    return [f"{source}: {n} ways highway={kind} left out" for kind, n in sorted(found.items()) if kind not in known]


def import_bbox(
    west_deg: float, south_deg: float, east_deg: float, north_deg: float, out: str | Path | None = None
) -> RoadNetwork:
    """The road network of a box in WGS-84 degrees, downloaded through osmnx (extra `osm`).

    Args:
        west_deg, south_deg, east_deg, north_deg: the box.
        out: where to keep the OpenStreetMap file (.osm); None = nowhere.

    Raises:
        ProjectionError: the box is empty, out of range or longer than 0.5 degrees.
        UnreachableError: the servers did not answer within 20 s; nothing is tried twice.
        MapFormatError: there is no street in the box.
        MissingExtraError: no osmnx (extra `osm`) or no netconvert (extra `sumo`).
    """
    return import_bbox_with_warnings(west_deg, south_deg, east_deg, north_deg, out)[0]


def import_bbox_with_warnings(
    west_deg: float, south_deg: float, east_deg: float, north_deg: float, out: str | Path | None = None
) -> tuple[RoadNetwork, list[str]]:
    """As `import_bbox`, with the warnings of `import_osm_with_warnings`."""
    _check_box(west_deg, south_deg, east_deg, north_deg)
    with tempfile.TemporaryDirectory(prefix="jing-osm-") as folder:
        plain = Path(folder) / "box.osm"
        _download((west_deg, south_deg, east_deg, north_deg), plain)
        if out is not None:
            shutil.copyfile(plain, out)
        return import_osm_with_warnings(plain)


def _check_box(west: float, south: float, east: float, north: float) -> None:
    box = f"west={west}, south={south}, east={east}, north={north}"
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= 90 and -90 <= north <= 90):
        raise ProjectionError(f"{box}: longitudes lie in -180..180 and latitudes in -90..90; is the order right?")
    if west >= east or south >= north:
        raise ProjectionError(f"{box}: the order is west, south, east, north, with west < east and south < north")
    if east - west > _LARGEST_DEG or north - south > _LARGEST_DEG:
        raise ProjectionError(f"{box}: sides may be {_LARGEST_DEG} degrees long; take an extract (.osm.pbf) instead")


def _download(box: tuple[float, float, float, float], plain: Path) -> None:
    osmnx = _load("osmnx")
    requests = _load("requests")
    errors = _load("osmnx._errors")
    with _quick(osmnx):
        try:
            graph = osmnx.graph_from_bbox(box, network_type="drive", simplify=False, retain_all=True)
        except (requests.RequestException, errors.ResponseStatusCodeError, OSError) as error:
            raise UnreachableError(
                f"OpenStreetMap's server {osmnx.settings.overpass_url} did not answer: {error}; check the connection "
                "or import a file (.osm, .osm.pbf)"
            ) from error
        except (errors.InsufficientResponseError, ValueError) as error:
            raise MapFormatError(f"box {box}", f"no street there: {error}") from error
        osmnx.save_graph_xml(graph, filepath=plain)


class _Response(Protocol):
    """As much of an answer over HTTP as is needed here."""

    def raise_for_status(self) -> None:
        """Raises for the codes 4xx and 5xx."""


def _refuse_busy(response: _Response, *_args: object, **_kwargs: object) -> None:
    """Without this osmnx would wait 55 s and ask again for as long as the server is busy (429, 504)."""
    response.raise_for_status()


@contextmanager
def _quick(osmnx: ModuleType) -> Iterator[None]:
    """osmnx asks once, does not wait for a free slot, and keeps nothing; its settings are as before afterwards."""
    wanted = {
        "requests_timeout": _TIMEOUT_S,
        "overpass_rate_limit": False,
        "use_cache": False,
        "all_oneway": True,
        "doh_url_template": None,
        "requests_kwargs": {"hooks": {"response": _refuse_busy}},
        "useful_tags_way": [
            "access", "bridge", "busway", "highway", "junction", "lanes", "lanes:backward", "lanes:forward", "layer",
            "maxspeed", "motor_vehicle", "name", "name:en", "oneway", "ref", "tunnel", "turn:lanes",
            "turn:lanes:backward", "turn:lanes:forward", "width",
        ],
        "useful_tags_node": ["crossing", "highway", "junction", "traffic_signals", "traffic_signals:direction"],
    }  # fmt: skip
    before = {name: getattr(osmnx.settings, name) for name in wanted}
    for name, value in wanted.items():
        setattr(osmnx.settings, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(osmnx.settings, name, value)
