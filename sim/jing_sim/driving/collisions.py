"""What touched what in a step."""

from dataclasses import dataclass

__all__ = ["Collision"]


@dataclass(frozen=True)
class Collision:
    """Two bodies, or a body and the static scene, in touch in the last step.

    Attributes:
        body: id. other: id, 0 = the static scene.
        label: of what `other` is.
        impulse: `(3,)` on `body` over the step, map frame [N s]; on `other` it is the opposite.
        point: `(3,)` where, map frame [m].
    """

    body: int
    other: int
    label: int
    impulse: tuple[float, float, float]
    point: tuple[float, float, float]
