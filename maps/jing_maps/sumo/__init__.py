"""SUMO networks: read .net.xml, and write them through netconvert."""

from jing_maps.sumo.read import read_net, read_net_with_warnings

__all__ = ["read_net", "read_net_with_warnings"]
