"""Swapping the tables of a MariaDB or MySQL database for others, and back.

The new tables are loaded into a database `<stem>_new`; the former ones wait in `<stem>_old`. All
tables change places in one statement, so that nobody ever sees half of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from upkeep.drivers.base import DriverFailed
from upkeep.drivers.character_sets import creation_options
from upkeep.drivers.commands import Ways, query
from upkeep.drivers.giving_commands import load_dump, run_sql
from upkeep.drivers.machine import SAFE_TABLE
from upkeep.drivers.shell import Shell

TABLES = (
    "SELECT TABLE_NAME FROM information_schema.TABLES"
    " WHERE TABLE_SCHEMA = '{0}' AND TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_NAME;"
)
SCHEMA = "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '{0}';"
# None of them moves with a table, or not in one statement.
IMMOBILE = (
    "SELECT CONCAT('the view ', TABLE_NAME) FROM information_schema.VIEWS"
    " WHERE TABLE_SCHEMA = '{0}'"
    " UNION SELECT CONCAT('the trigger ', TRIGGER_NAME) FROM information_schema.TRIGGERS"
    " WHERE TRIGGER_SCHEMA = '{0}'"
    " UNION SELECT CONCAT('the ', LOWER(ROUTINE_TYPE), ' ', ROUTINE_NAME)"
    " FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = '{0}'"
    " UNION SELECT CONCAT('the ', LOWER(TABLE_TYPE),"
    " IF(TABLE_TYPE = 'SEQUENCE', ' ', ' table '), TABLE_NAME) FROM information_schema.TABLES"
    " WHERE TABLE_SCHEMA = '{0}' AND TABLE_TYPE IN ('SEQUENCE', 'SYSTEM VERSIONED');"
)


# A server whose scheduler is DISABLED answers with an error, and keeps no events.
SCHEDULER = "SELECT @@event_scheduler;"
EVENTS = (
    "SELECT CONCAT('the event ', EVENT_NAME) FROM information_schema.EVENTS"
    " WHERE EVENT_SCHEMA = '{0}';"
)


@dataclass(frozen=True, slots=True)
class Schema:
    """A database, the names beside it, and its character set and collation ("" for unknown)."""

    name: str
    stem: str
    character_set: str = ""

    @property
    def new(self) -> str:
        """Return where its new tables are loaded."""
        return f"{self.stem}_new"

    @property
    def old(self) -> str:
        """Return where its former tables wait."""
        return f"{self.stem}_old"


async def stage_database(shell: Shell, schema: Schema, dump: Iterator[bytes], ways: Ways) -> None:
    """Load a dump of a database beside it. Raises DriverFailed for one without tables, with what
    cannot be swapped, or with a character set that the server does not know."""
    name, new = schema.name, schema.new
    await _refuse_immobile(shell, name, name, ways)
    # With its own character set, so that one that is not known is found before anything is swapped.
    create = f"CREATE DATABASE `{new}`{creation_options(schema.character_set)};"
    await _run(shell, f"DROP DATABASE IF EXISTS `{new}`; {create}", ways)
    words = f"Loading {name} beside the system"
    await shell.feed(load_dump(new, words, ways), dump)
    await _refuse_immobile(shell, new, name, ways)
    if not await _tables(shell, new, ways):
        raise DriverFailed(f"The dump of {name} holds no tables.")


async def swap_database(shell: Shell, schema: Schema, ways: Ways) -> None:
    """Put the new tables in place, and keep the former ones. Twice is once."""
    name, new, old = schema.name, schema.new, schema.old
    coming = await _tables(shell, new, ways)
    if not coming:
        # They are in place already.
        return
    going = await _tables(shell, name, ways)
    moves = [*_moves(going, name, old), *_moves(coming, new, name)]
    options = creation_options(schema.character_set)
    schemas = (
        f"CREATE DATABASE IF NOT EXISTS `{old}`; CREATE DATABASE IF NOT EXISTS `{name}`{options}; "
    )
    await _run(shell, f"{schemas}{_rename(moves)}", ways)


async def swap_database_back(shell: Shell, name: str, stem: str, ways: Ways) -> None:
    """Put the former tables back; where they were not taken away, nothing happens."""
    new, old = f"{stem}_new", f"{stem}_old"
    schemas = await _ask(shell, SCHEMA.format(old), ways)
    if not schemas or await _tables(shell, new, ways):
        return
    in_place, former = await _tables(shell, name, ways), await _tables(shell, old, ways)
    moves = [*_moves(in_place, name, new), *_moves(former, old, name)]
    if moves:
        await _run(shell, _rename(moves), ways)


async def clear_database(shell: Shell, stem: str, ways: Ways) -> None:
    """Remove what lies beside a database."""
    sql = f"DROP DATABASE IF EXISTS `{stem}_new`; DROP DATABASE IF EXISTS `{stem}_old`;"
    await _run(shell, sql, ways)


def cannot_swap(name: str, what: str) -> str:
    """Return why a database is not given back: it holds `what`, such as "the view v"."""
    return (
        f"The database {name} holds {what}, which the portal cannot swap: restore "
        "this database by hand."
    )


async def _refuse_immobile(shell: Shell, schema: str, name: str, ways: Ways) -> None:
    immobile = await _ask(shell, IMMOBILE.format(schema), ways)
    if await _ask(shell, SCHEDULER, ways) != ["DISABLED"]:
        immobile += await _ask(shell, EVENTS.format(schema), ways)
    if immobile:
        raise DriverFailed(cannot_swap(name, immobile[0]))
    tables = await _tables(shell, schema, ways)
    if odd := [table for table in tables if not SAFE_TABLE.fullmatch(table)]:
        raise DriverFailed(f"The database {name} has a table with an odd name: {odd[0][:64]!r}.")


async def is_absent(shell: Shell, name: str, ways: Ways) -> bool:
    """Is there no such database?"""
    return not await _ask(shell, SCHEMA.format(name), ways)


async def data_folder(shell: Shell, ways: Ways) -> str:
    """Return the folder in which the server keeps its databases; "" where it is not absolute."""
    told = (await _ask(shell, "SELECT @@datadir;", ways))[:1]
    return told[0] if told and told[0].startswith("/") else ""


def _moves(tables: Iterable[str], here: str, there: str) -> list[str]:
    return [f"`{here}`.`{table}` TO `{there}`.`{table}`" for table in tables]


def _rename(moves: Iterable[str]) -> str:
    return f"RENAME TABLE {', '.join(moves)};"


async def _tables(shell: Shell, schema: str, ways: Ways) -> list[str]:
    return await _ask(shell, TABLES.format(schema), ways)


async def _ask(shell: Shell, sql: str, ways: Ways) -> list[str]:
    line = query("information_schema", sql, "A question about tables", ways)
    return (await shell.read(line)).splitlines()


async def _run(shell: Shell, sql: str, ways: Ways) -> None:
    await shell.feed(run_sql("Changing the database", ways), iter([sql.encode()]))
