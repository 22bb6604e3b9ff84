"""The step of a rehearsal that starts a phone system of our own from what was restored."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from upkeep.drivers.base import SETTINGS
from upkeep.restores.comparing import comparable, in_short
from upkeep.restores.holding import mine
from upkeep.restores.parts import part_names
from upkeep.restores.pbx.answers import Started, spoilt_lines
from upkeep.restores.pbx.judging import is_compared, shortcomings, started_words
from upkeep.restores.pbx.laying_out import rewritten, source_of, uses_realtime
from upkeep.restores.pbx.programs import NoProgram, Program, is_wanted, program
from upkeep.restores.pbx.server import Ended, ScratchPbx
from upkeep.restores.scratch import Scratch
from upkeep.restores.work import STARTED, Done, Result, StepFailed, VaultLacks, Work

CONFIG, ASTDB = "config", "astdb"
MOST_FILES, LARGEST_FILE = 5_000, 64 * 1024 * 1024
KEYS = frozenset({".pem", ".key", ".crt", ".csr"})
NEEDED = ("pjsip.conf", "extensions.conf")
ENTRIES = "SELECT COUNT(*) FROM astdb WHERE key NOT LIKE '/registrar/%' AND key != '/pbx/UUID'"


def boot(work: Work) -> Result:
    """Start an Asterisk from the backup of one, compare it with the baseline, and end it.

    A backup of something else, and a vault without an Asterisk, are told and pass.
    """
    with mine(work.held) as restore:
        baseline = restore.backup.baseline
        parts = part_names(restore)
        settings = baseline.get(SETTINGS) or {}
    if ASTDB not in settings or CONFIG not in parts:
        return Done("Not started: it is no backup of an Asterisk.")
    if not is_wanted():
        return Done("Not started: the vault has no Asterisk of its own (REHEARSAL_ASTERISK).")
    scratch = Scratch.of(work.held.restore_id)
    if not (scratch.folder / CONFIG).is_dir():
        raise VaultLacks("What was restored does not lie here any more.")
    root = str(settings[CONFIG])
    kept, missing = _files(scratch.folder, root, work.told.get("files") or ())
    if missing:
        return Done(_not_whole(missing))
    if not set(NEEDED) & set(kept):
        return Done(f"Not started: {root} holds none of {' and '.join(NEEDED)}.")
    if uses_realtime(kept):
        return Done("Not started: its phones are read from a database, not from files.")
    wanted = comparable(baseline, parts)
    return _started(scratch, {name: rewritten(kept[name], root) for name in kept}, wanted)


def _started(scratch: Scratch, files: Mapping[str, str], baseline: Mapping[str, Any]) -> Done:
    try:
        ours = program()
    except NoProgram as error:
        raise VaultLacks(str(error)) from error
    astdb = scratch.folder / ASTDB if (scratch.folder / ASTDB).is_file() else None
    entries = _entries(astdb)
    pbx = ScratchPbx(scratch.place())
    pbx.lay_out(ours, files, astdb)
    started = _run(pbx, ours)
    log = pbx.log()
    if less := list(shortcomings(started, baseline, files, entries)):
        raise StepFailed(in_short([*less, *_told(spoilt_lines(log))]))
    if unread := spoilt_lines(log, fatal=True):
        raise StepFailed(in_short(_told(unread)))
    facts = started.to_dict()
    words = started_words(facts, has_entries=entries is not None, is_compared=is_compared(baseline))
    return Done(words, {STARTED: facts})


def _run(pbx: ScratchPbx, ours: Program) -> Started:
    try:
        with pbx.running(ours) as started:
            return started
    except Ended:
        said = spoilt_lines(pbx.log())
    # Whose fault it is shows whether it starts with nothing of the backup.
    try:
        pbx.lay_out(ours, {})
        with pbx.running(ours):
            pass
    except Ended as error:
        raise VaultLacks("The Asterisk of the vault ends at once, whatever it reads.") from error
    raise StepFailed(in_short(["An Asterisk does not start from it.", *_told(said)]))


def _told(lines: Iterable[str]) -> list[str]:
    """Return lines of its log, or that there are none that could be shown."""
    said = [f"Asterisk says: {line.rstrip('.')}." for line in lines]
    return said or ["Its log names no reason."]


def _files(
    folder: Path, root: str, parts: Iterable[Mapping[str, Any]]
) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return its settings by their paths below `root`, and the links that lead out of the backup.

    A link is followed where another part of the backup has what it leads to.
    """
    below = f"{root.strip('/')}/"
    found: dict[str, Path] = {}
    links: list[tuple[str, str]] = []
    for part in parts:
        own = folder / str(part["name"])
        found |= {str(one.relative_to(own)): one for one in own.rglob("*") if _is_settings(one)}
        links += [(link, to) for link, to in part.get("links") or () if link.startswith(below)]
    sources = {link: source_of(link, to, list(found)) for link, to in links}
    found |= {link: found[source] for link, source in sources.items() if source is not None}
    missing = [(link, to) for link, to in links if sources[link] is None]
    chosen = {name: path for name, path in found.items() if name.startswith(below)}
    if len(chosen) > MOST_FILES:
        raise VaultLacks("It has too many files of settings to be started here.")
    return {name.removeprefix(below): _read(path) for name, path in chosen.items()}, missing


def _is_settings(path: Path) -> bool:
    """Is it a file that settings may include? Keys are not needed: nothing is encrypted."""
    return path.suffix not in KEYS and path.is_file()


def _read(path: Path) -> str:
    if path.stat().st_size > LARGEST_FILE:
        raise VaultLacks(f"{path.name} is too large to be started here.")
    return path.read_text(encoding="utf-8", errors="surrogateescape")


def _not_whole(missing: list[tuple[str, str]]) -> str:
    link, target = missing[0]
    more = f", and {len(missing) - 1} more are the like" if len(missing) > 1 else ""
    return (
        f"Not started: {link} is only a link to {target}, which the backup does not hold{more}."
        " Have that folder backed up too."
    )[:500]


def _entries(astdb: Path | None) -> int | None:
    if astdb is None:
        return None
    try:
        with closing(sqlite3.connect(f"file:{astdb}?mode=ro&immutable=1", uri=True)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            return int(database.execute(ENTRIES).fetchone()[0])
    except sqlite3.Error as error:
        raise StepFailed("astdb is not the database of an Asterisk.") from error
