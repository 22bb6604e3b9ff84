"""Ask for a provider of one's own."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import connection, transaction

from accounts.models import SignUp
from accounts.sign_up import (
    GOOD_FOR,
    LETTERS_A_DAY,
    TRIES_AN_HOUR,
    TooManyTries,
    check_open,
    place_of,
    token_of,
)
from accounts.tokens import hashed
from calcom_portal.common.tenancy import ask_database_now
from calcom_portal.common.wakeup import wake


@transaction.atomic
def ask_sign_up(*, company: str, name: str, email: str, address: str) -> None:
    """Have a link sent that founds the provider; nothing exists before it is opened.

    Runs outside any scope. An address that had its letters of the day gets no further one, and
    whoever asks is not told. Raises Missing where sign-up is closed, TooManyTries.
    """
    check_open()
    place = place_of(address)
    _wait_for_others(f"sign-up from {place}", f"sign-up of {email}")
    now = ask_database_now()
    rows = SignUp.objects.filter(created_at__gt=now - timedelta(hours=1), address=place)
    if rows.count() >= TRIES_AN_HOUR:
        raise TooManyTries
    letters = SignUp.objects.filter(created_at__gt=now - timedelta(days=1), email=email)
    letters = letters.exclude(attempts=0, sent_at__isnull=False)
    has_enough = letters.count() >= LETTERS_A_DAY
    nonce = secrets.token_hex(16)
    # A row is written either way: it counts for the place, and takes the same time.
    SignUp.objects.create(
        company=company,
        name=name,
        email=email,
        address=place,
        nonce=nonce,
        token_hash=hashed(token_of(nonce)),
        created_at=now,
        expires_at=now + GOOD_FOR,
        sent_at=now if has_enough else None,
    )
    wake("accounts.send_sign_up_letters")


def _wait_for_others(*keys: str) -> None:
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
