"""Where numba keeps the compiled kernels of a package: a folder named after a hash of their sources.

numba renews a cached function when its own file changes, but not when a function that it inlines from another file
does: an update would leave old machine code in use.
"""

import fcntl
import functools
import gc
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import numba
from numba import types
from numba.core.compiler_lock import global_compiler_lock

__all__ = ["inlined", "inner", "is_stored", "kernel", "leaf", "widened"]


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

    What several processes want at the same time is compiled by one of them, while the others wait for it.
    """
    # Global to numba, and read when a function is decorated.
    numba.config.CACHE_DIR = _folder(Path(function.__code__.co_filename).parent)
    dispatcher = numba.njit(nogil=True, error_model="numpy", no_cfunc_wrapper=True, **options)(function)
    template, compile_one = dispatcher.get_call_template, dispatcher.compile

    def get_call_template(args: Iterable[object], kws: Mapping[str, object]) -> object:
        return template([widened(kind) for kind in args], {name: widened(kind) for name, kind in kws.items()})

    def compile_alone(signature: object) -> object:
        with global_compiler_lock, ExitStack() as held:
            # numba asks for each call in the source, and often.
            if signature not in dispatcher.overloads and not is_stored(dispatcher):
                held.enter_context(_lock_of(dispatcher))
                held.enter_context(_no_garbage_collection())
            return compile_one(signature)

    dispatcher.get_call_template = get_call_template
    if options.get("cache"):
        dispatcher.compile = compile_alone
    compiled: F = dispatcher
    return compiled


def is_stored(kernel: Callable[..., object]) -> bool:
    """Whether machine code of the kernel lies on disk."""
    path = _stored_as(kernel)
    return any(path.parent.glob(f"{path.name}-*.nbi"))


def _stored_as(kernel: Callable[..., object]) -> Path:
    """What the names of a kernel's files begin with."""
    function, folder = kernel.py_func, kernel.stats.cache_path  # type: ignore[attr-defined]
    return Path(folder) / f"{Path(function.__code__.co_filename).stem}.{function.__qualname__}"


@contextmanager
def _lock_of(kernel: Callable[..., object]) -> Iterator[None]:
    """Held by one process at a time, and released when it ends, however it ends.

    Who holds it waits for nothing but locks of what the kernel calls, so nobody waits in a circle.
    """
    path = _stored_as(kernel)
    path.parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{path}.lock").open("w", encoding="utf-8") as file:
        # Where files cannot be locked, each process compiles for itself.
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Of a compiler's millions of objects most live until it is done: to look at them takes a tenth of its time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def widened(kind: object) -> object:
    """The type for which a kernel is compiled that is given this one."""
    kind = types.unliteral(kind)
    return types.int64 if isinstance(kind, types.Integer) and kind.signed else kind


def kernel(function: F) -> F:
    """The function compiled by numba on its first call, without the interpreter's lock; kept for later processes."""
    return _compiled(function, cache=True)


def leaf(function: F) -> F:
    """A kernel that allocates nothing: counting references to its arrays would cost more than its work."""
    return _compiled(function, cache=True, _nrt=False)


def inner(function: F) -> F:
    """A leaf that only kernels call: without an entrance for Python it is compiled a tenth faster."""
    return _compiled(function, cache=True, no_cpython_wrapper=True, _nrt=False)


def inlined(function: F) -> F:
    """A part of kernels, compiled into each of them: a call with many arrays would cost more than its work."""
    return _compiled(function, forceinline=True, no_cpython_wrapper=True, _nrt=False)
