"""SUMO networks: read .net.xml, and write them through netconvert."""

from jing_maps.sumo.read import read_net, read_net_with_warnings
from jing_maps.sumo.write import sumo_edges, write_net

__all__ = ["read_net", "read_net_with_warnings", "sumo_edges", "write_net"]
