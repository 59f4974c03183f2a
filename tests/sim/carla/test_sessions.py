"""What clients rely on from one call to the next: settings, frames, episodes, maps, the register of actors."""

import asyncio
import struct
import time
from contextlib import suppress
from pathlib import Path

import msgpack
import pytest
from tests.sim.carla.raw_client import (
    ASYNCHRONOUS,
    HERE,
    SYNCHRONOUS,
    RawClient,
    RawStream,
    RefusedByServerError,
    serving,
    talk,
)

from jing_sim.carla.server import CarlaServer, ServerOptions

CAR = "vehicle.tesla.model3"


async def _world(client: RawClient) -> RawStream:
    _, token = await client.value("get_episode_info")
    return await RawStream.of(token[0])


async def _spawn_points(client: RawClient) -> list[list[list[float]]]:
    _, points = await client.value("get_map_info")
    return list(points)


async def _until_it_ends(stream: RawStream) -> int:
    """How many messages come before the server closes the stream."""
    count = 0
    while True:
        try:
            await stream.message()
        except (asyncio.IncompleteReadError, ConnectionResetError):
            return count
        count += 1


def test_frames_rise_by_one_and_settings_answer_with_the_present_one(options: ServerOptions) -> None:
    async def work(client: RawClient, _server: CarlaServer) -> None:
        await client.synchronous()
        frames = [await client.value("tick_cue") for _ in range(10)]
        assert frames == list(range(frames[0], frames[0] + 10))
        assert await client.value("set_episode_settings", SYNCHRONOUS) == frames[-1]
        await asyncio.sleep(0.1)
        assert await client.value("tick_cue") == frames[-1] + 1

    talk(options, work)


def test_settings_come_back_as_they_were_set(options: ServerOptions) -> None:
    async def work(client: RawClient, _server: CarlaServer) -> None:
        settings = [True, True, [True, 0.025], False, 0.005, 16, 50.0, False, 100.0, 200.0, False]
        await client.value("set_episode_settings", settings)
        assert await client.value("get_episode_settings") == settings

    talk(options, work)


def test_the_clock_ticks_with_the_fixed_step_in_asynchronous_mode(options: ServerOptions) -> None:
    async def work(client: RawClient, _server: CarlaServer) -> None:
        await client.value("set_episode_settings", [False, False, [True, 0.125], *ASYNCHRONOUS[3:]])
        stream = await _world(client)
        await stream.message()
        for _ in range(5):
            message = await stream.message()
            assert struct.unpack_from("<f", message, 48 + 16) == (0.125,)

    talk(options, work)


def test_every_actor_is_in_the_snapshot_and_gone_from_it_when_destroyed(options: ServerOptions) -> None:
    async def work(client: RawClient, _server: CarlaServer) -> None:
        await client.synchronous()
        stream = await _world(client)
        await asyncio.sleep(0.05)
        points = await _spawn_points(client)
        made = [
            (await client.spawn(CAR, points[0]))[0],
            (await client.spawn("static.prop.streetbarrier", points[1]))[0],
            (await client.spawn("sensor.other.gnss", HERE))[0],
            (await client.spawn("controller.ai.walker", HERE))[0],
        ]
        spectator = (await client.value("get_spectator"))[0]
        await client.value("tick_cue")
        *_, table = await stream.snapshot()
        assert {*made, spectator} <= set(table["id"].tolist())
        records = await client.value("get_actors_by_id", table["id"].tolist())
        assert [one[0] for one in records] == table["id"].tolist()
        for actor in made:
            assert await client.value("destroy_actor", actor) is True
        await client.value("tick_cue")
        *_, table = await stream.snapshot()
        assert not set(made) & set(table["id"].tolist())

    talk(options, work)


def test_calls_about_destroyed_actors_are_no_errors_and_their_ids_are_not_used_again(options: ServerOptions) -> None:
    async def work(client: RawClient, _server: CarlaServer) -> None:
        await client.synchronous()
        points = await _spawn_points(client)
        gone = (await client.spawn(CAR, points[0]))[0]
        assert await client.value("destroy_actor", gone) is True
        assert await client.value("destroy_actor", gone) is False
        assert (await client.spawn(CAR, points[0]))[0] > gone
        control = [0.5, 0.0, 0.0, False, False, False, 0]
        await client.value("apply_control_to_vehicle", gone, control)
        await client.value("set_actor_simulate_physics", gone, True)
        assert await client.value("get_actor_bounding_box", gone)
        assert await client.value("get_actor_bounding_box", 4_000_000)
        assert await client.value("get_actors_by_id", [gone, 4_000_000]) == []
        answers = await client.batch([[[2, [gone, control]]], [[6, [gone, points[1]]]], [[1, [gone]]]])
        assert [one[0][0] for one in answers] == [1, 1, 1]

    talk(options, work)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda c, at: c.spawn(CAR, at), "Spawn failed because of collision at spawn position"),
        (lambda c, at: c.spawn("vehicle.no.such", at), "Spawn failed because of invalid actor description"),
        (lambda c, at: c.spawn(CAR, at, parent=3_000_000), "unable to attach actor: parent actor not found"),
        (lambda c, _: c.value("load_new_episode", "Nowhere", True, 0xFFFF), "Map 'Nowhere' not found"),
    ],
)
def test_errors_have_the_texts_that_users_match_on(options: ServerOptions, call: object, text: str) -> None:
    async def work(client: RawClient, _server: CarlaServer) -> None:
        await client.synchronous()
        points = await _spawn_points(client)
        await client.spawn(CAR, points[0])
        with pytest.raises(RefusedByServerError) as found:
            await call(client, points[0])  # type: ignore[operator]
        assert text in str(found.value)

    talk(options, work)


def test_props_and_sensors_may_stand_in_others(options: ServerOptions) -> None:
    async def work(client: RawClient, _server: CarlaServer) -> None:
        await client.synchronous()
        points = await _spawn_points(client)
        await client.spawn(CAR, points[0])
        await client.spawn("static.prop.streetbarrier", points[0])
        await client.spawn("sensor.other.gnss", points[0])

    talk(options, work)


def test_a_new_episode_is_asynchronous_again_and_tells_that_the_map_has_changed(options: ServerOptions) -> None:
    async def work(client: RawClient, _server: CarlaServer) -> None:
        await client.synchronous()
        before = await client.value("get_episode_info")
        points = await _spawn_points(client)
        last = (await client.spawn(CAR, points[0]))[0]
        stream = await _world(client)
        await client.value("load_new_episode", "Tiny", True, 0xFFFF)
        after = await client.value("get_episode_info")
        assert after[0] > before[0]
        assert (await client.value("get_episode_settings"))[0] is False
        assert (await client.value("get_map_info"))[0] == "Carla/Maps/Tiny"
        bits = 0
        for _ in range(200):
            episode, _, flags, table = await stream.snapshot()
            if episode == after[0]:
                bits |= flags
                assert table["id"].min() > last
                break
        assert bits & 1

    talk(options, work)


def test_a_reload_keeps_the_settings_when_asked_to(options: ServerOptions) -> None:
    async def work(client: RawClient, _server: CarlaServer) -> None:
        await client.synchronous()
        name = (await client.value("get_map_info"))[0]
        await client.value("load_new_episode", "", False, 0xFFFF)
        assert (await client.value("get_episode_settings"))[0] is True
        assert (await client.value("get_map_info"))[0] == name

    talk(options, work)


def test_maps_go_by_path_name_last_part_and_alias(options: ServerOptions) -> None:
    async def work(client: RawClient, _server: CarlaServer) -> None:
        maps = await client.value("get_available_maps")
        assert "/Game/Carla/Maps/Tiny" in maps
        assert "/Game/Carla/Maps/Town01" in maps
        assert "/Game/Jing/Yizhuang" in maps
        for wanted in ("/Game/Carla/Maps/Tiny", "Carla/Maps/Tiny", "Tiny", "tiny"):
            await client.value("load_new_episode", wanted, True, 0xFFFF)
            assert (await client.value("get_map_info"))[0] == "Carla/Maps/Tiny"
        await client.value("load_new_episode", "Town01", True, 0xFFFF)
        assert (await client.value("get_map_info"))[0] == "Carla/Maps/Town01"

    talk(options, work)


def test_a_client_can_bring_its_own_map(options: ServerOptions, small_maps: Path) -> None:
    text = (small_maps / "Tiny.xodr").read_text()

    async def work(client: RawClient, _server: CarlaServer) -> None:
        with pytest.raises(RefusedByServerError):
            await client.value("load_new_episode", "OpenDriveMap", True, 0xFFFF)
        await client.value("copy_opendrive_to_file", text, [2.0, 50.0, 1.0, 0.6, True, True, True])
        await client.value("load_new_episode", "OpenDriveMap", True, 0xFFFF)
        assert (await client.value("get_map_info"))[0] == "Carla/Maps/OpenDriveMap"
        assert await client.value("get_map_data") == text
        await client.value("copy_opendrive_to_file", "<nonsense/>", [2.0, 50.0, 1.0, 0.6, True, True, True])
        with pytest.raises(RefusedByServerError):
            await client.value("load_new_episode", "OpenDriveMap", True, 0xFFFF)
        assert await client.value("get_map_data") == text

    talk(options, work)


def test_yaws_of_spawn_points_and_snapshots_are_the_same_and_above_minus_180(options: ServerOptions) -> None:
    async def work(client: RawClient, _server: CarlaServer) -> None:
        await client.synchronous()
        stream = await _world(client)
        await asyncio.sleep(0.05)
        points = await _spawn_points(client)
        yaws = {}
        for point in points:
            assert -180.0 < point[1][1] <= 180.0
            answer = await client.batch([[[0, [[0, CAR, []], point, [False], 0, "", [[[14, [0, False]]]]]]]])
            if answer[0][0][0] == 1:
                yaws[answer[0][0][1]] = point[1][1]
        await client.value("tick_cue")
        *_, table = await stream.snapshot()
        found = {int(row["id"]): float(row["rotation"][1]) for row in table if int(row["id"]) in yaws}
        assert found == pytest.approx(yaws)

    talk(options, work)


def test_a_target_velocity_holds_exactly_in_the_next_tick(options: ServerOptions) -> None:
    async def work(client: RawClient, _server: CarlaServer) -> None:
        await client.synchronous()
        stream = await _world(client)
        await asyncio.sleep(0.05)
        car = (await client.spawn(CAR, (await _spawn_points(client))[0]))[0]
        await client.value("set_actor_target_velocity", car, [3.0, -4.0, 0.0])
        await client.value("tick_cue")
        *_, table = await stream.snapshot()
        assert table["velocity"][table["id"] == car].tolist() == [[3.0, -4.0, 0.0]]

    talk(options, work)


def test_a_control_that_does_not_stick_ends_with_its_tick(options: ServerOptions) -> None:
    async def work(client: RawClient, server: CarlaServer) -> None:
        await client.synchronous()
        points = await _spawn_points(client)
        loose = (await client.spawn(CAR, points[0], sticky_control="false"))[0]
        sticky = (await client.spawn(CAR, points[1]))[0]
        for car in (loose, sticky):
            await client.value("apply_control_to_vehicle", car, [0.5, 0.1, 0.0, False, False, False, 0])
        await client.value("tick_cue")
        world = server.service.episode.world
        assert world.control_of(loose).throttle == 0.0
        assert world.control_of(sticky).throttle == 0.5

    talk(options, work)


@pytest.mark.parametrize(("tick_s", "seconds", "messages"), [(0.0, 1.0, 20), (0.1, 1.0, 10), (0.15, 1.0, 7)])
def test_a_sensor_sends_ceil_of_time_over_its_tick(
    options: ServerOptions, tick_s: float, seconds: float, messages: int
) -> None:
    async def work(client: RawClient, _server: CarlaServer) -> None:
        await client.synchronous()
        sensor = await client.spawn("sensor.other.gnss", HERE, sensor_tick=str(tick_s))
        stream = await RawStream.of(sensor[5])
        await asyncio.sleep(0.05)
        for _ in range(round(seconds / 0.05)):
            await client.value("tick_cue")
        await client.value("destroy_actor", sensor[0])
        assert await _until_it_ends(stream) == messages

    talk(options, work)


def test_ticks_wait_a_moment_after_a_traffic_manager_has_asked(options: ServerOptions) -> None:
    async def work(client: RawClient, server: CarlaServer) -> None:
        await client.synchronous()
        assert await client.value("is_traffic_manager_running", 8000) is False
        assert await client.value("get_traffic_manager_running", 8000) == ["", 0]
        assert await client.value("add_traffic_manager_running", ["127.0.0.1", 8000]) is True
        assert await client.value("add_traffic_manager_running", ["127.0.0.1", 8000]) is False
        assert await client.value("get_traffic_manager_running", 8000) == ["127.0.0.1", 8000]
        await client.value("get_episode_settings")
        begin = time.monotonic()
        await client.value("tick_cue")
        assert time.monotonic() - begin > 0.001
        other = await RawClient.to(server.port)
        await client.close()
        for _ in range(50):
            if not await other.value("is_traffic_manager_running", 8000):
                break
            await asyncio.sleep(0.02)
        assert await other.value("is_traffic_manager_running", 8000) is False

    talk(options, work)


def test_a_batch_does_what_comes_after_a_spawn_with_the_new_actor(options: ServerOptions) -> None:
    async def work(client: RawClient, server: CarlaServer) -> None:
        await client.synchronous()
        points = await _spawn_points(client)
        gnss = [[0, [[0, "sensor.other.gnss", []], HERE, [True, 0], 0, "", []]]]
        after = [[[18, [0, 3]]], gnss, [[16, [0, True]]]]
        spawn = [[0, [[0, CAR, []], points[0], [False], 0, "", after]]]
        good, again, bad = await client.batch([spawn, spawn, [[99, [1]]]], tick=True)
        car = good[0][1]
        assert good[0][0] == 1
        assert again == [[0, ["Spawn failed because of collision at spawn position"]]]
        assert bad[0][0] == 0
        entry = server.service.episode.actors.by_id[car]
        assert entry.lights == 3
        assert [server.service.episode.actors.by_id[one].description.id for one in entry.children] == [
            "sensor.other.gnss"
        ]

    talk(options, work)


def test_a_message_over_the_limit_cuts_its_client_off_and_no_other(options: ServerOptions) -> None:
    small = ServerOptions(map="Small", port=0, maps=options.maps, max_message_bytes=100_000)

    async def work(client: RawClient, server: CarlaServer) -> None:
        other = await RawClient.to(server.port)
        other.writer.write(msgpack.packb([0, 1, "copy_opendrive_to_file", [[False], "x" * 300_000, []]]))
        with suppress(ConnectionResetError):
            assert await asyncio.wait_for(other.reader.read(100), 10.0) == b""
        assert await client.value("version") == "0.9.16"

    talk(small, work)


def test_a_server_stops_while_clients_are_connected_and_its_port_is_free_again(options: ServerOptions) -> None:
    async def run() -> None:
        async with serving(options) as server:
            client = await RawClient.to(server.port)
            stream = await _world(client)
            port = server.port
        assert await asyncio.wait_for(client.reader.read(), 5.0) == b""
        await _until_it_ends(stream)
        again = ServerOptions(map="Small", port=port, maps=options.maps)
        async with serving(again) as server:
            assert server.port == port

    asyncio.run(run())


def test_the_same_drive_in_two_episodes_gives_the_same_noisy_messages(options: ServerOptions) -> None:
    async def drive(client: RawClient) -> list[bytes]:
        await client.value("load_new_episode", "", False, 0xFFFF)
        points = await _spawn_points(client)
        car = (await client.spawn(CAR, points[0]))[0]
        above = [[0.0, 0.0, 2.0], [0.0, 0.0, 0.0]]
        noisy = {"noise_stddev": "0.1", "noise_seed": "7", "points_per_second": "10000", "range": "50"}
        sensors = [
            await client.spawn("sensor.lidar.ray_cast", above, car, **noisy),
            await client.spawn("sensor.other.radar", above, car),
            await client.spawn("sensor.other.gnss", above, car, noise_lat_stddev="0.001"),
        ]
        streams = [await RawStream.of(sensor[5]) for sensor in sensors]
        await asyncio.sleep(0.05)
        await client.value("apply_control_to_vehicle", car, [0.6, 0.1, 0.0, False, False, False, 0])
        seen = []
        for _ in range(20):
            await client.value("tick_cue")
            seen += [(await stream.message())[16:] for stream in streams]
        return seen

    async def work(client: RawClient, _server: CarlaServer) -> None:
        await client.synchronous()
        first, second = await drive(client), await drive(client)
        assert first == second
        assert len(set(first)) == len(first)

    talk(options, work)


def test_wheels_turn_as_far_as_those_of_carlas_cars_and_a_client_may_set_it(options: ServerOptions) -> None:
    async def work(client: RawClient, _server: CarlaServer) -> None:
        await client.synchronous()
        car = (await client.spawn(CAR, (await _spawn_points(client))[0]))[0]
        figures = await client.value("get_physics_control", car)
        assert [wheel[2] for wheel in figures[15]] == pytest.approx([70.0, 70.0, 0.0, 0.0])
        for wheel in figures[15][:2]:
            wheel[2] = 35.0
        await client.value("apply_physics_control", car, figures)
        assert (await client.value("get_physics_control", car))[15][0][2] == pytest.approx(35.0)

    talk(options, work)
