"""What a restore came to, in sentences for both sides."""

from __future__ import annotations

from collections.abc import Mapping

from upkeep.models import Restore, RestoreKind, RestoreState

OF_SYSTEM = {
    RestoreState.RUNNING: "{device} is being restored from a backup now.",
    RestoreState.RESTORED: "{device} was restored from a backup{took}, and works as it did then.",
    RestoreState.SWAPPED_BACK: (
        "Restoring {device} from a backup did not succeed, and it was put back as it was before."
    ),
    RestoreState.FAILED: (
        "Restoring {device} from a backup was given up before anything was changed."
    ),
    RestoreState.STUCK: "Restoring {device} from a backup stands still. A technician looks at it.",
    RestoreState.CANCELLED: "Restoring {device} from a backup was cancelled: nothing was changed.",
}
COUNTED = (("extensions", "extension"), ("trunks", "trunk"))
SAVED_NOTHING = (
    "No backup of its state before could be taken: nothing was left to save, as was confirmed."
)
# Something of it only the maker's own tool can restore.
OF_PART = (
    "What the portal can restore of the newest backup of {device} was restored in a"
    " rehearsal{took}: the whole backup is not proven."
)
OF_REHEARSAL = {
    RestoreState.RESTORED: (
        "The newest backup of {device} was restored in a rehearsal{took}: it is proven."
    ),
    RestoreState.FAILED: "The newest backup of {device} could not be restored in a rehearsal.",
}


def ended_words(restore: Restore) -> str:
    """Return one sentence on how it ended."""
    table = OF_SYSTEM if restore.kind == RestoreKind.SYSTEM else OF_REHEARSAL
    sentence = table.get(RestoreState(restore.state), "{device}: the restore ended.")
    if restore.kind == RestoreKind.REHEARSAL and restore.state == RestoreState.RESTORED:
        sentence = sentence if restore.backup.proven_at else OF_PART
    more = SAVED_NOTHING if restore.saved_nothing else started_words(restore.started)
    return f"{sentence.format(device=restore.device.name, took=_took(restore))} {more}".rstrip()


def started_words(started: Mapping[str, int] | None) -> str:
    """Return what a rehearsal started from a backup, as `Restore.started` tells; "" for nothing."""
    if not started:
        return ""
    counts = [_count(started[name], noun) for name, noun in COUNTED if started.get(name)]
    told = f" with {' and '.join(counts)}" if counts else ""
    return f"Its configuration started in a telephone system of our own{told}."


def asked_words(restore: Restore) -> str:
    """Return who had it done, and who confirmed it where that was somebody else; "" for nobody."""
    asker, other = restore.asked_by, restore.confirmed_by
    if asker is None or other is None or asker == other:
        return str((asker or other).name) if asker or other else ""
    return f"{asker.name}, confirmed by {other.name}"


def spell_seconds(seconds: int) -> str:
    """Return a measured time as "8 seconds" or "4 minutes 5 seconds"."""
    minutes, rest = divmod(max(1, seconds), 60)
    said = [_count(minutes, "minute")] if minutes else []
    if rest:
        said.append(_count(rest, "second"))
    return " ".join(said)


def _count(number: int, unit: str) -> str:
    return f"{number:,} {unit}" if number == 1 else f"{number:,} {unit}s"


def _took(restore: Restore) -> str:
    return "" if restore.took_seconds is None else f" within {spell_seconds(restore.took_seconds)}"
