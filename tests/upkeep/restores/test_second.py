"""Who may confirm a restore, and when whoever asked may do it alone."""

from datetime import UTC, datetime, timedelta

import pytest

from upkeep.restores.second import PATIENCE, Confirming, second_of

TOLD = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("is_own", "others", "waited", "confirming"),
    [
        (False, 0, timedelta(0), Confirming.AS_SECOND),
        (False, 5, timedelta(0), Confirming.AS_SECOND),
        (True, 0, timedelta(0), Confirming.ALONE),
        (True, 1, timedelta(0), Confirming.NOT_YET),
        (True, 5, PATIENCE - SECOND, Confirming.NOT_YET),
        (True, 5, PATIENCE, Confirming.ALONE),
        (True, 1, timedelta(days=3), Confirming.ALONE),
    ],
)
def test_somebody_else_confirms_unless_nobody_does(
    is_own: bool, others: int, waited: timedelta, confirming: Confirming
) -> None:
    second = second_of(is_own=is_own, others=others, told_at=TOLD, now=TOLD + waited)
    assert second.confirming is confirming
    assert second.is_alone is (confirming is Confirming.ALONE)
    assert second.must_wait is (confirming is Confirming.NOT_YET)
    assert second.alone_from == TOLD + PATIENCE
