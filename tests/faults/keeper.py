"""A child that takes a backup and kills itself at a numbered step: see `STEPS`.

`python -m tests.faults.keeper STEP BACKUP_ID`; the backup is a row with its lease.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django

STEPS = (
    "begins a part",
    "has written a part and not ended it",
    "has a part on the disk and not in its place",
    "has put a part in its place",
    "has read a part again",
    "has all parts and no row",
    "has signed the manifest",
    "has written rows that are not committed",
)
AFTER_COMMIT = "has committed, and not deleted what was there twice"


def die(*_: Any, **__: Any) -> None:
    """End as kill -9 does."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(step: str, backup_id: int) -> None:
    """Take the backup; the step's own place kills us."""
    django.setup()
    # Only now can models be imported.
    from calcom_portal.common.tenancy import system_scope  # noqa: PLC0415
    from tests.upkeep.taking import write_parts  # noqa: PLC0415
    from upkeep.backups import rows, writing  # noqa: PLC0415
    from upkeep.models import Backup  # noqa: PLC0415
    from upkeep.store import objects  # noqa: PLC0415
    from upkeep.store.parts import PartWriter  # noqa: PLC0415

    file_writer: Any = objects._FileWriter
    places: dict[str, tuple[Any, str, bool]] = {
        "begins a part": (PartWriter, "write", True),
        "has written a part and not ended it": (PartWriter, "write", False),
        "has a part on the disk and not in its place": (file_writer, "commit", True),
        "has put a part in its place": (file_writer, "commit", False),
        "has read a part again": (PartWriter, "finish", False),
        "has all parts and no row": (rows, "sign_backup", True),
        "has signed the manifest": (rows, "sign_backup", False),
        "has written rows that are not committed": (writing, "record", False),
        "has committed, and not deleted what was there twice": (
            writing.BackupSink,
            "_delete",
            True,
        ),
    }
    target, name, before = places[step]
    setattr(target, name, _dying(getattr(target, name), before=before))
    with system_scope("a test"):
        backup = Backup.objects.get(pk=backup_id)
    sink = writing.BackupSink(backup)
    write_parts(sink)
    sink.finish(firmware="22.10.1")


def _dying(do: Callable[..., Any], *, before: bool) -> Callable[..., Any]:
    def doing(*given: Any, **named: Any) -> Any:
        if before:
            die()
        done = do(*given, **named)
        die()
        return done

    return doing


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
