"""Which backup a service may end with, as one table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from upkeep.backups.freshness import Answer, Freshness, Taken, fresh_since, work_began

BEGAN = datetime(2026, 6, 15, 17, tzinfo=UTC)
LATER = BEGAN + timedelta(hours=1)
EARLIER = BEGAN - timedelta(hours=1)


def taken(number: int = 1, **changes: Any) -> Taken:
    """Return a good backup that was begun an hour after the work."""
    usual: dict[str, Any] = {
        "trigger": "service",
        "state": "stored",
        "level": 2,
        "is_damaged": False,
        "asked_at": LATER,
        "begun_at": LATER,
    }
    return Taken(id=number, **usual | changes)


@pytest.mark.parametrize(
    ("backups", "wanted"),
    [
        ([], Answer(Freshness.NONE)),
        ([taken()], Answer(Freshness.MET, 1)),
        ([taken(begun_at=BEGAN)], Answer(Freshness.MET, 1)),
        ([taken(level=3)], Answer(Freshness.MET, 1)),
        ([taken(trigger="schedule")], Answer(Freshness.MET, 1)),
        ([taken(trigger="after_change")], Answer(Freshness.MET, 1)),
        ([taken(trigger="before_change")], Answer(Freshness.NONE)),
        ([taken(trigger="before_firmware")], Answer(Freshness.NONE)),
        ([taken(trigger="safety")], Answer(Freshness.NONE)),
        ([taken(begun_at=EARLIER)], Answer(Freshness.NONE)),
        # Asked for after the work began, of a state before it: it cannot be, and does not count.
        ([taken(begun_at=EARLIER, asked_at=LATER)], Answer(Freshness.NONE)),
        ([taken(level=1)], Answer(Freshness.NOT_VERIFIED, 1)),
        ([taken(is_damaged=True)], Answer(Freshness.NOT_VERIFIED, 1)),
        ([taken(state="waiting", begun_at=None)], Answer(Freshness.UNDER_WAY, 1)),
        ([taken(state="waiting", begun_at=None, asked_at=EARLIER)], Answer(Freshness.NONE)),
        ([taken(state="running")], Answer(Freshness.UNDER_WAY, 1)),
        ([taken(state="failed")], Answer(Freshness.FAILED, 1)),
        ([taken(state="gone")], Answer(Freshness.NONE)),
        ([taken(1, state="failed"), taken(2, state="running")], Answer(Freshness.UNDER_WAY, 2)),
        ([taken(1), taken(2, state="failed")], Answer(Freshness.MET, 1)),
        (
            [taken(1, state="failed", asked_at=LATER + timedelta(1)), taken(2, state="failed")],
            Answer(Freshness.FAILED, 1),
        ),
    ],
)
def test_a_service_ends_with_a_verified_backup_of_what_the_system_is_now(
    backups: list[Taken], wanted: Answer
) -> None:
    assert fresh_since(BEGAN, backups) == wanted


@pytest.mark.parametrize(
    ("reopened_at", "starts", "wanted"),
    [
        (None, [], EARLIER),
        (None, [LATER, BEGAN], BEGAN),
        # Written down as begun before the ticket was: the ticket's opening counts.
        (None, [EARLIER - timedelta(minutes=5)], EARLIER),
        (BEGAN, [EARLIER], BEGAN),
        (BEGAN, [EARLIER, LATER], LATER),
    ],
)
def test_work_began_with_the_first_stretch_of_this_round(
    reopened_at: datetime | None, starts: list[datetime], wanted: datetime
) -> None:
    assert work_began(EARLIER, reopened_at, starts) == wanted
