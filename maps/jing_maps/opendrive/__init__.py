"""OpenDRIVE 1.4 to 1.8: read, exact road coordinates, and conversion to a road network."""

from jing_maps.opendrive.document import OpenDriveMap
from jing_maps.opendrive.read import read_opendrive

__all__ = ["OpenDriveMap", "read_opendrive"]
