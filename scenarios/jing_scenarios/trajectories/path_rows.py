"""Column numbers of a trajectory's table of samples."""

__all__ = [
    "ACCEL",
    "AT_CORNERS",
    "HELD",
    "LIFTED",
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
# the begin of the piece that follows, whether its heading is one of the file, and whether it has heights of its own
# (else it lies on the road).
D, TIME, PX, PY, PZ, TANGENT = 0, 1, 2, 3, 4, 5
PH, PP, PR, SPEED, ACCEL, SAID, LIFTED = 6, 7, 8, 9, 10, 11, 12
WIDTH = 13

# How angles go from one sample to the next.
HELD, OVER_SEGMENT, AT_CORNERS = 0, 1, 2
