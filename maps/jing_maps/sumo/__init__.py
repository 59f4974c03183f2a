"""SUMO networks: read .net.xml, and write them through netconvert."""

from jing_maps.sumo.lanes import SumoLane, lanes_of_export, lanes_of_file
from jing_maps.sumo.letters import STATE_OF_LETTER, letter_of, yielding_groups
from jing_maps.sumo.read import read_net, read_net_with_warnings
from jing_maps.sumo.segments import SumoNames, legal_ids
from jing_maps.sumo.write import sumo_edges, write_net

__all__ = [
    "STATE_OF_LETTER",
    "SumoLane",
    "SumoNames",
    "lanes_of_export",
    "lanes_of_file",
    "legal_ids",
    "letter_of",
    "read_net",
    "read_net_with_warnings",
    "sumo_edges",
    "write_net",
    "yielding_groups",
]
