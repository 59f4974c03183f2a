"""Where numba keeps the compiled kernels of a package: a folder named after a hash of their sources.

numba renews a cached function when its own file changes, but not when a function that it inlines from another file
does: an update would leave old machine code in use.
"""

import functools
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

import numba
from numba import types

__all__ = ["inlined", "kernel", "leaf"]


@functools.cache
def _folder(package: Path) -> str:
    digest = hashlib.sha256()
    # What is compiled, and the numbers that are compiled in.
    for path in [Path(__file__), *sorted(package.glob("kernels_*.py")), *sorted(package.glob("*rows.py"))]:
        digest.update(path.read_bytes())
    name = f"kernels-{digest.hexdigest()[:16]}"
    home = package / "__pycache__"
    if not os.access(package, os.W_OK):
        home = Path(tempfile.gettempdir()) / f"jingsim-{os.getuid()}" / package.name
    return str(home / name)


F = TypeVar("F", bound=Callable[..., object])


def _compiled(function: F, **options: bool) -> F:
    """The dispatcher of a function, with one compilation for all widths and constants of whole numbers.

    Left to itself, numba compiles what a kernel calls anew for int32, for int64 and for each constant. Kernels compute
    in int64 whatever they are given, so the bits are the same, and a new installation waits a quarter less.
    """
    # Global to numba, and read when a function is decorated.
    numba.config.CACHE_DIR = _folder(Path(function.__code__.co_filename).parent)
    dispatcher = numba.njit(nogil=True, error_model="numpy", no_cfunc_wrapper=True, **options)(function)
    template = dispatcher.get_call_template

    def get_call_template(args: Iterable[object], kws: Mapping[str, object]) -> object:
        return template([_widened(kind) for kind in args], {name: _widened(kind) for name, kind in kws.items()})

    dispatcher.get_call_template = get_call_template
    compiled: F = dispatcher
    return compiled


def _widened(kind: object) -> object:
    kind = types.unliteral(kind)
    return types.int64 if isinstance(kind, types.Integer) and kind.signed else kind


def kernel(function: F) -> F:
    """The function compiled by numba on its first call, without the interpreter's lock; kept for later processes."""
    return _compiled(function, cache=True)


def leaf(function: F) -> F:
    """A kernel that allocates nothing: counting references to its arrays would cost more than its work."""
    return _compiled(function, cache=True, _nrt=False)


def inlined(function: F) -> F:
    """A part of kernels, compiled into each of them: a call with many arrays would cost more than its work."""
    return _compiled(function, forceinline=True, no_cpython_wrapper=True, _nrt=False)
