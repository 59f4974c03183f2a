"""Blueprints of props, with CARLA's ids and sizes of our own (what such a thing measures)."""

from jing_sim.driving.blueprint import Attribute, AttributeType, Blueprint, BodyFigures
from jing_sim.driving.bodies import BodyKind, Motion

__all__ = ["PROPS", "prop_blueprints"]

PROPS: dict[str, tuple[float, float, float, float]] = {
    "advertisement": (0.2, 1.3, 2.4, 180), "atm": (0.7, 0.6, 1.6, 300), "barbeque": (0.6, 1.1, 1.0, 35),
    "barrel": (0.6, 0.6, 0.9, 25), "bench01": (0.6, 1.8, 0.9, 60), "bench02": (0.6, 1.6, 0.5, 50),
    "bench03": (0.7, 2.0, 0.9, 70), "bikeparking": (0.6, 2.5, 0.8, 60), "bin": (0.5, 0.5, 1.0, 25),
    "box01": (0.5, 0.4, 0.4, 6), "box02": (0.4, 0.4, 0.3, 4), "box03": (0.6, 0.5, 0.5, 8),
    "briefcase": (0.45, 0.12, 0.35, 5), "brokentile01": (0.3, 0.3, 0.04, 3), "brokentile02": (0.3, 0.3, 0.04, 3),
    "brokentile03": (0.3, 0.25, 0.04, 2.5), "brokentile04": (0.25, 0.25, 0.04, 2), "busstop": (1.6, 4.2, 2.6, 700),
    "calibrator": (0.9, 0.05, 0.9, 8), "chainbarrier": (0.1, 2.0, 0.9, 30), "chainbarrierend": (0.1, 0.1, 0.9, 12),
    "clothcontainer": (1.2, 1.2, 1.9, 160), "clothesline": (0.1, 3.0, 1.8, 15), "colacan": (0.066, 0.066, 0.115, 0.35),
    "constructioncone": (0.36, 0.36, 0.75, 3.5), "container": (1.3, 1.9, 1.5, 250), "creasedbox01": (0.5, 0.4, 0.3, 4),
    "creasedbox02": (0.5, 0.5, 0.25, 4), "creasedbox03": (0.4, 0.4, 0.3, 4), "dirtdebris01": (1.2, 1.0, 0.08, 30),
    "dirtdebris02": (1.0, 0.9, 0.08, 25), "dirtdebris03": (0.8, 0.8, 0.06, 20), "doghouse": (1.0, 0.8, 0.9, 35),
    "fountain": (3.5, 3.5, 2.2, 4000), "garbage01": (0.5, 0.5, 0.3, 5), "garbage02": (0.5, 0.5, 0.3, 5),
    "garbage03": (0.6, 0.5, 0.3, 6), "garbage04": (0.5, 0.4, 0.2, 4), "garbage05": (0.4, 0.4, 0.2, 3),
    "garbage06": (0.4, 0.4, 0.2, 3), "gardenlamp": (0.2, 0.2, 0.7, 5), "glasscontainer": (1.2, 1.2, 1.7, 180),
    "gnome": (0.2, 0.2, 0.4, 4), "guitarcase": (1.1, 0.45, 0.15, 6), "ironplank": (1.8, 1.2, 0.03, 110),
    "kiosk_01": (3.0, 2.4, 2.7, 1500), "mailbox": (0.5, 0.45, 1.2, 45), "maptable": (1.2, 0.5, 1.3, 60),
    "mesh": (1.0, 1.0, 1.0, 100), "mobile": (0.075, 0.15, 0.01, 0.2), "motorhelmet": (0.28, 0.25, 0.25, 1.4),
    "omri_bag": (0.35, 0.3, 0.45, 6), "pergola": (3.0, 3.0, 2.5, 400), "plantpot01": (1.2, 1.2, 0.9, 180),
    "plantpot02": (0.8, 0.8, 0.8, 100), "plantpot03": (0.7, 0.7, 0.7, 80), "plantpot04": (1.0, 0.5, 0.6, 90),
    "plantpot05": (0.6, 0.6, 0.6, 60), "plantpot06": (0.5, 0.5, 0.6, 50), "plantpot07": (0.5, 0.5, 0.5, 45),
    "plantpot08": (0.4, 0.4, 0.5, 30), "plasticbag": (0.4, 0.3, 0.35, 1.5), "plasticchair": (0.55, 0.55, 0.85, 3),
    "plastictable": (0.9, 0.9, 0.72, 8), "platformgarbage01": (1.4, 1.4, 0.4, 30), "purse": (0.35, 0.14, 0.25, 1.5),
    "shoppingbag": (0.35, 0.15, 0.4, 2), "shoppingcart": (1.0, 0.6, 1.0, 22), "shoppingtrolley": (0.4, 0.35, 1.0, 8),
    "slide": (2.8, 0.8, 1.9, 120), "streetbarrier": (0.5, 1.6, 1.0, 25), "streetfountain": (0.6, 0.5, 1.0, 120),
    "streetsign": (0.1, 0.6, 2.4, 20), "streetsign01": (0.1, 0.6, 2.4, 20),
    "streetsign04": (0.1, 0.8, 2.6, 25),
    "swing": (1.8, 3.4, 2.3, 150), "swingcouch": (1.3, 2.0, 1.8, 60), "table": (1.6, 0.9, 0.75, 30),
    "trafficcone01": (0.38, 0.38, 0.75, 3.5), "trafficcone02": (0.36, 0.36, 0.7, 3),
    "trafficwarning": (2.1, 1.8, 3.2, 450),
    "trampoline": (3.0, 3.0, 0.9, 90), "trashbag": (0.6, 0.5, 0.5, 8), "trashcan01": (0.5, 0.5, 0.9, 18),
    "trashcan02": (0.6, 0.55, 1.0, 15), "trashcan03": (0.5, 0.5, 1.1, 25),
    "trashcan04": (0.6, 0.6, 1.2, 25),
    "trashcan05": (0.5, 0.4, 0.9, 15), "travelcase": (0.45, 0.28, 0.7, 14), "vendingmachine": (0.85, 0.95, 1.9, 320),
    "warningaccident": (0.08, 0.9, 0.8, 6), "warningconstruction": (0.08, 0.9, 0.8, 6),
    "wateringcan": (0.4, 0.2, 0.35, 1),
}  # fmt: skip
"""Name to length, width, height [m] and mass [kg]."""


def prop_blueprints() -> tuple[Blueprint, ...]:
    """All props, and the volume that gives tyres another friction."""
    text, real = AttributeType.STRING, AttributeType.FLOAT
    extent = tuple(Attribute(f"extent_{axis}", real, "1.0") for axis in "xyz")
    zone = Blueprint(
        "static.trigger.friction",
        ("static", "trigger", "friction"),
        (Attribute("friction", real, "3.5"), *extent, Attribute("role_name", text, "friction")),
    )
    return (*(_prop(name, *figures) for name, figures in PROPS.items()), zone)


def _prop(name: str, length: float, width: float, height: float, mass: float) -> Blueprint:
    largest = max(length, width, height)
    size = next(
        (word for most, word in ((0.3, "tiny"), (0.7, "small"), (1.5, "medium"), (3.0, "big")) if largest < most),
        "huge",
    )
    text = AttributeType.STRING
    attributes = (Attribute("size", text, size, (size,), modifiable=False), Attribute("role_name", text, "prop"))
    half = (length / 2, width / 2, height / 2)
    body = BodyFigures(BodyKind.PROP, Motion.STATIC, 20, half, (0.0, 0.0, height / 2), mass_kg=mass, friction=0.5)
    return Blueprint(f"static.prop.{name}", ("static", "prop", name), attributes, body)
