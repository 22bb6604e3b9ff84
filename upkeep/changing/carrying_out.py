"""What each step of a change does to the system. No database: equipment may take its time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from monitoring.probes.facts import Fact
from upkeep.changes.catalogue import expected_logins, files_of, made_of
from upkeep.changes.extensions import SipLogin, extensions_of, logins_of
from upkeep.changes.problems import CannotChange
from upkeep.changes.steps import Step
from upkeep.changes.undoing import taken_back
from upkeep.changing.sheets import OpenFile
from upkeep.changing.work import Came, Work
from upkeep.drivers.base import Baseline, DriverFailed
from upkeep.drivers.changing import (
    load,
    read_files,
    sip_door,
    who_cannot,
    who_signs_in,
    write_files,
)
from upkeep.drivers.table import DRIVERS

SYSTEM, SIGNED_IN = "system", "signed_in"
PHONES = (Fact.PHONES_PROVISIONED.value, Fact.PHONES_REGISTERED.value)
ATTEMPTS, PAUSE_SECONDS = 5, 3


async def read(work: Work) -> Came:
    """Read the files as they are, and say what becomes of them."""
    if work.kind is None:
        wanted = {one.path: one.path for one in work.former}
    else:
        names = files_of(work.kind, work.answers)
        wanted = {name: work.system.path_of(name) for name in names}
    now = await read_files(work.reach, work.system.settings, list(wanted.values()))
    if work.kind is None:
        made = {one.path: taken_back(one.before, one.after, now[one.path]) for one in work.former}
    else:
        texts = {name: now[path] for name, path in wanted.items()}
        edited = made_of(work.kind, texts, work.answers)
        made = {wanted[name]: text for name, text in edited.items()}
    files = [OpenFile(path, now[path], text) for path, text in made.items() if text != now[path]]
    if not files:
        raise CannotChange("The system is like this already: nothing would change.")
    return Came(files=files)


async def baseline(work: Work) -> Came:
    """Write down what works now, and see that the files are still those that were shown."""
    now = await read_files(work.reach, work.system.settings, [one.path for one in work.files])
    if any(now[one.path] != one.before for one in work.files):
        return Came.failed(
            "The files were changed since the diff was made. Prepare the change anew.",
            is_verdict=True,
        )
    system = await DRIVERS[work.system.plan.driver].baseline(work.reach, work.system.settings)
    return Came(facts={SYSTEM: system, SIGNED_IN: await _signed_in(work)})


async def _signed_in(work: Work) -> list[str] | None:
    """Return which extensions can sign in now; None where that cannot be tried from here."""
    if not work.system.is_asterisk:
        return None
    text = (await read_files(work.reach, work.system.settings, [work.pjsip]))[work.pjsip]
    door = await sip_door(work.reach, text)
    logins = logins_of(text)
    if door is None or not logins:
        return None
    return sorted(await who_signs_in(door, logins)) or None


async def apply(work: Work) -> Came:
    """Write the files, and have the system load them."""
    await write_files(work.reach, work.system.settings, work.forth())
    await _load(work)
    return Came()


async def put_back(work: Work) -> Came:
    """Write the former files, and have the system load them."""
    await write_files(work.reach, work.system.settings, work.back())
    await _load(work)
    return Came()


async def _load(work: Work) -> None:
    await load(
        work.reach,
        work.system.settings,
        is_asterisk=work.system.is_asterisk,
        service=work.answers.get("service", ""),
    )


async def verify(work: Work) -> Came:
    """See that everything works that did, and what is new."""
    before, after = await _pjsip(work)
    expected = expected_logins(work.kind, work.answers, before, after)
    signed_in = work.change.baseline.get(SIGNED_IN)
    new = {work.answers[name] for name in work.kind.renews} if work.kind else set()
    must = {
        number: login
        for number, login in expected.items()
        if signed_in is not None and (number in signed_in or number in new)
    }
    fewer = max(0, len(extensions_of(before)) - len(extensions_of(after)))
    return await _proved(work, after, must, fewer)


async def verify_back(work: Work) -> Came:
    """See that everything works as it did before."""
    before, _ = await _pjsip(work)
    signed_in = work.change.baseline.get(SIGNED_IN) or []
    must = {number: login for number, login in logins_of(before).items() if number in signed_in}
    return await _proved(work, before, must, 0)


async def _pjsip(work: Work) -> tuple[str, str]:
    """Return who signs in, as the files say before and after."""
    if not work.system.is_asterisk:
        return "", ""
    touched = next((one for one in work.files if one.path == work.pjsip), None)
    if touched is not None:
        return touched.before, touched.after
    text = (await read_files(work.reach, work.system.settings, [work.pjsip]))[work.pjsip]
    return text, text


async def _proved(work: Work, text: str, must: Mapping[str, SipLogin], fewer: int) -> Came:
    if must:
        door = await sip_door(work.reach, text)
        left = await who_cannot(door, must) if door is not None else sorted(must)
        if left:
            phones = ", ".join(left[:10])
            return Came.failed(f"These extensions cannot sign in: {phones}.", is_verdict=True)
    former = _with_fewer(work.change.baseline.get(SYSTEM) or {}, fewer)
    driver = DRIVERS[work.system.plan.driver]
    for attempt in range(ATTEMPTS):
        if attempt:
            await asyncio.sleep(PAUSE_SECONDS)
        found = await driver.verify(work.reach, work.system.settings, former)
        bad = [finding.words for finding in found if finding.is_bad]
        if not bad:
            break
    if bad:
        return Came.failed(" ".join(bad), is_verdict=True)
    tried = "" if must or not work.system.is_asterisk else "Nobody's sign-in could be tried."
    return Came(words=tried)


def _with_fewer(former: Baseline, fewer: int) -> Baseline:
    """Return a baseline for a system that is meant to have fewer extensions."""
    lowered: dict[str, Any] = {
        fact: max(0, former[fact] - fewer) for fact in PHONES if former.get(fact) is not None
    }
    return {**former, **lowered}


ACTS: Mapping[Step, Callable[[Work], Awaitable[Came]]] = {
    Step.READ: read,
    Step.BASELINE: baseline,
    Step.APPLY: apply,
    Step.VERIFY: verify,
    Step.PUT_BACK: put_back,
    Step.VERIFY_BACK: verify_back,
}


def carry_out(work: Work) -> Came:
    """Do a step on the system. Never raises for what the other side does."""
    try:
        return asyncio.run(_carried_out(work))
    except DriverFailed as error:
        return Came.failed(str(error))
    except CannotChange as error:
        words = f"{error.words} {error.remedy}".strip()
        return Came.failed(words, is_verdict=True)


async def _carried_out(work: Work) -> Came:
    return await ACTS[work.step](work)
