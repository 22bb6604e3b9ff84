"""How much is asked at once."""

from __future__ import annotations

import asyncio

import pytest

from monitoring.runner.limits import Limits


async def most_at_once(limits: Limits, doors: list[str]) -> int:
    """Return how many of these were asked at the same time."""
    most = 0

    async def ask(door: str) -> None:
        nonlocal most
        async with limits.turn(door):
            most = max(most, limits.asking)
            await asyncio.sleep(0.001)

    await asyncio.gather(*(ask(door) for door in doors))
    assert (limits.asking, len(limits.doors), len(limits.hosts)) == (0, 0, 0)
    return most


@pytest.mark.parametrize(
    ("doors", "most"),
    [
        (["/192.0.2.1:5060"] * 20, 2),
        ([f"/192.0.2.1:{port}" for port in range(20)], 3),
        ([f"/192.0.2.{host}:5060" for host in range(20)], 5),
        # The same address at two sites is two machines.
        ([f"{agent}/192.168.1.1:5060" for agent in range(20)], 5),
    ],
)
def test_limits_hold_for_a_port_a_host_and_all(doors: list[str], most: int) -> None:
    async def scene() -> int:
        return await most_at_once(Limits(at_a_door=2, of_a_host=3, in_all=5), doors)

    assert asyncio.run(scene()) == most


def test_a_dead_host_with_many_checks_blocks_nobody_else() -> None:
    async def scene() -> None:
        limits = Limits(at_a_door=2, of_a_host=2, in_all=3)
        hang = asyncio.Event()

        async def hanging() -> None:
            async with limits.turn("/192.0.2.1:5060"):
                await hang.wait()

        stuck = [asyncio.create_task(hanging()) for _ in range(50)]
        await asyncio.sleep(0)
        async with asyncio.timeout(1), limits.turn("/192.0.2.2:5060"):
            pass
        hang.set()
        await asyncio.gather(*stuck)

    asyncio.run(scene())
