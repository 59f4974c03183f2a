"""A LiDAR's sweep: directions of its lasers, what they meet, and which of the echoes come back."""

import numpy as np
from numpy.typing import NDArray

from jing_sim.driving.sensors.kernels_noise import normal, uniform
from jing_sim.driving.sensors.kernels_packet import FAR, LANES, WAY
from jing_sim.driving.sensors.kernels_rays import cast_bundle, normal_of, what_of
from jing_sim.driving.sensors.ray_rows import Beams, Bundle, Echo, RayTables
from jing_sim.kernel_cache import leaf

__all__ = ["keep_echoes", "keep_labels", "sweep_rays"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
U32 = NDArray[np.uint32]

_DROP, _DIM, _RANGE = 1, 2, 3


@leaf
def _own_way(beams: Beams, ray: int) -> tuple[float, float, float]:
    """Direction of a ray in the sensor's frame; rays go channel by channel."""
    steps = len(beams.azimuth)
    channel, step = ray // steps, ray % steps
    flat = beams.elevation[channel, 0]
    return flat * beams.azimuth[step, 0], flat * beams.azimuth[step, 1], beams.elevation[channel, 1]


@leaf
def sweep_rays(
    begin: int, end: int, beams: Beams, skip: int, tables: RayTables, distance: F32, what: I32, cosine: F32,
    bundle: Bundle,
) -> None:  # fmt: skip
    """Rays `begin` to `end - 1`: distance (the range = nothing met), `what_of` them, cosine of incidence."""
    rays, a = bundle.rays, beams.axes
    for base in range(begin, end, LANES):
        for k in range(LANES):
            x, y, z = _own_way(beams, min(base + k, end - 1))
            for axis in range(3):
                rays[axis * LANES + k] = beams.place[axis]
                rays[WAY + axis * LANES + k] = x * a[0, axis] + y * a[1, axis] + z * a[2, axis]
            rays[FAR + k] = beams.range_m if base + k < end else -1.0
        cast_bundle(tables, skip, False, bundle)
        for k in range(min(LANES, end - base)):
            distance[base + k], what[base + k] = rays[FAR + k], what_of(bundle, k)
            nx, ny, nz = normal_of(tables, bundle.found[k], bundle.body[k])
            cosine[base + k] = abs(
                nx * rays[WAY + k] + ny * rays[WAY + LANES + k] + nz * rays[WAY + 2 * LANES + k]
            )  # fmt: skip


@leaf
def keep_echoes(
    beams: Beams, echo: Echo, key: int, frame: int, distance: F32, what: I32, points: F32, per_channel: U32
) -> int:
    """Number of echoes that come back; `points` `(n, 4)`: x, y, z in the sensor's frame and intensity, one by one.

    An echo is lost where it is fainter than that from the end of the range in clear air: exp(-2 a d) / d^2 against
    1 / range^2 for surfaces of the same kind.
    """
    count, steps = 0, len(beams.azimuth)
    for ray in range(len(distance)):
        if what[ray] == -1:
            continue
        d = np.float64(distance[ray])
        if echo.air_per_m > 0.0 and d * np.exp(echo.air_per_m * d) > beams.range_m:
            continue
        intensity = np.exp(-(echo.attenuation_per_m + 2.0 * echo.air_per_m) * d)
        if echo.drop_rate > 0.0 and uniform(key, frame, ray, _DROP) < echo.drop_rate:
            continue
        if echo.drop_limit > 0.0 and intensity < echo.drop_limit:
            lost = echo.drop_zero * (1.0 - intensity / echo.drop_limit)
            if uniform(key, frame, ray, _DIM) < lost:
                continue
        spread = np.sqrt(echo.noise_m**2 + (echo.rain_noise * d) ** 2)
        if spread > 0.0:
            d = max(d + spread * normal(key, frame, ray, _RANGE), 0.0)
        x, y, z = _own_way(beams, ray)
        points[count, 0], points[count, 1], points[count, 2], points[count, 3] = x * d, y * d, z * d, intensity
        per_channel[ray // steps] += 1
        count += 1
    return count


@leaf
def keep_labels(beams: Beams, distance: F32, what: I32, points: F32, kept: I32, per_channel: U32) -> int:
    """Number of rays that met something; `points` `(n, 3)`: x, y, z in the sensor's frame; `kept`: their rays."""
    count, steps = 0, len(beams.azimuth)
    for ray in range(len(distance)):
        if what[ray] == -1:
            continue
        x, y, z = _own_way(beams, ray)
        d = distance[ray]
        points[count, 0], points[count, 1], points[count, 2] = x * d, y * d, z * d
        kept[count] = ray
        per_channel[ray // steps] += 1
        count += 1
    return count
