"""Recordings: written, read, cut off, asked about, replayed."""

from pathlib import Path

import numpy as np
import pytest
from tests.sim.carla.raw_client import RawClient, talk

from jing_maps.errors import MapFormatError
from jing_sim.carla.actors import ActorKind
from jing_sim.carla.recording import Added, FrameRecord, Heading, Hit, Recording, RecordingWriter, read_recording
from jing_sim.carla.recording_text import blocked_text, collisions_text, info_text
from jing_sim.carla.server import CarlaServer, ServerOptions
from jing_sim.carla.snapshot import records
from jing_sim.carla.structs import ActorAttributeValue, ActorDescription, Transform, Vector3D

CAR = "vehicle.tesla.model3"


def _added(actor: int, kind: ActorKind, name: str) -> Added:
    description = ActorDescription(0, name, (ActorAttributeValue("role_name", 4, "hero"),))
    return Added(actor, int(kind), description, Transform(Vector3D(1.0, 2.0, 0.5)), 0, Transform())


def _frame(number: int, x: float, hits: tuple[Hit, ...] = (), removed: tuple[int, ...] = ()) -> FrameRecord:
    table = records(2)
    table["id"] = 7, 8
    table["location"][:, 0] = x, 0.0
    added = (_added(7, ActorKind.VEHICLE, CAR), _added(8, ActorKind.WALKER, "walker.pedestrian.0001"))
    return FrameRecord(
        number, number * 1.0, 1.0, 0.0, added if number == 1 else (), removed, hits, (), (), (), table.tobytes()
    )


def _recording() -> Recording:
    hit = Hit(7, 8, True, False)
    frames = tuple(_frame(k, 5.0 * k, (hit,) if k in {3, 4} else ()) for k in range(1, 11))
    return Recording(Path("x"), Heading("Carla/Maps/Small", 0.0, False), frames)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    recording = _recording()
    writer = RecordingWriter(tmp_path / "one.log", recording.heading)
    for frame in recording.frames:
        writer.write(frame)
    writer.close()
    found = read_recording(tmp_path / "one.log")
    assert found.heading == recording.heading
    assert found.frames == recording.frames
    assert found.duration_s == 10.0


def test_a_recording_that_was_cut_off_is_read_up_to_its_last_whole_frame(tmp_path: Path) -> None:
    file = tmp_path / "cut.log"
    writer = RecordingWriter(file, _recording().heading)
    for frame in _recording().frames:
        writer.write(frame)
    writer.close()
    file.write_bytes(file.read_bytes()[:-10])
    assert len(read_recording(file).frames) == 9


@pytest.mark.parametrize("data", [b"", b"something else", b"jing recording 1\n", b"jing recording 1\n\x04\0\0\0abcd"])
def test_other_files_are_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "no.log").write_bytes(data)
    with pytest.raises(MapFormatError):
        read_recording(tmp_path / "no.log")


def test_the_story_of_a_recording_has_frames_comings_and_collisions() -> None:
    text = info_text(_recording(), show_all=False).splitlines()
    assert text[:2] == ["Version: 1", "Map: Small"]
    assert "Frame 1 at 1 seconds" in text
    assert " Create 7: vehicle.tesla.model3 (1) at (100, 200, 50)" in text
    assert "  role_name = hero" in text
    assert " Collision id 0 between 7 (hero)  with 8" in text
    assert text[-2:] == ["Frames: 10", "Duration: 10 seconds"]
    assert sum(line.startswith("Frame ") for line in text) == 3
    assert sum(line.startswith("Frame ") for line in info_text(_recording(), show_all=True).splitlines()) == 10


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [("a", "a", 1), ("h", "w", 1), ("w", "h", 1), ("v", "w", 1), ("v", "v", 0), ("o", "a", 0), ("t", "a", 0)],
)
def test_a_collision_is_told_once_and_by_its_categories(first: str, second: str, found: int) -> None:
    text = collisions_text(_recording(), first, second).splitlines()
    assert sum(CAR in line for line in text) == found


def test_who_stays_is_told_with_since_when_and_how_long() -> None:
    text = blocked_text(_recording(), 5.0, 100.0).splitlines()
    (line,) = [line for line in text if "walker" in line]
    assert line.split() == ["1", "8", "walker.pedestrian.0001", "9"]
    assert not any(CAR in line for line in text)


def test_a_drive_is_replayed_where_it_was_and_actors_stay_or_go(options: ServerOptions) -> None:
    async def work(client: RawClient, server: CarlaServer) -> None:
        await client.synchronous()
        _, points = await client.value("get_map_info")
        path = await client.value("start_recorder", "drive.log", True)
        assert path.endswith("drive.log")
        car = (await client.spawn(CAR, points[0], role_name="hero"))[0]
        await client.value("apply_control_to_vehicle", car, [0.8, 0.2, 0.0, False, False, False, 0])
        places = []
        for _ in range(60):
            await client.value("tick_cue")
            places.append(server.service.episode.world.pose_of(car))
        await client.value("stop_recorder")
        assert await client.value("destroy_actor", car) is True
        assert "Replaying" in await client.value("replay_file", "drive.log", 0.5, 1.5, 0, False, [[0.0] * 3, [0.0] * 3])
        episode = server.service.episode
        for k in range(29):
            await client.value("tick_cue")
            (again,) = [entry.id for entry in episode.actors.of_kind(ActorKind.VEHICLE)]
            now, then = episode.world.pose_of(again), places[10 + k]
            assert np.allclose([now.x, now.y, now.z], [then.x, then.y, then.z], atol=1e-3)
            assert abs(now.yaw - then.yaw) < 1e-5
        assert again > car
        for _ in range(3):
            await client.value("tick_cue")
        assert server.service.tape.replayer is None
        assert again in episode.actors.by_id
        await client.value("replay_file", "drive.log", -1.0, 0.0, 0, False, [[0.0] * 3, [0.0] * 3])
        await client.value("tick_cue")
        await client.value("stop_replayer", False)
        assert [entry.id for entry in episode.actors.of_kind(ActorKind.VEHICLE)] == [again]

    talk(options, work)


def test_lights_doors_and_shapes_come_back_with_a_replay(options: ServerOptions) -> None:
    async def work(client: RawClient, server: CarlaServer) -> None:
        await client.synchronous()
        _, points = await client.value("get_map_info")
        await client.value("start_recorder", "looks.log", False)
        car = (await client.spawn(CAR, points[0]))[0]
        await client.value("tick_cue")
        await client.value("set_vehicle_light_state", car, [10])
        await client.value("open_vehicle_door", car, 0)
        await client.value("draw_debug_shape", [[0, [[1.0, 2.0, 3.0], 0.1]], [255, 0, 0], 5.0, False])
        for _ in range(3):
            await client.value("tick_cue")
        await client.value("stop_recorder")
        await client.value("destroy_actor", car)
        await client.value("clear_debug_shape")
        await client.value("replay_file", "looks.log", 0.0, 0.0, 0, False, [[0.0] * 3, [0.0] * 3])
        for _ in range(4):
            await client.value("tick_cue")
        (entry,) = server.service.episode.actors.of_kind(ActorKind.VEHICLE)
        assert (entry.lights, entry.doors) == (10, 1)
        (shape,) = server.service.episode.shapes.drawn
        assert shape.until_s == pytest.approx(shape.since_s + 5.0)

    talk(options, work)


def test_a_file_that_is_no_recording_is_not_written_over(options: ServerOptions, tmp_path: Path) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("mine")

    async def work(client: RawClient, _server: CarlaServer) -> None:
        with pytest.raises(Exception, match="not written over"):
            await client.value("start_recorder", str(precious), False)
        assert "not found on server" in await client.value("show_recorder_file_info", "nothing.log", False)
        assert "not a CARLA recorder" in await client.value("show_recorder_file_info", str(precious), False)

    talk(options, work)
    assert precious.read_text() == "mine"
