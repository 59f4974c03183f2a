"""Column numbers of a trajectory's table of samples."""

__all__ = [
    "ACCEL",
    "AT_CORNERS",
    "HELD",
    "OVER_SEGMENT",
    "PH",
    "PP",
    "PR",
    "PX",
    "PY",
    "PZ",
    "SAID",
    "SPEED",
    "TANGENT",
    "TIME",
    "WIDTH",
    "D",
]


# Distance, time, position, direction of the curve, orientation (NaN: as the road's surface), speed and acceleration at
# the begin of the piece that follows, and whether its heading is one of the file.
D, TIME, PX, PY, PZ, TANGENT, PH, PP, PR, SPEED, ACCEL, SAID = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
WIDTH = 12

# How angles go from one sample to the next.
HELD, OVER_SEGMENT, AT_CORNERS = 0, 1, 2
