"""Sending the links of sign-ups. There is no provider yet, so this is not the outbox's business."""

from __future__ import annotations

import logging
from datetime import timedelta
from smtplib import SMTPException
from typing import Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F, Q
from django.template.loader import render_to_string

from accounts.models import SignUp
from accounts.sign_up import GOOD_FOR, confirm_path
from calcom_portal.common.tenancy import ask_database_now

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=2)
MOST_TRIES: Final = 5
BATCH: Final = 50
TEMPLATE: Final = "accounts/mail/sign_up"


def send_sign_up_letters() -> int:
    """Send what is waiting, each letter under a lease; return how many left. Outside any scope."""
    now = ask_database_now()
    waiting = SignUp.objects.filter(sent_at__isnull=True, expires_at__gt=now)
    ids = list(waiting.filter(_free(now)).order_by("pk").values_list("pk", flat=True)[:BATCH])
    return sum(_send_one(pk) for pk in ids)


def _free(now: object) -> Q:
    return Q(attempts__lt=MOST_TRIES) & (Q(lease_until__isnull=True) | Q(lease_until__lt=now))


def _send_one(pk: int) -> int:
    now = ask_database_now()
    rows = SignUp.objects.filter(pk=pk, sent_at__isnull=True)
    if not rows.filter(_free(now)).update(lease_until=now + LEASE, attempts=F("attempts") + 1):
        return 0
    try:
        _letter(rows.get()).send()
    except (OSError, SMTPException) as error:
        # The text of the error may hold the address.
        log.error("sign_up.mail_failed sign_up=%s error=%s", pk, type(error).__name__)
        return 0
    return SignUp.objects.filter(pk=pk).update(sent_at=ask_database_now(), lease_until=None)


def _letter(row: SignUp) -> EmailMultiAlternatives:
    """Write the letter. What strangers typed is not in it, so that nobody sends mail through us."""
    context = {
        "payload": {"url": confirm_path(row.nonce), "url_label": "Open your portal"},
        "portal_url": settings.PORTAL_URL.rstrip("/"),
        "provider_name": "Service portal",
        "hours": int(GOOD_FOR.total_seconds() // 3600),
    }
    subject, _, text = render_to_string(f"{TEMPLATE}.txt", context).strip().partition("\n")
    mail = EmailMultiAlternatives(subject=subject, body=text.strip() + "\n", to=[row.email])
    html = render_to_string(f"{TEMPLATE}.html", context | {"subject": subject})
    mail.attach_alternative(html, "text/html")
    return mail
