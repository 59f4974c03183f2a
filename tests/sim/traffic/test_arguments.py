"""Arguments of kernels by the names of what holds them."""

from dataclasses import dataclass, field

import pytest

from jing_sim.traffic.arguments import collector


@dataclass
class Inner:
    pos: int = 1
    speed: int = 2


@dataclass
class Outer:
    inner: Inner = field(default_factory=Inner)
    speed: int = 3
    length: int = 4


def kernel(dt: float, speed: int, length: int, pos: int, rest: int) -> None:
    """Its parameters count, not what it does."""


def test_arguments_come_in_the_order_of_the_kernel_and_the_later_holder_counts() -> None:
    outer = Outer()
    assert collector(kernel, {"inner": Inner, "": Outer})(outer) == (3, 4, 1)
    assert collector(kernel, {"": Outer, "inner": Inner})(outer) == (2, 4, 1)


def test_an_argument_that_is_replaced_is_found() -> None:
    outer = Outer()
    collect = collector(kernel, {"": Outer, "inner": Inner}, {"rest": "inner.pos"})
    outer.inner = Inner(pos=7)
    assert collect(outer) == (2, 4, 7, 7)


def test_a_parameter_that_nothing_holds_is_named() -> None:
    with pytest.raises(TypeError, match="length"):
        collector(kernel, {"": Inner})
