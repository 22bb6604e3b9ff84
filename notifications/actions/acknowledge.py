"""Saying "seen": the ladder stops for everybody who was told of the same event."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.audit import record
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import database_now
from notifications.alarms import UNANSWERED
from notifications.models import Notice, OperatorAlarm


def acknowledge_mail(*, notice: Notice, actor: Viewer) -> int:
    """Acknowledge all alerts that travelled in one mail with `notice`; return how many events.

    No capability is asked for: the signed link of the mail is the right. Doing it twice changes
    nothing.
    """
    together = Notice.objects.filter(provider_id=notice.provider_id, critical=True)
    if notice.message_id:
        together = together.filter(message_id=notice.message_id)
    else:
        together = together.filter(pk=notice.pk)
    return _acknowledge(set(together.values_list("event_key", flat=True)), actor)


def acknowledge_subject(*, subject_ref: str, actor: Viewer) -> int:
    """Acknowledge the open alerts about one thing, because `actor` took it in hand."""
    rows = Notice.objects.filter(
        provider_id=actor.provider_id,
        subject_ref=subject_ref,
        critical=True,
        acknowledged_at__isnull=True,
    )
    return _acknowledge(set(rows.values_list("event_key", flat=True)), actor)


def _acknowledge(event_keys: Iterable[str], actor: Viewer) -> int:
    now = database_now()
    rows = Notice.objects.select_for_update().filter(
        provider_id=actor.provider_id,
        event_key__in=event_keys,
        critical=True,
        acknowledged_at__isnull=True,
    )
    open_rows = list(rows.order_by("id").values_list("id", "event_key", "subject_ref"))
    if not open_rows:
        return 0
    Notice.objects.filter(pk__in=[pk for pk, _, _ in open_rows]).update(
        acknowledged_at=now, acknowledged_by_id=actor.membership_id
    )
    events = {event_key: subject_ref or event_key for _, event_key, subject_ref in open_rows}
    OperatorAlarm.objects.filter(
        provider_id=actor.provider_id,
        kind=UNANSWERED,
        subject__in={subject[:120] for subject in events.values()},
        cleared_at__isnull=True,
    ).update(cleared_at=now)
    for subject in sorted(set(events.values())):
        record(actor, "alert.acknowledged", subject)
    return len(events)
