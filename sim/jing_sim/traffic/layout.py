"""Where the columns of the traffic engine live: names for the columns of its tables.

Ways: lanes are 0 .. n_lanes - 1, connectors follow. The vehicles of a way are one contiguous segment of slots, front
to back; a slot has position, speed and vehicle. Everything else of a vehicle is in one row of two tables, so that
reading one value of it brings the others into the cache.
"""

__all__ = [
    "ACCEL",
    "ALLOWED",
    "BEST",
    "CAN_LEFT",
    "CAN_RIGHT",
    "CLASS",
    "CONN_0",
    "CROSS_EXIT",
    "DECEL",
    "EMERGENCY",
    "ENTRY_LEN",
    "ENTRY_POS",
    "ENTRY_REST",
    "ENTRY_SPEED",
    "ENTRY_VMAX",
    "E_NEXT",
    "E_RANK",
    "E_VEH",
    "FACTOR",
    "FOE",
    "FOE_KIND",
    "FOE_YIELD",
    "FROM",
    "F_FOE_ENTER",
    "F_FOE_EXIT",
    "F_MY_ENTER",
    "F_MY_EXIT",
    "GREEN",
    "GROUP",
    "N_REALS",
    "HISTORY_0",
    "INF",
    "JUNCTION",
    "LAST_CHANGE",
    "LEFT",
    "LENGTH",
    "LIFT_UNTIL",
    "LIMIT",
    "LOSS",
    "MAX_SPEED",
    "MIN_GAP",
    "NEXT_0",
    "NO_WAY",
    "N_HISTORY",
    "N_NEXT",
    "OFF",
    "ON_RED",
    "OVERLAPS",
    "PERMISSIVE",
    "REACH",
    "RED",
    "RED_YELLOW",
    "REST_S",
    "RIGHT",
    "ROAD",
    "ROUTE_AT",
    "ROUTE_END",
    "ROUTE_OVER",
    "SIGMA",
    "START",
    "STOP",
    "TAU",
    "TO",
    "TYPE",
    "UNKNOWN",
    "V_ACCEL",
    "WAITED",
    "WAY",
    "WHY",
    "WHY_BLOCKED",
    "WHY_FREE",
    "WHY_LANE",
    "WHY_LEADER",
    "WHY_ROOM",
    "WHY_SIGNAL",
    "WHY_YIELD",
    "W_LENGTH",
    "YELLOW",
]

INF = 1e9
"""A distance or time that is never reached."""

# Ways, floats: (n_ways, 5).
W_LENGTH, LIMIT, STOP, START, CROSS_EXIT = 0, 1, 2, 3, 4
# Ways, integers: (n_ways, 11). For a connector LEFT and RIGHT are -1; ROAD is the road it comes from.
ROAD, LEFT, RIGHT, CAN_LEFT, CAN_RIGHT, ALLOWED, FROM, TO, GROUP, ON_RED, JUNCTION = range(11)

# Vehicle types, floats: (n_types, 9) and the class bit.
LENGTH, MIN_GAP, MAX_SPEED, ACCEL, DECEL, EMERGENCY, TAU, SIGMA, CLASS = range(9)

# Vehicles, floats: (n_trips, 8).
FACTOR, REST_S, WAITED, LOSS, V_ACCEL, LAST_CHANGE, REACH, LIFT_UNTIL = range(8)
N_REALS = 8
# Vehicles, integers: (n_trips, 16). NEXT_0.. are the connectors ahead; HISTORY_0.. those left behind, last first.
TYPE, WAY, ROUTE_AT, ROUTE_END, BEST, WHY, OVERLAPS = 0, 1, 2, 3, 4, 5, 6
NEXT_0, N_NEXT = 7, 4
HISTORY_0, N_HISTORY = 11, 4
CONN_0 = 15
"""The way (connector) at which the vehicle is held up, or -1."""

ROUTE_OVER, NO_WAY, UNKNOWN = -1, -2, -3
"""In place of a connector ahead: the route ends; the lane does not lead on; not planned that far."""

WHY_FREE, WHY_LEADER, WHY_SIGNAL, WHY_YIELD, WHY_BLOCKED, WHY_ROOM, WHY_LANE = range(7)
"""What held a vehicle up in its last step; BLOCKED: it yields to vehicles that stand themselves."""

# Conflicts as each connector sees them: integers (n, 3), floats (n, 4).
FOE, FOE_KIND, FOE_YIELD = 0, 1, 2
F_MY_ENTER, F_MY_EXIT, F_FOE_ENTER, F_FOE_EXIT = 0, 1, 2, 3

# Vehicles near a connector with conflicts, a linked list for each connector: integers (n, 3), floats (n, 5).
E_VEH, E_NEXT, E_RANK = 0, 1, 2
ENTRY_POS, ENTRY_SPEED, ENTRY_LEN, ENTRY_VMAX, ENTRY_REST = 0, 1, 2, 3, 4

RED, YELLOW, GREEN, PERMISSIVE, RED_YELLOW, OFF = range(6)
"""`SignalState`, as plain integers for the kernels."""
