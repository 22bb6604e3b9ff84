"""Hours without beat or worker: late, never wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from calcom_portal.common.tenancy import provider_scope
from contracts.sla import Priority
from notifications.models import Notice
from notifications.sending import send_notices
from tests.cast import Cast
from tests.faults.world import assert_world
from tests.notifications.smtp_sink import running_sink
from tests.stage import DatabaseTime
from tests.tickets.helpers import opened
from tickets.models import Rung, Verdict
from tickets.sweeps.deadlines import sweep_deadlines

pytestmark = pytest.mark.faults

TICKETS = 8


def test_after_three_hours_without_beat_each_rung_has_its_true_time_and_one_mail_tells(
    committed_cast: Cast, database_time: DatabaseTime, settings: Any
) -> None:
    # Eight business hours from Monday 10:00: 50 % by 14:00, 75 % by 16:00, due Tuesday 09:00.
    for _ in range(TICKETS):
        opened(committed_cast, database_time, priority=Priority.EMERGENCY)
    with provider_scope(provider_id=committed_cast.calcom.pk):
        Notice.objects.update(state="sent")
    database_time.set("2026-06-15T15:00:00-07:00")
    sweep_deadlines()
    with provider_scope(provider_id=committed_cast.calcom.pk):
        Notice.objects.update(state="sent")
        told_before = Notice.objects.count()

    # Beat is gone from 15:00 on Monday until 11:00 on Tuesday: two hours after the last deadline.
    database_time.set("2026-06-16T11:00:00-07:00")
    sweep_deadlines()

    with provider_scope(provider_id=committed_cast.calcom.pk):
        ledger = Rung.objects.order_by("ticket_id", "share")
        assert [(rung.share, rung.told) for rung in ledger[:4]] == [
            (50, True),
            (75, False),
            (90, False),
            (100, True),
        ]
        breach = ledger.filter(share=100).first()
        assert breach is not None
        assert breach.due_at == datetime.fromisoformat("2026-06-16T09:00:00-07:00")
        assert (breach.decided_at - breach.due_at).total_seconds() == 7200
        assert Verdict.objects.filter(outcome="missed").count() == TICKETS
        # Nobody has the tickets, so the desk is told: one notice a ticket, not one a rung.
        new = Notice.objects.order_by("pk")[told_before:]
        assert [notice.payload["noticed_late_by"] for notice in new] == [7200] * TICKETS
    with running_sink() as sink:
        _send_to(settings, sink.port)
    assert len(sink.taken) == 1
    assert_world(committed_cast)


def _send_to(settings: Any, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_USE_TLS = False
    send_notices()
