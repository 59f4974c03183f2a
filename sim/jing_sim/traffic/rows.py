"""Where things stand in the flat tables of the kernels: column numbers, and the bits of flags.

A *way* is what a vehicle drives on: a lane (`way < n_lanes`), a connector, or the second part of a connector in which a
vehicle waits. A vehicle is a row of 32 words; the first 16 are float32, the rest int32. One row is two cache lines, and
rows stand in the order of the ways, front to back, so a lane is read as one stretch of memory.
"""

__all__ = ["POS"]

# -- vehicles: float32 words ------------------------------------------------------------------------------------------
POS = 0  # front bumper from the begin of the way [m]
SPEED = 1  # [m/s]
ACCEL = 2  # of the last step [m/s2]
FACTOR = 3  # wish speed over speed limit
WAIT = 4  # standing without a break [s]
LOSS = 5  # time lost against the wish speed [s]
GAIN = 6  # inclination to change for speed; positive = to the left
KEEP = 7  # inclination to keep right; negative = to the right
LOOK = 8  # remembered speed for the look-ahead of lane changes [m/s]
BRAKE = 9  # braking distance at the present speed and own deceleration [m]
ADVICE = 10  # speed that lane changes nearby ask for in the next step [m/s]; NO_ADVICE = none
LEN_HERE = 11  # what can be driven without a lane change from the begin of the present lane [m]
LEN_RIGHT = 12  # the same of the lane to the right
LEN_LEFT = 13
SPACE = 14  # left until the vehicle must have changed [m]
BLOCKER = 15  # room kept in front for a vehicle that changes the other way [m]

# -- vehicles: int32 words --------------------------------------------------------------------------------------------
ID = 16  # row of Trips
TYPE = 17  # row of VehicleTypes
AT = 18  # row of the route's roads
STATE = 19  # of lane changing, bits below
NEXT0 = 20  # the connectors taken next; -1 = none known
NEXT1 = 21
NEXT2 = 22
NEXT3 = 23
PAST0 = 24  # the connectors taken last; -1 = none
PAST1 = 25
PAST2 = 26
ENTRY = 27  # step in which the present connector was entered
OFFSETS = 28  # changes needed from this lane, the right one and the left one, each + 16, in bytes
FLAGS = 29  # bits below
UNTIL = 30  # step until which a stop lasts
STOP = 31  # row of the next planned stop; -1 = none
N_WORDS = 32

NO_ADVICE = 1.0e9

# -- bits of FLAGS ----------------------------------------------------------------------------------------------------
OUTSIDE = 1  # moved from outside
HALTED = 2  # at a stop, or broken down
WAITS = 4  # held at the next link
NO_PASS = 8  # on a connector and blocked
OVERLAPS = 16  # counted by the audit
CHANGED = 32  # changed lanes in the last step
CHANGED_LEFT = 64  # and to the left
WAITED = 128  # WAITS of the step before: what others may read
STOOD = 256  # NO_PASS of the step before
ENTERED = 512  # in this step: changes lanes from the next one on

# -- bits of STATE ----------------------------------------------------------------------------------------------------
WANTS_RIGHT = 1
WANTS_LEFT = 2
STRATEGIC = 4
COOPERATIVE = 8
URGENT = 16
BLOCKED_LEADER = 32
BLOCKED_FOLLOWER = 64
AM_LEADER = 256  # somebody wants to fall in behind me
AM_FOLLOWER = 512  # somebody wants to change in front of me
FROM_RIGHT = 1024  # that somebody changes to the left: I could make room to the left
FROM_LEFT = 2048

# -- ways: float64 and int32 tables -----------------------------------------------------------------------------------
W_LENGTH = 0
W_STOP = 1  # stop line before the end of a lane; how far before a connector one gives way [m]
W_START = 2  # station of the road at which a lane begins [m]
N_WAY_FLOATS = 3

W_ROAD = 0  # of a lane
W_LEFT = 1  # neighbour to which a change is allowed
W_RIGHT = 2
W_OUT0 = 3  # connectors out of a lane: rows of `out`
W_OUT1 = 4
W_NEXT = 5  # of a connector or its second part: the next way
W_FROM = 6  # of a connector: its lane; of a second part: its connector
W_GROUP = 7  # signal group; -1 = none
W_FLAGS = 8
W_SIDE0 = 9  # rows of `sides`
W_SIDE1 = 10
W_IN0 = 11  # ways into a lane: rows of `into`
W_IN1 = 12
W_WALK0 = 13  # crosswalks on a connector: rows of `walk`
W_WALK1 = 14
W_CONNECTOR = 15  # row of Connectors
N_WAY_INTS = 16

# -- bits of W_FLAGS --------------------------------------------------------------------------------------------------
ON_RED = 1
YIELDS = 2
YIELDED_TO = 4
MEETS = 8  # has conflicts at all
CONTINUES = 16  # the first part of a connector in which a vehicle waits
MUST_STOP = 32
ALL_WAY = 64
SECOND_PART = 128
ROUNDABOUT = 256  # a lane of a roundabout, or what leads onto one
EQUAL = 512  # all who come to this junction give way to somebody
NEAR_RING = 1024  # a lane of a roundabout or not far before one
FIRST_COME = 2048  # meets ways against which nothing is ruled: whoever comes later gives way
WALKS = 4096  # runs over crosswalks
TURNS_BACK = 8192

# -- sides of conflicts -----------------------------------------------------------------------------------------------
S_POINT = 0  # where the common stretch begins on this way [m]
S_WIDTH = 1  # its length
S_OTHER_POINT = 2
S_OTHER_WIDTH = 3
S_RADIUS = 4  # of this way where it turns and crosses the other [m]; 0 = straight
N_SIDE_FLOATS = 5
S_OTHER = 0  # the other way
S_FLAGS = 1
N_SIDE_INTS = 2
S_YIELDS = 1
S_MERGES = 2
S_DIVERGES = 4
S_OTHER_YIELDS = 8
S_PASSES = 16  # centre lines do not cross: vehicles drive by
S_FIRST_COME = 32  # nothing is ruled: both give way, the later one to the earlier

# -- types ------------------------------------------------------------------------------------------------------------
T_LENGTH = 0
T_GAP = 1
T_SPEED = 2
T_ACCEL = 3
T_DECEL = 4
T_EMERGENCY = 5
T_TAU = 6
T_SIGMA = 7
T_WIDTH = 8
T_CLASS = 9
N_TYPE_FLOATS = 10
