"""The network store: one small file `.jingnet` that gives a road network back bit by bit.

The file is a zip of `.npy` members, one for each column, and `network.json` with names, strings and the way in which
each column is packed. Columns whose values are exact millimetres are kept as differences of integers; all columns
have their bytes shuffled so that deflate finds the repetitions. Nothing is ever rounded. The same network gives the
same bytes; nothing in the file is a pickle.
"""

import hashlib
import io
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
from numpy.typing import NDArray

from jing_maps.errors import MapFormatError, NetworkError
from jing_maps.network import RoadNetwork
from jing_maps.polylines import Polylines
from jing_maps.projection import LocalFrame

__all__ = ["SUFFIX", "content_hash", "load", "save"]

SUFFIX = ".jingnet"
_FORMAT = "jing road network"
_VERSION = 3
_META = "network.json"
_PLAIN = {"name", "frame", "attribution"}
_NONE_MM = np.iinfo(np.int32).min  # stands for NaN among integer millimetres

Array = NDArray[Any]


def save(network: RoadNetwork, path: str | Path) -> None:
    """The network stands in the file `path`, which appears at once and complete.

    Raises:
        MapFormatError: `path` does not end in `.jingnet`.
    """
    path = Path(path)
    if path.suffix != SUFFIX:
        raise MapFormatError(path, f"a network store ends in {SUFFIX}")
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            _write(archive, network)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def load(path: str | Path) -> RoadNetwork:
    """The road network in a file written by `save`, the same in every bit.

    Raises:
        MapFormatError: there is no such file, it is no network store, it is damaged, or a newer version wrote it.
    """
    path = Path(path)
    if not path.is_file():
        raise MapFormatError(path, "there is no such file")
    try:
        with zipfile.ZipFile(path) as archive:
            meta = _read_meta(path, archive)
            return _build(archive, meta)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise MapFormatError(path, f"damaged, or no network store ({error}); write it again with save()") from error
    except NetworkError as error:
        raise MapFormatError(path, f"holds a network that contradicts itself: {error}") from error
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, MapFormatError):
            raise
        raise MapFormatError(path, f"a part is missing or malformed ({error}); write it again with save()") from error


def content_hash(network: RoadNetwork) -> str:
    """SHA-256 (hex) over all columns, names and the frame: equal exactly for networks that are equal in every bit.

    It does not depend on the file, the compression or the versions of the libraries.
    """
    digest = hashlib.sha256()
    plain = {"name": network.name, "frame": asdict(network.frame), "attribution": network.attribution}
    digest.update(_json(plain))
    for place, value in _columns(network):
        if isinstance(value, tuple):
            digest.update(_json({place: value}))
        else:
            little = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<"))
            digest.update(f"{place} {little.dtype.str} {little.shape}".encode())
            digest.update(little.tobytes())
    return digest.hexdigest()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _columns(network: RoadNetwork) -> Iterator[tuple[str, Array | tuple[str, ...]]]:
    """`table.column` and value of every column, polylines as two."""
    for table in fields(network):
        if table.name in _PLAIN:
            continue
        rows = getattr(network, table.name)
        for column in fields(rows):
            value = getattr(rows, column.name)
            place = f"{table.name}.{column.name}"
            if isinstance(value, Polylines):
                yield f"{place}.first", value.first
                yield f"{place}.xyz", value.xyz
            else:
                yield place, value


def _write(archive: zipfile.ZipFile, network: RoadNetwork) -> None:
    strings: dict[str, tuple[str, ...]] = {}
    packing: dict[str, dict[str, object]] = {}
    members: dict[str, bytes] = {}
    for place, value in _columns(network):
        if isinstance(value, tuple):
            strings[place] = value
            continue
        how, packed = _pack(value)
        packing[place] = {"how": how, "dtype": value.dtype.newbyteorder("<").str, "shape": value.shape}
        stream = io.BytesIO()
        np.lib.format.write_array(stream, packed, version=(1, 0), allow_pickle=False)
        members[f"{place}.npy"] = stream.getvalue()
    meta = {
        "format": _FORMAT,
        "version": _VERSION,
        "name": network.name,
        "frame": asdict(network.frame),
        "attribution": network.attribution,
        "strings": strings,
        "columns": packing,
    }
    for name, content in {_META: _json(meta), **members}.items():
        entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
        entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
        archive.writestr(entry, content)


def _read_meta(path: Path, archive: zipfile.ZipFile) -> dict[str, Any]:
    if _META not in archive.namelist():
        raise MapFormatError(path, f"no network store: the member {_META} is missing")
    meta = json.loads(archive.read(_META))
    if not isinstance(meta, dict) or meta.get("format") != _FORMAT:
        raise MapFormatError(path, f"no network store: {_META} does not say format {_FORMAT!r}")
    if meta["version"] != _VERSION:
        raise MapFormatError(
            path,
            f"version {meta['version']} of the store; this program reads version {_VERSION}: "
            f"{'upgrade jingsim' if meta['version'] > _VERSION else 'import the map again from its source'}",
        )
    return meta


def _build(archive: zipfile.ZipFile, meta: dict[str, Any]) -> RoadNetwork:
    tables: dict[str, Any] = {}
    for table, kind in get_type_hints(RoadNetwork).items():
        if table in _PLAIN:
            continue
        columns: dict[str, Any] = {}
        for column, hint in get_type_hints(kind).items():
            place = f"{table}.{column}"
            if hint is Polylines:
                columns[column] = Polylines(*(_read(archive, meta, f"{place}.{part}") for part in ("first", "xyz")))
            elif place in meta["strings"]:
                columns[column] = tuple(meta["strings"][place])
            else:
                columns[column] = _read(archive, meta, place)
        tables[table] = kind(**columns)
    return RoadNetwork(name=meta["name"], frame=LocalFrame(**meta["frame"]), attribution=meta["attribution"], **tables)


def _read(archive: zipfile.ZipFile, meta: dict[str, Any], place: str) -> Array:
    packed = np.lib.format.read_array(io.BytesIO(archive.read(f"{place}.npy")), allow_pickle=False)
    how = meta["columns"][place]
    return _unpack(packed, how["how"], np.dtype(how["dtype"]), tuple(how["shape"]))


def _pack(column: Array) -> tuple[str, NDArray[np.uint8]]:
    """The way of packing, and bytes `(item size, n)`: first bytes of all items, then second bytes, and so on."""
    flat = np.ascontiguousarray(column.T, dtype=column.dtype.newbyteorder("<")).ravel()
    if flat.dtype.kind == "f":
        whole = _as_mm(flat)
        if whole is None:
            return "bytes", _shuffle(flat)
        return "mm", _shuffle(_differences(whole))
    if flat.dtype.kind in "iu":
        return "differences", _shuffle(_differences(flat))
    return "bytes", _shuffle(flat)


def _unpack(packed: Array, how: str, dtype: np.dtype[Any], shape: tuple[int, ...]) -> Array:
    item = np.dtype("<i4") if how == "mm" else dtype
    if packed.dtype != np.uint8 or packed.shape != (item.itemsize, int(np.prod(shape))):
        raise ValueError(f"packed column of shape {packed.shape} does not hold {shape} of {dtype}")
    flat: Array = np.ascontiguousarray(packed.T).reshape(-1).view(item)
    if how != "bytes":
        bits = np.dtype(f"<u{item.itemsize}")
        flat = np.cumsum(flat.view(bits), dtype=bits).view(item)
    if how == "mm":
        flat = np.where(flat == _NONE_MM, np.nan, flat / 1000.0).astype(dtype)
    native = flat.astype(dtype.newbyteorder("="), copy=False)
    return np.ascontiguousarray(native.reshape(shape[::-1]).T)


def _as_mm(flat: Array) -> NDArray[np.int32] | None:
    """Whole millimetres that give `flat` back in every bit, or None."""
    if flat.dtype != np.dtype("<f8"):
        return None
    nan = np.isnan(flat)
    scaled = np.rint(np.where(nan, 0.0, flat) * 1000.0)
    if len(flat) and not np.abs(scaled).max() < -float(_NONE_MM):
        return None
    whole = np.where(nan, _NONE_MM, scaled).astype(np.int32)
    back = np.where(nan, np.nan, whole / 1000.0)
    return whole if np.array_equal(back.view(np.int64), flat.view(np.int64)) else None


def _differences(flat: Array) -> Array:
    """First value, then differences to the value before, modulo the range of the type: nothing is lost."""
    bits = flat.view(f"<u{flat.dtype.itemsize}")
    out = bits.copy()
    out[1:] -= bits[:-1]
    return out


def _shuffle(flat: Array) -> NDArray[np.uint8]:
    return np.ascontiguousarray(flat.view(np.uint8).reshape(-1, flat.dtype.itemsize).T)
