"""A system without a good backup for too long: one ticket, one word, until there is one again."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template.loader import render_to_string

from calcom_portal.common.tenancy import provider_scope
from notifications.bundles import Reader
from notifications.models import Notice
from tests.cast import Cast
from tests.stage import DatabaseTime
from tests.upkeep.taking import plan_for, take_backup
from tickets.models import Ticket
from upkeep.models import BackupPlan
from upkeep.sweeps.miss_backups import miss_backups

pytestmark = pytest.mark.django_db

START = "2026-06-15T10:00:00-07:00"
NINE_DAYS = timedelta(days=9)


def tickets(cast: Cast) -> list[Ticket]:
    with provider_scope(provider_id=cast.calcom.pk):
        return list(Ticket.objects.order_by("pk").prefetch_related("messages"))


def plan(cast: Cast) -> BackupPlan:
    with provider_scope(provider_id=cast.calcom.pk):
        return BackupPlan.objects.get()


def test_nine_days_without_a_good_backup_open_one_ticket_and_tell_us_once(
    cast: Cast, database_time: DatabaseTime
) -> None:
    now = database_time.set(START)
    plan_for(cast.phone_system)
    take_backup(cast.phone_system)
    database_time.set(now + NINE_DAYS - timedelta(minutes=1))
    assert miss_backups() == 0
    late = database_time.set(now + NINE_DAYS + timedelta(minutes=1))
    assert (miss_backups(), miss_backups()) == (1, 0)
    [ticket] = tickets(cast)
    assert ticket.subject == f"No good backup of {cast.phone_system.name}"
    assert (ticket.priority, ticket.reporter_id) == ("minor", None)
    text = ticket.messages.all()[0].text
    assert "no good backup" in text
    assert "for 9 days: the last one is of 15 June 2026, 10:00." in text
    assert (plan(cast).alarmed_at, plan(cast).alarm_at) == (late, None)
    with provider_scope(provider_id=cast.calcom.pk):
        told = list(Notice.objects.filter(kind="backup_missed"))
    assert {notice.recipient_id for notice in told} == {cast.priya.membership_id}


def test_a_good_backup_ends_the_alarm_and_the_next_one_goes_on_in_the_same_ticket(
    cast: Cast, database_time: DatabaseTime
) -> None:
    now = database_time.set(START)
    plan_for(cast.phone_system, alarm_at=now)
    assert miss_backups() == 1
    assert "There has been no good backup" in tickets(cast)[0].messages.all()[0].text
    take_backup(cast.phone_system)
    assert plan(cast).alarmed_at is None
    assert plan(cast).alarm_at == now + NINE_DAYS
    database_time.set(now + NINE_DAYS)
    assert miss_backups() == 1
    [ticket] = tickets(cast)
    texts = [one.text for one in sorted(ticket.messages.all(), key=lambda one: one.pk)]
    assert len(texts) == 3
    assert texts[1] == f"There is a good backup of {cast.phone_system.name} again."


def test_a_paused_plan_and_a_retired_system_miss_nothing(
    cast: Cast, database_time: DatabaseTime
) -> None:
    now = database_time.set(START)
    plan_for(cast.phone_system, alarm_at=now, paused_at=now)
    assert miss_backups() == 0
    take_backup(cast.phone_system)
    assert plan(cast).alarm_at is None
    with provider_scope(provider_id=cast.calcom.pk):
        BackupPlan.objects.update(paused_at=None, alarm_at=now)
        device = cast.phone_system
        device.retired_on = now.date()
        device.save(update_fields=["retired_on"])
    assert miss_backups() == 0
    assert tickets(cast) == []


@pytest.mark.parametrize("ending", ["txt", "html"])
def test_the_mail_says_since_when_and_why(ending: str) -> None:
    words = {"device": "PBX", "site": "Market St", "customer": "Bayview", "reference": "CC-1001"}
    payload = {**words, "since": "2026-06-15T17:00:00+00:00", "failure": "<b>refused</b>"}
    now = datetime.fromisoformat(START)
    reader = Reader("Priya", "priya@people.example", ZoneInfo("America/Los_Angeles"), now)
    said = render_to_string(f"upkeep/mail/missed.{ending}", {"payload": payload, "reader": reader})
    assert "has had no good backup since" in said
    assert "<b>refused" not in said
