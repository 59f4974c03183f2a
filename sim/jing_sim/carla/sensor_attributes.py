"""The sensors that a client may spawn, and their attributes with CARLA's names and defaults.

All numbers travel as text. What only a renderer could use (exposure, lens dirt, blur) is accepted and kept, so that
programs which set it run; `docs/carla.md` lists it.
"""

from collections.abc import Mapping

from jing_sim.carla.rpc import RefusedError
from jing_sim.driving.blueprint import Attribute, AttributeType, Blueprint

__all__ = ["INVALID", "SENSORS", "check_size", "other_blueprints", "sensor_blueprints"]

INVALID = "Spawn failed because of invalid actor description"

BOOL, INT, FLOAT, STRING = AttributeType.BOOL, AttributeType.INT, AttributeType.FLOAT, AttributeType.STRING

Row = tuple[str, AttributeType, str]


def _floats(text: str) -> list[Row]:
    """Rows of `name=value`, separated by blanks."""
    pairs = (part.split("=") for part in text.split())
    return [(name, FLOAT, value) for name, value in pairs]


_TICK: list[Row] = [("sensor_tick", FLOAT, "0.0")]
_IMAGE: list[Row] = [("image_size_x", INT, "800"), ("image_size_y", INT, "600"), ("fov", FLOAT, "90.0")]
_LENS = _floats(
    "lens_circle_falloff=5.0 lens_circle_multiplier=0.0 lens_k=-1.0 lens_kcube=0.0 lens_x_size=0.08 lens_y_size=0.08"
)
_CAMERA = _IMAGE + _LENS + _TICK
_FILM: list[Row] = [
    ("enable_postprocess_effects", BOOL, "true"),
    ("exposure_mode", STRING, "histogram"),
    ("blade_count", INT, "5"),
    *_floats(
        "gamma=2.2 motion_blur_intensity=0.45 motion_blur_max_distortion=0.35 motion_blur_min_object_screen_size=0.1 "
        "bloom_intensity=0.675 lens_flare_intensity=0.1 chromatic_aberration_intensity=0.0 "
        "chromatic_aberration_offset=0.0 exposure_compensation=0.0 exposure_min_bright=10.0 exposure_max_bright=12.0 "
        "exposure_speed_up=3.0 exposure_speed_down=1.0 calibration_constant=16.0 focal_distance=1000.0 fstop=1.4 "
        "min_fstop=1.2 iso=100.0 shutter_speed=200.0 blur_amount=1.0 blur_radius=0.0 slope=0.88 toe=0.55 "
        "shoulder=0.26 white_clip=0.04 black_clip=0.0 temp=6500.0 tint=0.0"
    ),
]
_BEAMS: list[Row] = [
    ("channels", INT, "32"),
    ("points_per_second", INT, "56000"),
    *_floats("range=10.0 rotation_frequency=10.0 upper_fov=10.0 lower_fov=-30.0 horizontal_fov=360.0"),
]
_AXES = "xyz"

SENSORS: dict[str, list[Row]] = {
    "sensor.camera.rgb": _CAMERA + _FILM,
    "sensor.camera.depth": _CAMERA,
    "sensor.camera.normals": _CAMERA,
    "sensor.camera.semantic_segmentation": _CAMERA,
    "sensor.camera.instance_segmentation": _CAMERA,
    "sensor.camera.optical_flow": _CAMERA,
    "sensor.camera.dvs": [
        *_CAMERA,
        *_FILM,
        *_floats(
            "positive_threshold=0.3 negative_threshold=0.3 sigma_positive_threshold=0.0 sigma_negative_threshold=0.0 "
            "log_eps=0.001"
        ),
        ("refractory_period_ns", INT, "0"),
        ("use_log", BOOL, "true"),
    ],
    "sensor.lidar.ray_cast": [
        *_BEAMS,
        *_floats(
            "atmosphere_attenuation_rate=0.004 noise_stddev=0.0 dropoff_general_rate=0.45 "
            "dropoff_intensity_limit=0.8 dropoff_zero_intensity=0.4"
        ),
        ("noise_seed", INT, "0"),
        *_TICK,
    ],
    "sensor.lidar.ray_cast_semantic": _BEAMS + _TICK,
    "sensor.other.radar": [
        *_floats("horizontal_fov=30.0 vertical_fov=30.0 range=100.0"),
        ("points_per_second", INT, "1500"),
        ("noise_seed", INT, "0"),
        *_TICK,
    ],
    "sensor.other.gnss": [
        *_floats(" ".join(f"noise_{axis}_{what}=0.0" for axis in ("alt", "lat", "lon") for what in ("bias", "stddev"))),
        ("noise_seed", INT, "0"),
        *_TICK,
    ],
    "sensor.other.imu": [
        *_floats(" ".join(f"noise_accel_stddev_{axis}=0.0" for axis in _AXES)),
        *_floats(" ".join(f"noise_gyro_{what}_{axis}=0.0" for what in ("bias", "stddev") for axis in _AXES)),
        ("noise_seed", INT, "0"),
        *_TICK,
    ],
    "sensor.other.collision": [],
    "sensor.other.lane_invasion": [],
    "sensor.other.obstacle": [
        *_floats("distance=5.0 hit_radius=0.5"),
        ("only_dynamics", BOOL, "false"),
        ("debug_linetrace", BOOL, "false"),
        *_TICK,
    ],
}
"""Rows of (attribute, type, default), by type id."""


_MOST = {
    "image_size_x": 16_384,
    "image_size_y": 16_384,
    "channels": 4_096,
    "points_per_second": 100_000_000,
    "range": 100_000,
    "distance": 100_000,
}
_MOST_PIXELS = 1 << 26


def check_size(attributes: Mapping[str, str]) -> None:
    """The sensor asks for no more than a machine can give: one client must not take the memory of all.

    Raises:
        RefusedError: an attribute is too large.
    """
    for name, most in _MOST.items():
        if name in attributes and not float(attributes[name]) <= most:
            raise RefusedError(f"{INVALID}: {name} is {attributes[name]}; at most {most} would be right")
    pixels = float(attributes.get("image_size_x", "0")) * float(attributes.get("image_size_y", "0"))
    if pixels > _MOST_PIXELS:
        raise RefusedError(f"{INVALID}: an image of {pixels:.0f} pixels; at most {_MOST_PIXELS} would be right")


def sensor_blueprints() -> tuple[Blueprint, ...]:
    """A blueprint for each of them."""
    role = Attribute("role_name", STRING, "front")
    ros = Attribute("ros_name", STRING, "")
    return tuple(
        Blueprint(name, tuple(name.split(".")), (role, ros, *(Attribute(*row) for row in rows)))
        for name, rows in SENSORS.items()
    )


def other_blueprints() -> tuple[Blueprint, ...]:
    """What has neither a body nor data: walkers' controllers, which live in clients, and empty actors."""
    role = Attribute("role_name", STRING, "default")
    return (
        Blueprint("controller.ai.walker", ("controller", "ai", "walker"), (role,)),
        Blueprint("util.actor.empty", ("util", "actor", "empty"), (role,)),
    )
