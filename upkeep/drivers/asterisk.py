"""Asterisk, and FreePBX on top of it: configuration, databases, voicemail, registrations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from monitoring.probes.facts import Fact, clean
from monitoring.probes.manager import probe_pbx
from monitoring.probes.results import Outcome
from upkeep.drivers.base import Baseline, DriverFailed, Finding, Reach, Settings, Sink, Taken
from upkeep.drivers.commands import archive, copy_of_sqlite, dump
from upkeep.drivers.machine import (
    Writer,
    compared,
    databases,
    services,
    version_of,
    ways_of,
    what_stood_still,
)
from upkeep.drivers.shell import Shell, open_shell

PATIENCE = timedelta(seconds=30)
REGISTERED = "Registered"
TRUNK = Fact.TRUNK_STATE.of("")
KEPT = (Fact.PHONES_PROVISIONED, Fact.PHONES_REGISTERED, Fact.TRUNKS, Fact.VOICEMAIL_BOXES)


class AsteriskDriver:
    """Its configuration, astdb, databases and voicemail, each a part."""

    kind = "asterisk"

    async def baseline(self, reach: Reach, settings: Settings) -> Baseline:
        """Tell what is registered, the checksums of its tables, and which services run."""
        async with open_shell(reach) as shell:
            stored = await _stored(shell, settings)
        return {**stored, **await _registered(reach, settings)}

    async def take(self, reach: Reach, settings: Settings, sink: Sink) -> Taken:
        """Write all that it takes to build the phone system again into `sink`."""
        sink.step("Asking the phone system what is registered")
        registered = await _registered(reach, settings)
        ways = ways_of(settings)
        async with open_shell(reach) as shell:
            writer = Writer(shell, sink)
            before = await _stored(shell, settings)
            await writer.write("config", "tar", archive([settings["config"]], ways))
            if await writer.finds(settings["astdb"], ways):
                await writer.write("astdb", "sqlite", copy_of_sqlite(settings["astdb"], ways))
            for name in settings["databases"]:
                await writer.write(f"db-{name}", "sql", dump(name, ways))
            if await writer.finds(settings["voicemail"], ways):
                await writer.write("voicemail", "tar", archive([settings["voicemail"]], ways))
            if settings["paths"]:
                await writer.write("files", "tar", archive(settings["paths"], ways))
            after = await _stored(shell, settings)
            firmware = str(registered.pop("version", "")) or await version_of(shell)
        stood_still = what_stood_still(before, after)
        return Taken(firmware, {**stood_still, **registered}, tuple(writer.warnings))

    async def verify(self, reach: Reach, settings: Settings, baseline: Baseline) -> list[Finding]:
        """Compare phones, trunks, tables and services with what they were."""
        now = await self.baseline(reach, settings)
        return [*_phones(baseline, now), *_trunks(baseline, now), *compared(baseline, now)]


async def _stored(shell: Shell, settings: Settings) -> Baseline:
    kept = await databases(shell, settings["databases"], ways_of(settings))
    return {**kept, **await services(shell, settings["services"])}


async def _registered(reach: Reach, settings: Settings) -> Baseline:
    """Ask the manager interface, where there is a login for it."""
    if reach.manager is None:
        return {}
    result = await probe_pbx(
        await reach.place(), PATIENCE, reach.login, reach.manager, int(settings["manager_port"])
    )
    if result.outcome is not Outcome.ALIVE:
        raise DriverFailed(f"The phone system cannot be asked what is registered: {result.words}.")
    facts = result.facts
    told: dict[str, Any] = {str(fact): facts[fact] for fact in KEPT if fact in facts}
    trunks = {name: state for name, state in facts.items() if name.startswith(TRUNK)}
    return {**told, **trunks, "version": clean(str(facts.get(Fact.VERSION, "")))}


def _phones(before: Baseline, now: Baseline) -> Iterator[Finding]:
    for fact, words in (
        (Fact.PHONES_PROVISIONED, "extensions are set up"),
        (Fact.PHONES_REGISTERED, "phones are registered"),
    ):
        was, is_now = before.get(fact), now.get(fact)
        if was is not None and (is_now is None or is_now < was):
            yield Finding(fact, f"{is_now or 0} {words}; there were {was}.", is_bad=True)


def _trunks(before: Baseline, now: Baseline) -> Iterator[Finding]:
    for name, state in before.items():
        if name.startswith(TRUNK) and state == REGISTERED and now.get(name) != REGISTERED:
            words = f"The trunk {name.removeprefix(TRUNK)} is {now.get(name) or 'gone'}."
            yield Finding("trunk_down", words, is_bad=True)
