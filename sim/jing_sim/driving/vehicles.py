"""Blueprints of vehicles: from the figures of `vehicle_table` to physics, boxes and attributes."""

import math

from jing_sim.driving.blueprint import Attribute, AttributeType, Blueprint, BodyFigures, VehicleFigures
from jing_sim.driving.bodies import BodyKind, Motion
from jing_sim.driving.physics import Gear, VehiclePhysics, Wheel
from jing_sim.driving.vehicle_table import GEARBOXES, VEHICLES, Engine, VehicleRow

__all__ = ["vehicle_blueprints"]

_LABELS = {"car": 14, "truck": 15, "van": 14, "bus": 16, "motorcycle": 18, "bicycle": 19}
_FRICTION = {"truck": 0.85, "bus": 0.85, "van": 0.95, "bicycle": 0.85}
"""Of tyres on dry asphalt, as in braking tests on dry roads; others 1.0."""
_COLOURS = ("255,255,255", "17,19,22", "144,146,150", "150,26,22", "25,55,110")
_STEERING = ((0.0, 1.0), (20.0 / 3.6, 0.9), (60.0 / 3.6, 0.8), (120.0 / 3.6, 0.7))
_G = 9.80665


def vehicle_blueprints() -> tuple[Blueprint, ...]:
    """All vehicles of the catalogue."""
    return tuple(_blueprint(row) for row in VEHICLES)


def _blueprint(row: VehicleRow) -> Blueprint:
    base = row.what[0]
    length, width, height = row.size
    body = BodyFigures(
        BodyKind.VEHICLE,
        Motion.DYNAMIC,
        _LABELS[base],
        (length / 2, width / 2, height / 2),
        (0.0, 0.0, height / 2),
        row.mass_kg,
    )
    figures = VehicleFigures(
        physics=_physics(row),
        front_drive=row.drive,
        frontal_area_m2=0.5 if _two(row) and base == "bicycle" else 0.84 * width * height if not _two(row) else 0.65,
        idle_rpm=_idle(row.engine),
        launch_rpm=0.0 if row.engine.torque_rpm == 0.0 else _launch(row.engine),
        reverse_ratio=GEARBOXES[row.gearbox][1][0],
        has_abs=base != "bicycle",
        leans=_two(row),
        ride_hz={"truck": 1.8, "bus": 1.7, "motorcycle": 2.0, "bicycle": 4.0}.get(base, 1.35),
        rolling_resistance={"truck": 0.007, "bus": 0.008, "bicycle": 0.005, "motorcycle": 0.015}.get(base, 0.011),
    )
    _, make, model = row.id.split(".")
    return Blueprint(row.id, ("vehicle", make, model), _attributes(row), body, figures)


def _idle(engine: Engine) -> float:
    return 0.0 if engine.torque_rpm == 0.0 else max(0.12 * engine.max_rpm, 600.0)


def _launch(engine: Engine) -> float:
    """Drivers who are in a hurry start near the full torque."""
    return max(0.75 * engine.torque_rpm, 0.3 * engine.max_rpm)


def _two(row: VehicleRow) -> bool:
    return row.track_m == 0.0


def _attributes(row: VehicleRow) -> tuple[Attribute, ...]:
    text, yes = AttributeType.STRING, AttributeType.BOOL
    fixed = [
        Attribute("number_of_wheels", AttributeType.INT, "2" if _two(row) else "4", modifiable=False),
        Attribute("object_type", text, "", modifiable=False),
        Attribute("base_type", text, row.what[0], modifiable=False),
        Attribute("special_type", text, row.what[1], modifiable=False),
        Attribute("generation", AttributeType.INT, str(row.generation), modifiable=False),
        Attribute("has_dynamic_doors", yes, str("d" in row.fitted).lower(), modifiable=False),
        Attribute("has_lights", yes, str("l" in row.fitted).lower(), modifiable=False),
    ]
    free = [
        Attribute("role_name", text, "autopilot", ("autopilot", "scenario", "ego_vehicle")),
        Attribute("color", AttributeType.COLOUR, _COLOURS[0], _COLOURS),
        Attribute("sticky_control", yes, "true"),
        Attribute("terramechanics", yes, "false"),
    ]
    if _two(row):
        free.append(Attribute("driver_id", AttributeType.INT, "0", ("0", "1", "2", "3")))
    return (*free, *fixed)


def _physics(row: VehicleRow) -> VehiclePhysics:
    change_s, ratios = GEARBOXES[row.gearbox]
    engine = row.engine
    # A gear is left where the next one pulls no less; the last rpm are for overtaking.
    up = 0.97 if engine.torque_rpm == 0.0 else 0.94
    electric = engine.torque_rpm == 0.0
    return VehiclePhysics(
        torque_curve=_torque_curve(engine),
        max_rpm=engine.max_rpm,
        moi=_engine_inertia(row),
        damping_full_throttle=0.0,
        damping_engaged=(0.05 if electric else 0.13) * engine.torque_nm / 350.0,
        damping_disengaged=0.1 * engine.torque_nm / 350.0,
        use_autobox=True,
        gear_switch_time_s=change_s,
        clutch_strength=10.0,
        final_ratio=row.final,
        forward_gears=tuple(Gear(ratio, 0.36, up) for ratio in ratios),
        mass_kg=row.mass_kg,
        drag_coefficient=row.drag,
        centre_of_mass=((row.front - 0.5) * row.wheelbase_m, 0.0, row.cg_m),
        steering_curve=_STEERING,
        wheels=_wheels(row),
    )


def _engine_inertia(row: VehicleRow) -> float:
    """Grows with torque: 0.12 kg m2 for 300 N m, flywheel included; legs and electric rotors have far less."""
    if row.what[0] == "bicycle":
        return 0.05
    return (0.05 if row.engine.torque_rpm == 0.0 else 0.12) * row.engine.torque_nm / 300.0


def _torque_curve(engine: Engine) -> tuple[tuple[float, float], ...]:
    """Full torque between two rpm, full power from there to its rpm, then falling to the limiter."""
    power, torque = engine.power_kw * 1000.0, engine.torque_nm
    points: list[tuple[float, float]] = []
    corner = power / torque * 30.0 / math.pi
    if engine.torque_rpm == 0.0:
        points = [(0.0, torque), (min(corner, engine.max_rpm), torque)]
        steps = [corner + (engine.max_rpm - corner) * k / 8 for k in range(1, 9)] if corner < engine.max_rpm else []
        return (*points, *((rpm, power * 30.0 / math.pi / rpm) for rpm in steps))
    points = [(0.0, 0.5 * torque), (0.5 * engine.torque_rpm, 0.78 * torque), (engine.torque_rpm, torque)]
    most = power * 30.0 / math.pi / engine.power_rpm
    flat = min(max(corner, engine.torque_rpm), 0.98 * engine.power_rpm)
    if flat > 1.02 * engine.torque_rpm and most < torque:
        points.append((engine.torque_rpm + 0.85 * (flat - engine.torque_rpm), 0.99 * torque))
    points += [(engine.power_rpm, most), (engine.max_rpm, 0.85 * most * engine.power_rpm / engine.max_rpm)]
    return tuple(points)


def _wheels(row: VehicleRow) -> tuple[Wheel, ...]:
    half, side = row.wheelbase_m / 2.0, row.track_m / 2.0
    places = [(half, 0.0), (-half, 0.0)] if _two(row) else [(half, side), (half, -side), (-half, side), (-half, -side)]
    return tuple(_wheel(row, x, y) for x, y in places)


def _wheel(row: VehicleRow, x: float, y: float) -> Wheel:
    front = x > 0.0
    count = 1.0 if _two(row) else 2.0
    weight = row.mass_kg * _G
    bicycle = row.what[0] == "bicycle"
    # Over the weight: cars reach their anti-lock system at some 60 % of the pedal.
    capacity = 0.75 if bicycle else 1.25 if _two(row) else 1.6
    brake = capacity * weight * (0.65 if front else 0.35) / count * row.radius_m
    return Wheel(
        position=(x, y, row.radius_m),
        tyre_friction=_FRICTION.get(row.what[0], 1.0),
        damping_rate=0.005 if bicycle else 0.05,
        max_steer_rad=_steer(row) if front else 0.0,
        radius_m=row.radius_m,
        max_brake_nm=round(brake, 3),
        max_handbrake_nm=0.0 if front else round(0.45 * weight / count * row.radius_m, 3),
        lat_stiff_max_load=2.0,
        lat_stiff_value=14.0 if front else 19.0,
        long_stiff_value=round(20.0 * row.mass_kg * (row.front if front else 1.0 - row.front) / count, 3),
    )


def _steer(row: VehicleRow) -> float:
    """Angle of the front axle's middle at which the outer wheel runs on the turning circle."""
    outer = row.turn_m / 2.0 - 0.10
    behind = math.sqrt(max(outer**2 - row.wheelbase_m**2, 0.01)) - row.track_m / 2.0
    return round(min(math.atan2(row.wheelbase_m, max(behind, 0.1)), math.radians(70.0)), 5)
