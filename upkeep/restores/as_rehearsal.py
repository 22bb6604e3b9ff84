"""The steps of a rehearsal: the backup is restored beside the system, which notices nothing.

One that goes well proves the backup (level 3). What it made lies in a folder of the vault until
the last step clears it away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from upkeep.drivers.databases import cannot_swap
from upkeep.restores.comparing import comparable, differing_tables, in_short
from upkeep.restores.dumps import immobile_in
from upkeep.restores.holding import mine
from upkeep.restores.parts import Kept, kept_parts, part_names
from upkeep.restores.pbx.booting import boot
from upkeep.restores.scratch import Restored, Scratch
from upkeep.restores.steps import Step
from upkeep.restores.work import LEFT_OUT, Done, Result, StepFailed, Work

SQL, RAW = "sql", "raw"


def unpack(work: Work) -> Result:
    """Restore every part, from the beginning: what a dead worker left is thrown away."""
    with mine(work.held) as restore:
        kept = kept_parts(restore)
    parts = [part for part in kept if part.form != RAW]
    left_out = [part.name for part in kept if part.form == RAW]
    scratch = Scratch.of(work.held.restore_id)
    scratch.begin()
    scratch.refuse_without_room(sum(_room_of(part) for part in parts))
    files = [_restored(scratch, part) for part in parts if part.form != SQL]
    dumps = [part for part in parts if part.form == SQL]
    tables: dict[str, str] = {}
    if dumps:
        with scratch.database() as database:
            for part in dumps:
                name = part.name.removeprefix("db-")
                with part.open() as plain:
                    if found := immobile_in(plain):
                        raise StepFailed(cannot_swap(name, found))
                with part.open() as plain:
                    database.load(name, plain)
                database.refuse_immobile(name)
                tables |= database.checksums(name)
    made = [asdict(one) for one in files]
    facts = {"tables": tables, "files": made, LEFT_OUT: left_out}
    return Done(_unpacked(files, tables, left_out), facts)


def compare(work: Work) -> Result:
    """Compare every table with its checksum at the time of the backup."""
    with mine(work.held) as restore:
        baseline = comparable(restore.backup.baseline, part_names(restore))
        tables = dict(work.told.get("tables") or {})
    if differing := differing_tables(baseline, tables):
        named = in_short(
            f"{table} holds something else than at the time of the backup." for table in differing
        )
        raise StepFailed(named)
    count = sum(name.startswith("table:") for name in baseline)
    if not count:
        return Done("All of it was restored. There were no tables to compare.")
    return Done(
        f"{count} {'table is' if count == 1 else 'tables are'} as at the time of the backup."
    )


def clear(work: Work) -> Result:
    """Remove what was restored: it is a customer's."""
    Scratch.of(work.held.restore_id).clear()
    return Done()


DOING: Mapping[Step, Callable[[Work], Result]] = {
    Step.UNPACK: unpack,
    Step.COMPARE: compare,
    Step.BOOT: boot,
    Step.CLEAR: clear,
}


def _room_of(part: Kept) -> int:
    """Return how many bytes a part takes; a database has its indexes besides."""
    return part.plain_bytes * (2 if part.form == SQL else 1)


def _restored(scratch: Scratch, part: Kept) -> Restored:
    with part.open() as plain:
        if part.form == "tar":
            return scratch.unpack(part.name, plain)
        return scratch.write(part.name, part.form, plain)


def _unpacked(files: list[Restored], tables: Mapping[str, str], left_out: Sequence[str]) -> str:
    said = [f"{one.name}: {one.count:,} {'file' if one.count == 1 else 'files'}" for one in files]
    if tables:
        said.append(f"{len(tables):,} {'table' if len(tables) == 1 else 'tables'} loaded")
    words = f"{', '.join(said)}."
    if left_out:
        words = (
            f"{words} Only the maker's own tool can restore {', '.join(left_out)}: that was left"
            " out, and the backup is not proven."
        )
    return words[:500]
