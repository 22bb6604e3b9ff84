"""Questions out of turn: written down by pages, asked by the runner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from calcom_portal.common.errors import BadInput, NotAllowed, RuleBroken
from monitoring.asking import MOST_A_MINUTE, ask_check_soon, ask_soon, is_overdue
from monitoring.models import ProbeRequest
from tests.cast import Cast
from tests.monitoring.builders import build_check, build_connection
from tests.stage import DatabaseTime, acting


def test_a_question_waits_for_the_runner_with_its_settings_written_out(cast: Cast) -> None:
    with acting(cast.dana):
        asked = ask_soon(
            device=cast.phone_system, kind="tcp", settings={"port": "5060"}, actor=cast.dana
        )
    assert (asked.kind, asked.settings) == ("tcp", {"host": "", "port": 5060})
    assert (asked.asked_by_id, asked.answered_at) == (cast.dana.membership_id, None)
    assert asked.customer_id == cast.bayview.pk


def test_a_check_is_asked_out_of_turn_as_it_is_set_up(cast: Cast) -> None:
    line = build_connection(cast.phone_system)
    check = build_check(cast.phone_system, connection=line, timeout_ms=2000)
    with acting(cast.dana):
        asked = ask_check_soon(check=check, actor=cast.dana)
    assert (asked.of_check_id, asked.connection_id, asked.timeout_ms) == (check.pk, line.pk, 2000)


@pytest.mark.parametrize(
    ("kind", "told", "timeout", "field"),
    [
        ("tcp", {"port": "x"}, 5, "port"),
        ("heartbeat", {}, 5, "kind"),
        ("smoke", {}, 5, "kind"),
        ("tcp", {}, 61, "timeout_ms"),
        ("tcp", {}, 0, "timeout_ms"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_is_written(
    cast: Cast, kind: str, told: dict[str, Any], timeout: int, field: str
) -> None:
    with acting(cast.dana):
        with pytest.raises(BadInput) as refusal:
            ask_soon(
                device=cast.phone_system,
                kind=kind,
                settings=told,
                timeout=timedelta(seconds=timeout),
                actor=cast.dana,
            )
        assert refusal.value.field == field
        assert not ProbeRequest.objects.exists()


def test_customers_ask_nothing(cast: Cast) -> None:
    with acting(cast.amit), pytest.raises(NotAllowed):
        ask_soon(device=cast.phone_system, kind="tcp", settings={}, actor=cast.amit)


def test_nobody_floods_equipment_with_questions(cast: Cast, database_time: DatabaseTime) -> None:
    def ask() -> None:
        ask_soon(device=cast.phone_system, kind="tcp", settings={}, actor=cast.dana)

    database_time.set("2026-06-15T10:00:00-07:00")
    with acting(cast.dana):
        for _ in range(MOST_A_MINUTE):
            ask()
        with pytest.raises(RuleBroken):
            ask()
    database_time.set("2026-06-15T10:01:01-07:00")
    with acting(cast.dana):
        ask()


def test_a_question_that_nobody_takes_up_shows_that_no_runner_runs(
    cast: Cast, database_time: DatabaseTime
) -> None:
    database_time.set("2026-06-15T10:00:00-07:00")
    with acting(cast.dana):
        asked = ask_soon(device=cast.phone_system, kind="tcp", settings={}, actor=cast.dana)
        assert not is_overdue(asked)
    database_time.set("2026-06-15T10:00:21-07:00")
    with acting(cast.dana):
        assert is_overdue(asked)
