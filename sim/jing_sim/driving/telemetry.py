"""What a vehicle's record tells about its last substep."""

from typing import Any

from jing_sim.driving.physics import VehicleTelemetry, WheelTelemetry

__all__ = ["telemetry_of"]


def telemetry_of(car: Any, speed_mps: float) -> VehicleTelemetry:  # noqa: ANN401
    """Telemetry from a record of dtype `CAR`."""
    return VehicleTelemetry(
        speed_mps=speed_mps,
        steer=float(car["steer"]),
        throttle=float(car["throttle"]),
        brake=float(car["brake"]),
        engine_rpm=float(car["rpm"]),
        gear=int(car["gear"]),
        drag_n=float(car["drag_n"]),
        wheels=tuple(_wheel(car, k) for k in range(int(car["n_wheels"]))),
    )


def _wheel(car: Any, k: int) -> WheelTelemetry:  # noqa: ANN401
    load = float(car["load"][k])
    force, side = float(car["long_n"][k]), float(car["lat_n"][k])
    return WheelTelemetry(
        friction=float(car["mu"][k]),
        lat_slip=float(car["lat_slip"][k]),
        long_slip=float(car["long_slip"][k]),
        omega_radps=float(car["omega"][k]),
        load_n=load,
        normalised_load=load / float(car["rest_load"][k]),
        torque_nm=float(car["torque"][k]),
        long_force_n=force,
        lat_force_n=side,
        normalised_long_force=force / load if load > 0.0 else 0.0,
        normalised_lat_force=side / load if load > 0.0 else 0.0,
        steer_rad=float(car["angle"][k]),
        rotation_rad=float(car["turn"][k]),
    )
