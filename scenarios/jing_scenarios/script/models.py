"""The road users of scripts: sizes and limits, and their elements in the standard.

Sizes are typical ones of Chinese traffic. A box is given from the middle of the rear axle, which is where the standard
places a vehicle.
"""

from dataclasses import dataclass

from jing_maps.errors import UnknownNameError
from jing_scenarios.openscenario.node import Node

__all__ = ["PEDESTRIANS", "VEHICLES", "Model", "pedestrian_element", "thing_element", "vehicle_element"]


@dataclass(frozen=True)
class Model:
    """A kind of road user.

    Attributes:
        category: vehicleCategory or pedestrianCategory of the standard.
        size_m: length, width, height.
        centre_x_m: from the reference point forwards to the middle of the box.
        wheelbase_m: 0 = none.
        top_mps, accel_mps2, decel_mps2: limits.
        mass_kg: of it.
        role: of the standard's `Role`; empty = none.
    """

    category: str
    size_m: tuple[float, float, float]
    centre_x_m: float = 0.0
    wheelbase_m: float = 0.0
    top_mps: float = 70.0
    accel_mps2: float = 10.0
    decel_mps2: float = 10.0
    mass_kg: float = 1500.0
    role: str = ""

    @property
    def front_m(self) -> float:
        """From the reference point to the front."""
        return self.centre_x_m + self.size_m[0] / 2

    @property
    def rear_m(self) -> float:
        """From the reference point back to the rear."""
        return self.size_m[0] / 2 - self.centre_x_m


VEHICLES = {
    "car": Model("car", (4.6, 1.85, 1.5), 1.4, 2.8),
    "suv": Model("car", (4.8, 1.95, 1.75), 1.45, 2.9, mass_kg=2000.0),
    "van": Model("van", (5.3, 2.0, 2.3), 1.6, 3.2, 45.0, 6.0, 9.0, 2500.0),
    "truck": Model("truck", (8.5, 2.5, 3.4), 2.6, 5.0, 30.0, 4.0, 8.0, 12000.0),
    "muck_truck": Model("truck", (9.0, 2.5, 3.5), 2.9, 5.4, 22.0, 3.0, 7.0, 31000.0),
    "bus": Model("bus", (12.0, 2.55, 3.2), 3.2, 6.0, 25.0, 3.0, 7.0, 15000.0),
    "ambulance": Model("van", (5.9, 2.1, 2.7), 1.9, 3.7, 45.0, 7.0, 9.0, 3500.0, "ambulance"),
    "fire_engine": Model("truck", (9.2, 2.5, 3.5), 2.9, 5.0, 30.0, 5.0, 8.0, 16000.0, "fire"),
    "police": Model("car", (4.8, 1.85, 1.6), 1.4, 2.8, role="police"),
    "motorbike": Model("motorbike", (2.1, 0.8, 1.5), 0.7, 1.4, 50.0, 8.0, 9.0, 300.0),
    "e_bike": Model("motorbike", (1.7, 0.65, 1.6), 0.6, 1.2, 8.0, 3.0, 5.0, 130.0),
    "bicycle": Model("bicycle", (1.75, 0.6, 1.7), 0.55, 1.05, 8.0, 2.0, 4.0, 90.0),
}
"""Vehicles by name."""

PEDESTRIANS = {
    "adult": Model("pedestrian", (0.5, 0.6, 1.75), mass_kg=75.0),
    "child": Model("pedestrian", (0.4, 0.45, 1.2), mass_kg=25.0),
    "wheelchair": Model("wheelchair", (1.1, 0.65, 1.3), mass_kg=110.0),
    "animal": Model("animal", (1.0, 0.35, 0.7), mass_kg=30.0),
}
"""Walkers by name."""


def model_of(name: str, kinds: dict[str, Model], what: str) -> Model:
    """The model of this name; raises UnknownNameError."""
    if name not in kinds:
        raise UnknownNameError(what, name, kinds)
    return kinds[name]


def _box(model: Model) -> Node:
    length, width, height = model.size_m
    return Node(
        "BoundingBox",
        children=(
            Node("Center", {"x": repr(model.centre_x_m), "y": "0.0", "z": repr(height / 2)}),
            Node("Dimensions", {"length": repr(length), "width": repr(width), "height": repr(height)}),
        ),
    )


def vehicle_element(name: str, model: Model) -> Node:
    """The `Vehicle` element."""
    width = model.size_m[1]
    limits = {"maxSpeed": model.top_mps, "maxAcceleration": model.accel_mps2, "maxDeceleration": model.decel_mps2}
    diameter = 0.65 if model.category in {"car", "van", "motorbike", "bicycle"} else 1.0
    track = round(width * 0.85, 3)

    def axle(tag: str, steering: float, x_m: float) -> Node:
        values = {
            "maxSteering": steering, "wheelDiameter": diameter, "trackWidth": track, "positionX": x_m,
            "positionZ": diameter / 2,
        }  # fmt: skip
        return Node(tag, {key: repr(value) for key, value in values.items()})

    values = {"name": name, "vehicleCategory": model.category, "mass": repr(model.mass_kg)}
    if model.role:
        values["role"] = model.role
    return Node(
        "Vehicle",
        values,
        (
            _box(model),
            Node("Performance", {key: repr(value) for key, value in limits.items()}),
            Node("Axles", children=(axle("FrontAxle", 0.61, model.wheelbase_m), axle("RearAxle", 0.0, 0.0))),
            Node("Properties"),
        ),
    )


def pedestrian_element(name: str, model: Model) -> Node:
    """The `Pedestrian` element."""
    values = {"name": name, "mass": repr(model.mass_kg), "pedestrianCategory": model.category, "model3d": ""}
    return Node("Pedestrian", values, (_box(model), Node("Properties")))


def thing_element(name: str, model: Model) -> Node:
    """The `MiscObject` element."""
    values = {"name": name, "mass": repr(model.mass_kg), "miscObjectCategory": model.category}
    return Node("MiscObject", values, (_box(model), Node("Properties")))
