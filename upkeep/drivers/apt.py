"""Packages of Debian and its kin, such as a phone system's, brought to a version with apt."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from upkeep.drivers.apt_answers import (
    Foreseen,
    Stanza,
    State,
    exact_needs,
    is_version,
    read_foreseen,
    read_stanzas,
    read_states,
)
from upkeep.drivers.apt_commands import (
    Choice,
    checked_package,
    described,
    fetch,
    finish_what_was_begun,
    install,
    offered,
    refresh,
    simulate,
    states,
    take_note_of_what_was_begun,
    wait_for_others,
)
from upkeep.drivers.base import SERVICE, Baseline, DriverFailed, Finding, Reach, Settings
from upkeep.drivers.giving_commands import free_space
from upkeep.drivers.machine import compared, services, ways_of
from upkeep.drivers.shell import Shell, open_shell
from upkeep.drivers.wanted import Target

WRITTEN_TO = ("/", "/usr", "/var/cache/apt", "/var/lib/dpkg")
SPARE_BYTES = 64 * 1024 * 1024
MOST_TOGETHER = 40
MOST_NAMED = 8


class AptUpdater:
    """Installs one package, and those that go with exactly this version of it."""

    kind = "apt"

    def __init__(self, settles: timedelta = timedelta(seconds=30)) -> None:
        """`settles` is how long services may take to run again."""
        self.settles = settles

    async def version(self, reach: Reach, settings: Settings) -> str:
        """Return the version that is installed; DriverFailed when it is in the middle of one."""
        async with open_shell(reach) as shell:
            name = checked_package(settings["package"])
            state = (await _states(shell)).get(name)
        if state is None or not state.is_there:
            raise DriverFailed(f"{name} is not installed.")
        if not state.is_well:
            raise DriverFailed(f"{name} {state.version} is not installed to its end.")
        return state.version

    def is_same(self, wanted: str, told: str) -> bool:
        """Return whether dpkg's version is the wanted one, which may be the maker's own."""
        return is_version(wanted, told)

    async def prepare(self, reach: Reach, settings: Settings, target: Target) -> list[Finding]:
        """Ask dpkg and apt; only the lists of what the sources offer are fetched anew."""
        ways = ways_of(settings)
        async with open_shell(reach) as shell:
            found = await _states(shell)
            name = _name(settings, target)
            state = found.get(name)
            if state is None or not state.is_there:
                return [Finding("not_installed", f"{name} is not installed.", is_bad=True)]
            await shell.read(refresh(ways))
            try:
                plan = await _plan(shell, await _chosen(shell, name, target), found)
                plan.refuse(target)
                findings = [*_told(found, state, plan)]
                await _way_back(shell, Choice(name, state.version), found)
                findings += await _space(shell, plan)
            except DriverFailed as error:
                return [Finding("not_possible", str(error), is_bad=True)]
        return findings

    async def update(self, reach: Reach, settings: Settings, target: Target) -> None:
        """Finish what was begun, fetch both versions, and install the new one."""
        ways = ways_of(settings)
        name = _name(settings, target)
        async with open_shell(reach) as shell:
            await shell.read(wait_for_others(ways))
            found = await _states(shell)
            if any(state.is_unfinished for state in found.values()):
                await shell.read(finish_what_was_begun(ways))
                found = await _states(shell)
            if _runs(found, name, target.version):
                return
            state = found.get(name)
            if state is None or not state.is_there:
                raise DriverFailed(f"{name} is not installed.")
            plan = await _plan(shell, await _chosen(shell, name, target), found)
            plan.refuse(target)
            # What it may have to go back to is fetched while the sources can still be reached.
            former = await _together(shell, Choice(name, state.version), found)
            await shell.read(fetch(former, ways))
            await shell.read(fetch(plan.choices, ways))
            await shell.read(install(plan.choices, ways))
            await _prove(shell, plan.choices)

    async def roll_back(self, reach: Reach, settings: Settings, former: Target) -> None:
        """Install the former version over whatever is there now."""
        ways = ways_of(settings)
        name = _name(settings, former)
        async with open_shell(reach) as shell:
            await shell.read(wait_for_others(ways))
            found = await _states(shell)
            if any(state.is_unfinished for state in found.values()):
                # What failed is not tried once more: the former version takes its place.
                await shell.read(take_note_of_what_was_begun(ways))
                found = await _states(shell)
            if _runs(found, name, former.version):
                return
            choices = await _together(shell, await _chosen(shell, name, former), found)
            await shell.read(install(choices, ways, is_back=True))
            await _prove(shell, choices)

    async def verify(
        self, reach: Reach, settings: Settings, target: Target, baseline: Baseline
    ) -> list[Finding]:
        """Compare the version, and the services that ran before."""
        name = _name(settings, target)
        ran = {key: value for key, value in baseline.items() if key.startswith(SERVICE)}
        async with open_shell(reach) as shell:
            state = (await _states(shell)).get(name)
            if not ran:
                ran = {f"{SERVICE}{unit}": "active" for unit in settings.get("services") or ()}
            down = await self._not_running(shell, ran)
        findings = []
        if state is None or not is_version(target.version, state.version):
            is_now = state.version if state else "not installed"
            words = f"{name} is {is_now}, not {target.version}."
            findings.append(Finding("other_version", words, is_bad=True))
        elif not state.is_well:
            words = f"{name} {state.version} is not installed to its end."
            findings.append(Finding("unfinished", words, is_bad=True))
        return findings + down

    async def _not_running(self, shell: Shell, ran: Baseline) -> list[Finding]:
        names = [name.removeprefix(SERVICE) for name in ran]
        end = asyncio.get_running_loop().time() + self.settles.total_seconds()
        while down := compared(ran, await services(shell, names)):
            if asyncio.get_running_loop().time() >= end:
                break
            await asyncio.sleep(1)
        return down


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be installed, what its sources say of it, and what would come of it."""

    choices: tuple[Choice, ...]
    offered: tuple[Stanza, ...]
    foreseen: Foreseen
    sizes: tuple[Stanza, ...]

    def refuse(self, target: Target) -> None:
        """Raise DriverFailed for a file that is another one, and for anything that would go."""
        hashes = {one.sha256 for one in self.offered}
        if target.sha256 and hashes != {target.sha256.lower()}:
            raise DriverFailed(
                f"The file of {self.choices[0]} that the sources offer is not the one of the"
                " catalogue: its SHA-256 is another."
            )
        if self.foreseen.removed:
            gone = ", ".join(self.foreseen.removed[:MOST_NAMED])
            raise DriverFailed(f"Installing {self.choices[0]} would remove {gone}.")


async def _plan(shell: Shell, choice: Choice, found: Mapping[str, State]) -> _Plan:
    if found[choice.name].is_on_hold:
        raise DriverFailed(f"{choice.name} is on hold: somebody wanted it to stay as it is.")
    choices = await _together(shell, choice, found)
    said = read_stanzas(await shell.read(described(choices)))
    foreseen = read_foreseen(await shell.read(simulate(choices)))
    named = [Choice(one.name.partition(":")[0], one.after) for one in foreseen.changes]
    sizes = read_stanzas(await shell.read(described(named))) if named else []
    named_as = (choice.name, choice.version)
    wanted = [one for one in said if one.sha256 and (one.name, one.version) == named_as]
    return _Plan(tuple(choices), tuple(wanted), foreseen, tuple(sizes))


async def _together(shell: Shell, choice: Choice, found: Mapping[str, State]) -> Sequence[Choice]:
    """Return a package and all that go with exactly this version. DriverFailed if none offers it.

    apt would take the newest of those others, and then find that they do not fit.
    """
    choices, new = [choice], [choice]
    while new and len(choices) < MOST_TOGETHER:
        said = {
            (one.name, one.version): one
            for one in read_stanzas(await shell.read(described(new)))
            if one.sha256
        }
        missing = next((one for one in new if (one.name, one.version) not in said), None)
        if missing is not None:
            raise DriverFailed(f"No source of the machine offers {missing.name} {missing.version}.")
        there = [name for name, state in found.items() if state.is_there]
        needs = [need for one in new for need in exact_needs(said[one.name, one.version], there)]
        known = {one.name for one in choices}
        new = [Choice(*need) for need in dict(needs).items() if need[0] not in known]
        choices += new
    return choices


async def _way_back(shell: Shell, former: Choice, found: Mapping[str, State]) -> None:
    try:
        await _together(shell, former, found)
    except DriverFailed as error:
        raise DriverFailed(f"There would be no way back. {error}") from error


async def _space(shell: Shell, plan: _Plan) -> list[Finding]:
    needed = SPARE_BYTES + sum(one.file_bytes + 2 * one.installed_bytes for one in plan.sizes)
    said = (await shell.read(free_space(WRITTEN_TO))).split()
    free = min((int(word) for word in said if word.isascii() and word.isdecimal()), default=0)
    if free >= needed:
        return []
    words = f"{free // 2**20:,} MB are free on the machine; {needed // 2**20:,} MB are needed."
    return [Finding("little_space", words, is_bad=True)]


def _told(found: Mapping[str, State], state: State, plan: _Plan) -> list[Finding]:
    """Tell what whoever starts the update should know, and that does not speak against it."""
    wanted = {choice.name for choice in plan.choices}
    findings = []
    if unfinished := [name for name, one in found.items() if one.is_unfinished]:
        named = ", ".join(unfinished[:MOST_NAMED])
        words = f"An earlier installation ended in its middle, and is finished first: {named}."
        findings.append(Finding("unfinished", words))
    if _runs(found, plan.choices[0].name, plan.choices[0].version):
        findings.append(Finding("is_there", f"{plan.choices[0]} is installed already."))
    if others := [one.name for one in plan.foreseen.changes if one.name not in wanted]:
        named = ", ".join(others[:MOST_NAMED])
        findings.append(Finding("others_change", f"{len(others)} more packages change: {named}."))
    return findings


async def _chosen(shell: Shell, name: str, target: Target) -> Choice:
    """Return the package in the version that is wanted; of several such, in the newest."""
    said = read_stanzas(await shell.read(offered(name)))
    fits = [one.version for one in said if one.sha256 and is_version(target.version, one.version)]
    if not fits:
        raise DriverFailed(f"No source of the machine offers {name} {target.version}.")
    return Choice(name, target.version if target.version in fits else fits[0])


def _runs(found: Mapping[str, State], name: str, version: str) -> bool:
    state = found.get(name)
    return state is not None and state.is_well and is_version(version, state.version)


async def _prove(shell: Shell, choices: Sequence[Choice]) -> None:
    found = await _states(shell)
    for choice in choices:
        if not _runs(found, choice.name, choice.version):
            state = found.get(choice.name)
            is_now = f"{state.version} ({state.letters.strip()})" if state else "not there"
            raise DriverFailed(f"{choice.name} is {is_now} after it all, not {choice.version}.")


async def _states(shell: Shell) -> dict[str, State]:
    return read_states(await shell.read(states()))


def _name(settings: Settings, target: Target) -> str:
    return checked_package(target.package or settings["package"])
