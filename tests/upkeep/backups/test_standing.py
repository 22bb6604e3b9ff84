"""How the backups of a system stand, as one table; the database filters by the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from calcom_portal.common.tenancy import provider_scope
from tests.builders import build_device
from tests.cast import Cast
from tests.upkeep.backups.rows import backup_of, plan_for
from upkeep.backups.standing import Standing, face_of, standing_of
from upkeep.presenters.board import needing_somebody, plans_in_service, rows_of

DAY = timedelta(days=1)
CASES: list[tuple[dict[str, Any], Standing]] = [
    ({}, Standing.WELL),
    ({"last_level": 3}, Standing.WELL),
    ({"last_level": 1}, Standing.NOT_VERIFIED),
    ({"last_state": "failed"}, Standing.FAILED),
    ({"last_state": "failed", "is_overdue": True}, Standing.OVERDUE),
    ({"last_is_damaged": True}, Standing.DAMAGED),
    ({"last_state": "", "last_level": 0}, Standing.NONE_YET),
    ({"last_state": "", "last_level": 0, "is_overdue": True}, Standing.OVERDUE),
    ({"is_paused": True, "is_overdue": True}, Standing.PAUSED),
]


@pytest.mark.parametrize(("changes", "wanted"), CASES)
def test_how_backups_stand(changes: dict[str, Any], wanted: Standing) -> None:
    usual: dict[str, Any] = {
        "is_paused": False,
        "is_overdue": False,
        "last_state": "stored",
        "last_level": 2,
        "last_is_damaged": False,
    }
    assert standing_of(**usual | changes) is wanted


@pytest.mark.parametrize(
    ("state", "level", "is_damaged", "word"),
    [
        ("waiting", 0, False, "Waiting"),
        ("running", 0, False, "Being taken"),
        ("failed", 0, False, "Failed"),
        ("gone", 2, True, "No longer kept"),
        ("stored", 0, False, "Stored, not checked"),
        ("stored", 1, False, "Read again, not checked"),
        ("stored", 2, False, "Checked"),
        ("stored", 3, False, "Restored in a rehearsal"),
        ("stored", 3, True, "Damaged"),
    ],
)
def test_how_one_backup_looks(state: str, level: int, is_damaged: bool, word: str) -> None:
    assert face_of(state, level, is_damaged=is_damaged).word == word


@pytest.mark.django_db
@pytest.mark.parametrize(("changes", "wanted"), CASES)
def test_the_database_finds_what_needs_somebody(
    cast: Cast, changes: dict[str, Any], wanted: Standing
) -> None:
    device = build_device(cast.market_street)
    with provider_scope(provider_id=cast.calcom.pk) as scope:
        now = scope.now
    plan = plan_for(
        device,
        alarm_at=None if changes.get("is_overdue") else now + DAY,
        alarmed_at=now - DAY if changes.get("is_overdue") else None,
        paused_at=now if changes.get("is_paused") else None,
    )
    if state := changes.get("last_state", "stored"):
        fields = {
            "state": state,
            "level": changes.get("last_level", 2),
            "damaged_at": now if changes.get("last_is_damaged") else None,
        }
        backup_of(plan, now - timedelta(hours=2), **fields)
        # What has not ended yet, and what is no longer kept, tells nothing.
        backup_of(plan, now, state="running", level=0)
        backup_of(plan, now - timedelta(hours=1), state="gone", level=2)
    with provider_scope(provider_id=cast.calcom.pk):
        found = plans_in_service().filter(needing_somebody(now), device=device)
        assert found.exists() is wanted.needs_somebody
        row = rows_of(list(plans_in_service().filter(device=device)), now)[0]
        assert row.standing is wanted
