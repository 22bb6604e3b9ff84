"""What each step of an update does to the device. No database: equipment may take its time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from upkeep.drivers.base import DriverFailed, Finding
from upkeep.drivers.table import DRIVERS
from upkeep.drivers.updating import Target
from upkeep.firmware.course import Ending, Step
from upkeep.updating.work import Came, Work

SYSTEM = "system"


async def prepare(work: Work) -> Came:
    """Look at the device: its version, what speaks against the update, what works now."""
    former = await work.driver.version(work.reach, work.settings)
    if work.driver.is_same(work.target.version, former):
        return Came(words=f"It runs {former} already.", former=former, ends=Ending.UPDATED)
    found = await work.driver.prepare(work.reach, work.settings, work.target)
    if bad := _bad(found):
        return Came.failed(bad, is_verdict=True)
    system = await DRIVERS[work.backup_driver].baseline(work.reach, work.settings)
    words = " ".join(finding.words for finding in found)
    return Came(words=words[:500], facts={SYSTEM: system}, former=former)


async def update(work: Work) -> Came:
    """Bring it to the new version. What another worker began is looked at, never done again."""
    if not work.was_begun:
        await work.driver.update(work.reach, work.settings, work.target)
        return Came()
    now = await work.driver.version(work.reach, work.settings)
    if work.driver.is_same(work.target.version, now):
        return Came(words="A worker ended in the middle of it; the new version was found in place.")
    return Came.failed(f"A worker ended in the middle of it, and {now} was found.", is_verdict=True)


async def verify(work: Work) -> Came:
    """See that it has the new version, and that everything works that did."""
    return await _proved(work, work.target)


async def roll_back(work: Work) -> Came:
    """Bring it back to the version that it had."""
    await work.driver.roll_back(work.reach, work.settings, work.former)
    return Came()


async def prove_back(work: Work) -> Came:
    """See that it is as it was before."""
    return await _proved(work, work.former)


async def _proved(work: Work, target: Target) -> Came:
    before = dict(work.baseline.get(SYSTEM) or {})
    found = await work.driver.verify(work.reach, work.settings, target, before)
    found += await DRIVERS[work.backup_driver].verify(work.reach, work.settings, before)
    # Phones need their time to come back: this is looked at again before it counts.
    bad = _bad(found)
    return Came.failed(bad) if bad else Came()


def _bad(found: list[Finding]) -> str:
    return " ".join(finding.words for finding in found if finding.is_bad)


ACTS: Mapping[Step, Callable[[Work], Awaitable[Came]]] = {
    Step.PREPARE: prepare,
    Step.UPDATE: update,
    Step.VERIFY: verify,
    Step.ROLL_BACK: roll_back,
    Step.PROVE_BACK: prove_back,
}


def carry_out(work: Work) -> Came:
    """Do a step on the device. Never raises for what the other side does."""
    try:
        return asyncio.run(_carried_out(work))
    except DriverFailed as error:
        return Came.failed(str(error))


async def _carried_out(work: Work) -> Came:
    return await ACTS[work.step](work)
