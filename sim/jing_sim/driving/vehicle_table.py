"""Vehicles of the catalogue in numbers.

The names are those of CARLA 0.9.16's blueprints. The figures are ours: sizes, wheelbases, masses with a driver, power,
torque, ratios and turning circles from what manufacturers publish about the model in question (or the nearest one, for
CARLA's own designs), centres of mass from NHTSA's tables of static stability where it has the model, else from the
class. They are not CARLA's figures, and a vehicle drives as the real one does, not as CARLA's does.
"""

from typing import NamedTuple

__all__ = ["GEARBOXES", "VEHICLES", "Engine", "VehicleRow"]


class Engine(NamedTuple):
    """kW, N m, rpm from which the torque is full (0 = electric), rpm of full power, rpm of the limiter."""

    power_kw: float
    torque_nm: float
    torque_rpm: float
    power_rpm: float
    max_rpm: float


class VehicleRow(NamedTuple):
    """One vehicle.

    `size` is length, width, height [m]; `front` the share of the weight on the front axle; `cg_m` the height of the
    centre of mass; `drive` the share of the drive on the front axle; `radius_m` of the wheels; `turn_m` the turning
    circle from kerb to kerb; `what` is base type and special type; `fitted` has l for lights, d for doors that open.
    """

    id: str
    generation: int
    what: tuple[str, str]
    size: tuple[float, float, float]
    wheelbase_m: float
    track_m: float
    mass_kg: float
    front: float
    cg_m: float
    engine: Engine
    gearbox: str
    final: float
    drive: float
    radius_m: float
    drag: float
    turn_m: float
    fitted: str


GEARBOXES: dict[str, tuple[float, tuple[float, ...]]] = {
    "motor": (0.0, (1.0,)),
    "manual4": (0.5, (3.80, 2.06, 1.26, 0.88)),
    "manual5": (0.4, (3.55, 1.95, 1.28, 0.97, 0.78)),
    "manual6": (0.4, (3.62, 2.05, 1.38, 1.03, 0.84, 0.70)),
    "double6": (0.10, (3.46, 2.05, 1.30, 0.98, 0.80, 0.67)),
    "double7": (0.10, (4.15, 2.45, 1.55, 1.08, 0.86, 0.71, 0.60)),
    "auto4": (0.35, (2.84, 1.55, 1.00, 0.70)),
    "auto5": (0.25, (3.59, 2.19, 1.41, 1.00, 0.83)),
    "auto6": (0.25, (4.58, 2.96, 1.91, 1.45, 1.00, 0.75)),
    "auto7": (0.20, (4.38, 2.86, 1.92, 1.37, 1.00, 0.82, 0.73)),
    "auto8": (0.18, (4.71, 3.14, 2.10, 1.67, 1.29, 1.00, 0.84)),
    "planetary": (0.05, (2.60, 1.95, 1.46, 1.10, 0.82, 0.62)),
    "truck6": (0.35, (3.49, 1.86, 1.41, 1.00, 0.75, 0.65)),
    "truck12": (0.45, (14.9, 11.7, 9.0, 7.1, 5.6, 4.4, 3.4, 2.65, 2.05, 1.61, 1.27, 1.0)),
    "bike6": (0.12, (2.60, 1.93, 1.58, 1.37, 1.21, 1.11)),
    "bike5": (0.20, (3.34, 2.30, 1.72, 1.36, 1.15)),
    "scooter": (0.05, (2.70, 1.90, 1.35, 1.00, 0.80)),
    "derailleur": (0.15, (1.00, 0.80, 0.645, 0.526, 0.435, 0.357)),
    "hub": (0.15, (0.75, 0.56, 0.41)),
}
"""Seconds of a change, and ratios."""

_CAR, _TRUCK, _VAN, _BUS = ("car", ""), ("truck", ""), ("van", ""), ("bus", "")
_MOTORCYCLE, _BICYCLE = ("motorcycle", ""), ("bicycle", "")
_E = Engine

VEHICLES: tuple[VehicleRow, ...] = (
    VehicleRow("vehicle.audi.a2", 1, _CAR, (3.83, 1.67, 1.55), 2.41, 1.45, 970, 0.61, 0.56,
               _E(55, 126, 3800, 5000, 6500), "manual5", 3.88, 1.0, 0.285, 0.28, 10.5, ""),
    VehicleRow("vehicle.audi.etron", 1, ("car", "electric"), (4.90, 1.94, 1.62), 2.93, 1.65, 2565, 0.50, 0.58,
               _E(300, 664, 0, 4300, 15000), "motor", 9.2, 0.47, 0.370, 0.28, 12.2, "l"),
    VehicleRow("vehicle.audi.tt", 1, _CAR, (4.18, 1.83, 1.35), 2.51, 1.57, 1335, 0.60, 0.49,
               _E(169, 370, 1600, 4500, 6500), "double6", 4.20, 0.9, 0.315, 0.30, 10.96, "l"),
    VehicleRow("vehicle.bmw.grandtourer", 1, _CAR, (4.56, 1.80, 1.61), 2.78, 1.56, 1505, 0.58, 0.60,
               _E(103, 220, 1400, 4500, 6500), "double7", 3.95, 1.0, 0.315, 0.28, 11.7, ""),
    VehicleRow("vehicle.chevrolet.impala", 1, _CAR, (5.11, 1.85, 1.50), 2.84, 1.58, 1730, 0.62, 0.57,
               _E(227, 358, 4000, 6500, 7000), "auto6", 2.77, 1.0, 0.335, 0.31, 11.8, "l"),
    VehicleRow("vehicle.citroen.c3", 1, _CAR, (3.99, 1.75, 1.47), 2.54, 1.48, 1120, 0.61, 0.56,
               _E(60, 118, 2750, 5750, 6500), "manual5", 4.05, 1.0, 0.300, 0.31, 10.7, ""),
    VehicleRow("vehicle.dodge.charger_2020", 2, _CAR, (5.04, 1.91, 1.48), 3.05, 1.61, 1975, 0.54, 0.55,
               _E(277, 536, 3900, 5200, 5900), "auto8", 2.62, 0.0, 0.353, 0.33, 11.5, "l"),
    VehicleRow("vehicle.dodge.charger_police", 1, ("car", "emergency"), (5.08, 1.91, 1.52), 3.05, 1.61, 2020, 0.54,
               0.56, _E(276, 529, 4200, 5200, 5900), "auto5", 2.65, 0.0, 0.353, 0.34, 11.5, "l"),
    VehicleRow("vehicle.dodge.charger_police_2020", 2, ("car", "emergency"), (5.04, 1.91, 1.55), 3.05, 1.61, 2045,
               0.54, 0.56, _E(276, 529, 4200, 5200, 5900), "auto8", 2.62, 0.0, 0.353, 0.34, 11.5, "ld"),
    VehicleRow("vehicle.ford.crown", 2, ("car", "taxi"), (5.38, 1.97, 1.50), 2.91, 1.62, 1950, 0.56, 0.58,
               _E(178, 373, 4000, 5000, 5500), "auto4", 3.27, 0.0, 0.345, 0.34, 12.3, "ld"),
    VehicleRow("vehicle.ford.mustang", 1, _CAR, (4.61, 1.73, 1.31), 2.74, 1.42, 1360, 0.56, 0.52,
               _E(150, 360, 2400, 4800, 5200), "manual4", 3.25, 0.0, 0.320, 0.45, 11.6, "l"),
    VehicleRow("vehicle.jeep.wrangler_rubicon", 1, _CAR, (4.16, 1.87, 1.80), 2.42, 1.57, 1890, 0.51, 0.72,
               _E(209, 353, 4300, 6400, 6800), "auto5", 4.10, 0.0, 0.390, 0.58, 10.6, ""),
    VehicleRow("vehicle.lincoln.mkz_2017", 1, _CAR, (4.93, 1.86, 1.48), 2.85, 1.58, 1750, 0.60, 0.56,
               _E(183, 373, 3000, 5500, 6500), "auto6", 3.07, 1.0, 0.335, 0.29, 11.6, "l"),
    VehicleRow("vehicle.lincoln.mkz_2020", 2, _CAR, (4.93, 1.86, 1.48), 2.85, 1.58, 1765, 0.60, 0.56,
               _E(183, 373, 3000, 5500, 6500), "auto6", 3.07, 1.0, 0.335, 0.29, 11.6, "ld"),
    VehicleRow("vehicle.mercedes.coupe", 1, _CAR, (5.03, 1.90, 1.41), 2.95, 1.63, 2120, 0.53, 0.54,
               _E(335, 700, 1800, 5250, 6200), "auto7", 2.65, 0.0, 0.345, 0.28, 11.6, "l"),
    VehicleRow("vehicle.mercedes.coupe_2020", 2, _CAR, (4.69, 1.81, 1.41), 2.84, 1.56, 1640, 0.53, 0.53,
               _E(190, 370, 1800, 5800, 6300), "auto8", 2.65, 0.0, 0.325, 0.27, 11.2, "ld"),
    VehicleRow("vehicle.micro.microlino", 1, ("car", "electric"), (2.52, 1.47, 1.50), 1.55, 1.28, 580, 0.48, 0.52,
               _E(12.5, 89, 0, 1340, 5500), "motor", 6.2, 0.0, 0.270, 0.33, 8.2, ""),
    VehicleRow("vehicle.mini.cooper_s", 1, _CAR, (3.65, 1.69, 1.41), 2.47, 1.46, 1240, 0.63, 0.53,
               _E(125, 220, 4000, 6000, 7000), "manual6", 4.05, 1.0, 0.300, 0.36, 10.6, ""),
    VehicleRow("vehicle.mini.cooper_s_2021", 2, _CAR, (3.85, 1.73, 1.41), 2.50, 1.48, 1300, 0.62, 0.53,
               _E(141, 280, 1350, 5000, 6700), "double7", 3.70, 1.0, 0.307, 0.32, 10.8, "ld"),
    VehicleRow("vehicle.nissan.micra", 1, _CAR, (3.72, 1.66, 1.54), 2.43, 1.46, 1015, 0.62, 0.56,
               _E(59, 110, 4000, 5200, 6500), "manual5", 4.07, 1.0, 0.290, 0.33, 9.2, ""),
    VehicleRow("vehicle.nissan.patrol", 1, _CAR, (5.05, 1.94, 1.86), 2.97, 1.61, 2540, 0.51, 0.78,
               _E(118, 380, 2000, 3600, 4400), "auto4", 4.38, 0.0, 0.385, 0.45, 12.2, "l"),
    VehicleRow("vehicle.nissan.patrol_2021", 2, _CAR, (5.18, 2.00, 1.94), 3.08, 1.71, 2850, 0.52, 0.78,
               _E(298, 560, 4000, 5800, 6200), "auto7", 3.36, 0.4, 0.395, 0.38, 12.5, "ld"),
    VehicleRow("vehicle.seat.leon", 1, _CAR, (4.26, 1.82, 1.46), 2.63, 1.54, 1310, 0.60, 0.54,
               _E(110, 250, 1500, 5000, 6300), "double7", 3.60, 1.0, 0.310, 0.30, 10.3, "l"),
    VehicleRow("vehicle.tesla.model3", 1, ("car", "electric"), (4.69, 1.85, 1.44), 2.88, 1.58, 1820, 0.48, 0.46,
               _E(211, 420, 0, 4800, 17900), "motor", 9.0, 0.0, 0.334, 0.23, 11.6, "l"),
    VehicleRow("vehicle.tesla.cybertruck", 2, ("truck", "electric"), (5.68, 2.03, 1.79), 3.64, 1.73, 3084, 0.49, 0.68,
               _E(447, 1190, 0, 3600, 13000), "motor", 9.3, 0.4, 0.445, 0.34, 13.3, "l"),
    VehicleRow("vehicle.toyota.prius", 1, ("car", "electric"), (4.54, 1.76, 1.47), 2.70, 1.52, 1450, 0.60, 0.54,
               _E(90, 240, 500, 3800, 5600), "planetary", 3.7, 1.0, 0.310, 0.24, 10.8, "l"),
    VehicleRow("vehicle.carlamotors.carlacola", 1, _TRUCK, (5.20, 2.40, 2.48), 3.00, 1.95, 5500, 0.45, 1.05,
               _E(125, 580, 1200, 2500, 3000), "manual6", 5.3, 0.0, 0.390, 0.60, 12.8, "l"),
    VehicleRow("vehicle.carlamotors.european_hgv", 2, _TRUCK, (7.94, 2.50, 3.80), 4.50, 2.05, 8500, 0.62, 1.15,
               _E(338, 2300, 1000, 1700, 2100), "truck12", 2.7, 0.0, 0.500, 0.60, 17.0, "l"),
    VehicleRow("vehicle.carlamotors.firetruck", 2, ("truck", "emergency"), (8.47, 2.55, 3.25), 4.60, 2.05, 13500, 0.42,
               1.35, _E(231, 1250, 1200, 2200, 2600), "truck6", 6.1, 0.0, 0.500, 0.70, 17.5, "ld"),
    VehicleRow("vehicle.ford.ambulance", 2, ("van", "emergency"), (6.36, 2.25, 2.60), 4.01, 1.85, 4600, 0.40, 1.05,
               _E(224, 575, 2000, 3900, 4400), "auto5", 4.10, 0.0, 0.385, 0.50, 15.5, "ld"),
    VehicleRow("vehicle.mercedes.sprinter", 2, _VAN, (5.93, 2.02, 2.65), 3.67, 1.72, 2450, 0.55, 0.95,
               _E(105, 330, 1200, 3800, 4600), "manual6", 4.18, 0.0, 0.345, 0.34, 13.4, "ld"),
    VehicleRow("vehicle.volkswagen.t2", 1, _VAN, (4.51, 1.72, 1.95), 2.40, 1.42, 1420, 0.45, 0.72,
               _E(50, 140, 2600, 4200, 5000), "manual4", 4.86, 0.0, 0.330, 0.45, 12.3, ""),
    VehicleRow("vehicle.volkswagen.t2_2021", 2, _VAN, (4.51, 1.72, 1.95), 2.40, 1.42, 1420, 0.45, 0.72,
               _E(50, 140, 2600, 4200, 5000), "manual4", 4.86, 0.0, 0.330, 0.45, 12.3, "ld"),
    VehicleRow("vehicle.mitsubishi.fusorosa", 2, _BUS, (7.73, 2.01, 2.73), 4.55, 1.65, 5200, 0.42, 1.05,
               _E(110, 420, 1600, 2700, 3400), "manual5", 5.3, 0.0, 0.380, 0.50, 15.6, "ld"),
    VehicleRow("vehicle.harley-davidson.low_rider", 1, _MOTORCYCLE, (2.37, 0.95, 1.45), 1.63, 0.0, 385, 0.46, 0.52,
               _E(64, 145, 3250, 5020, 5600), "bike6", 4.1, 0.0, 0.320, 0.80, 5.6, "l"),
    VehicleRow("vehicle.kawasaki.ninja", 1, _MOTORCYCLE, (2.02, 0.75, 1.55), 1.39, 0.0, 270, 0.50, 0.62,
               _E(96, 72, 9000, 13500, 15000), "bike6", 5.0, 0.0, 0.310, 0.65, 6.6, "l"),
    VehicleRow("vehicle.vespa.zx125", 1, _MOTORCYCLE, (1.77, 0.72, 1.50), 1.28, 0.0, 185, 0.42, 0.60,
               _E(7.5, 10, 5500, 8000, 9000), "scooter", 8.2, 0.0, 0.215, 0.80, 3.6, "l"),
    VehicleRow("vehicle.yamaha.yzf", 1, _MOTORCYCLE, (2.06, 0.74, 1.55), 1.41, 0.0, 275, 0.51, 0.62,
               _E(133, 106, 9500, 12500, 14000), "bike6", 4.3, 0.0, 0.310, 0.62, 6.6, "l"),
    VehicleRow("vehicle.bh.crossbike", 1, _BICYCLE, (1.75, 0.60, 1.75), 1.08, 0.0, 88, 0.42, 1.00,
               _E(0.35, 60, 0, 56, 110), "derailleur", 1.0, 0.0, 0.345, 1.00, 3.0, ""),
    VehicleRow("vehicle.diamondback.century", 1, _BICYCLE, (1.65, 0.45, 1.70), 1.00, 0.0, 84, 0.44, 1.00,
               _E(0.40, 60, 0, 64, 120), "derailleur", 1.0, 0.0, 0.340, 0.90, 3.0, ""),
    VehicleRow("vehicle.gazelle.omafiets", 1, _BICYCLE, (1.84, 0.65, 1.80), 1.14, 0.0, 95, 0.38, 1.00,
               _E(0.25, 50, 0, 48, 100), "hub", 1.0, 0.0, 0.350, 1.10, 3.2, ""),
)  # fmt: skip
