"""What the drivers over SSH share: writing parts, checksums of tables, comparing with before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from monitoring.probes.facts import Fact, clean
from monitoring.probes.ssh_catalogue import CATALOGUE, Said, Topic
from upkeep.drivers.base import (
    SERVICE,
    TABLE,
    Baseline,
    DriverFailed,
    Finding,
    Settings,
    Sink,
)
from upkeep.drivers.character_sets import read_character_set
from upkeep.drivers.commands import (
    Ways,
    character_set_of,
    checksums_of,
    is_there,
    state_of,
    tables_of,
)
from upkeep.drivers.living_tables import lives_on
from upkeep.drivers.shell import Line, Shell

LONGEST_WARNING = 300
TABLES_AT_ONCE = 40
MOST_TABLES = 2000
# Names of tables come from the machine, and are put into a question to its database.
SAFE_TABLE = re.compile(r"[A-Za-z0-9_$-]{1,64}")


class Writer:
    """Writes parts into a sink, and gathers the warnings that come with them."""

    def __init__(self, shell: Shell, sink: Sink) -> None:
        self._shell, self._sink = shell, sink
        self.warnings: list[str] = []

    async def write(self, name: str, form: str, line: Line) -> None:
        """Write what a command prints as one part. Raises DriverFailed unless it is whole."""
        self._sink.step(line.words)
        with self._sink.part(name, form) as part:
            ended = await self._shell.stream(line, part.write)
            if not ended.sent_bytes:
                raise DriverFailed(f"{line.words} is empty.")
            part.finish()
        if ended.status:
            words = f"{line.words}: something changed while it was read. {ended.reason}"
            self.warnings.append(words.rstrip()[:LONGEST_WARNING])

    async def finds(self, path: str, ways: Ways) -> bool:
        """Is there anything at `path`? What is not is left out, and never without a word."""
        if not path:
            return False
        if (await self._shell.read(is_there(path, ways))).strip() == "yes":
            return True
        self.warnings.append(f"{path} was not found, so nothing of it is kept.")
        return False


def ways_of(settings: Settings) -> Ways:
    """Return how commands are run."""
    return Ways(bool(settings.get("sudo")), str(settings.get("defaults_file") or ""))


async def version_of(shell: Shell) -> str:
    """Return what the machine calls itself, or ""."""
    said = await shell.read(Line("Its version", f"{CATALOGUE[Topic.VERSION].line}; true"))
    facts = CATALOGUE[Topic.VERSION].read(Said(said))
    return str(facts.get(Fact.VERSION, ""))


async def checksums(shell: Shell, databases: Sequence[str], ways: Ways) -> Baseline:
    """Return the checksum of every table, by `table:database.table`."""
    found: Baseline = {}
    for database in databases:
        said = await shell.read(tables_of(database, ways))
        tables = [name for name in said.splitlines() if SAFE_TABLE.fullmatch(name)][:MOST_TABLES]
        for some in _some(tables):
            rows = await shell.read(checksums_of(database, some, ways))
            found |= _read_checksums(rows)
    return found


async def databases(shell: Shell, names: Sequence[str], ways: Ways) -> Baseline:
    """Return the checksums of all tables, and by `database:name` how each database makes them."""
    found = await checksums(shell, names, ways)
    for name in names:
        found |= read_character_set(name, await shell.read(character_set_of(name, ways)))
    return found


async def services(shell: Shell, names: Sequence[str]) -> Baseline:
    """Return the state of every service, by `service:name`."""
    return {f"{SERVICE}{name}": clean((await shell.read(state_of(name))).strip()) for name in names}


def what_stood_still(before: Baseline, after: Baseline) -> Baseline:
    """Return what was the same before and after a backup: only that can be compared later.

    A table that was written to meanwhile is in the dump as it was at some instant between.
    """
    return {
        name: value
        for name, value in after.items()
        if not name.startswith(TABLE) or before.get(name) == value
    }


def compared(before: Baseline, now: Baseline) -> list[Finding]:
    """Return what is not as it was, of tables and services."""
    return [*_tables(before, now), *_services(before, now)]


def _tables(before: Baseline, now: Baseline) -> Iterator[Finding]:
    for name, checksum in before.items():
        if not name.startswith(TABLE) or now.get(name) == checksum:
            continue
        table = name.removeprefix(TABLE)
        if name not in now:
            yield Finding("table_gone", f"The table {table} is missing.", is_bad=True)
        elif lives_on(table):
            yield Finding("table_grew", f"The table {table} has other rows, as it does with use.")
        else:
            yield Finding("table_differs", f"The table {table} holds something else.", is_bad=True)


def _services(before: Baseline, now: Baseline) -> Iterator[Finding]:
    for name, state in before.items():
        is_down = name.startswith(SERVICE) and state == "active" and now.get(name) != "active"
        if is_down:
            service = name.removeprefix(SERVICE)
            words = f"{service} does not run: it is {now.get(name) or 'unknown'}."
            yield Finding("service_down", words, is_bad=True)


def _some(tables: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(tables), TABLES_AT_ONCE):
        yield tables[start : start + TABLES_AT_ONCE]


def _read_checksums(said: str) -> Baseline:
    rows = (row.split("\t") for row in said.splitlines())
    return {f"{TABLE}{row[0]}": row[1] for row in rows if len(row) == 2 and row[1] != "NULL"}
