"""Which Asterisk the vault rehearses in: the setting REHEARSAL_ASTERISK, and what is wrong with it.

It names a tree that an Asterisk of any Linux was unpacked to (it runs with the libraries in there),
or the program itself where it is installed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from upkeep.restores.pbx.cage import is_cage_here

PROGRAM = Path("usr/sbin/asterisk")
LIBRARIES = ("usr/lib/*-linux-gnu*", "usr/lib64", "usr/lib")
DATA = ("usr/share/asterisk", "var/lib/asterisk")
DOCUMENTED = "documentation"
LOADER = "ld-linux*.so.*"


@dataclass(frozen=True, slots=True)
class Program:
    """An Asterisk that can be started: the command, its modules, and its data."""

    command: tuple[str, ...]
    modules: Path
    data: Path


class NoProgram(Exception):
    """There is none that could be started; the text says what to do."""


def is_wanted() -> bool:
    """Are backups of phone systems started in rehearsals?"""
    return bool(settings.REHEARSAL_ASTERISK)


def program() -> Program:
    """Return the Asterisk of the setting. Raises NoProgram."""
    named = Path(settings.REHEARSAL_ASTERISK)
    root = named.parents[2] if named.parts[-3:] == PROGRAM.parts else named
    binary = root / PROGRAM
    if not named.is_absolute() or not binary.is_file():
        raise NoProgram(f"REHEARSAL_ASTERISK: there is no {binary}. Unpack an Asterisk there.")
    if not is_cage_here():
        raise NoProgram("REHEARSAL_ASTERISK needs Linux on x86-64 or ARM64.")
    for libraries in (found for pattern in LIBRARIES for found in sorted(root.glob(pattern))):
        modules = libraries / "asterisk/modules"
        if (modules / "chan_pjsip.so").is_file():
            return Program(_command(root, binary, libraries), modules, _data(root))
    raise NoProgram(f"REHEARSAL_ASTERISK: the Asterisk in {root} has no chan_pjsip.so.")


def problem() -> str:
    """Return what is wrong with the setting; empty where nothing is, or there is none."""
    if not is_wanted():
        return ""
    try:
        program()
    except NoProgram as error:
        return str(error)
    return ""


def _command(root: Path, binary: Path, libraries: Path) -> tuple[str, ...]:
    """Return how it is started: out of a tree with the libraries of its own."""
    if root == Path("/"):
        return (str(binary),)
    loader = next(
        (
            found
            for folder in (libraries, root / "lib64", root / "usr/lib64")
            for found in sorted(folder.glob(LOADER))
        ),
        None,
    )
    if loader is None:
        raise NoProgram(f"REHEARSAL_ASTERISK: {root} lacks the libraries of its Asterisk.")
    return (str(loader), "--library-path", str(libraries), str(binary))


def _data(root: Path) -> Path:
    """Return the folder of its documentation, without which it does not start."""
    for name in DATA:
        if (root / name / DOCUMENTED).is_dir():
            return root / name
    raise NoProgram(f"REHEARSAL_ASTERISK: the Asterisk in {root} lacks its documentation.")
