"""Checks, and what the runner would have written about them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from calcom_portal.common.tenancy import provider_scope, system_scope
from contracts.models import Device
from monitoring.models import Check, Incident, StateChange
from monitoring.states import State
from monitoring.sweeps.follow_changes import FollowCount, follow_changes
from notifications.models import Notice
from tests.builders import build_device
from tests.cast import Cast
from tests.stage import DatabaseTime
from tickets.models import Message, Ticket

# Monday 15 June 2026, 10:00 in the zone of the calendar.
START = datetime(2026, 6, 15, 17, tzinfo=UTC)
LETTERS = {
    "u": State.UP,
    "s": State.SUSPECT,
    "d": State.DOWN,
    "r": State.RECOVERING,
    "?": State.UNKNOWN,
    "p": State.UNREACHABLE,
}


def build_check(device: Device, name: str = "SIP", **values: Any) -> Check:
    """Make a check that is up."""
    usual: dict[str, Any] = {
        "kind": "sip-udp",
        "created_at": START - timedelta(days=10),
        "since": START - timedelta(days=10),
        "state": State.UP.value,
        "settled": State.UP.value,
        "last_at": START,
    }
    with provider_scope(provider_id=device.provider_id):
        return Check.objects.create(
            provider_id=device.provider_id,
            customer_id=device.customer_id,
            device=device,
            name=name,
            **(usual | values),
        )


def build_other(cast: Cast, name: str, kind: str = "phone") -> Device:
    """Make another device at Market Street."""
    device = build_device(cast.market_street, name)
    with provider_scope(provider_id=device.provider_id):
        device.kind = kind
        device.save(update_fields=["kind"])
    return device


def minute(at: float) -> datetime:
    """Return an instant so many minutes after the start."""
    return START + timedelta(minutes=at)


def seen(check: Check, letters: str, at: float, words: str = "No answer within 5 s.") -> None:
    """Have the runner see states from a minute on, one a minute; the check stands in the last."""
    with system_scope("a test writes what the runner sees"):
        was = Check.objects.get(pk=check.pk).state
        for place, letter in enumerate(letters):
            became = LETTERS[letter].value
            StateChange.objects.create(
                provider_id=check.provider_id,
                customer_id=check.customer_id,
                of_check=check,
                at=minute(at + place),
                was=was,
                became=became,
                words="" if letter == "u" else words,
            )
            was = became
        Check.objects.filter(pk=check.pk).update(
            state=was, since=minute(at + len(letters) - 1), last_words=words
        )
        # Whatever else is asked goes on answering.
        last = minute(at + len(letters) - 1)
        Check.objects.filter(provider=check.provider_id).update(last_at=last)


def follow(time: DatabaseTime, at: float) -> FollowCount:
    """Sweep at a minute."""
    time.set(minute(at))
    return follow_changes()


def incidents(cast: Cast) -> list[Incident]:
    """Return all incidents, the oldest first."""
    with provider_scope(provider_id=cast.calcom.pk):
        rows = Incident.objects.select_related("ticket", "parent__device", "device", "of_check")
        return list(rows.order_by("pk"))


def tickets(cast: Cast) -> list[Ticket]:
    """Return all tickets, the oldest first."""
    with provider_scope(provider_id=cast.calcom.pk):
        return list(Ticket.objects.order_by("pk"))


def words_in(ticket: Ticket) -> list[str]:
    """Return what was written in a ticket, in order."""
    with provider_scope(provider_id=ticket.provider_id):
        rows = Message.objects.filter(ticket_id=ticket.pk).order_by("pk")
        return list(rows.values_list("text", flat=True))


def notices(cast: Cast, kind: str = "monitoring_") -> list[tuple[str, str]]:
    """Return kind and reader of every notice of monitoring, in order."""
    with provider_scope(provider_id=cast.calcom.pk):
        rows = Notice.objects.filter(kind__startswith=kind).order_by("pk")
        pairs = rows.values_list("kind", "recipient__name")
        return [(code.removeprefix("monitoring_"), name) for code, name in pairs]


def unhandled(cast: Cast) -> int:
    """Return how many changes wait."""
    with provider_scope(provider_id=cast.calcom.pk):
        return StateChange.objects.filter(handled_at=None).count()
