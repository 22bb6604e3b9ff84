"""A new calendar version: what would move is shown, and moves only when it is published."""

from __future__ import annotations

from typing import Any

from calcom_portal.common.tenancy import provider_scope
from contracts.impact import Moved, follow_up, moved_by
from contracts.models import Calendar, CalendarVersion
from contracts.sla import ServiceCalendar
from tests.builders import BUSINESS_HOURS
from tests.cast import Cast
from tests.stage import DatabaseTime, acting
from tests.tickets.helpers import clock, fresh, instant, kinds, opened, outcomes
from tickets.actions import close_ticket, merge_tickets, reopen_ticket, unmerge_ticket
from tickets.sweeps.deadlines import sweep_deadlines

WITH_HOLIDAY: dict[str, Any] = BUSINESS_HOURS | {
    "holidays": [*BUSINESS_HOURS["holidays"], "2026-06-16"]
}


def calendar_of(cast: Cast) -> Calendar:
    return Calendar.objects.get(provider=cast.calcom, is_default=True)


def publish(cast: Cast) -> CalendarVersion:
    with provider_scope(provider_id=cast.calcom.pk) as scope:
        version = CalendarVersion.objects.create(
            provider=cast.calcom,
            calendar=calendar_of(cast),
            number=2,
            spec=WITH_HOLIDAY,
            fingerprint=ServiceCalendar.from_dict(WITH_HOLIDAY).fingerprint(),
            created_at=scope.now,
        )
        follow_up(calendar_of(cast).pk, version.pk, cast.ruth)
        return version


def test_the_preview_names_each_deadline_that_would_move_and_moves_none(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    old, new = (ServiceCalendar.from_dict(spec) for spec in (BUSINESS_HOURS, WITH_HOLIDAY))
    with acting(cast.ruth):
        moved = moved_by(calendar_of(cast).pk, old, new)
        assert moved == [
            Moved(
                reference="CC-1001",
                subject="No dial tone at front desk",
                customer="Bayview Dental Group",
                metric="respond",
                old_due=instant("2026-06-16T09:00:00-07:00"),
                new_due=instant("2026-06-17T09:00:00-07:00"),
            )
        ]
        assert fresh(ticket).next_deadline_at == instant("2026-06-16T09:00:00-07:00")


def test_publishing_moves_open_deadlines_and_writes_it_down(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    version = publish(cast)
    with acting(cast.dana):
        assert fresh(ticket).next_deadline_at == instant("2026-06-17T09:00:00-07:00")
        assert fresh(ticket).calendar_version_id == version.pk
        assert kinds(ticket) == ["opened", "promise_changed"]


def test_a_deadline_that_has_passed_never_moves(cast: Cast, database_time: DatabaseTime) -> None:
    ticket = opened(cast, database_time)
    database_time.set("2026-06-16T09:00:01-07:00")
    sweep_deadlines()
    old, new = (ServiceCalendar.from_dict(spec) for spec in (BUSINESS_HOURS, WITH_HOLIDAY))
    with acting(cast.ruth):
        assert moved_by(calendar_of(cast).pk, old, new) == []
    publish(cast)
    with acting(cast.dana):
        assert clock(ticket).due_at == instant("2026-06-16T09:00:00-07:00")
        assert outcomes(ticket) == [("respond", "missed")]


def test_tickets_of_another_calendar_stay_as_they_are(
    cast: Cast, database_time: DatabaseTime
) -> None:
    opened(cast, database_time)
    old, new = (ServiceCalendar.from_dict(spec) for spec in (BUSINESS_HOURS, WITH_HOLIDAY))
    with acting(cast.nils):
        assert moved_by(Calendar.objects.get(is_default=True).pk, old, new) == []


def test_a_reopened_ticket_is_counted_by_the_hours_published_meanwhile(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    with acting(cast.dana):
        close_ticket(ticket=ticket, actor=cast.dana)
    version = publish(cast)
    with acting(cast.elena):
        reopened = reopen_ticket(ticket=ticket, text="Dead again.", actor=cast.elena)
        assert reopened.next_deadline_at == instant("2026-06-17T09:00:00-07:00")
    with acting(cast.dana):
        assert fresh(ticket).calendar_version_id == version.pk
        assert kinds(ticket) == ["opened", "closed", "reopened", "promise_changed"]


def test_an_undone_merge_is_counted_by_the_hours_published_meanwhile(
    cast: Cast, database_time: DatabaseTime
) -> None:
    child, target = opened(cast, database_time), opened(cast, database_time)
    with acting(cast.dana):
        merge_tickets(child=child, target=target, reason="Same card", actor=cast.dana)
    version = publish(cast)
    with acting(cast.dana):
        restored = unmerge_ticket(child=fresh(child), actor=cast.dana)
        assert restored.next_deadline_at == instant("2026-06-17T09:00:00-07:00")
        assert fresh(child).calendar_version_id == version.pk


def test_a_miss_before_the_close_is_not_moved_by_hours_published_before_reopening(
    cast: Cast, database_time: DatabaseTime
) -> None:
    ticket = opened(cast, database_time)
    database_time.set("2026-06-16T09:00:01-07:00")
    with acting(cast.dana):
        close_ticket(ticket=ticket, actor=cast.dana)
    publish(cast)
    with acting(cast.elena):
        reopen_ticket(ticket=ticket, text="Dead again.", actor=cast.elena)
    with acting(cast.dana):
        assert clock(ticket).due_at == instant("2026-06-16T09:00:00-07:00")
        assert outcomes(ticket) == [("respond", "missed")]
