"""`carla.DebugHelper`."""

import carla

from jing_sim.carla.conformance.bench import Bench
from jing_sim.carla.conformance.registry import check

__all__: list[str] = []


@check("debug")
def points_lines_arrows(bench: Bench) -> None:
    """draw_point, draw_line and draw_arrow are taken."""
    a, b = bench.point(0).location, bench.ahead(bench.point(0), 5.0, 0.0, 1.0).location
    bench.world.debug.draw_point(a, 0.1, carla.Color(255, 0, 0), 1.0)
    bench.world.debug.draw_line(a, b, 0.1, carla.Color(0, 255, 0), 1.0)
    bench.world.debug.draw_arrow(a, b, 0.1, 0.2, carla.Color(0, 0, 255), 1.0)
    bench.tick(2)


@check("debug")
def boxes_and_texts(bench: Bench) -> None:
    """draw_box and draw_string are taken."""
    place = bench.point(0)
    box = carla.BoundingBox(place.location, carla.Vector3D(1.0, 1.0, 1.0))
    bench.world.debug.draw_box(box, place.rotation, 0.1, carla.Color(255, 255, 0), 1.0)
    bench.world.debug.draw_string(place.location, "here", True, carla.Color(255, 255, 255), 1.0)
    bench.tick(2)
