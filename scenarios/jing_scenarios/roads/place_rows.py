"""Column numbers of the arrays that the road kernels read and write.

`T_...` number the columns of the tables in `tables.RoadTables`, the others those of `motion.RoadMotion`.
"""

__all__ = [
    "AGAIN",
    "ALONG",
    "ALONG_WIDTH",
    "ANGLE",
    "BLOCKED",
    "CURSOR",
    "C_BEGIN",
    "C_END",
    "C_HIGH_X",
    "C_HIGH_Y",
    "C_LOW_X",
    "C_LOW_Y",
    "C_ROAD",
    "DRIVING",
    "DS",
    "END_OF_ROAD",
    "END_OF_ROUTE",
    "EVERY_TYPE",
    "FLAGS",
    "HELD_LANE",
    "HELD_OFFSET",
    "HOW",
    "H_REL",
    "JUNCTION_LINK",
    "KEEPS",
    "LANE",
    "LANE_CHANGE",
    "LANE_SET",
    "LANE_WIDTH",
    "LAST",
    "NOTHING",
    "NO_LANE",
    "NO_LINK",
    "OFFSET",
    "OFF_ROAD",
    "ON_WIDTH",
    "OTHER",
    "POSE_SET",
    "P_REL",
    "ROAD",
    "ROADSIDE",
    "ROAD_LINK",
    "ROAD_SET",
    "ROAD_WIDTH",
    "R_REL",
    "STAY",
    "T_AFTER",
    "T_BEFORE",
    "T_BORDER",
    "T_ELEVATION",
    "T_EXIT_END",
    "T_EXIT_START",
    "T_FALL_LEFT",
    "T_FALL_RIGHT",
    "T_FROM_LANE",
    "T_INNER",
    "T_JUNCTION",
    "T_KIND",
    "T_LANE_AFTER",
    "T_LANE_BEFORE",
    "T_LEFT",
    "T_LEFT_HAND",
    "T_N_LEFT",
    "T_N_RIGHT",
    "T_OF_ROAD",
    "T_OUTER",
    "T_OUT_END",
    "T_OUT_ROAD",
    "T_PIECE",
    "T_RIGHT",
    "T_ROLL",
    "T_SECTION",
    "T_SHAPE",
    "T_SHIFT",
    "T_TO_END",
    "T_TO_LANE",
    "T_TO_ROAD",
    "T_WIDTH",
    "WALKING",
    "Z_REL",
    "H",
    "P",
    "R",
    "S",
    "T",
    "X",
    "Y",
    "Z",
]


# Pose, (n, 6): map frame metres; angles are those of ISO 8855 as in OpenSCENARIO (z-y-x, pitch positive nose down).
X, Y, Z, H, P, R = 0, 1, 2, 3, 4, 5

# Place along the road, (n, 10): H_REL is measured from the lane's tangent along growing s, so that it is pi for whoever
# drives a left lane of a road with right-hand traffic; P_REL, R_REL and Z_REL are measured from the road's surface. DS
# is how far to move in this step, ANGLE which way to turn in a junction without a route (0: straight on); HELD_OFFSET
# and HELD_LANE are the offset and the lane that a LANE_CHANGE follows, while OFFSET and LANE are of the nearest lane.
S, T, OFFSET, H_REL, P_REL, R_REL, Z_REL, DS, ANGLE, HELD_OFFSET = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9
ALONG_WIDTH = 10

# On which lane, (n, 9): row of the road or -1, lane id, flags, what the next step does, which lane types the entity
# keeps to; its place on its route, the end of that route, and where it begins again (-1: not closed), in the array of
# all routes' roads.
ROAD, LANE, FLAGS, HOW, KEEPS, CURSOR, LAST, AGAIN, HELD_LANE = 0, 1, 2, 3, 4, 5, 6, 7, 8
ON_WIDTH = 9

# Flags.
END_OF_ROAD, OFF_ROAD, END_OF_ROUTE, BLOCKED = 1, 2, 4, 8

# What a step does with an entity.
STAY, ALONG, LANE_SET, ROAD_SET, POSE_SET, LANE_CHANGE = 0, 1, 2, 3, 4, 5

# Lane types, as bits.
DRIVING, ROADSIDE, WALKING, OTHER, NOTHING = 1, 2, 4, 8, 16
EVERY_TYPE = DRIVING | ROADSIDE | WALKING | OTHER | NOTHING

# Roads, whole numbers.
T_PIECE, T_SECTION, T_ELEVATION, T_ROLL, T_SHIFT, T_FALL_LEFT, T_FALL_RIGHT, T_SHAPE = 0, 2, 4, 6, 8, 10, 12, 14
T_BEFORE, T_AFTER = 16, 19
T_EXIT_START, T_EXIT_END = 22, 24
T_LEFT_HAND, T_JUNCTION = 26, 27
ROAD_WIDTH = 28
"""`T_PIECE` ... `T_EXIT_END` are pairs (first row, row after the last); `T_BEFORE` and `T_AFTER` are kind of the link
(`NO_LINK` ...), row of the road or junction, and the end of that road that is touched (0 start, 1 end)."""
NO_LINK, ROAD_LINK, JUNCTION_LINK = 0, 1, 2

# Sections, whole numbers: first row of the right and of the left lanes, and how many follow; the road's row.
T_RIGHT, T_N_RIGHT, T_LEFT, T_N_LEFT, T_OF_ROAD = 0, 1, 2, 3, 4

# Lanes, whole numbers: pairs of cubic rows, the linked lane before and after (`NO_LANE`: no link), the type's bit.
T_WIDTH, T_BORDER, T_INNER, T_OUTER, T_LANE_BEFORE, T_LANE_AFTER, T_KIND = 0, 2, 4, 6, 8, 9, 10
LANE_WIDTH = 11
NO_LANE = -(2**31)

# Ways out of a road's end into a junction: lane, road, its end that is touched, lane there; the road (or -1) and its
# end to which that road leads.
T_FROM_LANE, T_TO_ROAD, T_TO_END, T_TO_LANE, T_OUT_ROAD, T_OUT_END = 0, 1, 2, 3, 4, 5

# Stretches of roads for the search of the nearest one: road, s of begin and end, box (least x, y, greatest x, y).
C_ROAD, C_BEGIN, C_END, C_LOW_X, C_LOW_Y, C_HIGH_X, C_HIGH_Y = 0, 1, 2, 3, 4, 5, 6
