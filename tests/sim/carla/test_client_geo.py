"""Latitude and longitude as the client's library has them."""

import numpy as np
import pytest

from jing_maps.projection import LocalFrame
from jing_sim.carla.client_geo import client_geo


def test_places_have_the_figures_of_the_clients_map() -> None:
    # carla.Map.transform_to_geolocation of the 0.9.16 wheel at (3000, 2000, 7).
    to_geo = client_geo(LocalFrame("+proj=tmerc +lat_0=39.7869 +lon_0=116.5021 +k=1"))
    assert to_geo(np.array([3000.0, -2000.0, 7.0])) == pytest.approx((39.804868209, 116.537194012, 7.0), abs=1e-9)


def test_a_map_that_is_nowhere_lies_where_the_client_puts_it() -> None:
    assert client_geo(LocalFrame("+proj=utm +zone=50"))(np.zeros(3)) == (42.0, 2.0, 0.0)
