"""Laws of moving along lanes, for any place and any way."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.scenarios.roads.maps import BENDS, CROSSING, LANE_DROP, TILTED, plan_of

from jing_scenarios.roads import RoadMotion, find_place, placed_on_lane
from jing_scenarios.roads.place_rows import ALONG, END_OF_ROAD, FLAGS

stations = st.floats(0.0, 69.9)
offsets = st.floats(-1.0, 1.0)


def driven(motion: RoadMotion, ds: float, steps: int) -> None:
    for _ in range(steps):
        motion.how[0], motion.ds_m[0] = ALONG, ds / steps
        motion.step()


@settings(deadline=None, max_examples=60)
@given(s=stations, lane=st.sampled_from([1, -1]), offset=offsets, text=st.sampled_from([BENDS, TILTED]))
def test_every_place_on_a_lane_is_found_again(s: float, lane: int, offset: float, text: str) -> None:
    plan = plan_of(text)
    place = placed_on_lane(plan, 0, lane, s, offset)
    found = find_place(plan, place.pose)
    assert (found.road, found.lane) == (0, lane)
    assert [found.s, found.offset, found.z_rel] == pytest.approx([s, offset, 0.0], abs=1e-5)


@settings(deadline=None, max_examples=40)
@given(s=st.floats(5.0, 60.0), lane=st.sampled_from([1, -1]), offset=offsets, ds=st.floats(0.1, 4.0))
def test_who_drives_on_and_then_back_is_where_it_was(s: float, lane: int, offset: float, ds: float) -> None:
    plan = plan_of(BENDS)
    motion = RoadMotion(plan, 1)
    motion.put(0, placed_on_lane(plan, 0, lane, s, offset))
    before = motion.placement(0)
    driven(motion, ds, 400)
    driven(motion, -ds, 400)
    assert math.dist(motion.placement(0)[:2], before[:2]) < 0.01


@settings(deadline=None, max_examples=40)
@given(s=st.floats(1.0, 99.0), ds=st.floats(0.01, 60.0), text=st.sampled_from([LANE_DROP, CROSSING]))
def test_the_size_of_steps_does_not_matter_on_straight_ways(s: float, ds: float, text: str) -> None:
    plan = plan_of(text)
    places = []
    for steps in (1, 50):
        motion = RoadMotion(plan, 1)
        motion.put(0, placed_on_lane(plan, 0, -1, s))
        driven(motion, ds, steps)
        places.append((motion.placement(0), motion.on[0, FLAGS] & END_OF_ROAD))
    assert places[0][0].pose == pytest.approx(places[1][0].pose, abs=1e-6)
    assert places[0][1] == places[1][1]
