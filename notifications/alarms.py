"""Alarms of our own side: raised once, open until a person or the facts clear them."""

from __future__ import annotations

from collections.abc import Iterable

from calcom_portal.common.tenancy import database_now
from notifications.models import OperatorAlarm

MAIL_SERVER = "mail-server"
UNDELIVERED = "undelivered"
UNANSWERED = "unanswered"


def raise_alarm(provider_id: int, kind: str, subject: str, detail: str) -> None:
    """Raise an alarm; while one of the same kind and subject is open, nothing is added."""
    OperatorAlarm.objects.bulk_create(
        [
            OperatorAlarm(
                provider_id=provider_id,
                kind=kind,
                subject=subject[:120],
                detail=detail[:500],
                raised_at=database_now(),
            )
        ],
        ignore_conflicts=True,
    )


def clear_alarms(provider_ids: Iterable[int], kind: str) -> int:
    """Clear the open alarms of a kind, because the facts say that it is over."""
    rows = OperatorAlarm.objects.filter(
        provider_id__in=set(provider_ids), kind=kind, cleared_at__isnull=True
    )
    count: int = rows.update(cleared_at=database_now())
    return count
