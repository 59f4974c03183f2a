import asyncio

from jing_sim.carla.manager_guard import ManagerGuard


async def begun(guard: ManagerGuard) -> "asyncio.Task[None]":
    """A tick that wants to begin, after it has had its first chance."""
    tick = asyncio.create_task(guard.asleep())
    await asyncio.sleep(0)
    return tick


def test_a_tick_without_questions_is_not_kept() -> None:
    async def main() -> None:
        assert (await begun(ManagerGuard())).done()

    asyncio.run(main())


def test_a_tick_waits_for_the_question_of_its_round_and_for_sleep() -> None:
    async def main() -> None:
        guard = ManagerGuard()
        guard.asked()
        tick = await begun(guard)
        assert not tick.done()
        await tick
        guard.ticked()
        tick = await begun(guard)
        assert not tick.done()
        guard.asked()
        await asyncio.sleep(0)
        assert not tick.done()
        await asyncio.wait_for(tick, 5.0)

    asyncio.run(main())


def test_who_asks_no_more_is_not_waited_for_twice() -> None:
    async def main() -> None:
        guard = ManagerGuard()
        guard.asked()
        guard.ticked()
        await asyncio.wait_for(guard.asleep(), 5.0)
        guard.ticked()
        assert (await begun(guard)).done()

    asyncio.run(main())


def test_who_asks_all_the_time_does_not_keep_a_tick() -> None:
    async def main() -> None:
        guard = ManagerGuard()
        for _ in range(20):
            guard.asked()
        assert (await begun(guard)).done()

    asyncio.run(main())
