"""OpenDRIVE 1.4 to 1.8: reading, exact road coordinates both ways, and conversion to and from a road network.

```
read_opendrive(path) -> OpenDriveMap           jing_maps.opendrive.read
lane_pose, road_pose, lane_borders             jing_maps.opendrive.place      (road, lane, s) -> x, y, z, direction
index_lanes, nearest_lane, foot_on_road        jing_maps.opendrive.nearest    x, y -> (road, lane, s, t)
to_network(odr, name) -> RoadNetwork           jing_maps.opendrive.network
```
"""

from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.read import read_opendrive

__all__ = ["OpenDriveMap", "read_opendrive"]
