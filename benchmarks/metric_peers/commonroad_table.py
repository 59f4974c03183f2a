"""Values of commonroad-crime 0.4.5 for cases of car following, as a JSON table on stdout.

Runs in an environment of its own (`python -m benchmarks.metrics_references --fresh` makes it): the library brings forty
packages with it. Two cars of 4.8 x 2.0 m on a straight lane of 4 m; accelerations are kept until standstill.
"""

import itertools
import json
import logging
import math
import sys
import warnings

import numpy as np
from commonroad.geometry.shape import Rectangle
from commonroad.prediction.prediction import TrajectoryPrediction
from commonroad.scenario.lanelet import Lanelet, LaneletNetwork
from commonroad.scenario.obstacle import DynamicObstacle, ObstacleType
from commonroad.scenario.scenario import Scenario, ScenarioID
from commonroad.scenario.state import CustomState, InitialState
from commonroad.scenario.trajectory import Trajectory
from commonroad_crime.data_structure.configuration import CriMeConfiguration
from commonroad_crime.measure import (
    BTN,
    CPI,
    DCE,
    DST,
    STN,
    TET,
    THW,
    TIT,
    TTB,
    TTC,
    TTCE,
    TTK,
    WTTC,
    ALatReq,
    ALongReq,
    DeltaV,
    TTCStar,
)  # fmt: skip
from numpy.typing import NDArray

Float = NDArray[np.float64]
Case = tuple[float, ...]

DT_S, STEPS = 0.1, 60
LENGTH_M, WIDTH_M = 4.8, 2.0
# A lane exactly along x would have the orientation 0, which the library takes for an unknown one.
TILT_RAD = 1e-4
MEASURES = {
    "ttc": TTC, "ttc_star": TTCStar, "thw": THW, "a_long_req": ALongReq, "a_lat_req": ALatReq, "btn": BTN, "stn": STN,
    "dst": DST, "wttc": WTTC, "delta_v": DeltaV, "tet": TET, "tit": TIT, "cpi": CPI, "dce": DCE, "ttce": TTCE,
    "ttb": TTB, "ttk": TTK,
}  # fmt: skip
COLUMNS = ("spacing_m", "ego_mps", "other_mps", "ego_mps2", "other_mps2")


def motion(x_m: float, speed_mps: float, accel_mps2: float) -> tuple[Float, Float]:
    """Place and speed at each step; a car that brakes comes to stand."""
    time: Float = np.arange(STEPS + 1, dtype=np.float64) * DT_S
    end = np.minimum(time, speed_mps / -accel_mps2) if accel_mps2 < 0 else time
    return x_m + speed_mps * end + accel_mps2 * end**2 / 2, speed_mps + accel_mps2 * end


def car(number: int, x_m: float, speed_mps: float, accel_mps2: float) -> DynamicObstacle:
    x, v = motion(x_m, speed_mps, accel_mps2)
    states = [
        CustomState(
            time_step=k,
            position=np.array([x[k] * math.cos(TILT_RAD), x[k] * math.sin(TILT_RAD)]),
            orientation=TILT_RAD,
            velocity=float(v[k]),
            velocity_y=0.0,
            acceleration=accel_mps2,
            acceleration_y=0.0,
        )
        for k in range(STEPS + 1)
    ]
    first = InitialState(
        time_step=0, position=states[0].position, orientation=TILT_RAD, velocity=speed_mps, acceleration=accel_mps2,
        yaw_rate=0.0, slip_angle=0.0,
    )  # fmt: skip
    first.velocity_y = 0.0
    first.acceleration_y = 0.0
    shape = Rectangle(LENGTH_M, WIDTH_M)
    lanes = {k: {1} for k in range(STEPS + 1)}
    path = TrajectoryPrediction(Trajectory(1, states[1:]), shape, lanes, lanes)
    return DynamicObstacle(number, ObstacleType.CAR, shape, first, path, initial_center_lanelet_ids={1},
                           initial_shape_lanelet_ids={1})  # fmt: skip


def scenario(case: Case) -> Scenario:
    spacing, ego, other, ego_a, other_a = case
    s = np.linspace(-100.0, 400.0, 101)
    along, left = (
        np.array([math.cos(TILT_RAD), math.sin(TILT_RAD)]),
        np.array([-math.sin(TILT_RAD), math.cos(TILT_RAD)]),
    )
    centre = s[:, None] * along
    lane = Lanelet(centre + 2.0 * left, centre, centre - 2.0 * left, 1)
    scene = Scenario(DT_S, ScenarioID(cooperative=False, country_id="ZAM", map_name="Jing", map_id=1))
    scene.add_objects(LaneletNetwork.create_from_lanelet_list([lane]))
    scene.add_objects(car(100, 0.0, ego, ego_a))
    scene.add_objects(car(200, spacing, other, other_a))
    return scene


def measured(case: Case) -> dict[str, str | None]:
    values: dict[str, str | None] = {}
    for name, measure in MEASURES.items():
        config = CriMeConfiguration()
        config.debug.save_plots = config.debug.draw_visualization = False
        config.vehicle.cartesian.j_x_min, config.vehicle.cartesian.j_x_max = -1e6, 1e6
        config.vehicle.params.longitudinal.a_max = 8.0
        config.time.tau = 1.5
        config.update(ego_id=100, sce=scenario(case))
        try:
            value = measure(config).compute(vehicle_id=200, time_step=0, verbose=False)
        except Exception as error:  # noqa: BLE001 - what the library cannot do is no value
            print(f"{name} {case}: {type(error).__name__}: {error}", file=sys.stderr)
            value = None
        values[name] = None if value is None or math.isnan(value) else repr(float(value))
    return values


def main() -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    # The library takes a leader's braking for acceleration (it drops the sign), so leaders do not brake here.
    motions = itertools.cycle(((0.0, 0.0), (-2.0, 0.0), (0.0, 2.0), (1.0, 0.0)))
    places = itertools.product((12.0, 30.0, 60.0), (8.0, 15.0, 25.0), (0.0, 10.0, 18.0))
    cases = [(*place, *motion) for place, motion in zip(places, motions, strict=False)]
    rows = [{"case": case, "values": measured(case)} for case in cases]
    print(json.dumps({"library": "commonroad-crime 0.4.5", "columns": COLUMNS, "length_m": LENGTH_M, "width_m": WIDTH_M,
                      "dt_s": DT_S, "steps": STEPS, "rows": rows}))  # fmt: skip


if __name__ == "__main__":
    main()
