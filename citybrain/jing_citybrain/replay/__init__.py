"""Replays: self-contained HTML pages that play recorded runs on a map, offline, in any browser."""

from jing_citybrain.replay.errors import ReplayError
from jing_citybrain.replay.writing import IndexEntry, ReplayReport, write_index, write_replay

__all__ = ["IndexEntry", "ReplayError", "ReplayReport", "write_index", "write_replay"]
