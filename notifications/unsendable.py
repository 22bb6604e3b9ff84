"""What is settled before any mail is written: muted kinds, and people who have left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from notifications.bundles import Bundle, Letter, Reader, Sender
from notifications.kinds import NoticeKind, kind_of
from notifications.models import Notice, NoticeState
from notifications.preferences import is_muted

UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Sorted:
    """Notices that go into a mail, and the number of those that never will."""

    sendable: tuple[Notice, ...]
    settled: int


def settle_unsendable(rows: Sequence[Notice], now: datetime) -> Sorted:
    """Close the notices that nobody is to get, and return the others."""
    muted = [row for row in rows if _is_turned_off(row)]
    gone = [row for row in rows if _has_left(row)]
    _close(muted, NoticeState.MUTED, "")
    _close(gone, NoticeState.DEAD, "This person no longer has access to the portal.")
    # Nobody will answer what nobody gets: let the ladder go on.
    Notice.objects.filter(
        pk__in=[row.pk for row in gone], acknowledged_at__isnull=True, acknowledge_by__gt=now
    ).update(acknowledge_by=now)
    closed = {row.pk for row in muted} | {row.pk for row in gone}
    return Sorted(tuple(row for row in rows if row.pk not in closed), len(closed))


def bundle_of(message_id: str, token: UUID, rows: Sequence[Notice]) -> Bundle:
    """Return the mail that notices of one reader make."""
    first = rows[0]
    return Bundle(
        message_id=message_id,
        token=token,
        tries=first.attempts + 1,
        queued_at=first.created_at,
        sender=Sender(
            first.provider_id, first.provider.name, first.provider.slug, first.provider.mail_from
        ),
        reader=reader_of(first, now=max(row.created_at for row in rows)),
        letters=tuple(letter_of(row) for row in rows),
    )


def letter_of(row: Notice) -> Letter:
    """Return a notice as it is written in a mail."""
    return Letter(row.pk, row.kind, row.payload, row.subject_ref, row.critical, row.ladder_step)


def reader_of(row: Notice, *, now: datetime) -> Reader:
    """Return who reads a notice. Recipient and provider must be loaded."""
    person = row.recipient
    if person is None:
        return Reader("", row.address, zone_named(row.provider.zone), now)
    return Reader(person.name, person.email, zone_named(person.zone), now)


def zone_named(name: str) -> ZoneInfo:
    """Return a zone by its IANA name; UTC for a name that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _is_turned_off(row: Notice) -> bool:
    if row.recipient is None or row.critical:
        return False
    return is_muted(row.recipient.notices, _kind(row))


def _kind(row: Notice) -> NoticeKind | None:
    try:
        return kind_of(row.kind)
    except LookupError:
        # Left over from a release that knew it; writing the mail will say so.
        return None


def _has_left(row: Notice) -> bool:
    person = row.recipient
    if person is None:
        return False
    return not person.is_active or (person.customer is not None and not person.customer.is_active)


def _close(rows: Sequence[Notice], state: NoticeState, why: str) -> None:
    if rows:
        Notice.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=state, last_error=why, lease_token=None, lease_until=None
        )
