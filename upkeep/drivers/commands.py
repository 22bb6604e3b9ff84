"""The catalogue of what is run on customers' machines to take a backup. Nothing else is.

Every line is fixed but for typed values, which are quoted here; options end with `--` before them.
Pure.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from upkeep.drivers.shell import Line

# GNU tar: "some files differ", one was written to while it was read.
CHANGED_MEANWHILE = frozenset({1})
# systemctl is-active: 3 is stopped, 4 unknown.
NOT_ACTIVE = frozenset({3, 4})
TAR = (
    "tar --create --file=- --sort=name --format=posix --numeric-owner"
    # What changes although no file did would make every archive another one.
    " --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime --directory=/"
)
DUMP = (
    "--single-transaction --quick --skip-dump-date --routines --triggers --events --hex-blob"
    " --no-tablespaces"
)
TABLES = (
    "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()"
    " AND TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_NAME"
)

CHARACTER_SET = (
    "SELECT CONCAT(DEFAULT_CHARACTER_SET_NAME, ' ', DEFAULT_COLLATION_NAME)"
    " FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = DATABASE()"
)


@dataclass(frozen=True, slots=True)
class Ways:
    """How commands are run on one machine: with sudo, and with a file that holds the database's
    login (an option file of MariaDB, on the machine itself)."""

    sudo: bool = False
    defaults_file: str = ""

    @property
    def prefix(self) -> str:
        """Return what stands before a command; sudo never asks for a password."""
        return "sudo -n -- " if self.sudo else ""

    @property
    def login(self) -> str:
        """Return the option that names the database's login; it has to be the first."""
        return f" --defaults-extra-file={shlex.quote(self.defaults_file)}" * bool(
            self.defaults_file
        )


def archive(paths: Sequence[str], ways: Ways) -> Line:
    """Return the command that archives folders and files, given by absolute paths."""
    names = " ".join(shlex.quote(path.lstrip("/")) for path in paths)
    told = ", ".join(paths[:2]) + (f" and {len(paths) - 2} more" if len(paths) > 2 else "")
    return Line(f"The archive of {told}", f"{ways.prefix}{TAR} -- {names}", CHANGED_MEANWHILE)


def dump(database: str, ways: Ways) -> Line:
    """Return the command that dumps a MariaDB or MySQL database."""
    tail = f"{ways.login} {DUMP} -- {shlex.quote(database)}"
    return Line(
        f"The dump of the database {database}", _either("mariadb-dump", "mysqldump", tail, ways)
    )


def tables_of(database: str, ways: Ways) -> Line:
    """Return the command that lists a database's tables, one a line."""
    return query(database, TABLES, "The list of tables", ways)


def character_set_of(database: str, ways: Ways) -> Line:
    """Return the command that prints a database's character set and collation."""
    return query(database, CHARACTER_SET, "The character set", ways)


def checksums_of(database: str, tables: Sequence[str], ways: Ways) -> Line:
    """Return the command that prints `database.table<TAB>checksum` for each table."""
    names = ", ".join(f"`{table}`" for table in tables)
    return query(database, f"CHECKSUM TABLE {names}", "The checksums of tables", ways)


def query(database: str, sql: str, words: str, ways: Ways) -> Line:
    """Return the command that asks a database; `sql` is ours, and its names were checked."""
    tail = (
        f"{ways.login} --batch --skip-column-names --execute={shlex.quote(sql)}"
        f" -- {shlex.quote(database)}"
    )
    return Line(f"{words} of {database}", _either("mariadb", "mysql", tail, ways))


def copy_of_sqlite(path: str, ways: Ways) -> Line:
    """Return the command that prints a consistent copy of an SQLite database that is in use."""
    # A plain copy of a file that is written to may be no database at all.
    script = (
        "d=$(mktemp -d) && trap 'rm -rf \"$d\"' EXIT"
        f' && sqlite3 -batch {shlex.quote(path)} ".timeout 20000" ".backup \'$d/copy\'"'
        ' && cat "$d/copy"'
    )
    return Line(f"The copy of {path}", f"{ways.prefix}sh -c {shlex.quote(script)}")


def state_of(service: str) -> Line:
    """Return the command that prints whether a service runs."""
    text = f"systemctl is-active -- {shlex.quote(service)}"
    return Line(f"The state of {service}", text, NOT_ACTIVE)


def is_there(path: str, ways: Ways) -> Line:
    """Return the command that says `yes` or `no`: does a file or a folder exist?"""
    name = shlex.quote(path)
    return Line(
        f"The look for {path}", f"if {ways.prefix}test -e {name}; then echo yes; else echo no; fi"
    )


def _either(newer: str, older: str, tail: str, ways: Ways) -> str:
    return (
        f"if command -v {newer} >/dev/null; then exec {ways.prefix}{newer}{tail};"
        f" else exec {ways.prefix}{older}{tail}; fi"
    )
