"""Taking notices out of the outbox and putting the result back.

Lease, send, finish: a short transaction marks rows as ours for a time, the network work happens
outside any transaction, a second short transaction writes the result where the lease is still ours.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from calcom_portal.common.planner import in_order_of_an_index
from calcom_portal.common.tenancy import system_scope
from notifications.alarms import UNDELIVERED, raise_alarm
from notifications.bundles import Bundle
from notifications.models import Delivery, Notice, NoticeState, Outcome
from notifications.retries import GIVE_UP_AFTER, MAX_TRIES, wait_after
from notifications.unsendable import bundle_of, settle_unsendable

LEASE = timedelta(minutes=2)
# What was leased and not even tried waits only for the server to draw breath.
BREATH = timedelta(seconds=10)
LARGEST_DIGEST = 5000

MARK = """
UPDATE notifications_notice AS notice
   SET state = 'leased', lease_token = %(token)s, lease_until = %(until)s,
       attempts = attempts + 1, message_id = mine.message_id
  FROM unnest(%(ids)s::bigint[], %(message_ids)s::text[]) AS mine (id, message_id)
 WHERE notice.id = mine.id
"""


@dataclass(frozen=True, slots=True)
class Haul:
    """What one lease took: `rows` counts also those that were settled without a mail."""

    rows: int
    bundles: tuple[Bundle, ...]


def lease(limit: int) -> Haul:
    """Take up to `limit` due notices, critical ones first, and all that travel with them."""
    with system_scope("send what the outbox owes") as scope:
        heads = _due(scope.now, limit)
        found = settle_unsendable(heads + _companions(heads, scope.now), scope.now)
        groups = _in_mails(found.sendable)
        token = uuid4()
        _mark(groups, token, scope.now + LEASE)
        bundles = tuple(bundle_of(message_id, token, group) for message_id, group in groups)
    return Haul(len(found.sendable) + found.settled, bundles)


def finish(bundle: Bundle, outcome: Outcome, detail: str) -> int:
    """Write down how a try ended; return how many notices were still ours to change."""
    with system_scope("write down how a mail went") as scope:
        mine = Notice.objects.filter(
            pk__in=bundle.notice_ids, lease_token=bundle.token, state=NoticeState.LEASED
        )
        changes = _changes(bundle, outcome, detail, scope.now)
        count: int = mine.update(lease_token=None, lease_until=None, **changes)
        _write_tries(bundle, outcome, detail, scope.now)
        if count and changes["state"] == NoticeState.DEAD:
            _tell_of_death(bundle, detail, scope.now)
    return count


def give_back(bundles: Sequence[Bundle]) -> int:
    """Return notices that were leased but not tried. The lease does not count as a try."""
    if not bundles:
        return 0
    ids = [notice_id for bundle in bundles for notice_id in bundle.notice_ids]
    with system_scope("put back what was not tried") as scope:
        mine = Notice.objects.filter(
            pk__in=ids, lease_token=bundles[0].token, state=NoticeState.LEASED
        )
        count: int = mine.update(
            state=NoticeState.READY,
            lease_token=None,
            lease_until=None,
            attempts=F("attempts") - 1,
            not_before=scope.now + BREATH,
        )
    return count


def message_id_of(notice: Notice) -> str:
    """Return the Message-ID of the mail that begins with this notice; the same at every try."""
    key = f"{notice.provider_id}:{notice.dedupe_key}"
    return f"<{salted_hmac('notifications.message', key).hexdigest()}@{settings.MAIL_DOMAIN}>"


def _free(now: datetime) -> Any:
    free = Q(state=NoticeState.READY) | Q(state=NoticeState.LEASED, lease_until__lt=now)
    rows = Notice.objects.filter(free, not_before__lte=now)
    rows = rows.select_related("provider", "recipient", "recipient__customer")
    return rows.select_for_update(skip_locked=True, of=("self",))


def _due(now: datetime, limit: int) -> list[Notice]:
    with in_order_of_an_index():
        return list(_free(now).order_by("-critical", "not_before", "id")[:limit])


def _companions(heads: Sequence[Notice], now: datetime) -> list[Notice]:
    """Return what shares a mail with `heads` but lies beyond the limit."""
    digests = [head for head in heads if head.digest_key]
    if not digests:
        return []
    rows = _free(now).filter(
        digest_key__in={head.digest_key for head in digests},
        recipient_id__in={head.recipient_id for head in digests},
    )
    rows = rows.exclude(pk__in=[head.pk for head in heads])
    wanted = {_mail_of(head) for head in digests}
    found = rows.order_by("id")[:LARGEST_DIGEST]
    return [row for row in found if _mail_of(row) in wanted]


def _mail_of(notice: Notice) -> tuple[Any, ...]:
    """Return what notices of one mail have in common."""
    if notice.message_id:
        return (notice.provider_id, 0, "", notice.message_id)
    if notice.digest_key and notice.recipient_id:
        return (notice.provider_id, notice.recipient_id, notice.digest_key, "")
    return (notice.provider_id, 0, "", str(notice.pk))


def _in_mails(rows: Iterable[Notice]) -> list[tuple[str, list[Notice]]]:
    """Return each mail's notices with its Message-ID: critical mails first, then the oldest."""
    ordered = sorted(rows, key=lambda row: (_mail_of(row), row.pk))
    mails = [list(group) for _, group in groupby(ordered, key=_mail_of)]
    mails.sort(key=lambda mail: (not any(row.critical for row in mail), mail[0].pk))
    return [(mail[0].message_id or message_id_of(mail[0]), mail) for mail in mails]


def _mark(groups: Sequence[tuple[str, list[Notice]]], token: UUID, until: datetime) -> None:
    pairs = [(row.pk, message_id) for message_id, group in groups for row in group]
    with connection.cursor() as cursor:
        cursor.execute(
            MARK,
            {
                "token": str(token),
                "until": until,
                "ids": [pk for pk, _ in pairs],
                "message_ids": [message_id for _, message_id in pairs],
            },
        )


def _changes(bundle: Bundle, outcome: Outcome, detail: str, now: datetime) -> dict[str, Any]:
    if outcome is Outcome.SENT:
        return {"state": NoticeState.SENT, "sent_at": now, "last_error": ""}
    if _is_hopeless(bundle, outcome, now):
        return {"state": NoticeState.DEAD, "last_error": detail[:300]}
    wait = wait_after(bundle.tries, random.random())  # noqa: S311 - spreads load, hides nothing
    return {"state": NoticeState.READY, "not_before": now + wait, "last_error": detail[:300]}


def _is_hopeless(bundle: Bundle, outcome: Outcome, now: datetime) -> bool:
    if outcome is Outcome.DEFERRED:
        return bundle.tries >= MAX_TRIES
    if outcome is Outcome.UNAVAILABLE:
        return bundle.tries >= MAX_TRIES and now - bundle.queued_at >= GIVE_UP_AFTER
    return outcome is Outcome.REFUSED


def _write_tries(bundle: Bundle, outcome: Outcome, detail: str, now: datetime) -> None:
    Delivery.objects.bulk_create(
        Delivery(
            provider_id=bundle.sender.provider_id,
            notice_id=notice_id,
            at=now,
            outcome=outcome,
            detail=detail[:300],
        )
        for notice_id in bundle.notice_ids
    )


def _tell_of_death(bundle: Bundle, detail: str, now: datetime) -> None:
    # Nobody will answer what nobody got: the ladder need not wait for the agreed time.
    Notice.objects.filter(
        pk__in=bundle.notice_ids, acknowledged_at__isnull=True, acknowledge_by__gt=now
    ).update(acknowledge_by=now)
    raise_alarm(
        bundle.sender.provider_id,
        UNDELIVERED,
        bundle.reader.address,
        f"{bundle.reader.name or bundle.reader.address} does not get our mail: {detail}",
    )
