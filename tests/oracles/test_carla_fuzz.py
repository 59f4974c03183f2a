"""A hundred thousand malformed messages on each port of a CARLA server."""

import pytest
from tests.sim.carla.conftest import options, small_maps
from tests.sim.carla.raw_client import RawClient, talk
from tests.sim.carla.test_fuzz import send_nonsense

from jing_sim.carla.server import CarlaServer, ServerOptions

__all__ = ["options", "small_maps"]  # fixtures


@pytest.mark.oracle
def test_the_server_serves_after_a_hundred_thousand_malformed_messages(
    options: ServerOptions,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def work(client: RawClient, server: CarlaServer) -> None:
        for first in range(0, 100_000, 2_500):
            await send_nonsense(server, first, 2_500)
            assert await client.value("version") == "0.9.16"
            caplog.handler.records[:] = [one for one in caplog.records if one.levelname == "ERROR"]

    talk(options, work, limit_s=1500.0)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
