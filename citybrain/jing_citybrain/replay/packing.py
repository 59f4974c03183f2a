"""Integers as variable-length bytes, and bytes as text of a page: what `decode.js` reads back.

>>> pack([np.array([0, -1, 150])]).hex()
'0001ac02'
"""

import base64
import gzip
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["deltas", "pack", "to_text"]


def pack(columns: Sequence[NDArray[np.integer]]) -> bytes:
    """All values of the columns one after the other, zigzag coded, seven bits a byte, the lowest first.

    Values must fit in 32 bits with their sign.
    """
    values = np.concatenate([np.asarray(column, np.int64).ravel() for column in columns])
    rest = ((values << 1) ^ (values >> 63)).astype(np.uint64)
    count = np.ones(len(rest), dtype=np.int64)
    for bits in (7, 14, 21, 28):
        count += rest >= np.uint64(1 << bits)
    end = np.cumsum(count)
    out = np.zeros(int(end[-1]) if len(end) else 0, dtype=np.uint8)
    for i in range(5):
        has = count > i
        more = (count > i + 1)[has]
        low = (rest[has] >> np.uint64(7 * i)) & np.uint64(127)
        out[(end - count)[has] + i] = low.astype(np.uint8) | (more.astype(np.uint8) << 7)
    return out.tobytes()


def deltas(values: NDArray[np.integer], first: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Differences to the value before; where `first` holds, to the last value for which it held."""
    values = np.asarray(values, np.int64)
    out = np.diff(values, prepend=0)
    out[first] = np.diff(values[first], prepend=0)
    return out


def to_text(data: bytes) -> str:
    """The bytes, compressed, as base64; the same bytes give the same text."""
    return base64.b64encode(gzip.compress(data, 9, mtime=0)).decode("ascii")
