"""What is told about warranty and makers' support that end: one notice per customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from accounts.capabilities import Role
from accounts.models import Membership
from contracts.day_words import spell_day
from contracts.expiry import End, in_days
from contracts.models import Device, ExpiryKind
from notifications.kinds import NoticeKind
from notifications.outbox import NoticeDraft, queue_notices

EXPIRY = NoticeKind(
    "goods_expiry",
    "Warranty or maker's support ends soon",
    "Contracts",
    "contracts/mail/goods_expiry",
)
LINES_SHOWN = 30


def tell_ends(ends: Sequence[tuple[Device, End]], today: date) -> None:
    """Tell the administrators of both sides what ends at one customer, in one notice each."""
    device, first = ends[0]
    customer = device.customer
    payload = {
        "customer": customer.name,
        "lines": [_line(one, end, today) for one, end in ends[:LINES_SHOWN]],
        "more": max(0, len(ends) - LINES_SHOWN),
        "count": len(ends),
    }
    key = f"{EXPIRY.code}:{customer.pk}:{today}:{device.pk}:{first.kind}:{first.ends_on}"
    ours = Q(role=Role.PROVIDER_ADMIN.value)
    theirs = Q(role=Role.CUSTOMER_ADMIN.value, customer_id=customer.pk)
    people = Membership.objects.filter(
        ours | theirs, provider_id=device.provider_id, is_active=True
    )
    queue_notices(
        device.provider_id,
        [
            NoticeDraft(
                recipient_id=pk,
                customer_id=customer.pk,
                kind=EXPIRY.code,
                subject_ref=customer.name,
                payload=payload | _link(role, customer.pk),
                event_key=key,
            )
            for pk, role in people.order_by("pk").values_list("pk", "role")
        ],
    )


def _line(device: Device, end: End, today: date) -> str:
    left = in_days((end.ends_on - today).days)
    what = ExpiryKind(end.kind).label
    serial = f", serial number {device.serial}" if device.serial else ""
    return (
        f"{device.name} ({device.site.name}{serial}): {what} ends {left}, {spell_day(end.ends_on)}"
    )


def _link(role: str, customer_id: int) -> dict[str, str]:
    if role == Role.CUSTOMER_ADMIN.value:
        return {"url": "/our-systems/", "url_label": "See our systems"}
    return {
        "url": f"/warranties/?customer={customer_id}&show=soon",
        "url_label": "See the warranties that end",
    }
