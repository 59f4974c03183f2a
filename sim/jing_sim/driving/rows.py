"""The records that the kernels of the driving world read and write: one row a body, beside the columns of `Bodies`.

A record holds what belongs to one vehicle together: a substep of a vehicle reads nearly all of it, and nothing of
its neighbours'. All numbers SI, the body's frame x forward, y left, z up.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "CAR",
    "CONTACT",
    "EXTRA",
    "HIT",
    "MAX_CURVE",
    "MAX_GEARS",
    "MAX_STEER_CURVE",
    "MAX_WHEELS",
    "SLAB",
    "BodyArrays",
    "GroundArrays",
    "ObstacleArrays",
]

MAX_WHEELS = 4
MAX_CURVE = 24
MAX_GEARS = 16
MAX_STEER_CURVE = 12

_F = np.float64
_W = (MAX_WHEELS,)

CAR = np.dtype(
    [
        # -- figures ---------------------------------------------------------------------------------------------
        ("n_wheels", np.int64), ("leans", np.bool_), ("has_abs", np.bool_), ("autobox", np.bool_),
        ("n_curve", np.int64), ("n_gears", np.int64), ("n_steer", np.int64),
        ("mass", _F), ("roll_inertia", _F), ("pitch_inertia", _F), ("yaw_inertia", _F), ("centre", _F, (3,)),
        ("drag", _F),  # N over (m/s)2
        ("rolling", _F),  # rolling resistance over load
        ("curve_rpm", _F, (MAX_CURVE,)), ("curve_nm", _F, (MAX_CURVE,)),
        ("idle_rpm", _F), ("launch_rpm", _F), ("max_rpm", _F), ("moi", _F),
        ("damp_full", _F), ("damp_engaged", _F), ("damp_free", _F),
        ("switch_s", _F), ("clutch", _F), ("final", _F), ("reverse_ratio", _F),
        ("ratio", _F, (MAX_GEARS,)), ("up", _F, (MAX_GEARS,)), ("down", _F, (MAX_GEARS,)),
        ("steer_mps", _F, (MAX_STEER_CURVE,)), ("steer_share", _F, (MAX_STEER_CURVE,)), ("steers", _F),
        ("wheelbase", _F),
        ("x", _F, _W), ("y", _F, _W), ("radius", _F, _W), ("friction", _F, _W), ("spin_damp", _F, _W),
        ("max_steer", _F, _W), ("brake_nm", _F, _W), ("hand_nm", _F, _W), ("lat_load", _F, _W), ("lat", _F, _W),
        ("long", _F, _W),  # N per unit slip
        ("share", _F, _W),  # of the drive
        ("spring", _F, _W), ("damper", _F, _W), ("rest_load", _F, _W), ("spin_inertia", _F, _W),
        # -- controls --------------------------------------------------------------------------------------------
        ("throttle", _F), ("steer", _F), ("brake", _F), ("hand_brake", np.bool_), ("reverse", np.bool_),
        ("manual", np.bool_), ("wish", np.int64),
        ("ackermann", np.bool_), ("a_steer", _F), ("a_steer_speed", _F), ("a_speed", _F), ("a_accel", _F),
        ("a_jerk", _F), ("gains", _F, (6,)),
        ("a_last_speed", _F), ("a_measured", _F), ("a_error", _F, (2,)), ("a_sum", _F, (2,)),
        ("a_target", _F), ("a_pedal", _F),
        # -- state -----------------------------------------------------------------------------------------------
        ("gear", np.int64), ("next_gear", np.int64), ("shift_s", _F), ("rpm", _F), ("omega", _F, _W), ("turn", _F, _W),
        # -- what the last substep found -------------------------------------------------------------------------
        ("angle", _F, _W), ("mu", _F, _W), ("load", _F, _W), ("lat_slip", _F, _W), ("long_slip", _F, _W),
        ("torque", _F, _W), ("long_n", _F, _W), ("lat_n", _F, _W), ("drag_n", _F),
        # -- scratch of a substep --------------------------------------------------------------------------------
        ("rx", _F, _W), ("ry", _F, _W), ("cos", _F, _W), ("sin", _F, _W), ("push", _F, _W), ("slope", _F, _W),
        ("side", _F, _W), ("drive", _F, _W), ("hold", _F, _W), ("locked", np.int64, _W), ("inertia", _F, _W),
        ("spins", np.int64, _W),
    ],
    align=True,
)  # fmt: skip
"""Of a vehicle."""

EXTRA = np.dtype(
    [
        ("force", _F, (3,)), ("torque", _F, (3,)),  # of this step, map frame
        ("held", np.bool_), ("held_velocity", _F, (3,)),  # velocity that the next step keeps
        ("constant", np.bool_), ("constant_velocity", _F, (3,)),  # in the body's frame, until told otherwise
        ("walk", _F, (3,)), ("walk_mps", _F), ("jump", np.bool_), ("grounded", np.bool_),
        ("still", np.int64),  # substeps at rest
        ("ground_label", np.int64),
        ("from_velocity", _F, (3,)),  # at the begin of the step
    ],
    align=True,
)  # fmt: skip
"""Of any body."""

HIT = np.dtype(
    [
        ("a", np.int64), ("b", np.int64),  # rows; b = -1 - obstacle
        ("id_a", np.int64), ("id_b", np.int64), ("label_a", np.int64), ("label_b", np.int64),  # id 0 = static box
        ("impulse", _F, (3,)), ("point", _F, (3,)),  # on a
    ],
    align=True,
)  # fmt: skip
"""Two bodies that touched in a step."""


_P = (2,)

CONTACT = np.dtype(
    [
        ("a", np.int64), ("b", np.int64),  # rows; b = -1 - obstacle
        ("nx", _F), ("ny", _F), ("toi", _F), ("friction", _F), ("bounce", _F),
        ("n", np.int64),
        ("ax", _F, _P), ("ay", _F, _P), ("bx", _F, _P), ("by", _F, _P),  # points from the centres of mass
        ("px", _F, _P), ("py", _F, _P), ("pz", _F),
        ("mass_n", _F, _P), ("mass_t", _F, _P), ("target", _F, _P), ("jn", _F, _P), ("jt", _F, _P),
    ],
    align=True,
)  # fmt: skip
"""Two boxes that meet within a substep: normal from a to b, up to two points."""

SLAB = np.dtype(
    [
        ("x0", _F), ("x1", _F), ("y0", _F), ("y1", _F), ("z0", _F), ("z1", _F),  # what the box sweeps in a substep
        ("cx", _F), ("cy", _F), ("ux", _F), ("uy", _F), ("hx", _F), ("hy", _F),  # centre, forward, half sides
        ("mx", _F), ("my", _F),  # centre of mass from the origin, map frame
        ("vx", _F), ("vy", _F), ("w", _F), ("inv_mass", _F), ("inv_inertia", _F),  # of the centre of mass
        ("vx0", _F), ("vy0", _F), ("w0", _F), ("toi", _F), ("active", np.bool_), ("hit", np.bool_),
    ],
    align=True,
)  # fmt: skip
"""A body as contacts see it: an upright box with a yaw."""


class BodyArrays(NamedTuple):
    """The columns of `Bodies` in the order of its fields, as kernels take them."""

    id: NDArray[np.uint32]
    kind: NDArray[np.int8]
    motion: NDArray[np.int8]
    label: NDArray[np.uint8]
    position: NDArray[np.float64]
    rotation: NDArray[np.float64]
    velocity: NDArray[np.float64]
    angular: NDArray[np.float64]
    acceleration: NDArray[np.float64]
    half_extent: NDArray[np.float64]
    box_centre: NDArray[np.float64]
    mass_kg: NDArray[np.float64]
    yaw_inertia: NDArray[np.float64]
    friction: NDArray[np.float64]
    restitution: NDArray[np.float64]
    collides: NDArray[np.bool_]
    gravity: NDArray[np.bool_]


class ObstacleArrays(NamedTuple):
    """Static boxes, and the cells of a grid that they touch.

    `boxes` `(m, 8)`: centre, half extent, yaw, label. `first`, `items`: CSR over cells, row by row from the least y;
    `origin` `(3,)`: least x and y, edge of a cell [m]; `cells` `(2,)`: numbers along x and y.
    """

    boxes: NDArray[np.float64]
    first: NDArray[np.int64]
    items: NDArray[np.int64]
    origin: NDArray[np.float64]
    cells: NDArray[np.int64]


class GroundArrays(NamedTuple):
    """The columns of the ground in the order in which `kernels_ground.ground_at` takes them."""

    origin: NDArray[np.float64]
    cells: NDArray[np.int32]
    first: NDArray[np.int32]
    items: NDArray[np.int32]
    triangles: NDArray[np.float32]
    friction: NDArray[np.float32]
    label: NDArray[np.uint8]
    terrain: NDArray[np.float32]
