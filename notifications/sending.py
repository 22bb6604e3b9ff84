"""The sender: drains the outbox within a time budget."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection

from calcom_portal.common.tenancy import system_scope
from calcom_portal.common.wakeup import wake
from notifications.alarms import MAIL_SERVER, clear_alarms, raise_alarm
from notifications.bundles import Bundle
from notifications.channels.mail import MailChannel, Result
from notifications.leases import finish, give_back, lease
from notifications.mails import build_mail
from notifications.models import Outcome

log = logging.getLogger(__name__)

LIMIT = 200
# Budget and the patience with one message together stay below half a lease.
BUDGET = timedelta(seconds=25)
ALARM_AFTER = timedelta(minutes=2)
# Any number; every sender of the portal asks for the same.
SENDER_LOCK = 7_266_001


def send_notices(limit: int = LIMIT, budget: timedelta = BUDGET) -> int:
    """Send what is due; return how many mails were handed over.

    At most one sender works at a time: a second would only wait for the same mail server, in a
    process that the deadlines need. That is thrift; what keeps a notice from being sent twice are
    the leases.
    """
    with _sole_sender() as is_sole:
        if not is_sole:
            return 0
        counts = _drain(limit, time.monotonic() + budget.total_seconds())
    if counts:
        words = " ".join(f"{outcome}={count}" for outcome, count in sorted(counts.items()))
        log.info("notices.sent %s", words)
    return counts[Outcome.SENT]


def _drain(limit: int, ends: float) -> Counter[Outcome]:
    counts: Counter[Outcome] = Counter()
    reached: set[int] = set()
    with MailChannel() as channel:
        for bundle in _due(channel, limit, ends):
            result = _try(channel, bundle)
            finish(bundle, result.outcome, result.detail)
            counts[result.outcome] += 1
            if result.outcome is Outcome.SENT:
                reached.add(bundle.sender.provider_id)
            elif channel.is_down():
                _say_server_is_away(bundle, result)
    if reached:
        with system_scope("say that the mail server is back"):
            clear_alarms(reached, MAIL_SERVER)
    return counts


def _due(channel: MailChannel, limit: int, ends: float) -> Iterator[Bundle]:
    """Yield what is due until there is nothing left, no time, or no mail server."""
    while not channel.is_down() and (haul := lease(limit)).rows:
        for position, bundle in enumerate(haul.bundles):
            if channel.is_down() or time.monotonic() >= ends:
                give_back(haul.bundles[position:])
                if not channel.is_down():
                    wake("notifications.send_notices")
                return
            yield bundle


def _try(channel: MailChannel, bundle: Bundle) -> Result:
    # Whatever a template does wrong must not stop other people's mail.
    try:
        mail = build_mail(bundle)
    except Exception as error:
        log.exception("notices.unwritable kind=%s", bundle.letters[0].kind)
        return Result(Outcome.REFUSED, f"The mail cannot be written ({type(error).__name__}).")
    return channel.send(mail)


def _say_server_is_away(bundle: Bundle, result: Result) -> None:
    with system_scope("say that the mail server is away") as scope:
        if scope.now - bundle.queued_at >= ALARM_AFTER:
            raise_alarm(bundle.sender.provider_id, MAIL_SERVER, "Mail server", result.detail)


@contextmanager
def _sole_sender() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [SENDER_LOCK])
        got: bool = cursor.fetchone()[0]
    try:
        yield got
    finally:
        if got:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [SENDER_LOCK])
