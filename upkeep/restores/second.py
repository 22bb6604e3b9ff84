"""Who may confirm a restore: somebody else, and whoever asked only where nobody else does. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# Long enough to be heard on the telephone, short enough for phones that are dead.
PATIENCE = timedelta(minutes=10)


class Confirming(StrEnum):
    """How somebody may confirm a restore."""

    AS_SECOND = "as_second"
    ALONE = "alone"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True)
class Second:
    """How the viewer may confirm. `others` could do it, and were told at `told_at`."""

    confirming: Confirming
    others: int
    told_at: datetime

    @property
    def alone_from(self) -> datetime:
        """Return from when on whoever asked may confirm it without anybody else."""
        return self.told_at + PATIENCE

    @property
    def is_alone(self) -> bool:
        """Is a reason needed, for nobody else confirms?"""
        return self.confirming is Confirming.ALONE

    @property
    def must_wait(self) -> bool:
        """May the viewer not confirm now?"""
        return self.confirming is Confirming.NOT_YET


def second_of(*, is_own: bool, others: int, told_at: datetime, now: datetime) -> Second:
    """Say how somebody may confirm a restore at `now`.

    `is_own`: it is they who asked for it. `others` is how many more people may restore systems.
    Whoever asked confirms alone where there is nobody else, or where nobody did for PATIENCE.
    """
    if not is_own:
        return Second(Confirming.AS_SECOND, others, told_at)
    may = others == 0 or now >= told_at + PATIENCE
    return Second(Confirming.ALONE if may else Confirming.NOT_YET, others, told_at)
