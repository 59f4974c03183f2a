"""Where numba keeps the compiled kernels: a folder named after a hash of their sources.

numba renews a cached function when its own file changes, but not when a function that it inlines from another file
does: an update would leave old machine code in use. Modules of kernels import this one before they compile.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numba

__all__ = ["inlined", "kernel", "leaf"]


def _folder() -> Path:
    here = Path(__file__).parent
    digest = hashlib.sha256()
    # What is compiled, and the numbers that are compiled in.
    for path in sorted([*here.glob("kernel*.py"), here / "rows.py"]):
        digest.update(path.read_bytes())
    name = f"kernels-{digest.hexdigest()[:16]}"
    home = here / "__pycache__" if os.access(here, os.W_OK) else Path(tempfile.gettempdir()) / f"jingsim-{os.getuid()}"
    return home / name


# Global to numba, and read when a function is decorated.
numba.config.CACHE_DIR = str(_folder())

F = TypeVar("F", bound=Callable[..., object])


def kernel(function: F) -> F:
    """The function compiled by numba on its first call, without the interpreter's lock; kept for later processes."""
    compiled: F = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return compiled


def leaf(function: F) -> F:
    """A kernel that allocates nothing: counting references to its arrays would cost more than its work."""
    compiled: F = numba.njit(cache=True, nogil=True, error_model="numpy", _nrt=False)(function)
    return compiled


def inlined(function: F) -> F:
    """A part of kernels, compiled into each of them: a call with many arrays would cost more than its work."""
    compiled: F = numba.njit(nogil=True, error_model="numpy", forceinline=True, _nrt=False)(function)
    return compiled
