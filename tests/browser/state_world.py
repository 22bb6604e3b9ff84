"""What the states of upkeep are shown of, and how their steps are written down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from calcom_portal.common.tenancy import provider_scope
from tests.cast import Cast
from upkeep.models import (
    Backup,
    Change,
    ChangeStep,
    FirmwareStep,
    FirmwareUpdate,
    Restore,
    RestoreStep,
)

Row = TypeVar("Row", Restore, Change, FirmwareUpdate)
# Code, outcome, words and how many seconds ago: the steps as a worker writes them down.
Told = tuple[str, str, str, int]


@dataclass(frozen=True, slots=True)
class World:
    """What the states are of. `other` is a second system: one of each runs at a time."""

    cast: Cast
    now: datetime
    backup: Backup
    other: Backup


def told(row: Row, steps: Iterable[Told]) -> Row:
    """Write steps down, each at its own instant."""
    facts: Any
    facts, name = {
        Restore: (RestoreStep, "restore"),
        Change: (ChangeStep, "change"),
        FirmwareUpdate: (FirmwareStep, "update"),
    }[type(row)]
    with provider_scope(provider_id=row.provider_id) as scope:
        for number, (code, outcome, words, ago) in enumerate(steps, start=1):
            facts.objects.create(
                **{name: row},
                provider_id=row.provider_id,
                customer_id=row.customer_id,
                number=number,
                code=code,
                outcome=outcome,
                words=words,
                at=scope.now - timedelta(seconds=ago),
            )
    return row
