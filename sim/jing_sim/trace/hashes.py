"""Hashes that say whether two runs had the same code and inputs."""

import hashlib
from dataclasses import fields, is_dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

__all__ = ["code_hash", "inputs_hash"]

PACKAGES = (
    "jing_maps",
    "jing_edge_runtime",
    "jing_sim",
    "jing_scenarios",
    "jing_agents",
    "jing_citybrain",
    "jing_cli",
)


@lru_cache(maxsize=1)
def code_hash() -> str:
    """SHA-256 over the sources of all installed packages of the platform; nothing is imported."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        spec = find_spec(package)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            for path in sorted(Path(folder).rglob("*.py")):
                digest.update(f"{package}/{path.relative_to(folder).as_posix()}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def inputs_hash(*inputs: object) -> str:
    """SHA-256 over numbers, strings, arrays, and dataclasses or sequences of them (trips, programs, a file's bytes).

    >>> inputs_hash("map", 1.0) == inputs_hash("map", 1.0) != inputs_hash("map", 2.0)
    True
    """
    digest = hashlib.sha256()
    for value in inputs:
        _feed(digest, value)
    return digest.hexdigest()


def _feed(digest: "hashlib._Hash", value: object) -> None:
    digest.update(type(value).__name__.encode() + b"\0")
    if isinstance(value, np.ndarray):
        digest.update(f"{value.dtype.str}{value.shape}".encode())
        digest.update(np.ascontiguousarray(value).tobytes())
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            digest.update(field.name.encode() + b"\0")
            _feed(digest, getattr(value, field.name))
    elif isinstance(value, tuple | list):
        digest.update(str(len(value)).encode())
        for item in value:
            _feed(digest, item)
    elif isinstance(value, bytes):
        digest.update(value)
    else:
        digest.update(repr(value).encode() + b"\0")
