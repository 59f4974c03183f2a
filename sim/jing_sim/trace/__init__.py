"""The run folder: what every world writes, and every viewer and metric reads."""

from jing_sim.trace.actors import Actors
from jing_sim.trace.hashes import code_hash, inputs_hash
from jing_sim.trace.links import LINK_BIN_S
from jing_sim.trace.manifest import Crs, Ended, RunManifest, TraceError
from jing_sim.trace.reader import RunFolder
from jing_sim.trace.segments import SEGMENT_S
from jing_sim.trace.writer import Severity, TraceWriter

__all__ = [
    "LINK_BIN_S",
    "SEGMENT_S",
    "Actors",
    "Crs",
    "Ended",
    "RunFolder",
    "RunManifest",
    "Severity",
    "TraceError",
    "TraceWriter",
    "code_hash",
    "inputs_hash",
]
