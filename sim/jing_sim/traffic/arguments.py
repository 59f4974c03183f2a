"""The arguments of kernels, collected by their names from the objects that hold them."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from inspect import signature
from operator import attrgetter
from typing import Any

__all__ = ["Collector", "collector"]

Collector = Callable[[object], tuple[Any, ...]]


def collector(
    kernel: Callable[..., object], holders: Mapping[str, type], others: Mapping[str, str] | None = None
) -> Collector:
    """Collects from an object the arguments of a kernel, from the first to the last one that something holds.

    It looks anew on each call, since events replace columns by longer ones; 70 of them take 2 us.

    Args:
        kernel: its parameters are called like the fields of the holders.
        holders: attribute of the object, with dots ("" = itself) -> the dataclass that it holds. Where two have a
            field of one name, the later one counts.
        others: parameter -> attribute, with dots, where it is called otherwise.

    Raises:
        TypeError: nothing holds a parameter between these.
    """
    places = {
        field.name: f"{place}.{field.name}".lstrip(".") for place, kind in holders.items() for field in fields(kind)
    }
    places |= others or {}
    names = list(signature(kernel).parameters)
    held = [k for k, name in enumerate(names) if name in places]
    names = names[held[0] : held[-1] + 1]
    if lost := [name for name in names if name not in places]:
        raise TypeError(f"{kernel} has parameters that nothing holds: {', '.join(lost)}")
    collect: Collector = attrgetter(*(places[name] for name in names))
    return collect
